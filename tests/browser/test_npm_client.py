"""The npm package's client in a browser: one socket for all tabs, and cards that are live while they are in view."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, Page, expect

from fanwire.testing.process import FanwireProcess
from tests.browser.conftest import LIMIT_MS, listen, publish
from tests.browser.package_site import PAGE, PackageSite
from tests.processes import Api
from tests.typescript.conftest import package  # noqa: F401 - a fixture

pytestmark = [pytest.mark.node, pytest.mark.usefixtures("package")]

OpenPage = Callable[..., Awaitable[Page]]


@pytest.fixture(scope="module")
def pages() -> Iterator[PackageSite]:
    site = PackageSite()
    yield site
    site.stop()


@pytest.fixture(scope="module")
async def site(pages: PackageSite, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FanwireProcess]:
    place = tmp_path_factory.mktemp("site")
    env = {"FANWIRE_CLIENT__ALLOWED_ORIGINS": pages.url}
    process = FanwireProcess("dev", "--data-dir", str(place / "data"), log=place / "dev.log", env=env)
    await process.started()
    pages.target = process.url
    yield process
    assert process.stop() == 0, process.output()


@pytest.fixture
async def context(browser: Browser) -> AsyncIterator[BrowserContext]:
    context = await browser.new_context()
    context.set_default_timeout(LIMIT_MS)
    yield context
    await context.close()


@pytest.fixture
def open_page(context: BrowserContext, pages: PackageSite, site: FanwireProcess, complaints: list[str]) -> OpenPage:
    """``await open_page("boris", post_id, share=...)``: one more tab of one browser, connected."""

    async def open_one(user: str, post_id: str | None = None, **options: Any) -> Page:
        page = await context.new_page()
        listen(page, complaints)
        await page.goto(pages.url + PAGE)
        await page.wait_for_function("window.isHere")
        await page.evaluate("([user, options]) => site.enter(user, options)", [user, {"socketUrl": site.ws, **options}])
        await page.wait_for_function("site.connection().state === 'connected' && site.unread() !== null")
        if post_id is not None:
            await page.evaluate("(id) => site.follow(id)", post_id)
        return page

    return open_one


@pytest.fixture
async def sockets(api: Api) -> AsyncIterator[Callable[[int], Awaitable[None]]]:
    """``await sockets(1)`` waits until that many connections are at the server; in the end there are none."""

    async def count(wanted: int) -> None:
        async with asyncio.timeout(LIMIT_MS / 1000):
            while (found := (await api.server("info", {}))["nodes"][0]["num_clients"]) != wanted:
                assert found >= 0
                await asyncio.sleep(0.02)

    await count(0)
    yield count


async def sharing(pages: list[Page]) -> list[str]:
    return sorted([(await page.evaluate("site.connection()"))["sharing"] for page in pages])


async def comments(api: Api, post_id: str, words: list[str]) -> None:
    for word in words:
        await api.ok("clara", "POST", f"/api/posts/{post_id}/comments", {"content": word})


async def published(api: Api, channel: str, kind: str, wanted: int, post_id: str | None = None) -> None:
    """Wait until the channel's history has that many: what is said later would come live."""
    async with asyncio.timeout(LIMIT_MS / 1000):
        while True:
            kept = (await api.server("history", {"channel": channel, "limit": 100}))["publications"]
            found = [one for one in kept if one["data"]["type"] == kind and post_id in {None, one["data"]["postId"]}]
            if len(found) == wanted:
                return
            await asyncio.sleep(0.02)


async def heard(pages: list[Page], words: list[str], others: Sequence[str] = ()) -> None:
    """Each page hears exactly these: of one channel in this order, of another whenever it comes."""
    for page in pages:
        await page.wait_for_function("(count) => site.heard().length >= count", arg=len(words) + len(others))
    for page in pages:
        told = await page.evaluate("site.heard()")
        assert [one for one in told if one not in others] == words
        assert [one for one in told if one in others] == list(others)


async def test_tabs_share_one_socket_and_another_leads_when_the_leader_closes(
    open_page: OpenPage, api: Api, sockets: Callable[[int], Awaitable[None]], complaints: list[str]
) -> None:
    post_id = await publish(api, "Shared")
    first = await open_page("anna", post_id)
    rest = [await open_page("anna", post_id) for _ in range(2)]
    pages = [first, *rest]
    await sockets(1)
    assert await sharing(pages) == ["follower", "follower", "leader"]
    words = [f"before {number}" for number in range(3)]
    await comments(api, post_id, words)
    await heard(pages, words)

    after = [f"while {number}" for number in range(12)]
    speaking = asyncio.create_task(comments(api, post_id, after))
    await first.close()
    await speaking
    await api.ok("anna", "POST", f"/api/posts/{post_id}/like")
    await heard(rest, [*words, *after], ["feed true"])
    await sockets(1)
    assert await sharing(rest) == ["follower", "leader"]
    for page in rest:
        await page.wait_for_function("site.unread() === 15")

    late = await open_page("anna", post_id)
    await late.wait_for_function("(id) => site.unread() === 15 && site.likes(id) === 1", arg=post_id)
    await comments(api, post_id, ["last"])
    await late.wait_for_function("site.unread() === 16")
    assert await late.evaluate("site.heard()") == ["last"]
    await sockets(1)


async def test_what_is_said_while_nobody_leads_is_recovered(
    open_page: OpenPage, context: BrowserContext, api: Api, sockets: Callable[[int], Awaitable[None]]
) -> None:
    post_id = await publish(api, "Nobody leads")
    first = await open_page("anna", post_id)
    rest = [await open_page("anna", post_id) for _ in range(2)]
    # The next leader's socket opens only when everything has been said.
    said = asyncio.Event()

    async def hold(socket: Any) -> None:
        await said.wait()
        socket.connect_to_server()

    for page in rest:
        await page.route_web_socket("**/connection/websocket", hold)
    await first.close()
    await sockets(0)
    words = [f"gap {number}" for number in range(4)]
    await comments(api, post_id, words)
    await api.ok("anna", "POST", f"/api/posts/{post_id}/like")
    await published(api, f"post:{post_id}", "comment_added", 4)
    await published(api, "feed:anna", "like_state", 1, post_id)
    said.set()
    await heard(rest, words, ["feed true"])
    for page in rest:
        await page.wait_for_function("site.unread() === 4")
    await sockets(1)


async def test_a_shared_worker_holds_the_one_socket(
    open_page: OpenPage, api: Api, sockets: Callable[[int], Awaitable[None]]
) -> None:
    post_id = await publish(api, "Worker")
    pages = [await open_page("anna", post_id, share="worker") for _ in range(3)]
    await sockets(1)
    assert await sharing(pages) == ["worker"] * 3
    await comments(api, post_id, ["one"])
    await heard(pages, ["one"])
    await pages[0].close()
    await comments(api, post_id, ["two"])
    await heard(pages[1:], ["one", "two"])
    for page in pages[1:]:
        await page.wait_for_function("site.unread() === 2")
    other = await open_page("dasha", share="worker")
    await sockets(2)  # one per user
    assert await other.evaluate("site.unread()") == 0
    await other.evaluate("site.switchUser('anna')")
    await other.wait_for_function("site.connection().user === 'anna' && site.unread() === 2")
    await sockets(1)
    for page in [*pages[1:], other]:
        await page.close()
    await sockets(0)


async def test_without_its_script_or_without_sharing(
    open_page: OpenPage, api: Api, sockets: Callable[[int], Awaitable[None]], complaints: list[str]
) -> None:
    pages = [await open_page("anna", share="missing") for _ in range(2)]
    await sockets(1)
    assert await sharing(pages) == ["follower", "leader"]
    alone = [await open_page("anna", share=False) for _ in range(2)]
    await sockets(3)
    assert await sharing(alone) == ["alone", "alone"]
    await pages[0].evaluate("site.signOut()")
    await pages[1].wait_for_function("site.connection().sharing === 'leader'")
    assert (await pages[0].evaluate("site.connection()"))["state"] == "signedOut"
    complaints[:] = [one for one in complaints if "404" not in one]


async def test_of_a_thousand_cards_those_in_view_are_live(
    open_page: OpenPage, api: Api, sockets: Callable[[int], Awaitable[None]]
) -> None:
    real = [await publish(api, f"Card {number}") for number in range(24)]
    # In the middle of the page are cards of posts that nobody has.
    ids = [*real[:12], *[f"none-{number}" for number in range(976)], *real[12:]]
    page = await open_page("boris", channelLimit=20)
    await page.set_viewport_size({"width": 600, "height": 800})
    await page.evaluate("(ids) => site.cards(ids)", ids)
    assert await page.locator(".card").count() == 1_000

    async def live(post_ids: list[str], likes: int) -> None:
        for post_id in post_ids:
            await page.wait_for_function("(id) => site.status(id) === 'live'", arg=post_id)
        await api.ok("clara", "POST", f"/api/posts/{post_ids[0]}/like")
        await expect(page.locator(f"#card-{post_ids[0]}")).to_have_text(str(likes))
        assert len(await page.evaluate("site.live()")) <= 18
        assert (await api.server("info", {}))["nodes"][0]["num_subs"] <= 20

    await live(real[:8], 1)
    await page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    await live(real[-7:], 1)
    for top in range(0, 98_000, 4_900):
        await page.evaluate("(top) => window.scrollTo(0, top)", top)
        assert (await api.server("info", {}))["nodes"][0]["num_subs"] <= 20
    await page.evaluate("window.scrollTo(0, 0)")
    await live(real[1:8], 1)
