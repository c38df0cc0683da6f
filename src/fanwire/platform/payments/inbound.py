"""One event of the payment provider: read, recognised, applied at most once."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial
from typing import Any, NamedTuple, TypeVar

import structlog
from pydantic import ValidationError
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import utc
from fanwire.platform import users
from fanwire.platform.act import Act, Stage
from fanwire.platform.again import unless_deadlocked
from fanwire.platform.payments import payments, provider_events, subscriptions
from fanwire.platform.payments.messages import (
    AuctionData,
    Envelope,
    FlashSaleData,
    Message,
    MessageData,
    Outcome,
    PurchaseData,
    RefundData,
    SubscriptionData,
    TipData,
)
from fanwire.platform.payments.use import Use
from fanwire.platform.problems import FieldProblem, Invalid, Malformed
from fanwire.platform.requests import Body
from fanwire.settings import PlatformSettings

# An event from the future would shut out all those that follow until then.
_AHEAD = timedelta(minutes=5)
# How long an event waits for another one on the same object, before the provider is told to come again.
_WAIT = text("SET LOCAL lock_timeout = '5s'")

# Refunds name a payment, not a person; no user has this id, for ids have no spaces.
_NOBODY = users.User("the provider", "the provider")

# Each refund by its kind, with what the payment is for if nothing else is known of it: the sale of a flash sale may
# have been a post or a tier, and messages and auctions keep nothing of what was not bought.
_REFUNDS: tuple[tuple[str, Use], ...] = (
    ("purchase.refunded", "purchase"),
    ("tip.refunded", "tip"),
    ("message.refunded", "nothing"),
    ("auction.refunded", "nothing"),
    ("flash_sale.refunded", "nothing"),
)

log = structlog.get_logger()

M = TypeVar("M", bound=Body)
Apply = Callable[[Act, Any], Awaitable[Outcome]]


class Handling(NamedTuple):
    """The shape of a kind's events, and what is done with one."""

    shape: type[Message[Any]]
    apply: Apply


class Inbound:
    """Everything that may come through the webhook."""

    def __init__(self, stage: Stage, settings: PlatformSettings) -> None:
        self._stage = stage
        self._kinds: dict[str, Handling] = {
            **dict.fromkeys(subscriptions.KINDS, Handling(Message[SubscriptionData], subscriptions.apply)),
            "purchase.paid": Handling(Message[PurchaseData], payments.purchase_paid),
            "message.paid": Handling(Message[MessageData], payments.message_paid),
            "auction.paid": Handling(Message[AuctionData], payments.auction_paid),
            "auction.deposit_paid": Handling(Message[AuctionData], payments.auction_deposit_paid),
            "flash_sale.paid": Handling(Message[FlashSaleData], payments.flash_sale_paid),
            "tip.paid": Handling(Message[TipData], partial(payments.tip_paid, limits=settings.tips)),
            **{kind: Handling(Message[RefundData], partial(payments.refunded, unknown=use)) for kind, use in _REFUNDS},
        }

    async def receive(self, body: bytes) -> Outcome:
        """Apply an event whose signature has been checked; returns after the commit.

        Raises:
            Malformed: the body is not JSON.
            Invalid: it is no event, or its data does not fit its kind.
            Problem: as the domain refuses it; then it may be sent again, for nothing is kept of it.
        """
        envelope = _read(Envelope, body)
        handling = self._kinds.get(envelope.type)
        if handling is None:
            log.info("payment_event_ignored", id=envelope.id, kind=envelope.type)
            return "ignored"
        message = _read(handling.shape, body)
        now = utc(self._stage.clock)
        if message.created_at > now + _AHEAD:
            raise Invalid("createdAt: this event is of the future; set the clock of who made it.")
        outcome = await unless_deadlocked(partial(self._transaction, message, handling.apply, now))
        log.info("payment_event", id=message.id, kind=message.type, outcome=outcome)
        return outcome

    async def _transaction(self, message: Message[Any], apply: Apply, now: datetime) -> Outcome:
        async with self._stage.database.begin() as connection:
            return await self._once(connection, message, apply, now)

    async def _once(self, connection: AsyncConnection, message: Message[Any], apply: Apply, now: datetime) -> Outcome:
        """Of two racing deliveries the second waits here until the first has committed or rolled back."""
        if connection.dialect.name == "postgresql":
            await connection.execute(_WAIT)
        if not await provider_events.claim(connection, message.id, message.type, now):
            return "repeated"
        who = getattr(message.data, "user_id", "")
        user = await users.ensure(connection, who, now) if who else _NOBODY
        return await apply(Act(connection, user, now, self._stage.new_id, self._stage.read_time), message)


def _read(model: type[M], body: bytes) -> M:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
    if any(entry["type"] == "json_invalid" for entry in found):
        raise Malformed("The body is not JSON. Send one JSON object in UTF-8.")
    fields = [FieldProblem(field=".".join(("body", *map(str, entry["loc"]))), message=entry["msg"]) for entry in found]
    raise Invalid("; ".join(f"{field.field}: {field.message}" for field in fields), fields)
