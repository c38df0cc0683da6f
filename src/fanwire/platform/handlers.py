"""What each kind of timer does when it is due."""

from __future__ import annotations

from fanwire.platform.auctions import timers as auctions
from fanwire.platform.flash_sales import timers as flash_sales
from fanwire.platform.timers import Handlers
from fanwire.settings import PlatformSettings


def handlers(settings: PlatformSettings) -> Handlers:
    """Those of every subject; one line each."""
    return {
        **flash_sales.HANDLERS,
        **auctions.handlers(settings.auctions),
    }


# By the default settings.
HANDLERS = handlers(PlatformSettings())
