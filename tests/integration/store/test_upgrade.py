"""A database of the first schema, with rows in all its tables, goes on where it stood."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from alembic import command

from fanwire.access.facts import Facts
from fanwire.clock import utc
from fanwire.inbox import Inbox
from fanwire.inbox.apply import apply_rows
from fanwire.inbox.lapses import apply_lapses, lapsed
from fanwire.outbox.dead_letters import DeadLetters
from fanwire.outbox.lapsing import Lapses
from fanwire.outbox.relay import Relay
from fanwire.settings import RelaySettings
from fanwire.store import migrate, tables
from fanwire.store.database import Database
from fanwire.testing import FakeClock
from tests.integration.outbox.relays import Recorder, count

ANNA = "creator:anna"


def event(event_id: str, function: str, **payload: Any) -> dict[str, Any]:
    return {"version": 1, "event_id": event_id, "function": function, "payload": payload}


def item(user: str, gseq: int, *, is_read: bool = False) -> dict[str, Any]:
    return {"user_id": user, "natural_key": f"LIKE_POST:p:{gseq}", "is_read": is_read, **content(gseq)}


def content(gseq: int) -> dict[str, Any]:
    text = {"type": "LIKE_POST", "title": "Лайк", "message": "", "metadata": {"n": gseq}}
    return {"item_id": f"i{gseq}", "gseq": gseq, "created_at": utc(FakeClock()), **text}


def rows(now: datetime) -> dict[sa.Table, list[dict[str, Any]]]:
    """Boris's subscription has ended unnoticed, Clara's lasts, Dora's is revoked by an event that still waits."""
    past, future = now - timedelta(days=1), now + timedelta(days=30)
    gone = {"id": 1, "created_at": past, "error": "a bug", "failed_at": past}
    grant = {"resource": ANNA, "kind": "grant", "tier": "basic"}
    return {
        tables.outbox: [
            event("dora-2", "revoke_access", userId="dora", resource=ANNA, reason="refunded"),
            event("send", "send_notification", userId="boris", notification={"type": "LIKE_POST", "title": "Лайк"}),
        ],
        tables.dead_letter: [{**event("fred-1", "grant_access", userId="fred", resource=ANNA), **gone}],
        tables.frame: [
            {"key": "old:0", "event_id": "old", "target": "channel", "channel": "c", "data": '{"n":0}', "version": 9}
        ],
        tables.inbox_user: [{"user_id": "boris", "version": 3, "unread": 2}, {"user_id": "clara", "version": 1}],
        tables.inbox_item: [item("boris", 1), item("boris", 2, is_read=True), item("boris", 3)],
        tables.audience_event: [
            {"stream": ANNA, "n": 1, "natural_key": "NEW_POST:p1", "deleted_at": None, **content(5)},
            {"stream": ANNA, "n": 2, "natural_key": "NEW_POST:p2", "deleted_at": past, **content(6)},
        ],
        tables.membership: [
            {"user_id": "boris", "stream": ANNA, "from_gseq": 4, "to_gseq": None},
            {"user_id": "clara", "stream": ANNA, "from_gseq": 4, "to_gseq": None},
            {"user_id": "dora", "stream": ANNA, "from_gseq": 4, "to_gseq": None},
            {"user_id": "eva", "stream": ANNA, "from_gseq": 1, "to_gseq": 5},
        ],
        tables.inbox_exception: [{"user_id": "clara", "gseq": 5, "stream": ANNA, "state": "read"}],
        tables.access: [
            {"user_id": "boris", "until": past, "event_id": "boris-1", **grant},
            {"user_id": "clara", "until": future, "event_id": None, **grant},
            {"user_id": "dora", "until": future, "event_id": "dora-1", **grant},
            {"user_id": "dora", "until": None, "event_id": "dora-2", **grant, "kind": "revoke", "reason": "refunded"},
            {"user_id": "fred", "until": None, "event_id": "fred-1", **grant},
        ],
    }


@pytest.fixture
async def database(db_url: str, clock: FakeClock) -> AsyncIterator[Database]:
    """As the first release left it, and then upgraded."""
    engine = migrate._engine(db_url)
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection), "0001")
        for table, found in rows(utc(clock)).items():
            for row in found:
                connection.execute(sa.insert(table), row)
        connection.execute(sa.update(tables.relay_lease).values(gseq=6))
    engine.dispose()
    await migrate.upgrade_async(db_url)
    database = Database.open(db_url)
    yield database
    await database.close()


def relay(database: Database, clock: FakeClock, out: Recorder) -> Relay:
    lapses = Lapses(lapsed, apply_lapses)
    return Relay(database, out, RelaySettings(), clock, "test", apply=apply_rows, lapses=lapses)


async def open_memberships(database: Database) -> dict[str, datetime | None]:
    column = tables.membership.c
    async with database.read.connect() as connection:
        found = await connection.execute(sa.select(column.user_id, column.until).where(column.to_gseq.is_(None)))
        return {row.user_id: row.until for row in found}


async def test_no_row_is_lost_and_open_memberships_know_their_ends(database: Database, clock: FakeClock) -> None:
    for table, found in rows(utc(clock)).items():
        assert await count(database, table) == len(found), table.name
    now = utc(clock)
    past, future = now - timedelta(days=1), now + timedelta(days=30)
    # Dora's newest fact is the revocation, which the relay will come to.
    assert await open_memberships(database) == {"boris": past, "clara": future, "dora": None}


async def test_the_relay_goes_on_and_ends_what_has_ended(database: Database, clock: FakeClock) -> None:
    out, inbox = Recorder(), Inbox(database, clock)
    facts = Facts(database, clock)
    assert await facts.left(["boris", "clara", "dora", "fred"]) == {("dora", ANNA)}
    assert await inbox.unread_count("boris") == 3
    work = relay(database, clock, out)
    assert await work.publish_left_over() == 1
    assert await work.step() > 0
    assert [frame.key for frame in out.frames][:1] == ["old:0"]
    assert set(await open_memberships(database)) == {"clara"}
    assert await facts.left(["boris", "clara", "dora", "fred"]) == set()
    # Three that were there, one sent: what came before the end stays.
    assert await inbox.unread_count("boris") == 4
    assert len((await inbox.page("boris")).notifications) == 5
    assert await inbox.unread_count("clara") == 0
    assert await inbox.unread_count("eva") == 1
    assert await count(database, tables.outbox) == await count(database, tables.frame) == 0
    assert work.stats.dead == 0


async def test_an_event_among_the_dead_letters_takes_effect_when_it_is_retried(
    database: Database, clock: FakeClock
) -> None:
    work = relay(database, clock, Recorder())
    await work.step()
    assert await DeadLetters(database).retry([1]) == 1
    clock.advance(60)
    await work.step()
    assert "fred" in await open_memberships(database)
