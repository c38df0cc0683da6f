"""What may be sent to /api/messages."""

from __future__ import annotations

from typing import Annotated

from pydantic import ConfigDict, Field, StringConstraints, model_validator

from fanwire.platform.requests import Body, Currency, Id, Money

# As long as a notification's text may be, so that a message can be read in the bell too.
MessageText = Annotated[
    str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4_000, pattern=r"^[^\x00]*$")
]


class _Said(Body):
    content: MessageText
    price: Money | None = Field(
        None, description="In minor units of `currency`; whoever gets the message buys its text. 0 or null: free"
    )
    currency: Currency = "RUB"


class NewMessage(_Said):
    """A message to a user (``toUserId``), or into a conversation that there is (``conversationId``)."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"toUserId": "anna", "content": "Когда следующий эфир?"},
                {"toUserId": "boris", "content": "Эскиз в полном размере.", "price": 29_900, "currency": "RUB"},
            ]
        }
    )

    to_user_id: Id | None = None
    conversation_id: Id | None = None

    @model_validator(mode="after")
    def _goes_to_one(self) -> NewMessage:
        if (self.to_user_id is None) == (self.conversation_id is None):
            raise ValueError('send either {"toUserId": "..."} or {"conversationId": "..."}')
        return self


class NewBroadcast(_Said):
    """One message to all who subscribe to the sender now."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"content": "Завтра эфир в 19:00, приходите."}]})


class ReadUpTo(Body):
    """The newest message that was seen; all before it are read too."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"readUpTo": "0199a1b5-0000-7000-8000-000000000003"}]})

    read_up_to: Id


class MessagePayment(Body):
    """A completed payment. What else a provider sends along is ignored."""

    model_config = ConfigDict(extra="ignore", json_schema_extra={"examples": [{"paymentId": "pay_4R5t6Y"}]})

    payment_id: Id = Field(description="The provider's id: the same payment again buys nothing again")
