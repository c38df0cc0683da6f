"""Tips move no inbox: their items are notifications of their own. They speak to the creator's feed."""

from __future__ import annotations

from fanwire.frames import Draft, tips
from fanwire.inbox.applier import Applier, Appliers, needs_nothing
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.payloads import NotifyTip, RetractTip


def _tip(entry: Entry[NotifyTip], _ledger: Ledger) -> list[Draft]:
    return [tips.earned(entry.event, entry.gseq)]


def _retract(entry: Entry[RetractTip], _ledger: Ledger) -> list[Draft]:
    return [tips.returned(entry.event, entry.gseq)]


APPLIERS: Appliers = {
    NotifyTip.function: Applier(needs_nothing, _tip),
    RetractTip.function: Applier(needs_nothing, _retract),
}
