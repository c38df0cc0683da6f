"""Flash sales."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanwire.events.dispatch import say
from fanwire.events.receipt import Receipt
from fanwire.payloads import FlashSale, NotifyFlashSaleEnded, NotifyFlashSaleStarted, NotifyFlashSaleUpdated


async def notify_flash_sale_started(
    sale: FlashSale | Mapping[str, Any] | Any, *, session: Any = None, strict: bool = False
) -> Receipt:
    """A sale has begun: told to everyone who looks at its creator. Raises as ``dispatch.say`` does."""
    return await say(NotifyFlashSaleStarted, session=session, strict=strict, sale=sale)


async def notify_flash_sale_updated(
    sale: FlashSale | Mapping[str, Any] | Any, *, session: Any = None, strict: bool = False
) -> Receipt:
    """How many are left; of many updates at once only the newest arrives. Raises as ``dispatch.say`` does.

    Call it with the sale's row locked, so that events are in the order of their counts.
    """
    return await say(NotifyFlashSaleUpdated, session=session, strict=strict, sale=sale)


async def notify_flash_sale_ended(
    sale: FlashSale | Mapping[str, Any] | Any, *, session: Any = None, strict: bool = False
) -> Receipt:
    """A sale is over: told to everyone who looks at its creator. Raises as ``dispatch.say`` does."""
    return await say(NotifyFlashSaleEnded, session=session, strict=strict, sale=sale)
