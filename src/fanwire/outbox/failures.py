"""Whose fault is it: the row's (set it aside, go on) or the database's (keep everything, try again)?"""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

# SQLSTATE classes that speak about the data of one statement (PostgreSQL appendix A): cardinality, data exception,
# constraint, program limit exceeded, raised by a trigger. All others (connection, resources, roll-back, missing
# table, read-only after a failover, ...) would meet every row.
_ROW_CLASSES = frozenset({"21", "22", "23", "54", "P0"})
# SQLite's primary result codes of the same kind: TOOBIG, CONSTRAINT, MISMATCH (sqlite.org/rescode.html).
_ROW_CODES = frozenset({18, 19, 20})


def is_outage(error: BaseException) -> bool:
    """The same row may succeed later, so it must not be set aside."""
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or not _speaks_of_the_row(error.orig)
    return isinstance(error, (PoolTimeout, OSError))


def brief(error: BaseException) -> str:
    """The error for a log line: the driver's own words, without the statement and what people wrote in it."""
    cause = error.orig if isinstance(error, DBAPIError) and error.orig is not None else error
    return f"{type(cause).__name__}: {cause}".strip()


def _speaks_of_the_row(error: BaseException | None) -> bool:
    state = getattr(error, "sqlstate", None)
    if isinstance(state, str):
        return state[:2] in _ROW_CLASSES
    code = getattr(error, "sqlite_errorcode", None)
    return isinstance(code, int) and code & 0xFF in _ROW_CODES
