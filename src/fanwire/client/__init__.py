"""A small client of the Centrifuge protocol (JSON over WebSocket) for the command and for tests."""

from fanwire.client.connection import Refused, events
from fanwire.client.conversation import Conversation

__all__ = ["Conversation", "Refused", "events"]
