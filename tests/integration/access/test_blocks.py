"""A block closes what is paid for and what is open to all, for as long as it lasts."""

from __future__ import annotations

from fanwire.access.facts import Facts, Grant
from fanwire.access.feed import AccessFeed
from fanwire.access.suspects import Suspects
from fanwire.payloads import BlockUser, FollowCreator, GrantAccess, NotifyNewPost, Post, RevokeAccess, UnblockUser
from tests.integration.access.conftest import World

ANNA = "creator:anna"
GRANT = GrantAccess(user_id="boris", resource=ANNA, tier="vip")
BLOCK = BlockUser(user_id="anna", blocked_id="boris")
UNBLOCK = UnblockUser(user_id="anna", blocked_id="boris")


def post(number: int) -> NotifyNewPost:
    return NotifyNewPost(post=Post(id=f"p{number}", creator_id="anna"))


async def test_a_block_closes_the_membership_and_an_unblock_opens_it_again(each_world: World) -> None:
    await each_world.say(GRANT, post(1), BLOCK, post(2))
    await each_world.work()
    assert await each_world.members() == set()
    told = each_world.told()
    assert {"at": "control", "user": "boris", "stream": ANNA, "joined": False} in told
    assert {"at": "feed:boris", "type": "subscription_cancelled", "creatorId": "anna", "reason": "blocked"} in told
    [count] = [one for one in told if one.get("type") == "unread_count"]
    assert (count["unreadCount"], count["reason"]) == (1, "blocked")
    await each_world.say(UNBLOCK, post(3))
    await each_world.work()
    assert {
        "at": "feed:boris",
        "type": "subscription_updated",
        "creatorId": "anna",
        "tier": "vip",
        "until": None,
    } in each_world.told()
    page = await each_world.inbox.page("boris")
    assert [one["metadata"]["postId"] for one in page.notifications] == ["p3", "p1"]
    assert await each_world.recount("boris") == (2, 2)


async def test_what_is_bought_while_blocked_opens_with_the_unblock(world: World) -> None:
    await world.say(BLOCK)
    await world.say(GRANT)
    await world.work()
    assert await world.members() == set()
    await world.say(UNBLOCK)
    await world.work()
    assert await world.members() == {"boris"}


async def test_an_unblock_opens_nothing_that_has_ended_meanwhile(world: World) -> None:
    until = world.in_(10)
    await world.say(GrantAccess(user_id="boris", resource=ANNA, until=until), BLOCK)
    await world.say(GrantAccess(user_id="clara", resource=ANNA), BlockUser(user_id="anna", blocked_id="clara"))
    await world.say(RevokeAccess(user_id="clara", resource=ANNA, reason="refunded"))
    await world.work()
    world.clock.advance(11)
    await world.say(UNBLOCK, UnblockUser(user_id="anna", blocked_id="clara"))
    await world.work()
    assert await world.members() == set()


async def test_a_reopened_membership_ends_with_its_grant(world: World) -> None:
    await world.say(GrantAccess(user_id="boris", resource=ANNA, until=world.in_(10)), BLOCK, UNBLOCK)
    await world.work()
    assert await world.members() == {"boris"}
    await world.later(11)
    assert await world.members() == set()


async def test_blocks_and_grants_in_any_order_of_batches_end_alike(world: World) -> None:
    events = [GRANT, BLOCK, UNBLOCK, BLOCK, GRANT, UNBLOCK]
    await world.say(*events)
    await world.work()
    together = await world.members()
    for event in events:
        await world.say(event)
        await world.work()
    assert together == await world.members() == {"boris"}


async def test_a_follower_is_sent_away_and_cannot_follow_while_blocked(world: World) -> None:
    follow = FollowCreator(user_id="boris", creator_id="anna")
    away = {"at": "control", "user": "boris", "stream": "followers:anna", "joined": False}
    await world.say(follow, BLOCK)
    await world.work()
    assert away in world.told()
    await world.say(follow)
    await world.work()
    assert world.told() == []
    await world.say(UNBLOCK, follow)
    await world.work()
    assert {**away, "joined": True} in world.told()


async def test_the_log_says_who_is_blocked(world: World) -> None:
    facts = Facts(world.database, world.clock)
    await world.say(BLOCK)
    assert (await facts.grants("boris", ["block:anna"]))["block:anna"] == Grant(kind="block")
    await world.say(UNBLOCK)
    assert (await facts.grants("boris", ["block:anna"]))["block:anna"].kind == "unblock"


async def test_nobody_is_asked_about_who_was_never_blocked(each_world: World) -> None:
    feed, suspects = AccessFeed(each_world.database, each_world.clock), Suspects(each_world.database, each_world.clock)
    await each_world.say(BLOCK)
    await feed.changes()
    await suspects.load()
    suspects.heard([], each_world.clock.monotonic())
    assert (suspects.may_be("boris"), suspects.may_be("clara")) == (True, False)
    await each_world.say(BlockUser(user_id="anna", blocked_id="clara"), GrantAccess(user_id="dina", resource=ANNA))
    suspects.heard(await feed.changes(), each_world.clock.monotonic())
    assert (suspects.may_be("clara"), suspects.may_be("dina")) == (True, False)
    each_world.clock.advance(0.9)
    assert suspects.may_be("dina")  # without news anybody may have been blocked
    few = Suspects(each_world.database, each_world.clock, most=1)
    await few.load()
    few.heard([], each_world.clock.monotonic())
    assert few.may_be("dina")  # too many to keep
