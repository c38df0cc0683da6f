"""Where access begins, and what was published before and after, are in one order: by it resuming is decided."""

from __future__ import annotations

from fanwire.access.facts import Facts
from fanwire.clock import SystemClock
from fanwire.payloads import (
    BlockUser,
    Event,
    GrantAccess,
    NotifyAuctionExtended,
    NotifyCreatorUpdate,
    NotifyNewComment,
    UnblockUser,
)
from tests.integration.access.conftest import World

CHANNELS = {"post:7", "creator:anna", "auction:7"}


def said(name: str) -> list[Event]:
    """One event on each of the channels that ask for access."""
    return [
        NotifyNewComment.model_validate({"postId": "7", "comment": {"id": name}}),
        NotifyCreatorUpdate.model_validate({"creatorId": "anna", "changes": {"nickname": name}}),
        NotifyAuctionExtended.model_validate({"postId": "7", "endsAt": "2027-01-01T00:00:00Z"}),
    ]


async def test_what_came_before_an_access_has_a_lower_version_and_what_came_after_a_higher(world: World) -> None:
    """Else a client that comes back to what it has paid for a minute ago would never recover."""
    await world.say(*said("before"), BlockUser(user_id="anna", blocked_id="boris"))
    await world.say(GrantAccess(user_id="boris", resource="post:7"), UnblockUser(user_id="anna", blocked_id="boris"))
    await world.say(*said("after"))
    await world.work()
    grants = await Facts(world.database, SystemClock()).grants("boris", ["post:7", "block:anna"])
    told = [frame for frame in world.frames if frame.channel in CHANNELS]
    assert [frame.channel for frame in told[:3]] == [frame.channel for frame in told[3:]]
    assert {frame.channel for frame in told} == CHANNELS
    for grant in grants.values():
        assert [frame.version > grant.since for frame in told] == [False] * 3 + [True] * 3
        assert [frame.version > 0 for frame in told] == [True] * 6
