"""What may be sent to buy a post."""

from __future__ import annotations

from pydantic import ConfigDict, Field, model_validator

from fanwire.platform.requests import Body, Currency, Id, Money


class NewPurchase(Body):
    """A completed payment for a post. What else a provider sends along is ignored."""

    model_config = ConfigDict(
        extra="ignore",
        json_schema_extra={"examples": [{"paymentId": "pay_1Q2w3E", "amount": 49_900, "currency": "RUB"}, {}]},
    )

    payment_id: Id | None = Field(None, description="The provider's id: the same payment again buys nothing again")
    amount: Money | None = Field(None, description="What was paid, in minor units: refused if the post costs another")
    currency: Currency | None = Field(None, description="Of `amount`")

    @model_validator(mode="after")
    def _says_how_much_of_what(self) -> NewPurchase:
        if self.currency is not None and self.amount is None:
            raise ValueError("currency goes with amount")
        return self
