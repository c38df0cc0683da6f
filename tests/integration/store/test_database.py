"""Engines on real databases: who owns the file, who waits for whom, who is woken."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from fanwire.errors import ConfigurationError, DatabaseLocked
from fanwire.frames.frame import Frame, Target
from fanwire.store import migrate, tables
from fanwire.store.database import Database
from fanwire.store.frames import append_frames
from fanwire.store.urls import sync_url
from fanwire.store.wakeup import announce


def test_a_second_owner_of_a_sqlite_file_is_refused_in_words(sqlite_url: str) -> None:
    first = Database.open(sqlite_url, owner=True)
    assert first.owned
    with pytest.raises(DatabaseLocked, match=r"fanwire\.db is in use by process \d+.*use PostgreSQL"):
        Database.open(sqlite_url, owner=True)
    asyncio.run(first.close())
    again = Database.open(sqlite_url, owner=True)
    asyncio.run(again.close())


def test_a_second_process_is_refused_and_a_killed_one_leaves_no_lock(sqlite_url: str) -> None:
    code = (
        "import sys\nfrom fanwire.store.database import Database\n"
        "Database.open(sys.argv[1], owner=True)\nprint('owner', flush=True)\nsys.stdin.read()"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, sqlite_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None and holder.stdin is not None
    assert holder.stdout.readline() == "owner\n"
    with pytest.raises(DatabaseLocked, match=f"in use by process {holder.pid}"):
        Database.open(sqlite_url, owner=True)
    holder.kill()
    holder.wait()
    holder.stdin.close()
    holder.stdout.close()
    asyncio.run(Database.open(sqlite_url, owner=True).close())


async def test_nobody_else_is_kept_from_reading(sqlite_url: str) -> None:
    await migrate.upgrade_async(sqlite_url)
    owner = Database.open(sqlite_url, owner=True)
    other = Database.open(sqlite_url)
    async with owner.write.begin() as connection:
        await connection.execute(sa.insert(tables.inbox_user), {"user_id": "u"})
        async with other.read.connect() as reader:  # the writer's transaction is open: the reader sees the old state
            assert (await reader.execute(sa.select(tables.inbox_user))).all() == []
    await other.close()
    await owner.close()


async def test_writers_of_one_process_lose_no_update(database_url_migrated: str) -> None:
    database = Database.open(database_url_migrated)
    async with database.write.begin() as connection:
        await connection.execute(sa.insert(tables.inbox_user), {"user_id": "u", "unread": 0})

    async def add_one() -> None:
        async with database.write.begin() as connection:
            query = sa.select(tables.inbox_user.c.unread).with_for_update()
            unread = (await connection.execute(query)).scalar_one()
            await connection.execute(sa.update(tables.inbox_user).values(unread=unread + 1))

    await asyncio.gather(*(add_one() for _ in range(40)))
    async with database.read.connect() as connection:
        assert await connection.scalar(sa.select(tables.inbox_user.c.unread)) == 40
    await database.close()


@pytest.fixture
def database_url_migrated(db_url: str) -> str:
    migrate.upgrade(db_url)
    return db_url


async def test_commits_that_append_call_back_and_others_do_not(database_url_migrated: str) -> None:
    database = Database.open(database_url_migrated)
    calls: list[int] = []
    database.on_commit(lambda: calls.append(1))
    async with database.write.begin() as connection:
        await connection.execute(sa.insert(tables.inbox_user), {"user_id": "u"})
    assert calls == []
    async with database.write.begin() as connection:
        await append_frames(connection, [Frame(Target.CHANNEL, "c", {}, "e", "k")])
        assert calls == []
    assert calls == [1]
    async with database.write.begin() as connection:
        await connection.execute(sa.insert(tables.inbox_user), {"user_id": "v"})
    assert calls == [1]  # the mark of an earlier transaction does not stay on the connection
    await database.close()
    assert calls == [1]


def test_a_foreign_engine_in_another_thread_calls_back_after_its_commit(database_url_migrated: str) -> None:
    database = Database.open(database_url_migrated)
    engine = sa.create_engine(sync_url(database_url_migrated))
    seen: list[tuple[str, int]] = []

    def look() -> None:
        with database.sync.connect() as connection:
            rows = connection.scalar(sa.select(sa.func.count()).select_from(tables.inbox_user))
        seen.append((threading.current_thread().name, int(rows or 0)))

    database.on_commit(look)

    def write() -> None:
        with Session(engine) as session:
            session.execute(sa.insert(tables.inbox_user), {"user_id": "u"})
            announce(session.connection())
            session.commit()

    thread = threading.Thread(target=write, name="writer")
    thread.start()
    thread.join()
    assert seen == [("writer", 1)]
    engine.dispose()
    asyncio.run(database.close())


@pytest.mark.parametrize(
    ("url", "complaint"),
    [
        ("mysql://u:secret@h/d", "not mysql"),
        ("sqlite://", "name a file"),
        ("sqlite+aiosqlite:///:memory:", "name a file"),
        ("no url with secret", "cannot be read"),
        ("", "cannot be read"),
    ],
)
def test_an_unusable_url_is_refused_without_its_secret(url: str, complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint) as caught:
        Database.open(url)
    assert "secret" not in str(caught.value)


def test_plain_urls_get_their_drivers(tmp_path: Path) -> None:
    names = ("postgresql://u:p@h/d", "postgres://h/d", f"sqlite:///{tmp_path}/a.db", "postgresql+psycopg2://h/d")
    opened = [Database.open(url) for url in names]
    assert [database.write.driver for database in opened] == ["psycopg", "psycopg", "aiosqlite", "psycopg"]
    assert [database.dialect for database in opened] == ["postgresql", "postgresql", "sqlite", "postgresql"]
    assert opened[0].url == "postgresql+psycopg://u:p@h/d"
    for database in opened:
        asyncio.run(database.close())


async def test_a_crowd_of_callers_does_not_keep_the_relay_from_a_connection(db_url: str) -> None:
    database = Database.open(db_url, pool_size=4)
    order: list[str] = []
    first_is_in, first_may_go = asyncio.Event(), asyncio.Event()

    async def caller(number: int) -> None:
        async with database.begin():
            order.append(f"caller {number}")
            first_is_in.set()
            await first_may_go.wait()

    async def relay() -> None:
        async with database.write.begin():
            order.append("relay")

    crowd = [asyncio.create_task(caller(number)) for number in range(20)]
    await first_is_in.wait()
    late = asyncio.create_task(relay())
    if database.dialect == "postgresql":
        # While the callers hold all they may have: a connection is still free, however long it takes to open.
        await asyncio.wait_for(asyncio.shield(late), 10)
    else:
        await asyncio.sleep(0)
    first_may_go.set()
    await asyncio.gather(late, *crowd)
    assert order.index("relay") <= (3 if database.dialect == "postgresql" else 2)
    assert [one for one in order if one != "relay"] == [f"caller {number}" for number in range(20)]
    await database.close()
