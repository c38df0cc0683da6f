"""What a creator hears of their earnings, on their own feed."""

from __future__ import annotations

from typing import Any

from fanwire.frames.draft import Draft
from fanwire.frames.frame import Target
from fanwire.payloads.tips import NotifyTip, RetractTip


def earned(event: NotifyTip, gseq: int) -> Draft:
    """A tip more."""
    return _updated(event, event.tip.amount, gseq)


def returned(event: RetractTip, gseq: int) -> Draft:
    """A tip less: ``amount`` is below zero."""
    return _updated(event, -event.tip.amount, gseq)


def _updated(event: NotifyTip | RetractTip, amount: int, gseq: int) -> Draft:
    data: dict[str, Any] = {
        "type": "earnings_updated",
        "source": "tip",
        "paymentId": event.tip.payment_id,
        "amount": amount,
        "currency": event.tip.currency,
        "version": gseq,
    }
    if event.total is not None:
        data["total"] = event.total
    return Draft(Target.CHANNEL, f"feed:{event.creator_id}", data)
