"""What the WebSocket transport has seen; plain numbers, read by the metrics collector."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class WebSocketStats:
    """``refused`` counts by HTTP status, ``closed`` by close code; both grow only."""

    opened: int = 0
    open: int = 0
    refused: Counter[int] = field(default_factory=Counter)
    closed: Counter[int] = field(default_factory=Counter)
    cut_off: int = 0
    messages: int = 0
