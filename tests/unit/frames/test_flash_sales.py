"""What is said of flash sales: absolute counts with a version, of which only the newest leaves."""

from __future__ import annotations

from fanwire.frames import flash_sales
from fanwire.payloads import FlashSale, NotifyFlashSaleEnded, NotifyFlashSaleStarted, NotifyFlashSaleUpdated

ROW = {
    "id": "s1",
    "creatorId": "anna",
    "percent": 30,
    "startsAt": "2027-01-01T10:00:00Z",
    "endsAt": "2027-01-01T12:00:00Z",
    "maxRedemptions": 100,
    "remaining": 40,
    "tier": "vip",
}
SALE = FlashSale.model_validate({**ROW, "cost": 5, "postId": None})


def test_a_sale_is_said_on_the_channel_of_its_creator() -> None:
    started = flash_sales.started(NotifyFlashSaleStarted(sale=SALE), 7)
    assert (started.channel, started.conflation_key) == ("creator:anna", None)
    assert started.data == {"type": "flash_sale_started", "sale": ROW, "version": 7}
    ended = flash_sales.ended(NotifyFlashSaleEnded(sale=SALE), 9)
    assert (ended.data["type"], ended.data["version"], ended.conflation_key) == ("flash_sale_ended", 9, None)


def test_of_what_is_left_only_the_newest_leaves() -> None:
    updated = flash_sales.updated(NotifyFlashSaleUpdated(sale=SALE), 8)
    assert updated.conflation_key == "flash_sale:s1"
    assert updated.data == {"type": "flash_sale_updated", "sale": ROW, "version": 8}
