"""Whose fault is an error: the row's, or the database's."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from psycopg import errors as pg
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from fanwire.errors import InvalidEvent
from fanwire.outbox.failures import brief, is_outage


def wrapped(error: Exception) -> DBAPIError:
    return DBAPIError("INSERT INTO t VALUES (:secret)", {"secret": "what a person wrote"}, error)


@pytest.mark.parametrize(
    "error",
    [
        wrapped(pg.AdminShutdown()),
        wrapped(pg.CannotConnectNow()),
        wrapped(pg.DeadlockDetected()),
        wrapped(pg.SerializationFailure()),
        wrapped(pg.DiskFull()),
        wrapped(pg.UndefinedTable()),
        wrapped(pg.ReadOnlySqlTransaction()),
        wrapped(pg.IdleInTransactionSessionTimeout()),
        wrapped(psycopg.OperationalError("connection refused")),
        OperationalError("", {}, sqlite3.OperationalError("database is locked")),
        PoolTimeout(),
        ConnectionResetError(),
    ],
)
def test_the_same_row_may_succeed_later(error: Exception) -> None:
    assert is_outage(error)


@pytest.mark.parametrize(
    "error",
    [
        wrapped(pg.UniqueViolation()),
        wrapped(pg.NumericValueOutOfRange()),
        wrapped(pg.UntranslatableCharacter()),
        wrapped(pg.CardinalityViolation()),
        wrapped(pg.ProgramLimitExceeded()),
        wrapped(pg.RaiseException()),
        InvalidEvent("no such function"),
        KeyError("post"),
    ],
)
def test_the_row_is_to_blame(error: Exception) -> None:
    assert not is_outage(error)


def test_a_lost_connection_is_an_outage_whatever_the_driver_calls_it() -> None:
    error = DBAPIError("", {}, pg.UniqueViolation(), connection_invalidated=True)
    assert is_outage(error)


def test_sqlites_own_codes() -> None:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
    connection.execute("INSERT INTO t VALUES (1)")
    found: dict[str, bool] = {}
    for statement in ("INSERT INTO t VALUES (1)", "INSERT INTO t VALUES ('word')", "SELECT * FROM nowhere"):
        with pytest.raises(sqlite3.Error) as caught:
            connection.execute(statement)
        found[statement] = is_outage(wrapped(caught.value))
    connection.close()
    assert list(found.values()) == [False, False, True]


def test_a_log_line_holds_no_statement_and_nobodys_words() -> None:
    line = brief(wrapped(sqlite3.OperationalError("disk I/O error")))
    assert line == "OperationalError: disk I/O error"
