"""An access event is applied once and in the order of the log, however often and whenever it is handed in."""

from __future__ import annotations

import sqlalchemy as sa

from fanwire.payloads import GrantAccess, RevokeAccess
from fanwire.store import tables
from tests.integration.access.conftest import World

ANNA = "creator:anna"
GRANT = GrantAccess(user_id="boris", resource=ANNA, tier="vip")
REVOKE = RevokeAccess(user_id="boris", resource=ANNA, reason="refunded")


async def test_a_grant_handed_in_again_after_its_revocation_opens_nothing(each_world: World) -> None:
    await each_world.say(GRANT, ids=["pay-1"])
    await each_world.work()
    await each_world.say(REVOKE)
    await each_world.work()
    assert await each_world.members() == set()
    each_world.told()
    await each_world.say(GRANT, ids=["pay-1"])  # a retry, long after the first was applied and deleted
    await each_world.work()
    assert await each_world.members() == set()
    assert each_world.told() == []


async def test_a_revocation_handed_in_again_after_a_new_grant_closes_nothing(world: World) -> None:
    await world.say(GRANT, ids=["pay-1"])
    await world.say(REVOKE, ids=["refund-1"])
    await world.say(GRANT, ids=["pay-2"])
    await world.work()
    world.told()
    await world.say(REVOKE, ids=["refund-1"])
    await world.work()
    assert await world.members() == {"boris"}
    assert world.told() == []


async def test_a_repeat_within_one_batch_is_one_event(world: World) -> None:
    await world.say(GRANT, ids=["pay-1"])
    await world.say(GRANT, ids=["pay-1"])
    await world.work()
    assert [one["joined"] for one in world.told() if one["at"] == "control"] == [True]


async def test_where_outbox_and_log_disagree_the_log_decides_as_it_does_for_permissions(each_world: World) -> None:
    """Two transactions at once: each was first in one of the two tables."""
    log, outbox = tables.access, tables.outbox
    async with each_world.database.write.begin() as connection:
        for event_id, kind in (("revoke", "revoke"), ("grant", "grant")):
            row = {"event_id": event_id, "user_id": "boris", "resource": ANNA, "kind": kind}
            await connection.execute(sa.insert(log), row)
        for event_id, event in (("grant", GRANT), ("revoke", REVOKE)):
            said = {"event_id": event_id, "function": event.function, "payload": event.to_json()}
            await connection.execute(sa.insert(outbox), said)
    await each_world.work()
    assert await each_world.members() == {"boris"}


async def test_an_sql_client_that_writes_the_outbox_row_alone_states_the_fact_too(each_world: World) -> None:
    async with each_world.database.write.begin() as connection:
        row = {"event_id": "by-hand", "function": GRANT.function, "payload": GRANT.to_json()}
        await connection.execute(sa.insert(tables.outbox), row)
    await each_world.work()
    assert await each_world.members() == {"boris"}
    async with each_world.database.read.connect() as connection:
        [fact] = (await connection.execute(sa.select(tables.access))).all()
    assert (fact.user_id, fact.resource, fact.kind, fact.tier, fact.event_id) == (
        "boris",
        ANNA,
        "grant",
        "vip",
        "by-hand",
    )
