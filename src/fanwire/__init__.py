"""Fanwire: real-time events and notifications for creator platforms.

The event functions are in ``fanwire.events.notifications``, ``.posts``, ``.creators`` and ``.access``, their sync
twins in ``fanwire.events.sync``. Names below are loaded at first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fanwire.events.config import configure
    from fanwire.events.receipt import Receipt, Status
    from fanwire.gateway.embed import lifespan
    from fanwire.payloads import Notification, NotificationType

__version__ = "0.1.0"

_HOMES = {
    "configure": "fanwire.events.config",
    "Receipt": "fanwire.events.receipt",
    "Status": "fanwire.events.receipt",
    "Notification": "fanwire.payloads",
    "NotificationType": "fanwire.payloads",
    "lifespan": "fanwire.gateway.embed",
}

__all__ = ["Notification", "NotificationType", "Receipt", "Status", "__version__", "configure", "lifespan"]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'fanwire' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
