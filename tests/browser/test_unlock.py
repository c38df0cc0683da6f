"""A locked post is a teaser until the reader subscribes, and opens without a reload."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenDemo, publish
from tests.processes import Api

SECRET = "what only subscribers may read"


async def test_a_locked_post_opens_without_reload(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Sketches", SECRET, isLocked=True, minSubscriptionTier="basic")
    demo = await open_demo("anna", "clara")
    card = demo.second.post(post_id)
    await expect(card.content).to_be_hidden()
    await expect(card.like).to_be_hidden()
    assert SECRET not in (await demo.second.root.text_content() or "")
    await expect(demo.first.post(post_id).content).to_have_text(SECRET)
    await demo.page.evaluate("window.notReloaded = true")

    await card.subscribe.click()
    await expect(card.content).to_have_text(SECRET)
    await expect(card.subscribe).to_be_hidden()
    await expect(demo.first.badge).to_have_text("1")
    await demo.second.settled()
    await demo.first.post(post_id).like.click()
    await expect(card.likes).to_have_text("1")
    assert await demo.page.evaluate("window.notReloaded")


async def test_a_new_locked_post_is_a_teaser_for_one_and_text_for_the_other(open_demo: OpenDemo, api: Api) -> None:
    demo = await open_demo("boris", "clara")
    post_id = await publish(api, "For premium", SECRET, isLocked=True, minSubscriptionTier="vip")
    for half in (demo.first, demo.second):
        await expect(half.post(post_id).title).to_have_text("For premium")
        await expect(half.post(post_id).subscribe).to_have_text("Subscribe: VIP")
        await expect(half.post(post_id).content).to_be_hidden()
    await demo.first.post(post_id).subscribe.click()
    await expect(demo.first.post(post_id).content).to_have_text(SECRET)
    await expect(demo.second.post(post_id).content).to_be_hidden()


async def test_a_subscription_opens_the_other_tab_too(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Other tab", SECRET, isLocked=True, minSubscriptionTier="premium")
    here = await open_demo("anna", "clara")
    there = await open_demo("anna", "clara", beside=here)
    await here.second.post(post_id).subscribe.click()
    for half in (here.second, there.second):
        await expect(half.post(post_id).content).to_have_text(SECRET)


async def test_a_purchase_opens_the_post_in_both_tabs(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Bought here and there", SECRET, isLocked=True, minSubscriptionTier="vip", price=9_900)
    here = await open_demo("anna", "clara")
    there = await open_demo("anna", "clara", beside=here)
    await here.second.post(post_id).buy.click()
    for half in (here.second, there.second):
        await expect(half.post(post_id).content).to_have_text(SECRET)
    await there.second.settled()
    await here.first.post(post_id).like.click()
    await expect(there.second.post(post_id).likes).to_have_text("1")


async def test_access_that_ends_closes_the_post_and_a_subscription_opens_it_again(
    open_demo: OpenDemo, api: Api
) -> None:
    post_id = await publish(api, "Closed and opened", SECRET, isLocked=True)
    channel = f"post:{post_id}"
    demo = await open_demo("anna", "boris")
    reader = demo.second
    card = reader.post(post_id)
    await expect(card.content).to_have_text(SECRET)
    answer = await api.event("revoke_access", {"userId": "boris", "resource": "creator:anna", "reason": "refunded"})
    assert answer.status_code == 202
    await expect(card.subscribe).to_be_visible()
    await expect(card.content).to_be_hidden()
    await expect(card.reason).to_have_text("The money was given back, so this post closed.")
    await reader.settled()
    assert SECRET not in (await reader.root.text_content() or "")
    await demo.first.post(post_id).like.click()
    await expect(demo.first.post(post_id).likes).to_have_text("1")
    assert await reader.log(type="post_liked", channel=channel).count() == 0

    await card.subscribe.click()
    await expect(card.content).to_have_text(SECRET)
    await expect(card.likes).to_have_text("1")
    await reader.settled()
    await demo.first.post(post_id).like.click()
    await expect(reader.log(type="post_unliked", channel=channel)).to_have_count(1)
    await expect(card.likes).to_have_text("0")
