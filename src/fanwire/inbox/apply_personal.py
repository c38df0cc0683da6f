"""Events that concern one user's inbox: notifications and the reader's own acts."""

from __future__ import annotations

import structlog

from fanwire.frames import Draft, notifications
from fanwire.frames.notifications import Item
from fanwire.inbox.applier import Applier, Appliers
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.marks import mark
from fanwire.inbox.names import post_key
from fanwire.inbox.needs import Needs
from fanwire.inbox.personal import PersonalItem
from fanwire.payloads import (
    ClearNotifications,
    MarkNotificationAsRead,
    NotificationType,
    NotifyNewSubscription,
    SendNotification,
)
from fanwire.payloads.natural_key import natural_key

_log = structlog.get_logger(__name__)


def _need_send(entry: Entry[SendNotification], needs: Needs) -> None:
    event = entry.event
    needs.users.add(event.user_id)
    needs.items.add((event.user_id, entry.event_id))
    key, post = natural_key(event), _subject(event)
    if key is not None:
        needs.keys.add((event.user_id, key))
    if post is not None:
        needs.seek_post(event.user_id, post_key(post))


def _send(entry: Entry[SendNotification], ledger: Ledger) -> list[Draft]:
    """One item, unless it is there already in whatever form, or tells the actor of their own act."""
    event, key = entry.event, natural_key(entry.event)
    if _is_own_act(event) or _is_repeat(entry, key, ledger) or _is_told_to_the_audience(event, ledger):
        return []
    notification = event.notification
    content = Item(
        entry.event_id,
        entry.gseq,
        notification.type,
        notification.title,
        notification.message,
        notification.metadata,
        entry.created_at,
    )
    item = PersonalItem(event.user_id, entry.event_id, entry.gseq, subject=_subject(event), natural_key=key)
    ledger.receive(item, content)
    return [notifications.sent(event.user_id, content, ledger.readers[event.user_id].next(entry.gseq))]


def _is_own_act(event: SendNotification) -> bool:
    actor = event.actor or event.notification.metadata.get("userId")
    return actor is not None and str(actor) == event.user_id


def _is_repeat(entry: Entry[SendNotification], key: str | None, ledger: Ledger) -> bool:
    user = entry.event.user_id
    if key is not None and ledger.personal.knows(user, key):
        return True
    return ledger.personal.find(user, entry.event_id) is not None


def _is_told_to_the_audience(event: SendNotification, ledger: Ledger) -> bool:
    """The user gets (or got, before it was deleted) the audience item of the same post: the guide's own loop."""
    post = _subject(event)
    if post is None:
        return False
    return any(ledger.audience.belongs(event.user_id, item) for item in ledger.audience.named(post_key(post)))


def _subject(event: SendNotification) -> str | None:
    if event.notification.type != NotificationType.NEW_POST_FROM_SUBSCRIPTION:
        return None
    post = event.notification.metadata.get("postId")
    return None if post is None else str(post)


def _need_mark(entry: Entry[MarkNotificationAsRead], needs: Needs) -> None:
    needs.seek_item(entry.event.user_id, entry.event.notification_id)


def _mark(entry: Entry[MarkNotificationAsRead], ledger: Ledger) -> list[Draft]:
    event = entry.event
    marked = mark(ledger, event.user_id, event.notification_id)
    if marked is None:
        _log.info("no such notification of this user", user=event.user_id, notification=event.notification_id)
    if not marked:
        return []
    counts = ledger.readers[event.user_id].next(entry.gseq)
    return [notifications.read(event.user_id, event.notification_id, counts)]


def _need_clear(entry: Entry[ClearNotifications], needs: Needs) -> None:
    needs.users.add(entry.event.user_id)


def _clear(entry: Entry[ClearNotifications], ledger: Ledger) -> list[Draft]:
    user = entry.event.user_id
    reader = ledger.readers[user]
    reader.clear(entry.gseq)
    return [notifications.cleared(user, entry.gseq, reader.next(entry.gseq))]


def _need_subscription(entry: Entry[NotifyNewSubscription], needs: Needs) -> None:
    needs.users.add(entry.event.creator_id)


def _new_subscription(entry: Entry[NotifyNewSubscription], ledger: Ledger) -> list[Draft]:
    event = entry.event
    counts = ledger.readers[event.creator_id].next(entry.gseq)
    return [notifications.new_subscription(event.creator_id, event.user_id, event.tier, counts)]


APPLIERS: Appliers = {
    SendNotification.function: Applier(_need_send, _send),
    MarkNotificationAsRead.function: Applier(_need_mark, _mark),
    ClearNotifications.function: Applier(_need_clear, _clear),
    NotifyNewSubscription.function: Applier(_need_subscription, _new_subscription),
}
