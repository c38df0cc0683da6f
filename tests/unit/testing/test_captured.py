"""Captured events: what code under test said, and only what it meant to say."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine, create_engine
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.orm import Session

from fanwire.errors import InvalidEvent
from fanwire.events.notifications import send_notification
from fanwire.events.posts import update_post_likes
from fanwire.events.receipt import Status
from fanwire.events.sync import posts as sync_posts
from fanwire.testing.captured import CapturedEvents


@pytest.fixture
def engine() -> Iterator[Engine]:
    """A database without any of Fanwire's tables."""
    engine = create_engine("sqlite://")
    yield engine
    engine.dispose()


def like(session: object, user: str = "boris") -> None:
    sync_posts.update_post_likes("1", user, True, session=session)


async def test_an_event_without_a_session_is_captured_at_once(fanwire_events: CapturedEvents) -> None:
    receipt = await update_post_likes("1", "boris", True, likes_count=3)
    assert receipt.status is Status.STORED
    found = fanwire_events.assert_published("update_post_likes", postId="1", likesCount=3)
    assert found.id == receipt.id


async def test_nested_fields_fit_what_holds_them(fanwire_events: CapturedEvents) -> None:
    await send_notification("anna", {"type": "LIKE_POST", "title": "Лайк", "metadata": {"postId": "1"}})
    fanwire_events.assert_published("send_notification", notification={"metadata": {"postId": "1"}})
    with pytest.raises(AssertionError, match="Лайк"):
        fanwire_events.assert_published("send_notification", notification={"type": "TIP_RECEIVED"})


def test_a_session_counts_when_it_commits(fanwire_events: CapturedEvents, engine: Engine) -> None:
    with Session(engine) as session:
        like(session)
        fanwire_events.none()
        session.commit()
        assert len(fanwire_events) == 1
        like(session, "clara")
        session.rollback()
    assert [one.payload["userId"] for one in fanwire_events] == ["boris"]


def test_a_rolled_back_savepoint_takes_back_its_own(fanwire_events: CapturedEvents, engine: Engine) -> None:
    with engine.begin() as connection:
        like(connection, "anna")
        with pytest.raises(ZeroDivisionError), connection.begin_nested():
            like(connection, "boris")
            raise ZeroDivisionError
        like(connection, "clara")
    assert [one.payload["userId"] for one in fanwire_events] == ["anna", "clara"]


def test_a_savepoint_before_the_first_event(fanwire_events: CapturedEvents, engine: Engine) -> None:
    with engine.begin() as connection:
        savepoint = connection.begin_nested()
        like(connection)
        savepoint.rollback()
    fanwire_events.none()


async def test_an_async_connection(fanwire_events: CapturedEvents) -> None:
    engine = create_async_engine("sqlite+aiosqlite://")
    async with engine.begin() as connection:
        await update_post_likes("1", "boris", True, session=connection)
    await engine.dispose()
    assert fanwire_events[0].function == "update_post_likes"


def test_a_connection_of_the_pool_remembers_nothing(fanwire_events: CapturedEvents, engine: Engine) -> None:
    for user in ("anna", "boris"):
        with engine.begin() as connection:
            like(connection, user)
    assert len(fanwire_events) == 2
    fanwire_events.clear()
    fanwire_events.none()


def test_what_does_not_fit_raises_as_it_does_with_a_database(fanwire_events: CapturedEvents, engine: Engine) -> None:
    with pytest.raises(InvalidEvent), engine.begin() as connection:
        sync_posts.update_post_likes("", "boris", True, session=connection)
    fanwire_events.none()


def test_failures_say_what_there_is(fanwire_events: CapturedEvents) -> None:
    with pytest.raises(AssertionError, match="nothing was said"):
        fanwire_events.assert_published("update_post_likes")
    sync_posts.update_post_likes("1", "boris", True)
    with pytest.raises(AssertionError, match=r"update_post_likes.*boris"):
        fanwire_events.none()
