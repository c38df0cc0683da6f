"""What a SQLite connection needs before events may live in it.

- WAL: readers do not wait for the writer.
- ``synchronous=FULL``: NORMAL lost 4,665 of 4,665 acknowledged commits at a simulated power cut, FULL none
  (../shared/FAULTS.md section 2).
- BEGIN IMMEDIATE on the writer: a deferred transaction that writes later fails with SQLITE_BUSY_SNAPSHOT
  whatever the timeout is, and the driver's own BEGIN loses updates (../shared/INBOX.md section 6).
"""

from __future__ import annotations

import sqlite3
import time
from typing import Any, Literal

from sqlalchemy import Connection, Engine, event

BUSY_TIMEOUT_MS = 5_000
# Two first connections to a new file: one meets SQLITE_BUSY at once, for the switch to WAL has no busy timeout.
_WAL_TRIES, _WAL_PAUSE = 200, 0.005
_PRAGMAS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
)


def prepare_sqlite(engine: Engine, begin: Literal["IMMEDIATE", "DEFERRED"] = "IMMEDIATE") -> None:
    """Set the pragmas on every new connection and say BEGIN ourselves. Call it before the first connect.

    For an ``AsyncEngine`` pass its ``sync_engine``.
    """

    def connected(connection: Any, _record: Any) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(pragma)
        _switch_to_wal(cursor)
        cursor.close()

    def begun(connection: Connection) -> None:
        connection.exec_driver_sql(f"BEGIN {begin}")

    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begun)


def _switch_to_wal(cursor: Any) -> None:
    for remaining in reversed(range(_WAL_TRIES)):
        try:
            cursor.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if not remaining:
                raise
            time.sleep(_WAL_PAUSE)
