"""Why a flash sale is not redeemed."""

from __future__ import annotations

from fanwire.platform.problems import Conflict, Forbidden


class SaleNotStarted(Conflict):
    slug, title = "sale-not-started", "The sale has not begun"


class SaleEnded(Conflict):
    slug, title = "sale-ended", "The sale is over"


class SoldOut(Conflict):
    slug, title = "sold-out", "Everything is redeemed"


class OwnSale(Forbidden):
    slug, title = "own-sale", "Nobody redeems their own sale"


class RedemptionPaid(Conflict):
    slug, title = "redemption-paid", "What is paid is not given back here"
