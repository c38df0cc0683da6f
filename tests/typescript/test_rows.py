"""`{ tx }`: the rows that TypeScript writes in the caller's transaction are those that Python writes."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

import pytest
import sqlalchemy as sa

from fanwire.payloads import EVENTS
from fanwire.store import tables

from .conftest import TypeScriptSite

pytestmark = pytest.mark.node

MODULES = ("notifications", "posts", "creators", "access", "messages", "tips", "auctions", "flash_sales")
TODAY = "2027-01-02T03:04:05Z"
POST = {
    "id": 7,
    "creatorId": "anna",
    "title": "Привет \U0001f600",
    "content": "текст",
    "images": ["https://cdn.test/a.jpg"],
    "isLocked": True,
    "minSubscriptionTier": "vip",
    "price": 990,
    "createdAt": TODAY,
    "passwordHash": "secret",
}
NOTE = {"type": "TIP_RECEIVED", "title": "t", "metadata": {"paymentId": "p1", "deep": [{"a": None}]}, "extra": 1}
SALE = {
    "id": "s1",
    "creatorId": "anna",
    "percent": 30,
    "startsAt": TODAY,
    "endsAt": TODAY,
    "maxRedemptions": 10,
    "remaining": 9,
    "tier": "basic",
}


def call(name: str, *args: Any, **options: Any) -> dict[str, Any]:
    return {"name": name, "args": list(args), "options": options}


CALLS = [
    call("sendNotification", "boris", NOTE, actor="clara", idempotencyKey="k1", collapseKey="c1"),
    call("sendNotification", 12, {"type": "NEW_MESSAGE", "title": "t", "message": "m"}),
    call("sendNotification", "boris", NOTE, actor="boris"),
    call("sendNotifications", ["u3", "u1", "u2"], NOTE),
    call("markNotificationAsRead", "boris", "n1"),
    call("markNotificationsAsRead", "boris", "conversation:1"),
    call("retractNotification", "boris", "TIP_RECEIVED:p1"),
    call("clearNotifications", "boris"),
    call("sendAudienceNotification", "anna", NOTE, idempotencyKey="k2"),
    call("retractAudienceNotification", "anna", "k2"),
    call("notifyNewPost", POST, creatorName="Анна", title="t", message="m"),
    call("notifyPostUpdated", POST, restricted=True),
    call("notifyPostUpdated", {"id": "8", "creatorId": "anna"}),
    call("notifyPostDeleted", 7, "anna"),
    call("updatePostLikes", 7, "boris", True, likesCount=3),
    call("updatePostLikes", 7, "boris", False),
    call("updateCommentLikes", 7, "c1", "boris", True, likesCount=1),
    call("notifyNewComment", 7, {"id": "c1", "userId": "boris", "content": "c", "ip": "::1"}, commentsCount=1),
    call("notifyNewComment", 7, {"id": "c2", "userId": "boris", "nickname": "Б", "isAnonymous": True}),
    call("notifyCommentDeleted", 7, "c1", commentsCount=0),
    call("notifyCreatorUpdate", "anna", {"nickname": "Анна", "bio": None, "email": "anna@site.test"}),
    call("notifyNewSubscription", "anna", "boris", tier="premium"),
    call("followCreator", "boris", "anna"),
    call("unfollowCreator", "boris", "anna"),
    call("grantAccess", "boris", "creator:anna", tier="basic", until=TODAY),
    call("grantAccess", "boris", "post:7"),
    call("revokeAccess", "boris", "creator:anna", reason="refunded"),
    call("revokeAccess", "boris", "post:7"),
    call("restrictPost", 7),
    call("blockUser", "anna", "boris"),
    call("unblockUser", "anna", "boris"),
    call("revokeTokens", "boris", issuedBefore=TODAY),
    call("revokeTokens", "clara"),
    call("revokeToken", "boris", "jti-1"),
    call("revokeToken", None, "jti-2"),
    call("notifyNewMessage", "c9", {"id": "m1", "senderId": "boris", "content": "даром", "createdAt": TODAY}),
    call("notifyNewMessage", "c9", {"id": "m2", "senderId": "boris", "content": "-", "price": 500, "currency": "RUB"}),
    call("notifyMessageRead", "c9", "anna", "m1"),
    call("notifyMessageUnlocked", "anna", "c9", {"id": "m2", "senderId": "boris", "content": "текст", "price": 500}),
    call("updateUnreadMessages", "anna", 4),
    call("notifyTip", "anna", {"paymentId": "p1", "amount": 5000, "currency": "RUB", "card": "4242"}, total=9000),
    call("retractTip", "anna", {"paymentId": "p1", "amount": 5000, "currency": "RUB"}),
    call("notifyBidPlaced", 7, {"id": "b1", "userId": "boris", "amount": 100, "seq": 1, "at": TODAY}, TODAY),
    call("notifyAuctionExtended", 7, TODAY),
    call("notifyAuctionEnded", 7, winnerId="boris", amount=100),
    call("notifyAuctionEnded", 8),
    call("notifyFlashSaleStarted", SALE),
    call("notifyFlashSaleUpdated", SALE),
    call("notifyFlashSaleEnded", SALE),
]


def snake(name: str) -> str:
    return re.sub(r"(?<=[a-z])([A-Z])", r"_\1", name).lower()


def say_in_python(connection: sa.Connection) -> None:
    for one in CALLS:
        name = snake(one["name"])
        modules = [import_module(f"fanwire.events.sync.{module}") for module in MODULES]
        function = next(getattr(module, name) for module in modules if hasattr(module, name))
        function(*one["args"], **{snake(key): value for key, value in one["options"].items()}, session=connection)


def rows(connection: sa.Connection) -> dict[str, Any]:
    """What both tables hold, without the ids; then they are emptied."""
    outbox, access = tables.outbox.c, tables.access.c
    said = (outbox.event_id, outbox.version, outbox.function, outbox.payload, outbox.ordering_key)
    facts = (access.event_id, access.user_id, access.resource, access.kind, access.tier, access.until, access.reason)
    found = {
        "outbox": connection.execute(sa.select(*said).order_by(outbox.id)).all(),
        "access": connection.execute(sa.select(*facts, access.xid > 0).order_by(access.id)).all(),
    }
    connection.execute(tables.outbox.delete())
    connection.execute(tables.access.delete())
    return {name: [tuple(row[1:]) for row in listed] for name, listed in found.items()} | {
        "ids": [row[0] for row in found["outbox"]],
        "pairs": {row[0] for row in found["access"]} <= {row[0] for row in found["outbox"]},
    }


@pytest.fixture
def engine(site: TypeScriptSite) -> Any:
    engine = sa.create_engine(site.database_url)
    yield engine
    engine.dispose()


def test_every_event_function_is_called_here() -> None:
    assert {snake(one["name"]) for one in CALLS} - {"send_notifications"} == set(EVENTS)


@pytest.mark.parametrize("way", ["pg", "prisma"])
def test_rows_are_the_same_as_those_of_python(site: TypeScriptSite, engine: sa.Engine, way: str) -> None:
    receipts = site.calls(way, CALLS)
    flat = [receipt for one in receipts for receipt in (one if isinstance(one, list) else [one])]
    with engine.begin() as connection:
        theirs = rows(connection)
        say_in_python(connection)
        ours = rows(connection)
    assert theirs["outbox"] == ours["outbox"]
    assert theirs["access"] == ours["access"]
    assert len(theirs["access"]) == 11
    assert theirs["pairs"]
    assert [receipt["id"] for receipt in flat if receipt["status"] == "stored"] == theirs["ids"]
    assert sorted({receipt["status"] for receipt in flat}) == ["skipped", "stored"]


@pytest.mark.parametrize("way", ["pg", "prisma"])
def test_a_rollback_takes_the_rows_with_it(site: TypeScriptSite, engine: sa.Engine, way: str) -> None:
    assert site.calls(way, CALLS, rollback=True) is None
    with engine.begin() as connection:
        assert rows(connection) == {"outbox": [], "access": [], "ids": [], "pairs": True}
