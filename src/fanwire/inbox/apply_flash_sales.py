"""Flash sales: they are said to whoever looks, and leave nothing in an inbox."""

from __future__ import annotations

from fanwire.frames import Draft, flash_sales
from fanwire.inbox.applier import Applier, Appliers, needs_nothing
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.payloads import NotifyFlashSaleEnded, NotifyFlashSaleStarted, NotifyFlashSaleUpdated


def _started(entry: Entry[NotifyFlashSaleStarted], _ledger: Ledger) -> list[Draft]:
    return [flash_sales.started(entry.event, entry.gseq)]


def _updated(entry: Entry[NotifyFlashSaleUpdated], _ledger: Ledger) -> list[Draft]:
    return [flash_sales.updated(entry.event, entry.gseq)]


def _ended(entry: Entry[NotifyFlashSaleEnded], _ledger: Ledger) -> list[Draft]:
    return [flash_sales.ended(entry.event, entry.gseq)]


APPLIERS: Appliers = {
    NotifyFlashSaleStarted.function: Applier(needs_nothing, _started),
    NotifyFlashSaleUpdated.function: Applier(needs_nothing, _updated),
    NotifyFlashSaleEnded.function: Applier(needs_nothing, _ended),
}
