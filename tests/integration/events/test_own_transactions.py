"""Events without a session, on real databases: loops and threads of every kind, and counts only the database knows."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

import fanwire
from fanwire.errors import InvalidEvent
from fanwire.events import config
from fanwire.events.notifications import send_notification, send_notifications
from fanwire.events.posts import notify_new_post, update_post_likes
from fanwire.events.receipt import Status
from fanwire.events.sync import notifications as sync
from fanwire.store import migrate, tables
from fanwire.store.database import Database

NOTE = {"type": "NEW_MESSAGE", "title": "t"}


class Base(DeclarativeBase):
    pass


class PostRow(Base):
    """An application's own table, with more in it than may leave."""

    __tablename__ = "site_post"
    id: Mapped[int] = mapped_column(primary_key=True)
    creator_id: Mapped[str]
    title: Mapped[str]
    is_locked: Mapped[bool]
    likes: Mapped[int] = mapped_column(default=0)
    secret: Mapped[str] = mapped_column(default="must-not-be-stored")


class Likes:
    """A directory on that table."""

    def likes_count(self, connection: Connection, post_id: str) -> int | None:
        return connection.scalar(sa.select(PostRow.likes).where(PostRow.id == int(post_id)))


async def payloads(database: Database) -> list[dict[str, Any]]:
    async with database.read.connect() as connection:
        return list(await connection.scalars(sa.select(tables.outbox.c.payload).order_by(tables.outbox.c.id)))


@pytest.fixture
async def site(database: Database) -> Database:
    async with database.write.begin() as connection:
        await connection.run_sync(Base.metadata.create_all)
    return database


async def test_an_orm_row_gives_only_what_is_allowed(site: Database) -> None:
    async with AsyncSession(site.write) as session:
        row = PostRow(creator_id="anna", title="t", is_locked=False)
        session.add(row)
        with pytest.raises(InvalidEvent, match="after flush"):
            await notify_new_post(row, session=session)
        await session.flush()
        await notify_new_post(row, session=session)
        selected = (await session.execute(sa.select(PostRow.__table__))).one()
        await notify_new_post(selected, session=session)
        await session.commit()
    stored = await payloads(site)
    assert stored[0] == stored[1] == {"post": {"id": "1", "creatorId": "anna", "title": "t", "isLocked": False}}


async def test_the_count_comes_from_the_directory_inside_the_transaction(site: Database) -> None:
    fanwire.configure(database=site, directory=Likes())
    async with AsyncSession(site.write) as session:
        session.add(PostRow(id=7, creator_id="anna", title="t", is_locked=False, likes=41))
        await session.flush()
        await session.execute(sa.update(PostRow).values(likes=PostRow.likes + 1))
        await update_post_likes(7, "boris", True, session=session)
        await update_post_likes(7, "boris", True, likes_count=5, session=session)
        await update_post_likes(8, "boris", True, session=session)
        await session.commit()
    await update_post_likes(7, "boris", False)
    assert [stored.get("likesCount") for stored in await payloads(site)] == [42, 5, None, 42]


async def test_without_a_directory_the_count_is_omitted(database: Database) -> None:
    fanwire.configure(database=database)
    await update_post_likes(7, "boris", True)
    assert "likesCount" not in (await payloads(database))[0]


async def test_a_url_serves_any_number_of_loops_and_threads(db_url: str) -> None:
    """Celery, tests and scripts open a loop each; engines of asyncio belong to one."""
    await migrate.upgrade_async(db_url)
    fanwire.configure(database_url=db_url)

    async def one_loop() -> set[Status]:
        receipts = await asyncio.gather(*(send_notification(f"u{n}", NOTE, strict=True) for n in range(50)))
        return {receipt.status for receipt in receipts}

    with ThreadPoolExecutor(4) as threads:
        loops = [threads.submit(asyncio.run, one_loop()) for _ in range(4)]
        plain = [threads.submit(sync.send_notification, f"s{n}", NOTE) for n in range(20)]
        assert [await asyncio.wrap_future(done) for done in loops] == [{Status.STORED}] * 4
        assert {(await asyncio.wrap_future(done)).status for done in plain} == {Status.STORED}
    database = Database.open(db_url)
    assert len(await payloads(database)) == 220
    await database.close()
    await config.close()


async def test_a_script_that_sends_and_ends_leaves_at_once(sqlite_url: str) -> None:
    await migrate.upgrade_async(sqlite_url)
    code = (
        "import asyncio, sys, fanwire\n"
        "from fanwire.events.notifications import send_notification\n"
        "fanwire.configure(database_url=sys.argv[1])\n"
        f"print(asyncio.run(send_notification('boris', {NOTE!r})).status)"
    )
    done = await asyncio.to_thread(
        subprocess.run,
        [sys.executable, "-W", "error::ImportWarning", "-c", code, sqlite_url],
        capture_output=True,
        text=True,
        timeout=20,
        check=True,
    )
    assert done.stdout == "stored\n"


async def test_one_bad_recipient_among_many(database: Database) -> None:
    fanwire.configure(database=database)
    receipts = await send_notifications(
        ["anna", "two words", "boris", "clara"], {**NOTE, "metadata": {"userId": "boris"}}
    )
    assert [receipt.status for receipt in receipts] == [Status.STORED, Status.FAILED, Status.SKIPPED, Status.STORED]
    assert [stored["userId"] for stored in await payloads(database)] == ["anna", "clara"]
    assert await send_notifications([], NOTE) == []


async def test_with_a_session_one_bad_recipient_stops_the_call_before_it_writes(database: Database) -> None:
    async with database.write.begin() as session:
        with pytest.raises(InvalidEvent):
            await send_notifications(["anna", "two words"], NOTE, session=session)
    assert await payloads(database) == []


async def test_a_sync_session_needs_no_loop(database: Database) -> None:
    with Session(database.sync) as session:
        receipts = sync.send_notifications(["anna", "boris"], NOTE, session=session)
        session.rollback()
        receipts += sync.send_notifications(["clara"], NOTE, session=session)
        session.commit()
    assert {receipt.status for receipt in receipts} == {Status.STORED}
    with database.sync.connect() as connection:
        assert [p["userId"] for p in connection.scalars(sa.select(tables.outbox.c.payload))] == ["clara"]
