"""Engines as Fanwire needs them: how long to wait, how many connections, what a transaction is."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, create_engine
from sqlalchemy.engine import URL
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from fanwire.errors import ConfigurationError
from fanwire.store.sqlite import prepare_sqlite

# Seconds a caller waits for a free connection before SQLAlchemy's TimeoutError.
POOL_TIMEOUT = 10.0
# A database host that vanished is noticed after about 10 s instead of the kernel's two hours.
_PSYCOPG = {
    "application_name": "fanwire",
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10_000,
}


def postgres_engine(url: URL, pool_size: int) -> AsyncEngine:
    """An async engine whose connections are proved alive when they are taken: a restarted database costs no error."""
    try:
        return create_async_engine(url, pool_pre_ping=True, **_postgres_options(url, pool_size))
    except ModuleNotFoundError as error:
        raise _missing(error, "postgres") from error


def sqlite_writer(url: URL) -> AsyncEngine:
    """The one connection that writes: writers of the process queue for it in order instead of polling a lock."""
    engine = _sqlite(url, 1)
    prepare_sqlite(engine.sync_engine, "IMMEDIATE")
    return engine


def sqlite_readers(url: URL, pool_size: int) -> AsyncEngine:
    """Connections that read a snapshot each and never wait for the writer."""
    engine = _sqlite(url, pool_size)
    prepare_sqlite(engine.sync_engine, "DEFERRED")
    return engine


def sync_engine(url: URL, pool_size: int) -> Engine:
    """The engine of the sync event functions, for threads and scripts. ``url`` names a sync driver."""
    try:
        if url.get_backend_name() == "sqlite":
            engine = create_engine(url, pool_size=1, max_overflow=0, pool_timeout=POOL_TIMEOUT)
            prepare_sqlite(engine, "IMMEDIATE")
            return engine
        return create_engine(url, pool_pre_ping=True, **_postgres_options(url, pool_size))
    except ModuleNotFoundError as error:
        raise _missing(error, "postgres") from error


def _sqlite(url: URL, pool_size: int) -> AsyncEngine:
    try:
        return create_async_engine(url, pool_size=pool_size, max_overflow=0, pool_timeout=POOL_TIMEOUT)
    except ModuleNotFoundError as error:
        raise _missing(error, "server") from error


def _postgres_options(url: URL, pool_size: int) -> dict[str, Any]:
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": 0, "pool_timeout": POOL_TIMEOUT}
    if url.get_driver_name() == "psycopg":
        options["connect_args"] = dict(_PSYCOPG)
    return options


def _missing(error: ModuleNotFoundError, extra: str) -> ConfigurationError:
    return ConfigurationError(f"the database driver {error.name!r} is not installed: pip install 'fanwire[{extra}]'")
