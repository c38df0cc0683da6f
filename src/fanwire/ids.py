"""Makers of ids: injected, so that tests can name what they expect."""

from __future__ import annotations

import secrets
import string
from collections.abc import Callable

from uuid_utils import uuid4, uuid7

IdMaker = Callable[[], str]


def event_id() -> str:
    """A uuid7: unique, and sorted by the time it was made (RFC 9562 section 5.7)."""
    return str(uuid7())


def client_id() -> str:
    """A random uuid4 for one connection: it is a secret shared by that client and the server."""
    return str(uuid4())


def epoch() -> str:
    """Eight random letters that name one life of a stream."""
    return "".join(secrets.choice(string.ascii_letters) for _ in range(8))
