"""Fanwire and its platform in one process, on each database: for scenarios that compare databases."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from benchmarks.bench import Bench
from benchmarks.postgres import Postgres, running_postgres
from benchmarks.process import Server
from benchmarks.tokens import SECRET


class Place(NamedTuple):
    """A database that has its tables, and a server on it that is not started. ``postgres`` is None on SQLite."""

    name: str
    url: str
    server: Server
    postgres: Postgres | None = None


def places(bench: Bench, client: dict[str, object] | None = None) -> Iterator[Place]:
    """SQLite, then PostgreSQL; ``client`` are settings of that section."""
    yield _place(bench, "SQLite", bench.new_database(), client)
    with running_postgres() as postgres:
        yield _place(bench, "PostgreSQL", postgres.new_database(), client, postgres)


def _place(
    bench: Bench, name: str, url: str, client: dict[str, object] | None, postgres: Postgres | None = None
) -> Place:
    sections = {
        "database": {"url": bench.with_tables(url)},
        "platform": {"enabled": True, "token_secret_key": SECRET},
        "client": client or {},
    }
    return Place(name, url, bench.fanwire(sections), postgres)
