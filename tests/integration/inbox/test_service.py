"""A reader's own acts and reads: only one's own, once, exact, in whose transaction they are asked for."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from fanwire.errors import BadCursor, BadLimit, NotFound
from fanwire.payloads import GrantAccess, Notification, NotifyNewPost, Post, SendNotification
from fanwire.store import tables
from tests.integration.inbox.conftest import Site


def hello(user: str = "boris", title: str = "t") -> SendNotification:
    return SendNotification(
        user_id=user, notification=Notification(type="HELLO", title=title, metadata={"n": [1, None]})
    )


async def send(site: Site, count: int, user: str = "boris") -> list[str]:
    """Ids, oldest first."""
    return [frame.event_id for frame in await site.apply(*(hello(user, str(n)) for n in range(count)))]


async def post(site: Site, number: str = "7") -> str:
    frames = await site.apply(NotifyNewPost(post=Post(id=number, creator_id="anna")))
    return frames[0].event_id


async def join(site: Site, user: str = "boris") -> None:
    await site.apply(GrantAccess(user_id=user, resource="creator:anna"))


async def test_an_item_is_shown_as_it_was_sent(site: Site) -> None:
    (item_id,) = await send(site, 1)
    page = await site.inbox.page("boris")
    shown = {"id": item_id, "type": "HELLO", "title": "0", "message": "", "metadata": {"n": [1, None]}}
    assert page.notifications == [{**shown, "isRead": False, "createdAt": "2027-01-15T08:00:00.123Z"}]


async def test_pages_hold_each_item_once_whatever_comes_meanwhile(site: Site) -> None:
    ids = await send(site, 7)
    await join(site)
    ids.append(await post(site))
    first = await site.inbox.page("boris", limit=3)
    await send(site, 2)
    second = await site.inbox.page("boris", limit=3, cursor=first.next_cursor)
    third = await site.inbox.page("boris", limit=3, cursor=second.next_cursor)
    shown = [one["id"] for page in (first, second, third) for one in page.notifications]
    assert shown == list(reversed(ids))
    assert (third.next_cursor, third.unread_count) == (None, 10)


async def test_a_full_last_page_has_no_cursor(site: Site) -> None:
    await send(site, 3)
    assert (await site.inbox.page("boris", limit=3)).next_cursor is None


async def test_a_limit_out_of_bounds_is_refused(sqlite_site: Site) -> None:
    for limit in (0, -1, 101):
        with pytest.raises(BadLimit, match=f"from 1 to 100, not {limit}"):
            await sqlite_site.inbox.page("boris", limit=limit)


async def test_a_cursor_of_another_list_is_refused(site: Site) -> None:
    await send(site, 2)
    cursor = (await site.inbox.page("boris", limit=1)).next_cursor
    with pytest.raises(BadCursor):
        await site.inbox.page("clara", cursor=cursor)
    with pytest.raises(BadCursor):
        await site.inbox.page("boris", cursor=f"{cursor}x")


async def test_who_never_had_anything_has_an_empty_inbox(site: Site) -> None:
    assert await site.inbox.page("nobody") == ([], 0, None)
    snapshot = await site.inbox.snapshot("nobody")
    assert (snapshot.version, snapshot.position, snapshot.streams) == (0, 0, frozenset())
    assert await site.inbox.mark_all_read("nobody") == await site.inbox.clear("nobody") == 0
    assert await site.acted() == []
    assert await site.size(tables.inbox_user) == 0


async def test_an_unknown_item_is_not_found(site: Site) -> None:
    await send(site, 1)
    for item in ("nothing", "", "a\0b", "x" * 10_000, "'; DROP TABLE fanwire_inbox_item; --"):
        for user in ("boris", "nobody"):
            with pytest.raises(NotFound):
                await site.inbox.mark_read(user, item)
    assert await site.acted() == []


async def test_an_item_of_somebody_else_is_not_found(site: Site) -> None:
    """The guide's own snippet marks any user's row by its id; ours must not."""
    (personal,) = await send(site, 1, "boris")
    await join(site)
    audience = await post(site)
    await send(site, 1, "clara")
    for item in (personal, audience):
        with pytest.raises(NotFound):
            await site.inbox.mark_read("clara", item)
    assert await site.inbox.unread_count("boris") == 2
    assert await site.acted() == []


async def test_a_mark_is_said_once(site: Site) -> None:
    personal, _ = await send(site, 2)
    await join(site)
    audience = await post(site)
    for item, left in ((personal, 2), (audience, 1)):
        assert await site.inbox.mark_read("boris", item) == left
        assert await site.inbox.mark_read("boris", item) == left
    frames = await site.acted()
    assert [(frame["data"]["notificationId"], frame["data"]["unreadCount"]) for frame in frames] == [
        (personal, 2),
        (audience, 1),
    ]
    assert [frame["version"] for frame in frames] == [3, 4]
    assert [frame["data"]["position"] for frame in frames] == [4, 4]
    assert all(frame["key"] == f"{frame['event_id']}:0" for frame in frames)
    shown = {one["id"]: one["isRead"] for one in (await site.inbox.page("boris")).notifications}
    assert (shown[personal], shown[audience], len(shown)) == (True, True, 3)


async def test_all_read_up_to_what_the_reader_has_seen(site: Site) -> None:
    await join(site)
    await send(site, 3)  # gseq 2 to 4
    await post(site)  # 5
    assert await site.inbox.mark_all_read("boris", up_to=3) == 2
    assert await site.inbox.mark_all_read("boris", up_to=3) == 2
    assert await site.inbox.mark_all_read("boris", up_to=1) == 2
    assert await site.inbox.mark_all_read("boris", up_to=10_000) == 0
    assert await site.inbox.mark_all_read("boris") == 0
    frames = await site.acted()
    assert [frame["data"]["upTo"] for frame in frames] == [3, 5]
    await send(site, 1)  # above the watermark, which did not run ahead to 10,000
    assert await site.inbox.unread_count("boris") == 1


async def test_a_clear_up_to_an_older_place_leaves_the_watermark_of_reads_alone(site: Site) -> None:
    await send(site, 4)
    await site.inbox.mark_all_read("boris")
    assert await site.inbox.clear("boris", up_to=2) == 0
    page = await site.inbox.page("boris")
    assert [one["isRead"] for one in page.notifications] == [True, True]
    assert await site.inbox.clear("boris", up_to=1) == 0
    assert len(await site.acted()) == 2


async def test_a_clear_of_an_empty_list_says_nothing(site: Site) -> None:
    (cleared,) = await send(site, 1)
    assert await site.inbox.clear("boris") == 0
    await send(site, 3, "clara")  # the global order goes on
    assert await site.inbox.clear("boris") == 0
    assert [frame["data"]["type"] for frame in await site.acted()] == ["notifications_cleared"]
    assert await site.inbox.mark_read("boris", cleared) == 0
    assert await site.acted() == []


async def test_what_was_read_one_by_one_is_forgotten_below_the_watermark(site: Site) -> None:
    await join(site)
    for number in ("1", "2", "3"):
        await site.inbox.mark_read("boris", await post(site, number))
    await post(site, "4")
    assert await site.size(tables.inbox_exception) == 3
    assert await site.inbox.mark_all_read("boris") == 0
    assert await site.size(tables.inbox_exception) == 0


async def test_a_snapshot_holds_the_newest_unread_and_counts_all(site: Site) -> None:
    ids = await send(site, 25)
    await join(site)
    await site.inbox.mark_read("boris", ids[24])
    snapshot = await site.inbox.snapshot("boris")
    assert [one["id"] for one in snapshot.data["notifications"]] == list(reversed(ids[4:24]))
    assert [one["position"] for one in snapshot.data["notifications"]] == list(range(24, 4, -1))
    assert (snapshot.data["unreadCount"], snapshot.version, snapshot.position) == (24, 26, 26)
    assert (snapshot.data["version"], snapshot.data["position"]) == (26, 26)
    assert snapshot.streams == {"creator:anna"}


@pytest.mark.parametrize("kind", ["connection", "session"])
async def test_an_act_in_the_callers_transaction_ends_with_it(site: Site, kind: str) -> None:
    (item,) = await send(site, 1)

    async def act(commit: bool) -> None:
        async with site.database.write.connect() as connection:
            session: Any = connection if kind == "connection" else AsyncSession(bind=connection)
            assert await site.inbox.mark_read("boris", item, session=session) == 0
            await (session.commit() if commit else session.rollback())
            await session.close()

    await act(commit=False)
    assert (await site.inbox.unread_count("boris"), await site.acted()) == (1, [])
    await act(commit=True)
    assert (await site.inbox.unread_count("boris"), len(await site.acted())) == (0, 1)


async def test_what_is_no_async_session_is_refused(site: Site) -> None:
    wrong: Any = object()
    with pytest.raises(TypeError, match="session is object"):
        await site.inbox.clear("boris", session=wrong)


async def test_an_act_wakes_the_relay(site: Site) -> None:
    (item,) = await send(site, 1)
    woken = asyncio.Event()
    loop = asyncio.get_running_loop()

    def wake() -> None:
        loop.call_soon_threadsafe(woken.set)

    site.database.on_commit(wake)
    await site.inbox.mark_read("boris", item)
    await asyncio.wait_for(woken.wait(), 5)
