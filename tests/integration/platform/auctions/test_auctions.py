"""/api/posts/{postId}/auction and /api/posts/{postId}/bids"""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from fanwire.clock import utc
from fanwire.ids import event_id
from fanwire.platform import users
from fanwire.platform.act import Act
from fanwire.platform.auctions import bids, tables, timers
from fanwire.platform.timers import Runner
from fanwire.settings import AuctionSettings
from tests.integration.platform.api import PlatformApi, time_of

BOTH = pytest.mark.parametrize("db_url", ["sqlite", "postgres"], indirect=True)


async def opened(api: PlatformApi, *, seconds: float = 3_600, post: str | None = None, **fields: Any) -> str:
    """The post of a new auction of anna's."""
    post = post or await api.post("anna")
    await api.ok("anna", "POST", f"/api/posts/{post}/auction", _new(api, seconds, **fields))
    await api.forget()
    return post


def _new(api: PlatformApi, seconds: float = 3_600, **fields: Any) -> dict[str, Any]:
    ends_at = (utc(api.clock) + timedelta(seconds=seconds)).isoformat()
    return {"startPrice": 1_000, "minStep": 100, "endsAt": ends_at, **fields}


async def bid(api: PlatformApi, post: str, user: str, amount: int, **more: Any) -> dict[str, Any]:
    placed: dict[str, Any] = await api.ok(user, "POST", f"/api/posts/{post}/bids", {"amount": amount, **more})
    return placed


async def refused(api: PlatformApi, status: int, user: str, post: str, amount: int, **more: Any) -> str:
    document = await api.refused(status, user, "POST", f"/api/posts/{post}/bids", {"amount": amount, **more})
    return str(document["type"]).removeprefix("urn:fanwire:problem:")


async def state(api: PlatformApi, post: str) -> dict[str, Any]:
    found: dict[str, Any] = await api.ok(None, "GET", f"/api/posts/{post}/auction")
    return found


async def later(api: PlatformApi, seconds: float) -> None:
    api.clock.advance(seconds)
    await api.fire()


async def told(api: PlatformApi) -> list[tuple[str, str]]:
    """Who was told what, since the outbox was emptied."""
    said = []
    for function, payload in await api.events():
        if function == "send_notification":
            said.append((payload["userId"], payload["notification"]["type"]))
        elif function != "grant_access":
            said.append(("all", function))
    return said


async def test_an_auction_is_opened_bid_on_won_and_paid(api: PlatformApi) -> None:
    post = await opened(api)
    first = await bid(api, post, "boris", 1_000)
    assert first["bid"] == {
        "id": first["bid"]["id"],
        "postId": post,
        "userId": "boris",
        "nickname": "boris",
        "amount": 1_000,
        "currency": "RUB",
        "seq": 1,
        "at": "2027-01-15T08:00:00Z",
    }
    await bid(api, post, "clara", 1_100)
    assert await told(api) == [
        ("all", "notify_bid_placed"),
        ("anna", "AUCTION_NEW_BID"),
        ("all", "notify_bid_placed"),
        ("anna", "AUCTION_NEW_BID"),
        ("boris", "AUCTION_NEW_BID"),
    ]
    await api.forget()
    await later(api, 3_600)
    assert await told(api) == [("all", "notify_auction_ended"), ("clara", "AUCTION_WON")]
    now = await state(api, post)
    assert (now["status"], now["winnerId"], now["price"], now["minimumBid"]) == (
        "awaiting_payment",
        "clara",
        1_100,
        None,
    )
    await api.forget()
    paid = await api.ok("clara", "POST", f"/api/posts/{post}/auction/pay", {"paymentId": "pay_1"})
    assert paid["status"] == "paid"
    assert await told(api) == [("anna", "POST_PURCHASE")]
    again = await api.ok("clara", "POST", f"/api/posts/{post}/auction/pay", {"paymentId": "pay_1"})
    assert again == paid
    grants = [payload for function, payload in await api.events() if function == "grant_access"]
    assert grants == [{"userId": "clara", "resource": f"post:{post}"}]
    await api.forget()
    # The reminders and the end of the time to pay find nothing to do.
    await later(api, 7 * 86_400)
    assert await api.events() == []


async def test_bids_of_one_auction_are_one_unread_item(api: PlatformApi) -> None:
    post = await opened(api)
    for amount, user in enumerate(("boris", "clara", "boris", "clara"), 10):
        await bid(api, post, user, amount * 100)
    await api.applied()
    for user, message in (("anna", "clara ставит 13 RUB"), ("boris", "clara ставит 13 RUB")):
        inbox = await api.ok(user, "GET", "/api/user/notifications")
        assert [item["message"] for item in inbox["notifications"]] == [message]
        assert inbox["unreadCount"] == 1


async def test_those_who_watch_see_bids_in_order_and_the_end(api: PlatformApi) -> None:
    post = await opened(api, seconds=100, antiSnipe=60)
    await bid(api, post, "boris", 1_000)
    api.clock.advance(70)
    placed = await bid(api, post, "clara", 1_500)
    assert placed["auction"]["endsAt"] == "2027-01-15T08:02:10Z"
    await later(api, 60)
    frames = [data for channel, data in await api.applied() if channel == f"auction:{post}"]
    assert [(frame["type"], frame.get("bid", {}).get("seq"), frame.get("endsAt")) for frame in frames] == [
        ("bid_placed", 1, "2027-01-15T08:01:40Z"),
        ("bid_placed", 2, "2027-01-15T08:02:10Z"),
        ("auction_extended", None, "2027-01-15T08:02:10Z"),
        ("auction_ended", None, None),
    ]
    assert (frames[-1]["winnerId"], frames[-1]["amount"]) == ("clara", 1_500)


@BOTH
async def test_a_timer_that_comes_before_a_moved_end_waits_for_it(api: PlatformApi) -> None:
    post = await opened(api, seconds=100, antiSnipe=60, maxExtensions=1)
    api.clock.advance(90)
    await bid(api, post, "boris", 1_000)
    await later(api, 10)
    assert (await state(api, post))["status"] == "active"
    assert (await bid(api, post, "clara", 1_100))["auction"]["extensions"] == 1
    await later(api, 49.999)
    assert (await state(api, post))["status"] == "active"
    await later(api, 0.001)
    assert (await state(api, post))["winnerId"] == "clara"


async def test_refused_bids_write_nothing_and_tell_nobody(api: PlatformApi) -> None:
    post = await opened(api, seconds=1_000)
    await bid(api, post, "boris", 1_000)
    await api.forget()
    assert await refused(api, 409, "clara", post, 1_099) == "bid-too-low"
    assert await refused(api, 403, "anna", post, 5_000) == "own-auction"
    assert await refused(api, 409, "boris", post, 5_000) == "already-leading"
    assert await refused(api, 422, "clara", post, -5) == "invalid"
    assert await refused(api, 422, "clara", post, 2_000_000_000) == "invalid"
    assert await refused(api, 404, "clara", await api.post(), 5_000) == "missing"
    assert await refused(api, 404, "clara", "unknown", 5_000) == "missing"
    await api.forget()
    api.clock.advance(1_000)
    # The end counts by the time, whether a timer has told it or not.
    assert (await state(api, post))["status"] == "closing"
    assert await refused(api, 409, "clara", post, 5_000) == "auction-ended"
    assert await api.events() == []
    assert await api.count(tables.bid) == 1
    assert (await state(api, post))["price"] == 1_000


async def test_floats_are_no_money(api: PlatformApi) -> None:
    post = await opened(api)
    await api.refused(422, "boris", "POST", f"/api/posts/{post}/bids", {"amount": 1_000.0})
    assert await api.count(tables.bid) == 0


async def test_a_locked_post_takes_bids_of_those_who_may_read_it_only(api: PlatformApi) -> None:
    post = await opened(api, post=await api.post("anna", isLocked=True))
    assert await refused(api, 403, "boris", post, 5_000) == "forbidden"
    for path in ("auction", "bids"):
        await api.refused(403, "boris", "GET", f"/api/posts/{post}/{path}")
    assert await api.events() == []
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna"})
    await bid(api, post, "boris", 5_000)


async def test_who_is_blocked_bids_on_nothing(api: PlatformApi) -> None:
    post = await opened(api)
    await api.post("boris")
    await api.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    await api.forget()
    assert await refused(api, 403, "boris", post, 5_000) == "blocked"
    assert await api.events() == []
    assert await api.count(tables.bid) == 0


async def test_a_bid_with_a_key_is_placed_once(api: PlatformApi) -> None:
    post = await opened(api)
    path, body = f"/api/posts/{post}/bids", {"amount": 1_000}
    first = await api.ok("boris", "POST", path, body, key="k1")
    assert await api.ok("boris", "POST", path, body, key="k1") == first
    assert await api.count(tables.bid) == 1


async def test_only_its_author_opens_an_auction_once_and_for_the_future(api: PlatformApi) -> None:
    post = await api.post("anna")
    path = f"/api/posts/{post}/auction"
    body = {"startPrice": 1_000, "minStep": 100, "endsAt": "2027-01-15T09:00:00Z"}
    await api.refused(403, "boris", "POST", path, body)
    await api.refused(404, "anna", "POST", "/api/posts/unknown/auction", body)
    await api.refused(404, "boris", "GET", path)
    for wrong in (
        {"endsAt": "2027-01-15T08:00:00Z"},
        {"minStep": 0},
        {"startPrice": -1},
        {"antiSnipe": 9_999},
        {"currency": "XXX"},
        {"deposit": 1.5},
    ):
        await api.refused(422, "anna", "POST", path, {**body, **wrong})
    assert await api.count(tables.auction) == 0
    await api.ok("anna", "POST", path, body)
    document = await api.refused(409, "anna", "POST", path, body)
    assert document["type"] == "urn:fanwire:problem:auction-exists"


async def test_bids_are_listed_from_the_highest_down(api: PlatformApi) -> None:
    post = await opened(api)
    for number, user in enumerate(("boris", "clara", "boris", "clara", "boris")):
        await bid(api, post, user, 1_000 + 100 * number)
    path = f"/api/posts/{post}/bids?limit=2"
    page, seen = await api.ok(None, "GET", path), []
    while True:
        seen += [one["seq"] for one in page["bids"]]
        if page["nextCursor"] is None:
            break
        page = await api.ok(None, "GET", f"{path}&cursor={page['nextCursor']}")
    assert seen == [5, 4, 3, 2, 1]


@BOTH
async def test_deposits_are_taken_once_and_go_back_to_all_who_lose(api: PlatformApi) -> None:
    post = await opened(api, deposit=500)
    assert await refused(api, 409, "boris", post, 1_000) == "deposit-required"
    await bid(api, post, "boris", 1_000, depositPaymentId="dep_1")
    assert await refused(api, 409, "clara", post, 1_100, depositPaymentId="dep_1") == "conflict"
    await bid(api, post, "clara", 1_100, depositPaymentId="dep_2")
    await bid(api, post, "boris", 1_200)
    await bid(api, post, "dina", 1_300, depositPaymentId="dep_3")
    await api.forget()
    await later(api, 3_600)
    assert await told(api) == [
        ("all", "notify_auction_ended"),
        ("dina", "AUCTION_WON"),
        ("boris", "AUCTION_DEPOSIT_REFUNDED"),
        ("clara", "AUCTION_DEPOSIT_REFUNDED"),
    ]
    await api.applied()
    inbox = await api.ok("boris", "GET", "/api/user/notifications")
    assert inbox["notifications"][0]["message"] == "Вам вернули 5 RUB"


async def test_where_only_the_provider_says_what_is_paid_its_word_for_a_deposit_opens_the_bidding(
    api: PlatformApi,
) -> None:
    post = await opened(api, deposit=500)
    api.app.state.platform = replace(api.app.state.platform, client_payments=False)
    document = await api.refused(
        403, "boris", "POST", f"/api/posts/{post}/bids", {"amount": 1_000, "depositPaymentId": "dep_1"}
    )
    assert document["type"] == "urn:fanwire:problem:payments-by-provider"
    assert await refused(api, 409, "boris", post, 1_000) == "deposit-required"
    for _ in range(2):
        async with api.database.begin() as connection:
            now = utc(api.clock)
            boris = await users.ensure(connection, "boris", now)
            act = Act(connection, boris, now, event_id, time_of(api.clock))
            await bids.deposit(act, post, "dep_1")
    assert await api.count(tables.deposit) == 1
    await bid(api, post, "boris", 1_000)


@BOTH
async def test_an_unpaid_win_is_reminded_of_and_passes_to_the_next_ones(api: PlatformApi) -> None:
    post = await opened(api, deposit=500)
    for number, user in enumerate(("boris", "clara", "dina", "boris", "clara", "emil")):
        await bid(api, post, user, 1_000 + 100 * number, depositPaymentId=f"dep_{user}")
    await later(api, 3_600)
    await api.forget()
    await later(api, 24 * 3_600)
    await later(api, 22 * 3_600)
    assert await told(api) == [("emil", "AUCTION_PAYMENT_REMINDER")] * 2
    await api.forget()
    await later(api, 2 * 3_600)
    assert await told(api) == [("all", "notify_auction_ended"), ("clara", "AUCTION_WON")]
    path, pay = f"/api/posts/{post}/auction/pay", {"paymentId": "pay_1"}
    refusal = await api.refused(403, "emil", "POST", path, pay)
    assert refusal["type"] == "urn:fanwire:problem:not-the-winner"
    now = await state(api, post)
    assert (now["winnerId"], now["price"]) == ("clara", 1_400)
    await later(api, 24 * 3_600)
    await later(api, 24 * 3_600)
    assert (await state(api, post))["winnerId"] == "boris"
    await api.applied()
    for user in ("clara", "boris"):
        inbox = await api.ok(user, "GET", "/api/user/notifications")
        wins = [item["title"] for item in inbox["notifications"] if item["type"] == "AUCTION_WON"]
        assert wins == ["Выигрыш перешёл к вам"]
    await api.forget()
    # Three rounds, and it is over: dina is not held to a bid of six days ago.
    await later(api, 48 * 3_600)
    assert ("all", "notify_auction_ended") in await told(api)
    assert (await state(api, post))["status"] == "unsold"
    refusal = await api.refused(409, "boris", "POST", path, pay)
    assert refusal["type"] == "urn:fanwire:problem:auction-ended"


async def test_paying_is_the_winners_in_time_and_with_a_payment_of_its_own(api: PlatformApi) -> None:
    post = await opened(api, deposit=500)
    path = f"/api/posts/{post}/auction/pay"

    async def refusal(status: int, user: str, payment: str = "pay_1") -> str:
        document = await api.refused(status, user, "POST", path, {"paymentId": payment})
        return str(document["type"]).removeprefix("urn:fanwire:problem:")

    await bid(api, post, "boris", 1_000, depositPaymentId="dep_1")
    assert await refusal(409, "boris") == "auction-running"
    await later(api, 3_600)
    await api.forget()
    assert await refusal(403, "clara") == "not-the-winner"
    assert await refusal(409, "boris", "dep_1") == "conflict"
    await api.ok("boris", "POST", "/api/subscriptions/process-payment", {"creatorId": "anna", "paymentId": "sub_1"})
    await api.forget()
    assert await refusal(409, "boris", "sub_1") == "conflict"
    api.clock.advance(48 * 3_600)
    assert await refusal(409, "boris") == "payment-overdue"
    assert await api.events() == []


async def test_an_auction_without_bids_ends_without_a_winner(api: PlatformApi) -> None:
    post = await opened(api)
    await later(api, 3_600)
    assert await api.events() == [("notify_auction_ended", {"postId": post})]
    assert (await state(api, post))["status"] == "unsold"
    await api.refused(409, "boris", "POST", f"/api/posts/{post}/auction/pay", {"paymentId": "pay_1"})


async def test_the_auction_of_a_deleted_post_is_cancelled_and_all_have_their_deposits_back(api: PlatformApi) -> None:
    post = await opened(api, deposit=500)
    await bid(api, post, "boris", 1_000, depositPaymentId="dep_1")
    await api.ok("anna", "DELETE", f"/api/posts/{post}")
    await api.forget()
    assert await refused(api, 404, "clara", post, 5_000) == "missing"
    await later(api, 3_600)
    assert await told(api) == [("boris", "AUCTION_DEPOSIT_REFUNDED"), ("all", "notify_auction_ended")]


async def test_who_cannot_pay_for_a_deleted_post_has_the_deposit_back(api: PlatformApi) -> None:
    """Else an author would win every deposit by deleting what was won."""
    post = await opened(api, deposit=500)
    await bid(api, post, "boris", 1_000, depositPaymentId="dep_1")
    await later(api, 3_600)
    await api.ok("anna", "DELETE", f"/api/posts/{post}")
    await api.refused(404, "boris", "POST", f"/api/posts/{post}/auction/pay", {"paymentId": "pay_1"})
    await api.forget()
    await later(api, 24 * 3_600)
    assert await told(api) == [("boris", "AUCTION_DEPOSIT_REFUNDED"), ("all", "notify_auction_ended")]
    await api.forget()
    await later(api, 24 * 3_600)
    assert await told(api) == []


async def test_a_winner_whom_the_author_has_blocked_pays_nothing_and_loses_no_deposit(api: PlatformApi) -> None:
    """They could not read what they pay for."""
    post = await opened(api, deposit=500)
    await bid(api, post, "clara", 1_000, depositPaymentId="dep_2")
    await bid(api, post, "boris", 1_100, depositPaymentId="dep_1")
    await later(api, 3_600)
    await api.ok("anna", "POST", "/api/blocks", {"userId": "boris"})
    document = await api.refused(403, "boris", "POST", f"/api/posts/{post}/auction/pay", {"paymentId": "pay_1"})
    assert document["type"] == "urn:fanwire:problem:blocked"
    await later(api, 47 * 3_600)
    await api.forget()
    await later(api, 3_600)
    assert await told(api) == [
        ("boris", "AUCTION_DEPOSIT_REFUNDED"),
        ("all", "notify_auction_ended"),
        ("clara", "AUCTION_WON"),
    ]


@BOTH
async def test_the_list_has_the_auctions_that_the_viewer_may_see_page_by_page(api: PlatformApi) -> None:
    hidden = await api.post("anna", isLocked=True)
    posts = [await opened(api, seconds=seconds) for seconds in (100, 200)]
    await opened(api, seconds=300, post=hidden)
    await later(api, 150)
    gone = await opened(api, seconds=400)
    await api.ok("anna", "DELETE", f"/api/posts/{gone}")

    async def seen(user: str | None, query: str = "") -> list[tuple[str, str]]:
        page = await api.ok(user, "GET", f"/api/auctions{query}")
        return [(auction["postId"], auction["status"]) for auction in page["auctions"]]

    assert await seen("anna") == [(hidden, "active"), (posts[1], "active"), (posts[0], "unsold")]
    assert await seen(None) == [(posts[1], "active"), (posts[0], "unsold")]
    first = await api.ok("anna", "GET", "/api/auctions?limit=2")
    assert await seen("anna", f"?cursor={first['nextCursor']}") == [(posts[0], "unsold")]


async def test_who_looks_at_the_post_hears_that_there_is_an_auction(api: PlatformApi) -> None:
    post = await api.post("anna")
    await api.applied()
    await api.ok("anna", "POST", f"/api/posts/{post}/auction", _new(api))
    said = {(channel, data["type"]) for channel, data in (await api.applied())}
    assert {(f"post:{post}", "post_updated"), ("creator:anna", "post_updated")} <= said


async def test_the_settings_say_how_long_a_winner_has_and_when_they_are_reminded(api: PlatformApi) -> None:
    terms = AuctionSettings(payment_period=60, reminded_before=(50,))
    runner = Runner(api.database, timers.handlers(terms), read_time=time_of(api.clock))
    post = await opened(api)
    await bid(api, post, "boris", 1_000)
    await bid(api, post, "clara", 1_100)
    await api.forget()
    heard = []
    for seconds in (3_600, 9, 1, 49, 1):
        api.clock.advance(seconds)
        while await runner.step():
            pass
        heard.append([kind for kind in await told(api) if kind[0] != "all"])
        await api.forget()
    assert heard == [
        [("clara", "AUCTION_WON")],
        [],
        [("clara", "AUCTION_PAYMENT_REMINDER")],
        [],
        [("boris", "AUCTION_WON")],
    ]


@BOTH
async def test_racing_bids_have_one_order(api: PlatformApi) -> None:
    post = await opened(api)
    await asyncio.gather(
        *(api.send(f"fan{n % 7}", "POST", f"/api/posts/{post}/bids", {"amount": 1_000 + n * 37}) for n in range(40))
    )
    bids = (await api.ok(None, "GET", f"/api/posts/{post}/bids?limit=100"))["bids"][::-1]
    assert [one["seq"] for one in bids] == list(range(1, len(bids) + 1))
    assert all(later["amount"] - one["amount"] >= 100 for one, later in itertools.pairwise(bids))
    assert (await state(api, post))["price"] == bids[-1]["amount"]
    said = [payload["bid"]["seq"] for function, payload in await api.events() if function == "notify_bid_placed"]
    assert said == list(range(1, len(bids) + 1))
