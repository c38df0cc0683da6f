"""Tips: what a creator earns. The item in their inbox is a ``send_notification`` of type TIP_RECEIVED."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fanwire.events.receipt import Receipt
from fanwire.events.sync.dispatch import say
from fanwire.payloads import NotifyTip, RetractTip, Tip


def notify_tip(
    creator_id: Any,
    tip: Tip | Mapping[str, Any] | Any,
    *,
    total: int | None = None,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """The creator's feed says ``earnings_updated``: ``payment_id``, ``amount`` (minor units), ``currency`` of ``tip``.

    ``total`` is the sum of all tips in this currency, where the caller keeps one. Raises as ``dispatch.say`` does.
    """
    return say(NotifyTip, session=session, strict=strict, creator_id=creator_id, tip=tip, total=total)


def retract_tip(
    creator_id: Any,
    tip: Tip | Mapping[str, Any] | Any,
    *,
    total: int | None = None,
    session: Any = None,
    strict: bool = False,
) -> Receipt:
    """The payment was given back: the same with the amount below zero. Raises as ``dispatch.say`` does.

    The item goes with ``retract_notification(creator_id, "TIP_RECEIVED:{payment_id}")``.
    """
    return say(RetractTip, session=session, strict=strict, creator_id=creator_id, tip=tip, total=total)
