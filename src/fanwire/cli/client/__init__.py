"""A small client of the Centrifuge protocol (JSON over WebSocket) for ``fanwire listen`` and ``fanwire doctor``."""

from fanwire.cli.client.connection import Refused, events
from fanwire.cli.client.conversation import Conversation

__all__ = ["Conversation", "Refused", "events"]
