"""What else the panels do: edit and delete, subscriptions that end, follow, block, a profile that changes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.async_api import expect

from tests.browser.conftest import publish
from tests.browser.page import Column, Demo
from tests.processes import Api

SECRET = "what only subscribers may read"


async def subscribe(column: Column, tier: str) -> None:
    """Subscribe to anna, in the panel of creators."""
    await column.open("subscriptions")
    creator = column.root.locator('[data-creator="anna"]')
    await creator.get_by_label("Which tier").select_option(tier)
    await creator.get_by_role("button", name="Subscribe").click()
    await expect(creator).to_have_attribute("data-status", "active")


async def test_an_edited_post_changes_everywhere_and_a_deleted_one_is_gone(trio: Demo, api: Api) -> None:
    post_id = await publish(api, "First words", "First text")
    await trio.first.open("studio")
    row = trio.first.root.locator(f'.own-post-row[data-id="{post_id}"]')
    await row.get_by_role("button", name="Edit").click()
    await row.get_by_role("textbox", name="Title").fill("Better words")
    await row.get_by_role("textbox", name="Text").fill("Better text")
    await row.get_by_role("button", name="Save").click()
    await expect(row).to_contain_text("Better words")
    for column in (trio.first, trio.second, trio.third):
        await expect(column.post(post_id).title).to_have_text("Better words")
        await expect(column.post(post_id).content).to_have_text("Better text")

    await row.get_by_role("button", name="Edit").click()
    await row.get_by_label("Subscribers only").check()
    await row.get_by_role("button", name="Save").click()
    await expect(trio.third.post(post_id).reason).to_have_text("The creator has closed this post.")
    await expect(trio.third.post(post_id).content).to_be_hidden()
    await expect(trio.second.post(post_id).content).to_have_text("Better text")

    await row.get_by_role("button", name="Delete").click()
    await expect(trio.second.post(post_id).root).to_have_count(1)
    await row.get_by_role("button", name="Delete for good?").click()
    await expect(row).to_have_count(0)
    for column in (trio.first, trio.second, trio.third):
        await expect(column.post(post_id).root).to_have_count(0)


async def test_a_deleted_comment_leaves_a_tombstone_above_its_replies(trio: Demo, api: Api) -> None:
    post_id = await publish(api, "Tombstone")
    boris, clara = trio.second.post(post_id), trio.third.post(post_id)
    for card in (boris, clara):
        await card.opener.click()
    await clara.comment("I take this back")
    await boris.comment_of("I take this back").get_by_role("button", name="Reply").click()
    await boris.comment("Too late")
    await clara.comment_of("I take this back").get_by_role("button", name="Delete").click()
    for card in (boris, clara):
        await expect(card.comments.locator("p")).to_have_text(["Comment deleted", "Too late"])
        await expect(card.comments_count).to_have_text("1")
    await expect(boris.comment_of("Too late").get_by_role("button", name="Delete")).to_be_visible()
    await expect(clara.comment_of("Too late").get_by_role("button", name="Delete")).to_be_hidden()


async def test_a_lower_tier_and_a_refund_close_posts_and_say_why(trio: Demo, api: Api) -> None:
    for_basic = await publish(api, "For basic", SECRET, isLocked=True, minSubscriptionTier="basic")
    for_vip = await publish(api, "For vip", SECRET, isLocked=True, minSubscriptionTier="vip")
    clara = trio.third
    await subscribe(clara, "vip")
    for post_id in (for_basic, for_vip):
        await expect(clara.post(post_id).content).to_have_text(SECRET)

    creator = clara.root.locator('[data-creator="anna"]')
    await creator.get_by_label("Which tier").select_option("basic")
    await creator.get_by_role("button", name="Downgrade").click()
    await expect(clara.post(for_vip).reason).to_have_text("Your present tier does not open this post any more.")
    await expect(clara.post(for_vip).content).to_have_text("")
    await expect(clara.post(for_basic).content).to_have_text(SECRET)
    await creator.get_by_role("button", name="Renew for 30 days").click()
    await creator.get_by_role("button", name="Do not renew").click()
    await expect(creator).to_have_attribute("data-status", "ending")

    await trio.first.open("studio")
    row = trio.first.root.locator('.panel-studio [data-user="clara"]')
    await row.get_by_role("button", name="Refund").click()
    await row.get_by_role("button", name="Refund for sure?").click()
    await expect(clara.news).to_contain_text("Анна: your subscription is over, and the money was given back.")
    await expect(clara.post(for_basic).reason).to_have_text("The money was given back, so this post closed.")
    await expect(clara.post(for_basic).content).to_have_text("")
    await expect(creator).to_have_attribute("data-status", "refunded")
    await expect(row).to_contain_text("refunded")


async def test_a_subscription_that_lapses_says_so(trio: Demo, api: Api) -> None:
    post_id = await publish(api, "Lapses", SECRET, isLocked=True)
    clara = trio.third.post(post_id)
    until = datetime.now(UTC) + timedelta(seconds=3)
    grant = {"userId": "clara", "resource": "creator:anna", "tier": "basic", "until": until.isoformat()}
    assert (await api.event("grant_access", grant)).status_code == 202
    await expect(clara.content).to_have_text(SECRET)
    await expect(clara.reason).to_have_text("Your subscription has expired, so this post closed.")
    await expect(clara.content).to_have_text("")


async def test_who_follows_has_a_feed_of_their_own(trio: Demo, api: Api) -> None:
    clara = trio.third
    await clara.root.get_by_role("button", name="Following").click()
    await expect(clara.root.locator(".panel-feed")).to_contain_text("You follow nobody yet.")
    await clara.open("subscriptions")
    await clara.root.get_by_role("button", name="Follow", exact=True).click()
    await expect(clara.root.get_by_role("button", name="Unfollow")).to_be_visible()
    post_id = await publish(api, "For followers")
    await expect(clara.log(type="feed_update", channel="notifications:clara")).to_have_count(1)
    await clara.open("feed")
    await expect(clara.post(post_id).root).to_be_visible()
    await expect(clara.badge).to_be_hidden()
    await trio.first.open("studio")
    followers = trio.first.root.locator(".panel-studio section").filter(has_text="Followers")
    await expect(followers.locator('[data-user="clara"]')).to_be_visible()
    await clara.root.get_by_role("button", name="All", exact=True).click()
    await clara.open("subscriptions")
    await clara.root.get_by_role("button", name="Unfollow").click()
    await expect(clara.root.get_by_role("button", name="Follow", exact=True)).to_be_visible()


async def test_a_profile_changes_live(trio: Demo, api: Api) -> None:
    post_id = await publish(api, "By whom")
    await trio.second.open("subscriptions")
    await trio.first.open("profile")
    form = trio.first.root.locator(".panel-profile form").first
    await form.get_by_label("Name").fill("Аня")
    await form.get_by_label("About me").fill("Рисую ночь.")
    await form.locator(".sample").first.click()
    await form.get_by_role("button", name="Save").click()
    await expect(form).to_contain_text("Saved")
    creator = trio.second.root.locator('[data-creator="anna"]')
    await expect(creator.get_by_role("heading")).to_have_text("Аня")
    await expect(creator.locator(".bio")).to_have_text("Рисую ночь.")
    await expect(creator.locator(".avatar img")).to_have_count(1)
    await expect(trio.third.post(post_id).root.locator(".post-head strong")).to_have_text("Аня")
    await api.ok("anna", "PATCH", "/api/user/settings", {"nickname": "Анна", "bio": "", "avatar": None})
    await expect(trio.third.post(post_id).root.locator(".post-head strong")).to_have_text("Анна")
    await expect(trio.third.post(post_id).root.locator(".post-head .avatar")).to_have_text("А")


async def test_who_is_blocked_is_told_and_sees_nothing_new(trio: Demo, api: Api) -> None:
    await trio.first.open("profile")
    blocks = trio.first.root.locator(".panel-profile section").filter(has_text="Blocked people")
    await blocks.get_by_label("Whom to block").select_option("boris")
    await blocks.get_by_role("button", name="Block", exact=True).click()
    await expect(blocks.locator('[data-user="boris"]')).to_be_visible()
    await expect(trio.second.news).to_contain_text("Анна has blocked you")
    post_id = await publish(api, "Not for boris")
    await expect(trio.third.post(post_id).root).to_be_visible()
    await blocks.get_by_role("button", name="Unblock").click()
    await expect(blocks).to_contain_text("Nobody.")
    assert (
        await trio.second.log(type="post_created", channel="creator:anna").filter(has_text="Not for boris").count() == 0
    )
