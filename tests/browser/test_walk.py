"""From the act of one person to the bell of another, and from there to what it is about: posts and subscriptions.

Everything is done in the page. The types about money and messages are in test_walk_money.py.
"""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import publish
from tests.browser.page import Column, Demo
from tests.processes import Api


async def write_post(anna: Column, title: str, text: str) -> None:
    """A new post, written in the studio."""
    await anna.open("studio")
    await anna.root.get_by_role("button", name="New post").click()
    form = anna.root.locator(".composer form")
    await form.get_by_role("textbox", name="Title").fill(title)
    await form.get_by_role("textbox", name="Text").fill(text)
    await form.locator(".sample").first.click()
    await form.get_by_role("button", name="Publish").click()
    await expect(form).to_be_hidden()


async def test_new_post_from_subscription(trio: Demo) -> None:
    await write_post(trio.first, "Fresh from the studio", "Still wet.")
    await trio.second.open("profile")
    await trio.second.follow("NEW_POST_FROM_SUBSCRIPTION", "Анна published a new post")
    card = trio.second.root.locator("article").filter(has_text="Fresh from the studio")
    await expect(card).to_be_visible()
    await expect(card.get_by_role("img", name="Picture of the post")).to_have_js_property("complete", True)
    await expect(card.locator(".pictures .is-missing")).to_have_count(0)
    # Clara sees the post too, but pays for nothing: her bell is silent.
    await expect(trio.third.root.locator("article").filter(has_text="Fresh from the studio")).to_be_visible()
    await expect(trio.third.badge).to_be_hidden()


async def test_like_post(trio: Demo, api: Api) -> None:
    post_id = await publish(api, "To be liked")
    await trio.third.post(post_id).like.click()
    await trio.first.open("studio")
    await trio.first.follow("LIKE_POST", "Клара liked your post")
    await expect(trio.first.post(post_id).root).to_be_in_viewport()
    await expect(trio.first.post(post_id).likes).to_have_text("1")
    await expect(trio.first.badge).to_be_hidden()


async def test_comment_reply_and_like_of_a_comment(trio: Demo, api: Api) -> None:
    post_id = await publish(api, "To be talked about")
    anna, boris, clara = (column.post(post_id) for column in (trio.first, trio.second, trio.third))
    await clara.opener.click()
    await clara.comment("Which paper is this?")
    await trio.first.follow("COMMENT_POST", "Клара commented on your post")
    await expect(anna.comment_of("Which paper is this?")).to_be_focused()

    await boris.opener.click()
    question = boris.comment_of("Which paper is this?")
    await question.get_by_role("button", name="Like").click()
    await trio.third.follow("LIKE_COMMENT", "Борис liked your comment")
    for card in (anna, boris, clara):
        await expect(card.comment_of("Which paper").locator(".number")).to_have_text("1")

    await question.get_by_role("button", name="Reply").click()
    await boris.comment("Cotton, surely.")
    await trio.third.follow("REPLY_COMMENT", "Борис replied to your comment")
    await expect(clara.comment_of("Cotton, surely.")).to_be_focused()
    await expect(clara.comment_of("Cotton, surely.")).to_have_class("comment is-reply")


async def test_post_purchase(trio: Demo, api: Api) -> None:
    post_id = await publish(api, "For sale", "the whole text", isLocked=True, minSubscriptionTier="vip", price=49_900)
    card = trio.third.post(post_id)
    await expect(card.buy).to_have_text("Buy for ₽499")
    await card.buy.click()
    await expect(card.content).to_have_text("the whole text")
    await expect(card.like).to_be_focused()
    await expect(card.root.locator(".lock")).to_have_text("bought")
    await trio.first.follow("POST_PURCHASE", "Клара bought your post")
    await expect(trio.first.post(post_id).root).to_be_in_viewport()
    # Boris has a subscription, but not this high.
    await expect(trio.second.post(post_id).content).to_be_hidden()


async def test_new_subscriber(trio: Demo) -> None:
    await trio.third.open("subscriptions")
    creator = trio.third.root.locator('[data-creator="anna"]')
    await expect(creator.locator(".subscription-status")).to_have_text("No subscription.")
    await creator.get_by_label("Which tier").select_option("premium")
    await creator.get_by_role("button", name="Subscribe").click()
    await expect(creator).to_have_attribute("data-status", "active")
    await trio.first.follow("NEW_SUBSCRIBER", "Клара subscribed to you")
    await expect(trio.first.root.locator('.panel-studio [data-user="clara"]')).to_contain_text("premium")
