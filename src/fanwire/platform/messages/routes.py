"""/api/messages"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from sqlalchemy.ext.asyncio import AsyncConnection
from starlette.responses import Response

from fanwire.platform.context import Acting, After, Context, Limit, Me, Paying, Shared
from fanwire.platform.messages import purchases, reading, sending
from fanwire.platform.messages.answers import ConversationPage, MessageAnswer, MessagePage, ReadState
from fanwire.platform.messages.history import History
from fanwire.platform.messages.overview import Overview, open_begun
from fanwire.platform.messages.requests import MessagePayment, NewBroadcast, NewMessage, ReadUpTo
from fanwire.platform.openapi import refuses
from fanwire.platform.requests import Id

router = APIRouter(prefix="/api/messages", tags=["messages"])

ConversationId = Annotated[Id, Path(alias="conversationId", examples=["0199a1b5-0000-7000-8000-000000000002"])]
MessageId = Annotated[Id, Path(alias="messageId", examples=["0199a1b5-0000-7000-8000-000000000003"])]


@asynccontextmanager
async def _one_state(shared: Context) -> AsyncIterator[AsyncConnection]:
    """A page and its counts are read from one state of the database: they always add up."""
    async with shared.stage.database.read.connect() as connection:
        if connection.dialect.name == "postgresql":
            await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        yield connection


@router.get("")
async def list_conversations(me: Me, shared: Shared, after: After, limit: Limit = 20) -> ConversationPage:
    """One's own conversations, the one with the newest message first, with the number of unread messages in each and
    in all together."""
    await open_begun(shared.stage, me)
    async with _one_state(shared) as connection:
        return await Overview(connection, me).page(limit, after)


@router.post("", status_code=201, response_model=MessageAnswer, responses=refuses(403, 404))
async def send_message(body: NewMessage, actor: Acting) -> Response:
    """Write to a user, or into a conversation. With a `price` the other one sees the text after paying for it."""
    return await actor.perform(partial(sending.send, body=body), body, 201)


@router.post("/broadcast", status_code=201, response_model=MessageAnswer, responses=refuses(403))
async def send_to_all(body: NewBroadcast, actor: Acting) -> Response:
    """Write to everybody who subscribes to the caller now. Each reads it in their conversation with the caller."""
    return await actor.perform(partial(sending.broadcast, body=body), body, 201)


@router.get("/{conversationId}", responses=refuses(404))
async def list_messages(
    conversation_id: ConversationId, me: Me, shared: Shared, after: After, limit: Limit = 20
) -> MessagePage:
    """The messages of one conversation, newest first, and how far each of the two has read."""
    async with _one_state(shared) as connection:
        return await History(connection, me).page(conversation_id, limit, after)


@router.patch("/{conversationId}", response_model=ReadState, responses=refuses(404))
async def read_conversation(conversation_id: ConversationId, body: ReadUpTo, actor: Acting) -> Response:
    """Mark everything up to a message as read. The conversation's notification is read with it."""
    return await actor.perform(partial(reading.read, conversation_id=conversation_id, body=body), body)


@router.post("/{conversationId}/{messageId}/purchase", response_model=MessageAnswer, responses=refuses(403, 404, 409))
async def buy_message(
    conversation_id: ConversationId, message_id: MessageId, body: MessagePayment, actor: Paying
) -> Response:
    """Take a completed payment for a message: its text is unlocked on all devices of the buyer, for good."""
    buying = partial(purchases.buy, conversation_id=conversation_id, message_id=message_id, body=body)
    return await actor.perform(buying, body)
