"""Two tabs of one person agree on what is read."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenDemo, publish
from tests.browser.page import Column
from tests.processes import Api


async def _three_likes(api: Api, title: str) -> None:
    for number, user in enumerate(("boris", "clara", "dasha"), 1):
        post_id = await publish(api, f"{title} {number}")
        await api.ok(user, "POST", f"/api/posts/{post_id}/like")


async def _two_tabs(open_demo: OpenDemo) -> tuple[Column, Column]:
    here = await open_demo("anna", "boris")
    there = await open_demo("anna", "boris", beside=here)
    for half in (here.first, there.first):
        await expect(half.badge).to_have_text("3")
        await half.bell.click()
        await expect(half.unread).to_have_count(3)
    return here.first, there.first


async def test_one_read_here_is_read_there(open_demo: OpenDemo, api: Api) -> None:
    await _three_likes(api, "One read")
    here, there = await _two_tabs(open_demo)
    read = here.notifications.nth(1)
    read_id = await read.get_attribute("data-id")
    await read.get_by_role("button", name="Mark read").click()
    for half in (here, there):
        await expect(half.badge).to_have_text("2")
        await expect(half.unread).to_have_count(2)
        await expect(half.notifications).to_have_count(3)
        await expect(half.panel.locator(f'[data-id="{read_id}"]')).not_to_have_class("is-unread")


async def test_all_read_here_are_read_there(open_demo: OpenDemo, api: Api) -> None:
    await _three_likes(api, "All read")
    here, there = await _two_tabs(open_demo)
    await here.panel.get_by_role("button", name="Mark all read").click()
    for half in (here, there):
        await expect(half.badge).to_be_hidden()
        await expect(half.unread).to_have_count(0)
        await expect(half.notifications).to_have_count(3)


async def test_cleared_here_is_cleared_there(open_demo: OpenDemo, api: Api) -> None:
    await _three_likes(api, "Cleared")
    here, there = await _two_tabs(open_demo)
    await here.panel.get_by_role("button", name="Clear").click()
    for half in (here, there):
        await expect(half.badge).to_be_hidden()
        await expect(half.notifications).to_have_count(0)
        await expect(half.panel.get_by_text("Nothing yet.")).to_be_visible()


async def test_both_halves_may_be_the_same_person(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Twice boris")
    demo = await open_demo("boris", "boris")
    await demo.first.post(post_id).like.click()
    for half in (demo.first, demo.second):
        await expect(half.post(post_id).like).to_have_attribute("aria-pressed", "true")
        await expect(half.post(post_id).likes).to_have_text("1")


async def test_the_list_goes_on_page_by_page(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Many")
    for number in range(25):
        await api.ok("boris", "POST", f"/api/posts/{post_id}/comments", {"content": f"comment {number}"})
    demo = await open_demo("anna", "boris")
    await expect(demo.first.badge).to_have_text("25")
    await demo.first.bell.click()
    await expect(demo.first.notifications).to_have_count(20)
    await demo.first.panel.get_by_role("button", name="Show more").click()
    await expect(demo.first.notifications).to_have_count(25)
    await expect(demo.first.panel.get_by_role("button", name="Show more")).to_be_hidden()
    ids = [await item.get_attribute("data-id") for item in await demo.first.notifications.all()]
    assert len(set(ids)) == 25
