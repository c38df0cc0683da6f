"""What may be sent to tip somebody."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from fanwire.platform.requests import Body, Id

# Whole minor units (kopecks, cents). What is too little or too much is said with the limits in force (``tip.py``).
Amount = Annotated[int, Field(ge=-(2**53) + 1, le=2**53 - 1)]
CurrencyCode = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
TipMessage = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500, pattern=r"^[^\x00]*$")
]


class NewTip(Body):
    """A completed payment. What else a provider sends along is ignored."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={
            "examples": [
                {
                    "creatorId": "anna",
                    "amount": 50_000,
                    "currency": "RUB",
                    "paymentId": "pay_2A2b3C",
                    "message": "За море!",
                }
            ]
        },
    )

    creator_id: Id | None = Field(None, description="A creator; or else `toUserId`")
    to_user_id: Id | None = Field(None, description="Anybody; or else `creatorId`")
    amount: Amount = Field(description="In minor units (kopecks, cents)")
    currency: CurrencyCode = Field(description="ISO 4217")
    payment_id: Id = Field(description="The provider's id: one payment is one tip, however often it is sent")
    message: TipMessage | None = None
    post_id: Id | None = Field(None, description="The post of theirs that it is for")

    @model_validator(mode="after")
    def _is_for_one(self) -> NewTip:
        if (self.creator_id is None) == (self.to_user_id is None):
            raise ValueError('send either "creatorId" or "toUserId"')
        return self

    @property
    def recipient(self) -> str:
        return self.creator_id or self.to_user_id or ""
