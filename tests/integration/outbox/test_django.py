"""Rows through Django's connection are the rows that SQLAlchemy's would have been."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import select

from fanwire.errors import ConfigurationError
from fanwire.events.sync.access import grant_access
from fanwire.events.sync.posts import update_post_likes
from fanwire.store import migrate, tables
from fanwire.store.database import Database
from fanwire.testing.captured import CapturedEvents
from tests.django_database import django_on

UNTIL = datetime(2030, 1, 1, tzinfo=UTC)


@pytest.fixture
def django(db_url: str) -> Iterator[Any]:
    """Django's connection to a migrated database."""
    migrate.upgrade(db_url)
    with django_on(db_url) as connection:
        yield connection


def stored(db_url: str) -> tuple[list[Any], list[Any]]:
    """What is in the outbox and in the access log."""
    database = Database.open(db_url)
    outbox, access = tables.outbox.c, tables.access.c
    with database.sync.connect() as connection:
        events = connection.execute(select(outbox.function, outbox.payload, outbox.version).order_by(outbox.id)).all()
        facts = connection.execute(select(access.user_id, access.resource, access.kind, access.tier, access.until))
        found = [tuple(row) for row in events], [tuple(row) for row in facts]
    database.sync.dispose()
    return found


def test_what_is_committed_is_stored_as_if_by_sqlalchemy(django: Any, db_url: str) -> None:
    from django.db.transaction import atomic

    with atomic():
        update_post_likes("1", "100%s", True, likes_count=3, session=django)
        grant_access("boris", "creator:anna", tier="premium", until=UNTIL, session=django)
    events, facts = stored(db_url)
    assert events[0] == ("update_post_likes", {"postId": "1", "userId": "100%s", "liked": True, "likesCount": 3}, 1)
    assert [function for function, *_ in events] == ["update_post_likes", "grant_access"]
    assert facts == [("boris", "creator:anna", "grant", "premium", UNTIL)]


def test_what_is_rolled_back_is_not(django: Any, db_url: str) -> None:
    from django.db.transaction import atomic

    with pytest.raises(ZeroDivisionError), atomic():
        update_post_likes("1", "boris", True, session=django)
        raise ZeroDivisionError
    assert stored(db_url) == ([], [])


def test_outside_atomic_nothing_ties_the_event_to_the_write(django: Any) -> None:
    with pytest.raises(ConfigurationError, match=r"outside transaction\.atomic"):
        update_post_likes("1", "boris", True, session=django)


def test_captured_events_follow_djangos_transaction(django: Any, db_url: str, fanwire_events: CapturedEvents) -> None:
    from django.db.transaction import atomic

    with pytest.raises(ZeroDivisionError), atomic():
        update_post_likes("1", "boris", True, session=django)
        raise ZeroDivisionError
    with atomic():
        update_post_likes("2", "boris", True, session=django)
        fanwire_events.none()
    assert [one.payload["postId"] for one in fanwire_events] == ["2"]
    assert stored(db_url) == ([], [])


def test_other_databases_are_refused() -> None:
    class Oracle:
        vendor = "oracle"
        in_atomic_block = True

    with pytest.raises(ConfigurationError, match="Django is on oracle"):
        update_post_likes("1", "boris", True, session=Oracle())
