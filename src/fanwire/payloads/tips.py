"""Tips: money for a creator, in integer minor units."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints

from fanwire.payloads.base import Event, Id, Payload

# Kopecks or cents, whole and above zero; what JavaScript can count.
Minor = Annotated[int, Field(strict=True, gt=0, le=2**53 - 1)]
Total = Annotated[int, Field(strict=True, ge=-(2**53) + 1, le=2**53 - 1)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Tip(Payload):
    """A payment that was given for nothing; ``currency`` by ISO 4217."""

    payment_id: Id
    amount: Minor
    currency: Currency


class NotifyTip(Event):
    """Told to the creator alone. ``total`` is what all tips in this currency come to, if the caller knows it."""

    function: ClassVar[str] = "notify_tip"
    creator_id: Id
    tip: Tip
    total: Total | None = None

    def ordering_key(self) -> str:
        return f"feed:{self.creator_id}"


class RetractTip(Event):
    """The payment was given back."""

    function: ClassVar[str] = "retract_tip"
    creator_id: Id
    tip: Tip
    total: Total | None = None

    def ordering_key(self) -> str:
        return f"feed:{self.creator_id}"
