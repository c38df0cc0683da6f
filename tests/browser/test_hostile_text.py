"""Text is text: nothing that a user writes becomes markup, an address or code."""

from __future__ import annotations

from playwright.async_api import expect

from tests.browser.conftest import OpenDemo, publish
from tests.browser.page import Column
from tests.processes import Api

# Each would set window.hit if it ran. Nicknames hold at most 60 characters.
CORPUS = (
    '<img src=x onerror="hit=1">',
    "<svg/onload=hit=1>",
    "<script>hit=1</script>",
    "</span><iframe srcdoc='<script>parent.hit=1</script>'>",
    '" autofocus onfocus="hit=1',
    "javascript:hit=1",
    "<a href=javascript:hit=1>x</a>",
    "{{constructor.constructor('hit=1')()}} ${hit=1} &lt;b&gt;",
    "\u202etxet <b>\u0000"[:-1],
)


async def _assert_nothing_ran(half: Column) -> None:
    assert await half.page.evaluate("window.hit") is None
    # The pictures that come with the page are its own.
    assert await half.root.locator("img:not(.sample img), iframe, script, a, b").count() == 0


async def test_hostile_text_is_shown_and_does_nothing(open_demo: OpenDemo, api: Api) -> None:
    loaded = [await publish(api, text, text) for text in CORPUS]
    demo = await open_demo("anna", "boris")
    half = demo.first
    for text, before in zip(CORPUS, loaded, strict=True):
        live = await publish(api, text, text)
        for post_id in (before, live):
            await expect(half.post(post_id).title).to_have_text(text)
            await expect(half.post(post_id).content).to_have_text(text)
        await half.post(before).opener.click()
        await api.ok("boris", "PATCH", "/api/user/settings", {"nickname": text})
        await api.ok("boris", "POST", f"/api/posts/{before}/comments", {"content": text})
        await expect(half.post(before).comments.locator("p")).to_have_text(text)
        await expect(half.post(before).comments.locator("strong")).to_have_text(text)
        await expect(half.log(type="comment_added").last).to_contain_text(text)
    await half.bell.click()
    for text in CORPUS:
        await expect(half.notifications.filter(has_text=f"{text} commented on your post")).to_have_count(1)
    for one in (demo.first, demo.second):
        await _assert_nothing_ran(one)
    await api.ok("boris", "PATCH", "/api/user/settings", {"nickname": "Борис"})


async def test_a_hostile_profile_and_frame_do_nothing(open_demo: OpenDemo, api: Api) -> None:
    post_id = await publish(api, "Plain")
    demo = await open_demo("anna", "clara")
    hostile = CORPUS[0]
    await api.ok("anna", "PATCH", "/api/user/settings", {"nickname": hostile})
    author = demo.second.post(post_id).root.locator(".post-head strong")
    await expect(author).to_have_text(hostile)
    # The raw server API may publish anything at all.
    for data in ({"type": hostile}, {"type": "comment_added", "comment": 1}, hostile, [1], {"notification": None}):
        await api.server("publish", {"channel": f"post:{post_id}", "data": data})
    await api.ok("boris", "POST", f"/api/posts/{post_id}/like")
    await expect(demo.second.post(post_id).likes).to_have_text("1")
    for half in (demo.first, demo.second):
        await _assert_nothing_ran(half)
    await api.ok("anna", "PATCH", "/api/user/settings", {"nickname": "Анна"})
