"""How many rows are written, counted by the database itself: triggers see what is written and deleted again, too."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, create_engine, inspect, text

from benchmarks.backlog import Backlog
from fanwire.store import tables
from fanwire.store.urls import sync_url

_COUNTED = "bench_write"
# The relay renews its lease by the clock, whatever is posted.
_BY_THE_CLOCK = tables.relay_lease.name
_POSTGRES_FUNCTION = f"""
CREATE FUNCTION {_COUNTED}_count() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN INSERT INTO {_COUNTED} VALUES (TG_TABLE_NAME, TG_OP); RETURN NULL; END $$
"""
_OPERATIONS = ("INSERT", "UPDATE", "DELETE")


class Writes:
    """Rows written since the last ``forget``, in every table of the database but the relay's lease."""

    def __init__(self, engine: Engine) -> None:
        self.backlog = Backlog(engine)
        self._engine = engine

    def forget(self) -> None:
        """Begin at nothing."""
        with self._engine.begin() as connection:
            connection.execute(text(f"DELETE FROM {_COUNTED}"))

    def by_table(self) -> dict[str, int]:
        """``{"INSERT fanwire_outbox": 1, ...}``, by operation and table."""
        counted = text(f"SELECT operation, name, count(*) FROM {_COUNTED} GROUP BY operation, name ORDER BY 2, 1")
        with self._engine.connect() as connection:
            return {f"{operation} {name}": count for operation, name, count in connection.execute(counted)}


@contextmanager
def counted_writes(url: str) -> Iterator[Writes]:
    """Count from here on. That costs each write another one, so nothing is timed afterwards."""
    engine = create_engine(sync_url(url))
    with engine.begin() as connection:
        _install(connection)
    yield Writes(engine)
    engine.dispose()


def _install(connection: Connection) -> None:
    counted = [name for name in inspect(connection).get_table_names() if name != _BY_THE_CLOCK]
    connection.execute(text(f"CREATE TABLE {_COUNTED} (name TEXT NOT NULL, operation TEXT NOT NULL)"))
    dialect = connection.dialect.name
    if dialect == "postgresql":
        connection.execute(text(_POSTGRES_FUNCTION))
    for table in counted:
        for operation in _OPERATIONS:
            connection.execute(text(_trigger(dialect, table, operation)))


def _trigger(dialect: str, table: str, operation: str) -> str:
    head = f"CREATE TRIGGER {_COUNTED}_{table}_{operation} AFTER {operation} ON {table} FOR EACH ROW"
    if dialect == "postgresql":
        return f"{head} EXECUTE FUNCTION {_COUNTED}_count()"
    return f"{head} BEGIN INSERT INTO {_COUNTED} VALUES ('{table}', '{operation}'); END"
