"""``rpc typing``: somebody is writing. It is said to who looks on at that moment, and kept nowhere."""

from __future__ import annotations

from collections import OrderedDict
from typing import Annotated

import msgspec

from fanwire.access.conversations import Blocks, Conversations
from fanwire.brokers.base import Broker, PublishOptions
from fanwire.clock import Clock
from fanwire.errors import BadRequest, NotAvailable, PermissionDenied
from fanwire.gateway.wiring.conversations import NO_DIRECTORY
from fanwire.realtime.ports import Caller

METHOD = "typing"
# Seconds for which a user's word in one conversation stands: more often tells nobody anything new.
INTERVAL = 1.0
# Pairs of user and conversation that are remembered; older ones are forgotten first.
REMEMBERED = 10_000

_Id = Annotated[str, msgspec.Meta(min_length=1, max_length=128, pattern=r"^[\x21-\x7e]+$")]
_ANSWER = b"{}"


class Typing(msgspec.Struct, rename="camel"):
    """What the client sends."""

    conversation_id: _Id


class _Told(msgspec.Struct, rename="camel"):
    type: str
    conversation_id: str
    user_id: str


class TypingRpc:
    """``realtime.ports.RpcHandler``. Other methods are answered as if there were no handler (108)."""

    def __init__(self, conversations: Conversations | None, blocks: Blocks, broker: Broker, clock: Clock) -> None:
        self._conversations = conversations
        self._blocks = blocks
        self._broker = broker
        self._clock = clock
        self._said: OrderedDict[tuple[str, str], float] = OrderedDict()

    async def rpc(self, caller: Caller, method: str, data: bytes) -> bytes:
        """Tell the conversation; within a second of the last time, tell nobody and answer the same.

        Raises:
            NotAvailable: another method, or no ``directory.conversation`` (108).
            BadRequest: no ``conversationId`` (107).
            PermissionDenied: the caller is not in the conversation, or there is a block between its people (103).
        """
        if method != METHOD:
            raise NotAvailable(f"no rpc handler is wired for {method[:64]!r}")
        conversation = _read(data)
        if self._is_early(caller.user, conversation):
            return _ANSWER
        await self._demand(caller.user, conversation)
        told = msgspec.json.encode(_Told(METHOD, conversation, caller.user))
        # Without history: no offset is given, and nobody recovers it.
        await self._broker.publish(f"conversation:{conversation}", told, PublishOptions())
        return _ANSWER

    def _is_early(self, user: str, conversation: str) -> bool:
        """Asked before the database is: a client that repeats itself costs nothing."""
        now, pair = self._clock.monotonic(), (user, conversation)
        if now - self._said.get(pair, -INTERVAL) < INTERVAL:
            return True
        self._said[pair] = now
        self._said.move_to_end(pair)
        if len(self._said) > REMEMBERED:
            self._said.popitem(last=False)
        return False

    async def _demand(self, user: str, conversation: str) -> None:
        if self._conversations is None:
            raise NotAvailable("no-directory", NO_DIRECTORY)
        members = await self._conversations.conversation(conversation)
        if not user or user not in members:
            raise PermissionDenied("conversation-member", f"{user!r} is not in conversation {conversation!r}")
        if await self._blocks.between(user, members - {user}):
            raise PermissionDenied("blocked", f"there is a block between {user!r} and the others")


def _read(data: bytes) -> str:
    try:
        return msgspec.json.decode(data, type=Typing).conversation_id
    except msgspec.DecodeError as error:
        raise BadRequest("typing", f'send {{"conversationId": "..."}}: {error}') from None
