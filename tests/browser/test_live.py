"""What one does, the other sees at once."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenDemo, publish
from tests.processes import Api


async def test_a_like_moves_the_others_counter_and_the_authors_bell(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Liked")
    demo = await open_demo("anna", "clara")
    await expect(demo.first.badge).to_be_hidden()
    await demo.second.post(post_id).like.click()
    await expect(demo.first.post(post_id).likes).to_have_text("1")
    await expect(demo.second.post(post_id).likes).to_have_text("1")
    await expect(demo.second.post(post_id).like).to_have_attribute("aria-pressed", "true")
    await expect(demo.first.post(post_id).like).to_have_attribute("aria-pressed", "false")
    await expect(demo.first.badge).to_have_text("1")
    await expect(demo.first.root.get_by_role("status").filter(has_text="1 unread notification")).to_have_count(1)
    await expect(demo.second.badge).to_be_hidden()


async def test_a_like_taken_back_leaves_both_counters(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Unliked")
    demo = await open_demo("anna", "clara")
    like = demo.second.post(post_id).like
    await like.click()
    await expect(demo.first.post(post_id).likes).to_have_text("1")
    await like.click()
    await expect(demo.first.post(post_id).likes).to_have_text("0")
    await expect(demo.second.post(post_id).likes).to_have_text("0")
    await expect(like).to_have_attribute("aria-pressed", "false")


async def test_a_like_made_with_the_api_appears_in_both_halves(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "From outside")
    demo = await open_demo("anna", "clara")
    await api.ok("boris", "POST", f"/api/posts/{post_id}/like")
    for half in (demo.first, demo.second):
        await expect(half.post(post_id).likes).to_have_text("1")


async def test_a_comment_appears_at_the_other_once(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Commented")
    demo = await open_demo("anna", "clara")
    for half in (demo.first, demo.second):
        await half.post(post_id).opener.click()
    await demo.second.post(post_id).comment("Which paper is this?")
    for half in (demo.first, demo.second):
        await expect(half.post(post_id).comments).to_have_count(1)
        await expect(half.post(post_id).comments).to_contain_text("Which paper is this?")
        await expect(half.post(post_id).comments).to_contain_text("Клара")
        await expect(half.post(post_id).comments_count).to_have_text("1")
    await expect(demo.first.badge).to_have_text("1")


async def test_an_anonymous_comment_names_nobody(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Anonymous")
    demo = await open_demo("anna", "clara")
    for half in (demo.first, demo.second):
        await half.post(post_id).opener.click()
    await demo.second.post(post_id).root.get_by_label("anonymously").check()
    await demo.second.post(post_id).comment("Guess who")
    for half, name in ((demo.first, "Anonymous"), (demo.second, "Anonymous (you)")):
        await expect(half.post(post_id).comments.locator("strong")).to_have_text(name)


async def test_a_new_post_appears_without_reload(open_demo: OpenDemo) -> None:
    demo = await open_demo("anna", "boris")
    await demo.first.open("studio")
    await demo.first.root.get_by_role("button", name="New post").click()
    await demo.first.root.get_by_role("textbox", name="Title").fill("Fresh from the studio")
    await demo.first.root.get_by_role("textbox", name="Text").fill("Still wet.")
    await demo.first.root.get_by_role("button", name="Publish").click()
    for half in (demo.first, demo.second):
        card = half.root.locator("article").filter(has_text="Fresh from the studio")
        await expect(card).to_have_count(1)
        await expect(card).to_contain_text("Still wet.")
    # Boris is subscribed to anna: one audience item, counted by his own store.
    await expect(demo.second.badge).to_have_text("1")
    await expect(demo.first.badge).to_be_hidden()


async def test_a_new_post_can_be_liked_at_once(open_demo: OpenDemo, api: Api) -> None:
    demo = await open_demo("anna", "clara")
    post_id = await publish(api, "Liked at once")
    await demo.second.post(post_id).like.click()
    for half in (demo.first, demo.second):
        await expect(half.post(post_id).likes).to_have_text("1")


async def test_a_deleted_post_leaves_the_feed_and_the_bell(open_demo: OpenDemo, api: Api) -> None:
    demo = await open_demo("anna", "boris")
    post_id = await publish(api, "Not for long")
    await expect(demo.second.badge).to_have_text("1")
    await expect(demo.second.post(post_id).root).to_be_visible()
    await api.ok("anna", "DELETE", f"/api/posts/{post_id}")
    for half in (demo.first, demo.second):
        await expect(half.post(post_id).root).to_have_count(0)
    await expect(demo.second.badge).to_be_hidden()
