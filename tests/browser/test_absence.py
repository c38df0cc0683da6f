"""The connection is dropped: what was missed comes back, once and in order, or the page says that it reloads."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenDemo, publish
from tests.processes import Api

TEXTS = ["one", "two", "three", "four", "five"]


async def test_five_missed_events_come_back_once_and_in_order(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Missed")
    channel = f"post:{post_id}"
    demo = await open_demo("anna", "clara")
    reader = demo.second
    await reader.post(post_id).opener.click()
    await reader.settled()
    await reader.drop.click()
    await expect(reader.state).to_have_attribute("data-state", "dropped")
    for text in TEXTS:
        await api.ok("anna", "POST", f"/api/posts/{post_id}/comments", {"content": text})
    await expect(demo.first.post(post_id).comments_count).to_have_text("5")
    await expect(reader.post(post_id).comments_count).to_have_text("0")
    await reader.drop.click()
    await reader.settled()

    assert await reader.offsets(channel=channel, mark="recovered") == [1, 2, 3, 4, 5]
    assert await reader.offsets(channel=channel) == [1, 2, 3, 4, 5]
    assert await reader.post(post_id).comments.locator("p").all_text_contents() == TEXTS
    await expect(reader.post(post_id).comments_count).to_have_text("5")
    await expect(reader.missed).to_have_text("5 missed events came back")
    # And it is live again.
    await api.ok("anna", "POST", f"/api/posts/{post_id}/comments", {"content": "six"})
    await expect(reader.post(post_id).comments).to_have_count(6)
    assert await reader.offsets(channel=channel, mark="") == [6]


async def test_missed_notifications_come_with_the_snapshot(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Missed likes")
    demo = await open_demo("anna", "clara")
    await demo.first.drop.click()
    await expect(demo.first.state).to_have_attribute("data-state", "dropped")
    for user in ("boris", "clara"):
        await api.ok(user, "POST", f"/api/posts/{post_id}/like")
    await expect(demo.second.post(post_id).likes).to_have_text("2")
    await expect(demo.first.badge).to_be_hidden()
    await demo.first.drop.click()
    await expect(demo.first.badge).to_have_text("2")
    await expect(demo.first.log(type="notification", mark="snapshot")).to_have_count(2)
    await expect(demo.first.post(post_id).likes).to_have_text("2")


async def test_the_connection_comes_back_by_itself_after_ten_seconds(open_demo: OpenDemo, api: Api) -> None:
    demo = await open_demo("anna", "clara")
    half = demo.second
    await demo.page.clock.install()
    await half.drop.click()
    await expect(half.root.get_by_text("back in 10 seconds")).to_be_visible()
    await demo.page.clock.fast_forward(9_000)
    await expect(half.root.get_by_text("back in 1 second", exact=True)).to_be_visible()
    await demo.page.clock.fast_forward(2_000)
    await half.settled()
    await expect(half.missed).to_have_text("Nothing was missed")


async def test_past_the_history_the_page_is_told_and_reloads(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "History is gone")
    channel = f"post:{post_id}"
    demo = await open_demo("anna", "clara")
    reader = demo.second
    await reader.post(post_id).opener.click()
    await reader.settled()
    await reader.drop.click()
    await expect(reader.state).to_have_attribute("data-state", "dropped")
    for text in TEXTS:
        await api.ok("anna", "POST", f"/api/posts/{post_id}/comments", {"content": text})
    await expect(demo.first.post(post_id).comments_count).to_have_text("5")
    await api.server("history_remove", {"channel": channel})
    await reader.drop.click()
    await expect(reader.log(type="gap", channel=channel, mark="reloaded")).to_have_count(1)
    await reader.settled()
    assert await reader.offsets(channel=channel, mark="recovered") == []
    assert await reader.post(post_id).comments.locator("p").all_text_contents() == TEXTS
    await expect(reader.post(post_id).comments_count).to_have_text("5")
