"""What the receiver of a tip is told."""

from __future__ import annotations

from typing import Any, Protocol

from fanwire.events.notifications import retract_notification, send_notification
from fanwire.events.tips import notify_tip, retract_tip
from fanwire.platform.act import Act


class Told(Protocol):
    """What is told of a tip."""

    @property
    def payment_id(self) -> str: ...
    @property
    def user_id(self) -> str: ...
    @property
    def creator_id(self) -> str: ...
    @property
    def amount(self) -> int: ...
    @property
    def currency(self) -> str: ...
    @property
    def message(self) -> str | None: ...
    @property
    def post_id(self) -> str | None: ...


async def given(act: Act, tip: Told, total: int) -> None:
    """An item in the inbox, named by the payment, and the new sum on their feed."""
    metadata: dict[str, Any] = {
        "paymentId": tip.payment_id,
        "userId": tip.user_id,
        "amount": tip.amount,
        "currency": tip.currency,
    }
    if tip.post_id is not None:
        metadata["postId"] = tip.post_id
    await send_notification(
        tip.creator_id,
        {
            "type": "TIP_RECEIVED",
            "title": "Новые чаевые",
            "message": f"{act.user.nickname}: {tip.message}" if tip.message else f"{act.user.nickname} оставил чаевые",
            "metadata": metadata,
        },
        actor=tip.user_id,
        session=act.connection,
    )
    await notify_tip(tip.creator_id, tip, total=total, session=act.connection)


async def taken_back(act: Act, tip: Told, total: int) -> None:
    """The item goes, whether it was read or not, and the sum shrinks."""
    await retract_notification(tip.creator_id, f"TIP_RECEIVED:{tip.payment_id}", session=act.connection)
    await retract_tip(tip.creator_id, tip, total=total, session=act.connection)
