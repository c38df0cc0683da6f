"""What creators say to all their subscribers: an audience item that is no post, and its withdrawal."""

from __future__ import annotations

from fanwire.frames import Draft, notifications
from fanwire.frames.notifications import Item
from fanwire.inbox.applier import Applier, Appliers
from fanwire.inbox.audience import AudienceItem
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.names import said_key, stream_of
from fanwire.inbox.needs import Needs
from fanwire.payloads import RetractAudienceNotification, SendAudienceNotification

# What a retraction leaves in the stream when it comes before its item: a hole, so that the numbers stay exact.
_NOTHING = "RETRACTED"


def _need_send(entry: Entry[SendAudienceNotification], needs: Needs) -> None:
    needs.gather(stream_of(entry.event.creator_id), *_keys(entry))
    needs.audience_items.add(entry.event_id)


def _send(entry: Entry[SendAudienceNotification], ledger: Ledger) -> list[Draft]:
    """One item for all members, unless it was said or taken back before."""
    event, stream = entry.event, stream_of(entry.event.creator_id)
    known = (ledger.audience.in_stream(stream, key) for key in _keys(entry))
    if any(known) or ledger.audience.find(entry.event_id) is not None:
        return []
    said = event.notification
    content = Item(entry.event_id, entry.gseq, said.type, said.title, said.message, said.metadata, entry.created_at)
    key = said_key(event.natural_key or entry.event_id)
    ledger.publish(AudienceItem(entry.event_id, stream, entry.gseq, key), content)
    return [notifications.audience_sent(stream, content)]


def _keys(entry: Entry[SendAudienceNotification]) -> list[str]:
    """The keys that it may be known by: its cause, and its id."""
    return [said_key(key) for key in (entry.event.natural_key, entry.event_id) if key is not None]


def _need_retract(entry: Entry[RetractAudienceNotification], needs: Needs) -> None:
    needs.gather(stream_of(entry.event.creator_id), said_key(entry.event.key))
    needs.audience_items.add(entry.event.key)


def _retract(entry: Entry[RetractAudienceNotification], ledger: Ledger) -> list[Draft]:
    """The item becomes a hole; one that has not come yet never will."""
    stream, key = stream_of(entry.event.creator_id), entry.event.key
    item = ledger.audience.in_stream(stream, said_key(key)) or ledger.audience.find(key)
    if item is not None and item.stream == stream:
        if item.deleted:
            return []
        ledger.remove(item)
        return [notifications.audience_removed(stream, item.item_id, item.gseq, entry.gseq)]
    hole = AudienceItem(entry.event_id, stream, entry.gseq, said_key(key))
    ledger.publish(hole, Item(entry.event_id, entry.gseq, _NOTHING, "", "", {}, entry.created_at))
    ledger.remove(hole)
    return []


APPLIERS: Appliers = {
    SendAudienceNotification.function: Applier(_need_send, _send),
    RetractAudienceNotification.function: Applier(_need_retract, _retract),
}
