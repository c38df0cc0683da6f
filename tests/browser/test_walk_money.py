"""From the act of one person to the bell of another, and from there to what it is about: messages, tips, auctions.

A winner has two minutes to pay here, and is reminded a second and a half after winning.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.async_api import Locator, expect

from fanwire.testing.process import FanwireProcess
from tests.browser.conftest import publish
from tests.browser.page import Column, Demo
from tests.browser.test_hostile_text import CORPUS
from tests.processes import Api

TERMS = {
    "FANWIRE_PLATFORM__AUCTIONS__PAYMENT_PERIOD": "2m",
    "FANWIRE_PLATFORM__AUCTIONS__REMINDED_BEFORE": "118500ms",
}
# Seconds of an auction that ends while its test waits, after two bids of the API.
SOON = 2.5


@pytest.fixture(scope="module")
async def site(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[FanwireProcess]:
    place = tmp_path_factory.mktemp("site")
    process = FanwireProcess("dev", "--data-dir", str(place / "data"), log=place / "dev.log", env=TERMS)
    await process.started()
    yield process
    assert process.stop() == 0, process.output()


async def opened(column: Column, button: str) -> Locator:
    """The form behind a button of the panel that is shown."""
    await column.root.get_by_role("button", name=button, exact=True).click()
    return column.root.get_by_role("form", name=button, exact=True)


async def submit(form: Locator, button: str) -> None:
    await form.get_by_role("button", name=button, exact=True).click()
    await expect(form).to_be_hidden()


async def say(column: Column, text: str, price: str = "") -> None:
    """Send a message in the conversation that is open."""
    place = column.root.locator(".thread-place")
    await place.get_by_role("textbox", name="Message").fill(text)
    if price:
        await place.get_by_label("Paid").check()
        await place.get_by_label("Price").fill(price)
    await place.get_by_role("button", name="Send").click()
    await expect(place.get_by_role("textbox", name="Message")).to_have_value("")


def message(column: Column, text: str) -> Locator:
    return column.root.locator(".message").filter(has_text=text)


def auction(column: Column, title: str) -> Locator:
    return column.root.locator(".auction").filter(has_text=title)


async def test_tip_received(trio: Demo) -> None:
    anna, boris = trio.first, trio.second
    await boris.open("money")
    form = await opened(boris, "Give a tip")
    await form.get_by_label("Amount").fill("250")
    await form.get_by_label("A few words").fill("For the sea")
    await submit(form, "Pay")
    await anna.follow("TIP_RECEIVED", "Борис: For the sea")
    await expect(anna.root.locator(".sum")).to_have_text("₽250")
    tip = anna.root.locator(".tip")
    await expect(tip).to_contain_text("For the sea")

    await tip.get_by_role("button", name="Give back").click()
    await expect(anna.root.locator(".sum")).to_have_text("₽0")
    await expect(tip).to_contain_text("given back")
    await anna.bell.click()
    await expect(anna.of_type("TIP_RECEIVED")).to_have_count(0)
    await anna.bell.click()


async def test_new_message(trio: Demo) -> None:
    anna, boris = trio.first, trio.second
    await boris.open("messages")
    await boris.root.get_by_role("button", name="Write", exact=True).click()
    await say(boris, "When is the show?")
    sent = message(boris, "When is the show?")
    await expect(sent).to_have_attribute("data-read", "false")
    await expect(anna.root.locator('.tab[data-panel="messages"]')).to_have_accessible_name("Messages: 1")

    await anna.follow("NEW_MESSAGE", "When is the show?")
    await expect(message(anna, "When is the show?")).to_be_visible()
    await expect(sent).to_have_attribute("data-read", "true")
    await expect(anna.badge).to_be_hidden()
    await expect(anna.root.locator('.tab[data-panel="messages"]')).to_have_accessible_name("Messages")

    await anna.root.get_by_role("textbox", name="Message").press_sequentially("Tomorrow", delay=20)
    await expect(boris.root.locator(".typing")).to_have_text("Анна is writing…")
    await say(anna, "Tomorrow at seven")
    await expect(message(boris, "Tomorrow at seven")).to_be_visible()
    await expect(boris.root.locator(".typing")).to_be_empty()


async def test_a_paid_message_opens_for_who_pays(trio: Demo) -> None:
    anna, boris = trio.first, trio.second
    await anna.open("messages")
    await anna.root.get_by_role("button", name="Back").click()
    await anna.root.locator('.conversation[data-user="boris"]').click()
    await say(anna, "the sketch itself", price="299")
    await boris.follow("NEW_MESSAGE", "A message for sale")
    unlock = boris.root.get_by_role("button", name="Open for ₽299")
    await expect(unlock).to_be_visible()
    assert "the sketch itself" not in (await boris.root.text_content() or "")
    await unlock.click()
    await expect(message(boris, "the sketch itself")).to_be_visible()
    await expect(unlock).to_be_hidden()


async def test_a_message_to_all_reaches_subscribers_only(trio: Demo) -> None:
    anna, boris, clara = trio.first, trio.second, trio.third
    await anna.open("messages")
    await anna.root.get_by_role("button", name="Back").click()
    form = await opened(anna, "Write to all subscribers")
    await form.get_by_label("Message").fill("A word to everybody")
    await submit(form, "Send")
    await boris.follow("NEW_MESSAGE", "A word to everybody")
    await expect(message(boris, "A word to everybody")).to_be_visible()
    await expect(boris.badge).to_be_hidden()
    await clara.open("messages")
    await expect(clara.root.get_by_text("No messages yet.")).to_be_visible()
    await expect(clara.badge).to_be_hidden()


async def test_messages_by_keyboard_alone(trio: Demo) -> None:
    boris, keyboard = trio.second, trio.second.page.keyboard
    await boris.open("messages")
    await boris.root.get_by_role("button", name="Back").focus()
    await keyboard.press("Enter")
    await expect(boris.root.get_by_label("To", exact=True)).to_be_focused()
    await boris.root.locator('.conversation[data-user="anna"]').focus()
    await keyboard.press("Enter")
    await expect(boris.root.get_by_role("textbox", name="Message")).to_be_focused()
    await keyboard.type("Typed and sent by Enter")
    await keyboard.press("Enter")
    await expect(message(boris, "Typed and sent by Enter")).to_be_visible()
    await expect(boris.root.get_by_role("textbox", name="Message")).to_be_focused()

    await boris.open("money")
    opener = boris.root.get_by_role("button", name="Give a tip")
    await opener.focus()
    await keyboard.press("Enter")
    await expect(boris.root.locator(".give").get_by_label("To")).to_be_focused()
    await keyboard.press("Escape")
    await expect(opener).to_be_focused()


async def test_hostile_words_are_words(trio: Demo, api: Api) -> None:
    for number, words in enumerate(CORPUS):
        await api.ok("boris", "POST", "/api/messages", {"toUserId": "anna", "content": words})
        tip = {"toUserId": "anna", "amount": 100, "currency": "RUB", "message": words, "paymentId": f"hostile_{number}"}
        await api.ok("boris", "POST", "/api/tips", tip)
    anna = trio.first
    await anna.open("money")
    for words in CORPUS:
        await expect(anna.root.locator(".tip .said").filter(has_text=words).first).to_be_visible()
    await trio.second.open("messages")
    for words in CORPUS:
        await expect(message(trio.second, words).last).to_be_visible()
    for place in (anna.root.locator(".tips"), trio.second.root.locator(".thread-place")):
        assert await place.locator("img, iframe, script, a, b").count() == 0
    assert await anna.page.evaluate("window.hit") is None


async def test_auction_new_bid(trio: Demo, api: Api) -> None:
    anna, boris, clara = trio.first, trio.second, trio.third
    title = "The blue one"
    await publish(api, title)
    for column in (anna, boris, clara):
        await column.open("money")
    form = await opened(anna, "Auction a post")
    await form.get_by_label("Post").select_option(title)
    await form.get_by_label("For how many seconds").fill("600")
    await submit(form, "Open")
    await auction(boris, title).get_by_role("button", name="Bid").click()
    await expect(auction(boris, title)).to_contain_text("Your bid is the highest.")
    await anna.open("feed")
    await anna.follow("AUCTION_NEW_BID", "Борис bids 1 000 RUB")
    await expect(auction(anna, title)).to_be_in_viewport()
    await expect(auction(anna, title)).to_contain_text("Борис leads.")

    bid = auction(clara, title)
    await expect(bid.get_by_label("Your bid")).to_have_value("1100")
    await bid.get_by_label("Your bid").fill("1500")
    await bid.get_by_role("button", name="Bid").click()
    await expect(boris.news).to_contain_text(f"Клара has outbid you: ₽1,500 for “{title}”.")
    await boris.follow("AUCTION_NEW_BID", "You have been outbid")
    await expect(auction(boris, title).get_by_label("Your bid")).to_have_value("1600")
    await expect(auction(boris, title).locator(".bids li")).to_have_text(["2. Клара₽1,500", "1. You₽1,000"])


async def test_auction_won_reminded_refunded_and_paid(trio: Demo, api: Api) -> None:
    anna, boris, clara = trio.first, trio.second, trio.third
    title = "The red one"
    post = await publish(api, title)
    ends_at = (datetime.now(UTC) + timedelta(seconds=SOON)).isoformat()
    terms = {"startPrice": 100_000, "minStep": 10_000, "endsAt": ends_at, "antiSnipe": 0, "deposit": 5_000}
    await api.ok("anna", "POST", f"/api/posts/{post}/auction", terms)
    for user, amount in (("boris", 100_000), ("clara", 110_000)):
        body = {"amount": amount, "depositPaymentId": f"dep_{user}"}
        await api.ok(user, "POST", f"/api/posts/{post}/bids", body)
    await clara.follow("AUCTION_WON", "Your bid is 1 100 RUB")
    await expect(auction(clara, title)).to_contain_text("You have won. Time to pay:")
    await boris.follow("AUCTION_DEPOSIT_REFUNDED", "50 RUB came back to you")
    await expect(auction(boris, title)).to_contain_text("Goes to Клара for ₽1,100.")
    await clara.open("feed")
    await clara.follow("AUCTION_PAYMENT_REMINDER", "Pay 1 100 RUB by")

    await auction(clara, title).get_by_role("button", name="Pay ₽1,100").click()
    await expect(auction(clara, title)).to_contain_text("You have won and paid")
    await anna.open("money")
    await expect(auction(anna, title)).to_have_attribute("data-status", "paid")
    await anna.bell.click()
    await expect(anna.of_type("POST_PURCHASE")).to_contain_text("Клара paid 1 100 RUB")
    await anna.bell.click()


async def test_a_flash_sale_is_live_for_everybody(trio: Demo) -> None:
    anna, boris, clara = trio.first, trio.second, trio.third
    for column in (anna, boris, clara):
        await column.open("money")
    form = await opened(anna, "New flash sale")
    await form.get_by_label("What is on sale").select_option("subscription: VIP")
    await form.get_by_label("For how many seconds").fill("600")
    await form.get_by_label("How many", exact=True).fill("2")
    await submit(form, "Start")

    def sale(column: Column) -> Locator:
        return column.root.locator(".sale").filter(has_text="VIP")

    async def left(text: str) -> None:
        for column in (anna, boris, clara):
            await expect(sale(column).locator(".remaining")).to_have_text(text)

    await left("2 of 2 left")
    await sale(boris).get_by_role("button", name="Reserve").click()
    await left("1 of 2 left")
    await sale(boris).get_by_role("button", name="Give back").click()
    await left("2 of 2 left")
    await sale(clara).get_by_role("button", name="Reserve").click()
    await expect(sale(clara).get_by_role("button", name="Pay")).to_be_focused()
    await sale(clara).get_by_role("button", name="Pay").click()
    await expect(sale(clara)).to_contain_text("Paid: it is yours.")
    await left("1 of 2 left")
    await anna.follow("NEW_SUBSCRIBER", "Клара subscribed to you")


async def test_a_flash_sale_ends_in_front_of_the_reader(trio: Demo) -> None:
    anna, boris = trio.first, trio.second
    for column in (anna, boris):
        await column.open("money")
    form = await opened(anna, "New flash sale")
    await form.get_by_label("For how many seconds").fill("2")
    await submit(form, "Start")
    sale = boris.root.locator(".sale").filter(has_text="basic")
    await expect(sale.get_by_role("button", name="Reserve")).to_be_visible()
    await expect(sale.locator(".countdown")).to_have_text("over")
    await expect(sale.get_by_role("button", name="Reserve")).to_be_hidden()
    await expect(boris.log(type="flash_sale_ended")).to_have_count(1)
