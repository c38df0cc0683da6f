"""Auctions: bids and ends are said to whoever looks; what is somebody's own comes as a notification beside them."""

from __future__ import annotations

from fanwire.frames import Draft, auctions
from fanwire.inbox.applier import Applier, Appliers, needs_nothing
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.payloads import NotifyAuctionEnded, NotifyAuctionExtended, NotifyBidPlaced


def _bid(entry: Entry[NotifyBidPlaced], _ledger: Ledger) -> list[Draft]:
    return [auctions.bid_placed(entry.event)]


def _extended(entry: Entry[NotifyAuctionExtended], _ledger: Ledger) -> list[Draft]:
    return [auctions.extended(entry.event)]


def _ended(entry: Entry[NotifyAuctionEnded], _ledger: Ledger) -> list[Draft]:
    return [auctions.ended(entry.event)]


APPLIERS: Appliers = {
    NotifyBidPlaced.function: Applier(needs_nothing, _bid),
    NotifyAuctionExtended.function: Applier(needs_nothing, _extended),
    NotifyAuctionEnded.function: Applier(needs_nothing, _ended),
}
