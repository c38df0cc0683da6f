"""Who may read ``conversation:`` channels: its members, blocked or not. What was said to them stays theirs."""

from __future__ import annotations

from fanwire.access.conversations import Conversations
from fanwire.errors import PermissionDenied
from fanwire.realtime.ports import Allowed

NO_DIRECTORY = "directory.conversation is empty: give one SELECT with :id that gives a row with member for each user"


class ConversationAccess:
    """``realtime.ports.ChannelAccess`` for namespaces with ``access`` = ``conversation``."""

    def __init__(self, conversations: Conversations | None) -> None:
        self._conversations = conversations

    async def authorize(self, user: str, channel: str) -> Allowed:
        """Raises: PermissionDenied to all but the members. An unknown conversation has none."""
        if self._conversations is None:
            raise PermissionDenied("no-directory", NO_DIRECTORY)
        conversation = channel.partition(":")[2]
        if not user or user not in await self._conversations.conversation(conversation):
            hint = f"directory.conversation gives no member {user!r} for id {conversation!r}"
            raise PermissionDenied("conversation-member", hint)
        return Allowed()
