"""A transaction that PostgreSQL chose as the victim of a deadlock is done again: it has left nothing behind."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError

# Tries in all. The other side of a deadlock goes on at once, so a second one in a row is already rare.
_TRIES = 4
_DEADLOCK = "40P01"

T = TypeVar("T")

log = structlog.get_logger()


async def unless_deadlocked(transaction: Callable[[], Awaitable[T]]) -> T:
    """The result of ``transaction``, which begins and ends one of its own, and may run several times.

    Raises:
        DBAPIError: it failed otherwise, or was the victim each time.
    """
    for _ in range(_TRIES - 1):
        try:
            return await transaction()
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) != _DEADLOCK:
                raise
            log.warning("platform_deadlock", note="the transaction is done again")
    return await transaction()
