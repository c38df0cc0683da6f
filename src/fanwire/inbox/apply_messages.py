"""Events of conversations: they speak, and leave nothing in an inbox (``send_notification`` does)."""

from __future__ import annotations

from fanwire.frames import Draft, messages
from fanwire.inbox.applier import Applier, Appliers, needs_nothing
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.payloads import NotifyMessageRead, NotifyMessageUnlocked, NotifyNewMessage, UpdateUnreadMessages


def _created(entry: Entry[NotifyNewMessage], _ledger: Ledger) -> list[Draft]:
    return [messages.created(entry.event)]


def _read(entry: Entry[NotifyMessageRead], _ledger: Ledger) -> list[Draft]:
    return [messages.read(entry.event)]


def _unlocked(entry: Entry[NotifyMessageUnlocked], _ledger: Ledger) -> list[Draft]:
    return [messages.unlocked(entry.event)]


def _unread(entry: Entry[UpdateUnreadMessages], _ledger: Ledger) -> list[Draft]:
    return [messages.unread(entry.event, entry.gseq)]


APPLIERS: Appliers = {
    NotifyNewMessage.function: Applier(needs_nothing, _created),
    NotifyMessageRead.function: Applier(needs_nothing, _read),
    NotifyMessageUnlocked.function: Applier(needs_nothing, _unlocked),
    UpdateUnreadMessages.function: Applier(needs_nothing, _unread),
}
