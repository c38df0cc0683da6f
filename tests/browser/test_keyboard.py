"""The page without a mouse."""

from __future__ import annotations

from playwright.async_api import Page, expect

from tests.browser.conftest import OpenDemo, publish
from tests.processes import Api


async def _tab_to(page: Page, selector: str) -> None:
    """Press Tab until ``selector`` has the focus; it is reachable, and in a finite number of steps."""
    for _ in range(40):
        await page.keyboard.press("Tab")
        if await page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab never reaches {selector}")


async def test_the_order_of_focus_is_the_order_of_the_page(open_demo: OpenDemo) -> None:
    demo = await open_demo("anna", "clara")
    seen = []
    for _ in range(12):
        await demo.page.keyboard.press("Tab")
        seen.append(await demo.page.evaluate("document.activeElement.className || document.activeElement.localName"))
    assert seen == ["a", "button", "button", "who", "bell", *["tab"] * 5, "drop", "summary"]


async def test_focus_is_visible(open_demo: OpenDemo) -> None:
    demo = await open_demo("anna", "clara")
    await _tab_to(demo.page, ".bell")
    outline = await demo.first.bell.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline == "solid"


async def test_the_bell_opens_reads_and_closes_by_keyboard(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Keyboard")
    for user in ("boris", "clara"):
        await api.ok(user, "POST", f"/api/posts/{post_id}/like")
    demo = await open_demo("anna", "clara")
    half, keyboard = demo.first, demo.page.keyboard
    await expect(half.bell).to_have_accessible_name("Notifications: 2 unread")
    await _tab_to(demo.page, ".bell")
    await expect(half.bell).to_have_attribute("aria-expanded", "false")
    await keyboard.press("Enter")
    await expect(half.bell).to_have_attribute("aria-expanded", "true")
    await expect(half.unread).to_have_count(2)

    await _tab_to(demo.page, ".notification .read")
    await keyboard.press("Enter")
    await expect(half.badge).to_have_text("1")
    # The button that was pressed is gone; its item has the focus, and the next button is a few Tabs away.
    await expect(half.notifications.first).to_be_focused()
    await _tab_to(demo.page, ".notification .read")
    await keyboard.press("Enter")
    await expect(half.badge).to_be_hidden()

    await keyboard.press("Escape")
    await expect(half.panel).to_be_hidden()
    await expect(half.bell).to_be_focused()
    await expect(half.bell).to_have_attribute("aria-expanded", "false")
    await expect(half.bell).to_have_accessible_name("Notifications: 0 unread")


async def test_escape_works_after_clear(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Clear by keyboard")
    await api.ok("boris", "POST", f"/api/posts/{post_id}/like")
    demo = await open_demo("anna", "clara")
    await demo.first.bell.focus()
    await demo.page.keyboard.press("Enter")
    clear = demo.first.panel.get_by_role("button", name="Clear")
    await clear.focus()
    await demo.page.keyboard.press("Enter")
    await expect(clear).to_have_attribute("aria-disabled", "true")
    await demo.page.keyboard.press("Escape")
    await expect(demo.first.bell).to_be_focused()


async def test_the_bell_closes_when_the_focus_goes_on(open_demo: OpenDemo) -> None:
    demo = await open_demo("anna", "clara")
    await demo.first.bell.click()
    await expect(demo.first.panel).to_be_visible()
    await demo.second.bell.focus()
    await expect(demo.first.panel).to_be_hidden()


async def test_a_post_is_liked_and_commented_by_keyboard(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "By keyboard")
    demo = await open_demo("anna", "clara")
    card = demo.second.post(post_id)
    await card.like.focus()
    await demo.page.keyboard.press("Space")
    await expect(card.likes).to_have_text("1")
    await expect(card.like).to_have_accessible_name("Like: 1 like")
    await demo.page.keyboard.press("Tab")
    await demo.page.keyboard.press("Enter")
    await expect(card.opener).to_have_attribute("aria-expanded", "true")
    await demo.page.keyboard.type("Without a mouse")
    await demo.page.keyboard.press("Enter")
    await expect(card.comments).to_contain_text("Without a mouse")


async def test_what_is_typed_survives_the_events_of_others(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Typing")
    demo = await open_demo("anna", "clara")
    card = demo.second.post(post_id)
    await card.opener.click()
    field = card.root.locator("input[name=content]")
    await expect(field).to_be_focused()
    await demo.page.keyboard.type("half a sen")
    await publish(api, "Another post above")
    await api.ok("boris", "POST", f"/api/posts/{post_id}/comments", {"content": "meanwhile"})
    await expect(card.comments).to_have_count(1)
    await expect(field).to_be_focused()
    await demo.page.keyboard.type("tence")
    await expect(field).to_have_value("half a sentence")


async def test_a_subscription_leads_the_focus_to_the_opened_post(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Focus", isLocked=True, minSubscriptionTier="basic")
    demo = await open_demo("anna", "clara")
    card = demo.second.post(post_id)
    await card.subscribe.focus()
    await demo.page.keyboard.press("Enter")
    await expect(card.like).to_be_focused()


async def test_a_notification_leads_by_keyboard_to_its_comment(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Led to")
    await api.ok("clara", "POST", f"/api/posts/{post_id}/comments", {"content": "here it is"})
    demo = await open_demo("anna", "clara")
    await demo.first.open("profile")
    await demo.first.bell.focus()
    await demo.page.keyboard.press("Enter")
    await demo.first.of_type("COMMENT_POST").locator(".open").focus()
    await demo.page.keyboard.press("Enter")
    await expect(demo.first.panel).to_be_hidden()
    await expect(demo.first.post(post_id).comment_of("here it is")).to_be_focused()
    await expect(demo.first.badge).to_be_hidden()
