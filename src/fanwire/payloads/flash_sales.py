"""Flash sales: fewer roubles for a while, for the first few."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import Field

from fanwire.payloads.base import Event, Id, Payload
from fanwire.payloads.posts import Count, Tier

Percent = Annotated[int, Field(ge=1, le=100)]


class FlashSale(Payload):
    """A sale of a subscription tier or of a post. ``remaining`` is absolute: how many can still be redeemed."""

    id: Id
    creator_id: Id
    percent: Percent
    starts_at: datetime
    ends_at: datetime
    max_redemptions: Count
    remaining: Count
    post_id: Id | None = None
    tier: Tier | None = None


class _SaleEvent(Event):
    sale: FlashSale

    def ordering_key(self) -> str:
        return f"creator:{self.sale.creator_id}"


class NotifyFlashSaleStarted(_SaleEvent):
    function: ClassVar[str] = "notify_flash_sale_started"


class NotifyFlashSaleUpdated(_SaleEvent):
    """Something was redeemed or given back; only the newest of these needs to arrive."""

    function: ClassVar[str] = "notify_flash_sale_updated"


class NotifyFlashSaleEnded(_SaleEvent):
    function: ClassVar[str] = "notify_flash_sale_ended"
