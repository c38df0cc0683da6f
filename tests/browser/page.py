"""The demo page as a person uses it: what to look at, and what to press."""

from __future__ import annotations

from playwright.async_api import Locator, Page, expect


class Column:
    """One of the people on the page."""

    def __init__(self, page: Page, index: int) -> None:
        self.page = page
        self.root = page.locator("section.column").nth(index)
        self.bell = self.root.locator("button.bell")
        self.badge = self.root.locator(".badge")
        self.panel = self.root.locator(".panel")
        self.notifications = self.panel.locator(".notification")
        self.news = self.root.locator(".notice.news")
        self.unread = self.panel.locator(".notification.is-unread")
        self.drop = self.root.locator("button.drop")
        self.state = self.root.locator(".state")
        self.entries = self.root.locator(".entry")
        self.missed = self.root.locator(".back")

    async def follow(self, kind: str, text: str) -> None:
        """Find the one notification of a type in the bell, unread and with this text, and press it."""
        await expect(self.badge).not_to_be_empty()
        await self.bell.click()
        item = self.of_type(kind)
        await expect(item).to_have_count(1)
        await expect(item).to_contain_text(text)
        await expect(item).to_have_class("notification is-unread")
        await item.locator(".open").click()
        await expect(self.panel).to_be_hidden()

    async def settled(self) -> None:
        """Wait until it is connected, subscribed and loaded."""
        await expect(self.state).to_have_attribute("data-state", "connected")
        await expect(self.root.locator(".feed")).to_have_attribute("aria-busy", "false")

    async def open(self, panel: str) -> None:
        """Press the tab of a panel."""
        await self.root.locator(f'.tab[data-panel="{panel}"]').click()

    def of_type(self, kind: str) -> Locator:
        """The notifications of a type, in the bell."""
        return self.panel.locator(f'.notification[data-type="{kind}"]')

    def post(self, post_id: str) -> PostCard:
        return PostCard(self.root.locator(f'article[data-id="{post_id}"]'))

    def log(self, **facts: str) -> Locator:
        """The entries of the event log with these facts: type, channel, mark, offset."""
        return self.root.locator(".entry" + "".join(f'[data-{name}="{fact}"]' for name, fact in facts.items()))

    async def offsets(self, **facts: str) -> list[int]:
        entries = await self.log(**facts).all()
        return [int(await entry.get_attribute("data-offset") or "0") for entry in entries]


class PostCard:
    def __init__(self, root: Locator) -> None:
        self.root = root
        self.title = root.locator("h4")
        self.content = root.locator(".content")
        self.like = root.locator("button.like")
        self.likes = self.like.locator(".number")
        self.opener = root.locator("button.action:not(.like)")
        self.comments_count = self.opener.locator(".number")
        self.comments = root.locator(".comment")
        self.subscribe = root.locator(".teaser .primary")
        self.buy = root.locator(".teaser .buy")
        self.reason = root.locator(".teaser .reason")
        self.pictures = root.locator(".pictures img")

    def comment_of(self, text: str) -> Locator:
        """The comment with this text."""
        return self.comments.filter(has_text=text)

    async def comment(self, text: str) -> None:
        await self.root.locator("input[name=content]").fill(text)
        await self.root.locator(".comment-form button[type=submit]").click()


class Demo:
    """The whole page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.first = Column(page, 0)
        self.second = Column(page, 1)
        self.third = Column(page, 2)

    async def settled(self) -> Demo:
        for index in range(await self.page.locator("section.column").count()):
            await Column(self.page, index).settled()
        return self
