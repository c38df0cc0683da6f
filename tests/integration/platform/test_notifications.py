"""/api/user/notifications, on an inbox that Fanwire's own relay step has filled."""

from __future__ import annotations

from typing import Any

from tests.integration.platform.api import PlatformApi

PATH = "/api/user/notifications"


async def three_items(api: PlatformApi) -> list[dict[str, Any]]:
    """The notifications of anna, newest first."""
    post = await api.post("anna")
    for fan in ("boris", "clara", "dina"):
        await api.ok(fan, "POST", f"/api/posts/{post}/like")
    await api.applied()
    items: list[dict[str, Any]] = (await api.ok("anna", "GET", PATH))["notifications"]
    return items


async def test_the_list_has_the_shape_of_the_guide(api: PlatformApi) -> None:
    await three_items(api)
    answer = await api.ok("anna", "GET", PATH)
    assert set(answer) == {"notifications", "unreadCount", "nextCursor"}
    assert (answer["unreadCount"], answer["nextCursor"], len(answer["notifications"])) == (3, None, 3)
    newest = answer["notifications"][0]
    assert set(newest) == {"id", "type", "title", "message", "metadata", "isRead", "createdAt"}
    assert (newest["type"], newest["title"], newest["isRead"]) == ("LIKE_POST", "Новый лайк", False)
    assert newest["metadata"]["userId"] == "dina"
    assert await api.ok("nobody", "GET", PATH) == {"notifications": [], "unreadCount": 0, "nextCursor": None}


async def test_pages_are_complete(api: PlatformApi) -> None:
    items = await three_items(api)
    first = await api.ok("anna", "GET", f"{PATH}?limit=2")
    second = await api.ok("anna", "GET", PATH, params={"limit": 2, "cursor": first["nextCursor"]})
    assert first["notifications"] + second["notifications"] == items
    assert second["nextCursor"] is None


async def test_a_cursor_of_somebody_else_is_refused(api: PlatformApi) -> None:
    await three_items(api)
    cursor = (await api.ok("anna", "GET", f"{PATH}?limit=1"))["nextCursor"]
    for user, bad in (("boris", cursor), ("anna", "nonsense")):
        document = await api.refused(422, user, "GET", PATH, params={"cursor": bad})
        assert document["errors"][0]["field"] == "query.cursor"


async def test_one_is_read(api: PlatformApi) -> None:
    items = await three_items(api)
    for _ in range(2):
        assert await api.ok("anna", "PATCH", PATH, {"notificationId": items[1]["id"]}) == {"success": True}
    answer = await api.ok("anna", "GET", PATH)
    assert answer["unreadCount"] == 2
    assert [item["isRead"] for item in answer["notifications"]] == [False, True, False]


async def test_somebody_elses_is_not_there(api: PlatformApi) -> None:
    items = await three_items(api)
    for identifier in (items[0]["id"], "nothing"):
        document = await api.refused(404, "boris", "PATCH", PATH, {"notificationId": identifier})
        assert identifier in document["detail"]
    assert (await api.ok("anna", "GET", PATH))["unreadCount"] == 3


async def test_all_are_read(api: PlatformApi) -> None:
    await three_items(api)
    assert await api.ok("anna", "PATCH", PATH, {"markAllAsRead": True}) == {"success": True}
    answer = await api.ok("anna", "GET", PATH)
    assert answer["unreadCount"] == 0
    assert all(item["isRead"] for item in answer["notifications"])


async def test_what_came_after_the_position_that_was_seen_stays_unread(api: PlatformApi) -> None:
    await three_items(api)
    assert await api.ok("anna", "PATCH", PATH, {"markAllAsRead": True, "upTo": 3}) == {"success": True}
    answer = await api.ok("anna", "GET", PATH)
    assert 0 < answer["unreadCount"] < 3


async def test_the_list_is_cleared(api: PlatformApi) -> None:
    await three_items(api)
    assert await api.ok("anna", "DELETE", PATH) == {"success": True}
    assert await api.ok("anna", "GET", PATH) == {"notifications": [], "unreadCount": 0, "nextCursor": None}


async def test_acts_leave_frames_for_the_other_devices(api: PlatformApi) -> None:
    items = await three_items(api)
    await api.ok("anna", "PATCH", PATH, {"notificationId": items[0]["id"]})
    await api.ok("anna", "PATCH", PATH, {"markAllAsRead": True})
    await api.ok("anna", "DELETE", PATH)
    told = [frame["type"] for channel, frame in await api.applied() if channel == "notifications:anna"]
    assert told[-3:] == ["notification_read", "notifications_read", "notifications_cleared"]


async def test_a_repeated_key_reads_once(api: PlatformApi) -> None:
    items = await three_items(api)
    body = {"notificationId": items[0]["id"]}
    first = await api.send("anna", "PATCH", PATH, body, key="k")
    second = await api.send("anna", "PATCH", PATH, body, key="k")
    assert (first.json(), second.json()) == ({"success": True}, {"success": True})
    assert second.headers["idempotency-replayed"] == "true"
    await api.refused(422, "anna", "PATCH", PATH, {"markAllAsRead": True}, key="k")
    cleared = await api.send("anna", "DELETE", PATH, key="k")
    assert "idempotency-replayed" not in cleared.headers
    await api.refused(422, "anna", "DELETE", f"{PATH}?upTo=1", key="k")
