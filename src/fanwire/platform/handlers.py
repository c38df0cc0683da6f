"""What each kind of timer does when it is due."""

from __future__ import annotations

from fanwire.platform.auctions import timers as auctions
from fanwire.platform.flash_sales import timers as flash_sales
from fanwire.platform.timers import Handlers

# One line per subject: ``**subject.HANDLERS``.
HANDLERS: Handlers = {
    **flash_sales.HANDLERS,
    **auctions.HANDLERS,
}
