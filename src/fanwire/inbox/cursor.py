"""The cursor of an inbox page: opaque, bound to its user, and refused when it was changed."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b

from fanwire.errors import BadCursor
from fanwire.inbox.counts import END

_GSEQ_BYTES = 8
_CHECK_BYTES = 4


def encode(user: str, gseq: int) -> str:
    """A cursor for what comes after (is older than) ``gseq`` in the list of ``user``."""
    number = gseq.to_bytes(_GSEQ_BYTES, "big")
    return urlsafe_b64encode(number + _check(user, number)).decode()


def decode(user: str, cursor: str) -> int:
    """The gseq of a cursor.

    The check finds accidents and mix-ups; it is no secret, because a page never shows more than its owner's list.

    Raises:
        BadCursor: ``encode`` did not make it for this user.
    """
    try:
        data = urlsafe_b64decode(cursor.encode("ascii"))
    except ValueError:
        data = b""
    gseq = int.from_bytes(data[:_GSEQ_BYTES], "big")
    if gseq > END or encode(user, gseq) != cursor:
        raise BadCursor("the cursor is not one that this list gave; start again without a cursor")
    return gseq


def _check(user: str, number: bytes) -> bytes:
    return blake2b(user.encode() + b"\0" + number, digest_size=_CHECK_BYTES).digest()
