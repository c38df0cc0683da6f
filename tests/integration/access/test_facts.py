"""The newest row of the access log is the fact."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fanwire.access.facts import Facts, Grant, grants_on
from fanwire.clock import utc
from fanwire.events.access import grant_access, revoke_access
from fanwire.events.dispatch import emit
from fanwire.payloads import GrantAccess
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


@pytest.mark.parametrize("reason", ["expired", "refunded", "downgraded", "blocked", "cancelled", "revoked"])
async def test_a_revocation_keeps_its_reason(database: Database, clock: FakeClock, reason: str) -> None:
    facts = Facts(database, clock)
    async with database.write.begin() as session:
        await grant_access("boris", ANNA, session=session)
        await revoke_access("boris", ANNA, reason=reason, session=session)
    assert await facts.ended("boris", [ANNA]) == reason


async def test_the_newest_of_several_resources_is_the_reason(database: Database, clock: FakeClock) -> None:
    facts = Facts(database, clock)
    async with database.write.begin() as session:
        await grant_access("boris", ANNA, until=utc(clock) - timedelta(seconds=1), session=session)
        await revoke_access("boris", "post:7", reason="refunded", session=session)
    assert await facts.ended("boris", [ANNA, "post:7"]) == "refunded"
    assert await facts.ended("boris", [ANNA]) == "expired"
    assert await facts.ended("boris", ["post:8"]) == ""


async def test_access_comes_back_after_a_revocation(database: Database, clock: FakeClock) -> None:
    facts = Facts(database, clock)
    async with database.write.begin() as session:
        await grant_access("boris", ANNA, tier="vip", session=session)
        await revoke_access("boris", ANNA, session=session)
        await grant_access("boris", ANNA, tier="basic", session=session)
    assert await facts.grants("boris", [ANNA]) == {ANNA: Grant("basic")}


async def test_a_grant_that_is_sent_again_after_a_revocation_does_not_undo_it(
    database: Database, clock: FakeClock
) -> None:
    facts, grant = Facts(database, clock), GrantAccess(user_id="boris", resource=ANNA)
    async with database.write.begin() as session:
        await emit(grant, session=session, event_id="payment-1")
        await revoke_access("boris", ANNA, session=session)
        await emit(grant, session=session, event_id="payment-1")
    assert await facts.grants("boris", [ANNA]) == {}


async def test_a_rolled_back_grant_opens_nothing_and_its_own_transaction_sees_it(
    database: Database, clock: FakeClock
) -> None:
    facts = Facts(database, clock)
    async with database.write.connect() as session:
        await grant_access("boris", ANNA, session=session)
        assert await grants_on(session, "boris", [ANNA], utc(clock)) == {ANNA: Grant()}
        assert await facts.grants("boris", [ANNA]) == {}
        await session.rollback()
    assert await facts.grants("boris", [ANNA]) == {}


async def test_no_resources_give_no_grants(database: Database, clock: FakeClock) -> None:
    facts = Facts(database, clock)
    assert await facts.grants("boris", []) == {}
    assert await facts.ended("boris", []) == ""
