"""What is said of flash sales, to anyone who looks at the creator."""

from __future__ import annotations

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.payloads.flash_sales import (
    FlashSale,
    NotifyFlashSaleEnded,
    NotifyFlashSaleStarted,
    NotifyFlashSaleUpdated,
)


def started(event: NotifyFlashSaleStarted, gseq: int) -> Draft:
    return _draft("flash_sale_started", event.sale, gseq)


def updated(event: NotifyFlashSaleUpdated, gseq: int) -> Draft:
    """How many are left: of many that are redeemed at once only the newest value leaves."""
    return _draft("flash_sale_updated", event.sale, gseq)._replace(conflation_key=f"flash_sale:{event.sale.id}")


def ended(event: NotifyFlashSaleEnded, gseq: int) -> Draft:
    return _draft("flash_sale_ended", event.sale, gseq)


def _draft(kind: str, sale: FlashSale, gseq: int) -> Draft:
    # The version tells a late count from the end that overtook it.
    data = {"type": kind, "sale": sale.model_dump(mode="json", by_alias=True, exclude_none=True), "version": gseq}
    return Draft(Target.CHANNEL, f"creator:{sale.creator_id}", data)
