"""The npm package as its users have it, built once, and a creator site in TypeScript on a real PostgreSQL."""

from __future__ import annotations

import fcntl
import json
import os
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest

from fanwire.store.migrate import upgrade
from fanwire.testing.process import API_KEY

PACKAGE = Path(__file__).parents[2] / "clients" / "typescript"
SITE = PACKAGE / "test" / "site"
NODE_LIMIT = 50.0

# What the site's own migrations would have made; Prisma's engine for them is a download.
SITE_TABLES = """
CREATE TYPE "Tier" AS ENUM ('basic', 'premium', 'vip');
CREATE TABLE "User" (id text PRIMARY KEY, nickname text NOT NULL, bio text, avatar text,
  "isCreator" boolean NOT NULL DEFAULT false, "passwordHash" text NOT NULL);
CREATE TABLE "Post" (id text PRIMARY KEY, "creatorId" text NOT NULL, title text NOT NULL, content text,
  images text[], "isLocked" boolean NOT NULL DEFAULT false, "minSubscriptionTier" "Tier", price numeric,
  "likesCount" int NOT NULL DEFAULT 0, "commentsCount" int NOT NULL DEFAULT 0,
  "internalNote" text NOT NULL DEFAULT 'moderators only', "createdAt" timestamp(3) NOT NULL DEFAULT now(),
  "updatedAt" timestamp(3) NOT NULL);
CREATE TABLE "Like" ("postId" text, "userId" text, PRIMARY KEY ("postId", "userId"));
CREATE TABLE "Comment" (id text PRIMARY KEY, "postId" text NOT NULL, "userId" text NOT NULL, content text NOT NULL,
  ip text NOT NULL DEFAULT '203.0.113.9', "createdAt" timestamp(3) NOT NULL DEFAULT now());
CREATE TABLE "Subscription" (id bigserial PRIMARY KEY, "creatorId" text NOT NULL, "userId" text NOT NULL,
  "isActive" boolean NOT NULL DEFAULT true, "paymentStatus" text NOT NULL DEFAULT 'COMPLETED');
"""


def node(*arguments: str | Path, env: dict[str, str] | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
    """Run Node to its end, in the package's folder and with no Fanwire but what ``env`` names."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("FANWIRE_")}
    return subprocess.run(
        ["node", *map(str, arguments)],
        cwd=PACKAGE,
        env={**clean, **(env or {})},
        capture_output=True,
        text=True,
        timeout=NODE_LIMIT,
        check=False,
        **more,
    )


def _run(*command: str | Path, cwd: Path = PACKAGE) -> None:
    env = {**os.environ, "PRISMA_SCHEMA_ENGINE_BINARY": "/bin/true"}
    done = subprocess.run(list(map(str, command)), cwd=cwd, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def package() -> Path:
    """clients/typescript with its ``dist``, made anew from the sources (a second). Test files may run side by side."""
    with _alone("build"):
        _run("npm", "run", "--silent", "build")
    return PACKAGE


@pytest.fixture(scope="session")
def compiled_site(package: Path) -> Path:
    """The site's handlers under the guide's path alias, as the TypeScript compiler gives them."""
    with _alone("site"):
        if _is_older(SITE / "prisma/client/client.ts", SITE / "prisma/schema.prisma", package / "package-lock.json"):
            _run("node", package / "node_modules/prisma/build/index.js", "generate", "--no-hints", cwd=SITE)
        _run(package / "node_modules/.bin/tsc", "-p", SITE)
    return SITE


def _is_older(made: Path, *sources: Path) -> bool:
    return not made.exists() or any(made.stat().st_mtime < source.stat().st_mtime for source in sources)


class _alone:  # noqa: N801 - reads as a verb
    """One process of the test run at a time."""

    def __init__(self, what: str) -> None:
        self._file = (Path(tempfile.gettempdir()) / f"fanwire-typescript-{what}.lock").open("w")

    def __enter__(self) -> None:
        fcntl.flock(self._file, fcntl.LOCK_EX)

    def __exit__(self, *_: object) -> None:
        self._file.close()


class TypeScriptSite:
    """A site in TypeScript: its database, and what its code does."""

    def __init__(self, url: str, socket_dir: str, name: str) -> None:
        self.database_url = url
        self.gateway_url = ""
        self._env = {"PGHOST": socket_dir, "PGDATABASE": name}

    def connection(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(
            host=self._env["PGHOST"], dbname=self._env["PGDATABASE"], user="postgres", autocommit=True
        )

    def calls(self, way: str, calls: list[dict[str, Any]], *, rollback: bool = False) -> Any:
        """Make the calls by ``way``: http, together, pg, prisma; the receipts."""
        return self._script("calls.mjs", {"way": way, "calls": calls, "rollback": rollback})

    def requests(self, *requests: dict[str, Any]) -> Any:
        """Send the requests to the site's own handlers; the answers."""
        return self._script("handlers.mjs", requests)

    def _script(self, name: str, said: Any) -> Any:
        gateway = {"FANWIRE_URL": self.gateway_url, "FANWIRE_API_KEY": API_KEY}
        done = node("--import", SITE / "alias.mjs", SITE / name, env={**self._env, **gateway}, input=json.dumps(said))
        assert done.returncode == 0, done.stdout + done.stderr
        assert done.stderr == ""
        return json.loads(done.stdout)


@pytest.fixture(scope="module")
def site(pg_socket_dir: str, compiled_site: Path) -> Iterator[TypeScriptSite]:
    """The site with its tables and Fanwire's in one database, which the tests of a module share."""
    name = f"typescript_{os.getpid()}"
    admin = psycopg.connect(host=pg_socket_dir, user="postgres", dbname="postgres", autocommit=True)
    with admin:
        admin.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        admin.execute(f'CREATE DATABASE "{name}"')
        url = f"postgresql+psycopg://postgres@/{name}?host={pg_socket_dir}"
        upgrade(url)
        one = TypeScriptSite(url, pg_socket_dir, name)
        with one.connection() as connection:
            connection.execute(SITE_TABLES)
        yield one
        admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
