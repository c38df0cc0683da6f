"""The demo page in Debian's Chromium, on a real `fanwire dev`. Whatever the console complains of fails the test."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect

from fanwire.testing.process import FanwireProcess
from tests.browser.page import Demo
from tests.processes import Api

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
USERS = ("anna", "boris", "clara")
LIMIT_MS = 15_000

OpenDemo = Callable[..., Awaitable[Demo]]

expect.set_options(timeout=LIMIT_MS)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        await chromium.close()


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FanwireProcess]:
    place = tmp_path_factory.mktemp("site")
    process = FanwireProcess("dev", "--data-dir", str(place / "data"), log=place / "dev.log")
    try:
        await process.started()
    except AssertionError:
        process.kill()
        raise
    yield process
    assert process.stop() == 0, process.output()


@pytest.fixture
async def api(site: FanwireProcess) -> AsyncIterator[Api]:
    """The API beside the page, with empty inboxes."""
    client = Api(site.url)
    for user in USERS:
        await client.ok(user, "DELETE", "/api/user/notifications")
    yield client
    await client.close()


@pytest.fixture
def complaints() -> list[str]:
    """What the consoles of this test complained of. A test that causes some on purpose takes them out."""
    return []


@pytest.fixture
async def open_demo(browser: Browser, site: FanwireProcess, api: Api, complaints: list[str]) -> AsyncIterator[OpenDemo]:
    """``await open_demo(first="anna", second="boris")`` opens the page in a browser of its own, settled.

    ``beside=`` opens one more tab of the browser of that page.
    """
    contexts = []

    async def open_page(
        first: str = "anna", second: str = "clara", *, beside: Demo | None = None, **options: Any
    ) -> Demo:
        context = beside.page.context if beside else await browser.new_context(**{"locale": "en-US", **options})
        contexts.append(context)
        context.set_default_timeout(LIMIT_MS)
        page = await context.new_page()
        listen(page, complaints)
        await page.goto(f"{site.url}/?first={first}&second={second}")
        return await Demo(page).settled()

    yield open_page
    for context in contexts:
        await context.close()
    assert complaints == []


@pytest.fixture(scope="module")
async def everybody(browser: Browser, site: FanwireProcess) -> AsyncIterator[Demo]:
    """One page with anna, boris and clara for all tests of a module: they begin where the one before ended."""
    complaints: list[str] = []
    context = await browser.new_context(locale="en-US", viewport={"width": 1440, "height": 1000})
    context.set_default_timeout(LIMIT_MS)
    page = await context.new_page()
    listen(page, complaints)
    await page.goto(f"{site.url}/?first=anna&second=boris&third=clara")
    yield await Demo(page).settled()
    await context.close()
    assert complaints == []


@pytest.fixture
async def trio(everybody: Demo, api: Api) -> Demo:
    """``everybody`` with empty bells and each at their feed."""
    for column in (everybody.first, everybody.second, everybody.third):
        await expect(column.badge).to_be_hidden()
        await column.open("feed")
    return everybody


def listen(page: Page, complaints: list[str]) -> None:
    """Collect what a console would show in red or yellow, and every answer that is an error."""
    page.on("pageerror", lambda error: complaints.append(f"error: {error.stack or error}"))
    page.on(
        "console",
        lambda message: (
            complaints.append(f"{message.type}: {message.text}") if message.type in {"error", "warning"} else None
        ),
    )
    page.on("dialog", lambda dialog: complaints.append(f"dialog: {dialog.message}"))


async def publish(api: Api, title: str, content: str = "Content", **more: Any) -> str:
    """A new post of anna's; its id."""
    post = await api.ok("anna", "POST", "/api/posts", {"title": title, "content": content, **more})
    return str(post["id"])
