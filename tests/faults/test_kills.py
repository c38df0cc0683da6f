"""Promises P1-P4 with processes killed by SIGKILL at named points: nothing lost, nothing twice, nothing invented."""

from __future__ import annotations

import pytest

from fanwire.testing.crash import CrashPoint
from tests.clients.peers import PythonPeer
from tests.faults.site import AUTHOR, Site

# Several processes start and die in each test: on a busy machine that takes its time.
pytestmark = pytest.mark.timeout(300)

API_POINTS = [point for point in CrashPoint if point.name.startswith("API_")]
SERVE_POINTS = [point for point in CrashPoint if not point.name.startswith("API_")]
BEFORE, AFTER = [f"a{n}" for n in range(5)], [f"b{n}" for n in range(5)]


def seen(reader: PythonPeer, post: str) -> list[str]:
    """The comments that arrived on the post's channel, in order."""
    events = [e["data"] for e in reader.publications(f"post:{post}")]
    return [e["comment"]["content"] for e in events if e["type"] == "comment_added"]


def likes(reader: PythonPeer, post: str) -> int | None:
    """The count that a store holds after all that has arrived: it drops what is not newer."""
    held: tuple[int, int | None] = (0, None)
    for event in reader.events:
        data = event.get("data") if event.get("channel") == f"post:{post}" else None
        if isinstance(data, dict) and "likesCount" in data and data["version"] > held[0]:
            held = (data["version"], data["likesCount"])
    return held[1]


async def check(site: Site, texts: list[str]) -> None:
    """The committed set equals what was asked for, and the inbox holds each of it once, with the right count."""
    await site.drained()
    assert site.comments() == sorted(texts)
    assert sorted(site.inbox()) == sorted(site.comment_ids())
    unread = await site.send(AUTHOR, "GET", "/api/user/notifications", None)
    assert unread.json()["unreadCount"] == len(texts)


@pytest.mark.parametrize("point", API_POINTS)
async def test_a_killed_api_never_parts_a_write_from_its_event(site: Site, point: CrashPoint, seed: int) -> None:
    await site.start()
    reader = await site.reader()
    for text in BEFORE:
        await site.comment(text)
    site.api.kill()
    await site.start(api=f"{point}:{2 + seed % 3}")
    for text in AFTER:
        await site.comment(text)
    await check(site, BEFORE + AFTER)
    await reader.published(f"post:{site.post}", len(BEFORE + AFTER))
    assert seen(reader, site.post) == BEFORE + AFTER
    await reader.close()


@pytest.mark.parametrize("point", SERVE_POINTS)
async def test_a_killed_relay_and_gateway_loses_and_repeats_nothing(site: Site, point: CrashPoint, seed: int) -> None:
    await site.start()
    await site.drained()
    site.serve.kill()
    await site.start(serve=f"{point}:{1 + seed % 5}")
    reader = await site.reader()
    before = await site.comment_until_serve_dies()
    for text in AFTER:
        await site.comment(text)
    await site.start()
    await reader.see("subscribed", channel=f"post:{site.post}", wasRecovering=True, recovered=False)
    await check(site, before + AFTER)
    await site.comment("last")
    await reader.until(lambda _: "last" in seen(reader, site.post), "the last comment")
    await reader.until(lambda _: likes(reader, site.post) == len(before) % 2, "the last count, conflated or not")
    arrived = seen(reader, site.post)
    assert len(arrived) == len(set(arrived)), "an event came twice"
    assert arrived == sorted(arrived, key=[*before, *AFTER, "last"].index), "out of order"
    await reader.close()


async def test_the_api_answers_with_the_gateway_stopped_and_the_events_arrive_after(site: Site) -> None:
    await site.start()
    reader = await site.reader()
    assert site.serve.stop() == 0
    for text in BEFORE:
        await site.comment(text)
    assert site.comments() == BEFORE
    await site.start()
    await reader.see("subscribed", channel=f"post:{site.post}", wasRecovering=True)
    await check(site, BEFORE)
    again = await site.reader()
    snapshot = (await again.see("subscribed", channel=f"notifications:{AUTHOR}"))["data"]
    assert snapshot["unreadCount"] == len(BEFORE)
    await again.close()
    await reader.close()
