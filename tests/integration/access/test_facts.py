"""The newest row of the access log is the fact."""

from __future__ import annotations

from datetime import timedelta

from fanwire.access.facts import Facts, Grant
from fanwire.clock import utc
from fanwire.events.access import grant_access, revoke_access
from fanwire.store.database import Database
from fanwire.testing import FakeClock

ANNA = "creator:anna"


async def test_the_newest_row_of_a_user_and_resource_wins(database: Database, clock: FakeClock) -> None:
    facts, until = Facts(database, clock), utc(clock) + timedelta(days=30)
    async with database.write.begin() as session:
        await grant_access("boris", ANNA, tier="basic", session=session)
        await grant_access("boris", ANNA, tier="vip", until=until, session=session)
        await grant_access("boris", "post:7", session=session)
        await grant_access("clara", ANNA, session=session)
        await revoke_access("clara", ANNA, session=session)
    assert await facts.grants("boris", [ANNA, "post:7", "post:8"]) == {ANNA: Grant("vip", until), "post:7": Grant()}
    assert await facts.grants("clara", [ANNA]) == {}
    assert await facts.grants("nobody", [ANNA]) == {}


async def test_a_grant_ends_by_the_clock(database: Database, clock: FakeClock) -> None:
    facts = Facts(database, clock)
    async with database.write.begin() as session:
        await grant_access("boris", ANNA, until=utc(clock) + timedelta(seconds=10), session=session)
    assert ANNA in await facts.grants("boris", [ANNA])
    clock.advance(10)
    assert await facts.grants("boris", [ANNA]) == {}
    assert await facts.ended("boris", [ANNA]) == "expired"


async def test_why_access_ended(database: Database, clock: FakeClock) -> None:
    facts = Facts(database, clock)
    async with database.write.begin() as session:
        await grant_access("boris", ANNA, tier="vip", session=session)
        await revoke_access("boris", ANNA, reason="refunded", session=session)
        await grant_access("clara", ANNA, tier="vip", session=session)
        await grant_access("clara", ANNA, tier="basic", session=session)
    assert await facts.ended("boris", [ANNA, "post:7"]) == "refunded"
    assert await facts.ended("clara", [ANNA]) == "downgraded"
    assert await facts.ended("nobody", [ANNA]) == ""
