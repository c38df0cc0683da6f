"""Subscriptions that end by themselves: nobody calls, and yet nothing comes after the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection
from structlog.testing import capture_logs

from fanwire.frames import Frame
from fanwire.inbox.lapses import Lapse, lapsed
from fanwire.payloads import (
    GrantAccess,
    Notification,
    NotifyNewPost,
    Post,
    RevokeAccess,
    SendAudienceNotification,
)
from tests.integration.access.conftest import World

ANNA = "creator:anna"


def grant(world: World, seconds: float | None, user: str = "boris") -> GrantAccess:
    until = None if seconds is None else world.in_(seconds)
    return GrantAccess(user_id=user, resource=ANNA, tier="vip", until=until)


def post(number: int) -> NotifyNewPost:
    return NotifyNewPost(post=Post(id=f"p{number}", creator_id="anna", title="secret", is_locked=True))


async def test_the_end_is_told_once_and_later_items_do_not_come(each_world: World) -> None:
    await each_world.say(grant(each_world, 10), post(1))
    await each_world.work()
    each_world.told()
    await each_world.later(9.5)
    assert each_world.told() == []
    await each_world.say(post(2))
    await each_world.later(1)
    told = [one for one in each_world.told() if one.get("user") == "boris" or one["at"].endswith(":boris")]
    assert told == [
        {"at": "control", "user": "boris", "stream": ANNA, "joined": False},
        {"at": "feed:boris", "type": "subscription_cancelled", "creatorId": "anna", "reason": "expired"},
        {
            "at": "notifications:boris",
            "type": "unread_count",
            "stream": ANNA,
            "reason": "expired",
            "unreadCount": 2,
            "version": 1,
            "position": 4,
        },
    ]
    await each_world.say(post(3))
    await each_world.later(5)
    assert await each_world.members() == set()
    assert await each_world.recount("boris") == (2, 2)
    page = await each_world.inbox.page("boris")
    # What was delivered keeps its title and its link.
    assert [one["metadata"]["postId"] for one in page.notifications] == ["p2", "p1"]
    assert {one["title"] for one in page.notifications} == {"Новый пост"}
    assert each_world.relay.stats.lapsed == 1


async def test_what_was_delivered_loses_its_text_with_the_access_and_has_it_again(each_world: World) -> None:
    said = SendAudienceNotification(
        creator_id="anna", notification=Notification(type="NEWS", title="open", message="for subscribers")
    )
    await each_world.say(grant(each_world, 10), grant(each_world, None, "clara"), said)
    await each_world.work()

    async def texts(user: str) -> tuple[list[str], list[str]]:
        page = await each_world.inbox.page(user)
        snapshot = await each_world.inbox.snapshots([user, "nobody"])
        return (
            [f"{one['title']}: {one['message']}" for one in page.notifications],
            [f"{one['title']}: {one['message']}" for one in snapshot[user].data["notifications"]],
        )

    whole, cut = (["open: for subscribers"],) * 2, (["open: "],) * 2
    assert await texts("boris") == whole
    await each_world.later(11)
    assert (await texts("boris"), await texts("clara")) == (cut, whole)
    await each_world.say(grant(each_world, 10))
    await each_world.work()
    assert await texts("boris") == whole
    await each_world.say(RevokeAccess(user_id="boris", resource=ANNA, reason="refunded"))
    await each_world.work()
    assert await texts("boris") == cut


async def test_it_survives_a_restart_and_a_long_stop(world: World) -> None:
    await world.say(grant(world, 10), grant(world, 20, "clara"), grant(world, None, "dina"))
    await world.work()
    world.relay.stop()
    await world.relay.run()
    world.clock.advance(3_600)
    world.relay = world.new_relay()
    await world.say(post(1))
    await world.work()
    assert await world.members() == {"dina"}


async def test_a_renewal_before_the_end_wins_even_while_it_waits_in_the_outbox(each_world: World) -> None:
    await each_world.say(grant(each_world, 10))
    await each_world.work()
    await each_world.say(grant(each_world, 100))
    each_world.clock.advance(11)
    async with each_world.database.peek.connect() as connection:
        assert await lapsed(connection, each_world.in_(0), 10) == []
    await each_world.work()
    assert await each_world.members() == {"boris"}
    assert "expired" not in repr(each_world.told())
    await each_world.later(90)
    assert await each_world.members() == set()


async def test_a_renewal_without_an_end_lasts(world: World) -> None:
    await world.say(grant(world, 10), grant(world, None))
    await world.work()
    await world.later(100_000)
    assert await world.members() == {"boris"}


async def test_a_renewal_after_the_end_opens_again_and_what_came_between_stays_out(world: World) -> None:
    await world.say(grant(world, 10), post(1))
    await world.work()
    await world.later(11)
    await world.say(post(2), grant(world, 10), post(3))
    await world.work()
    page = await world.inbox.page("boris")
    assert [one["metadata"]["postId"] for one in page.notifications] == ["p3", "p1"]
    assert await world.recount("boris") == (2, 2)
    joined = [one["joined"] for one in world.told() if one["at"] == "control"]
    assert joined == [True, False, True]
    await world.later(11)
    assert await world.members() == set()


async def test_a_grant_that_is_over_when_it_arrives_opens_nothing(world: World) -> None:
    await world.say(grant(world, -1), post(1))
    await world.work()
    assert await world.members() == set()
    assert (await world.inbox.page("boris")).notifications == []


async def test_a_shortened_grant_ends_at_the_new_end(world: World) -> None:
    await world.say(grant(world, None))
    await world.work()
    await world.say(grant(world, 0))
    await world.work()
    await world.later(1)
    assert await world.members() == set()


async def test_a_refund_before_the_end_is_the_only_end(world: World) -> None:
    await world.say(grant(world, 10))
    await world.work()
    await world.say(RevokeAccess(user_id="boris", resource=ANNA, reason="refunded"))
    await world.later(20)
    reasons = [one["reason"] for one in world.told() if one.get("type") == "subscription_cancelled"]
    assert reasons == ["refunded"]


async def test_hundreds_end_at_once_each_in_its_own_place(each_world: World) -> None:
    users = [f"u{n}" for n in range(450)]
    await each_world.say(*(grant(each_world, 10, user) for user in users))
    await each_world.work()
    each_world.told()
    await each_world.later(11)
    assert await each_world.members() == set()
    ends = [one for one in each_world.told() if one.get("type") == "unread_count"]
    assert sorted(one["at"] for one in ends) == sorted(f"notifications:{user}" for user in users)
    assert len({one["position"] for one in ends}) == len(users)


async def test_one_that_cannot_be_ended_stops_neither_the_others_nor_what_is_said(world: World) -> None:
    await world.say(*(grant(world, 10, user) for user in ("boris", "clara")))
    await world.work()
    lapsing = world.relay._lapsing
    assert lapsing is not None
    apply = lapsing._lapses.apply

    async def failing(connection: AsyncConnection, found: Sequence[Lapse], *rest: Any) -> Sequence[Frame]:
        if any(one.user == "boris" for one in found):
            raise ValueError("a bug")
        return await apply(connection, found, *rest)

    lapsing._lapses = lapsing._lapses._replace(apply=failing)
    await world.say(post(1))
    world.clock.advance(11)
    with capture_logs() as lines:
        await world.work()
        world.told()
        await world.say(post(2))
        await world.later(2)
    assert await world.members() == {"boris"}
    assert [one["type"] for one in world.told() if one["at"] == "creator:anna"] == ["notification", "post_created"]
    assert [line["event"] for line in lines] == ["relay.lapse.down"]
    lapsing._lapses = lapsing._lapses._replace(apply=apply)
    await world.later(2)
    assert await world.members() == set()


async def test_the_look_is_an_index_scan_whatever_the_number_of_members(pg_world: World) -> None:
    async with pg_world.database.write.begin() as connection:
        await connection.execute(
            sa.text(
                "INSERT INTO fanwire_membership (user_id, stream, from_gseq, until)"
                " SELECT 'u' || n, 'creator:anna', n, now() + interval '1 year' FROM generate_series(1, 20000) AS n"
            )
        )
    async with pg_world.database.write.connect() as connection:
        await connection.execute(sa.text("ANALYZE fanwire_membership"))
        plan = await connection.execute(
            sa.text(
                "EXPLAIN SELECT user_id FROM fanwire_membership"
                " WHERE to_gseq IS NULL AND until <= now() ORDER BY until LIMIT 200"
            )
        )
        assert "fanwire_membership_ending" in "\n".join(plan.scalars())
