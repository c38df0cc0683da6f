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
    MarkNotificationsAsRead,
    NotificationType,
    NotifyNewSubscription,
    RetractNotification,
    SendNotification,
)

_log = structlog.get_logger(__name__)


def _need_send(entry: Entry[SendNotification], needs: Needs) -> None:
    event = entry.event
    needs.users.add(event.user_id)
    needs.items.add((event.user_id, entry.event_id))
    key, post = event.natural_key, _subject(event)
    if key is not None:
        needs.keys.add((event.user_id, key))
    if event.collapse_key is not None:
        needs.collapsing.add((event.user_id, event.collapse_key))
    if post is not None:
        needs.seek_post(event.user_id, post_key(post))


def _send(entry: Entry[SendNotification], ledger: Ledger) -> list[Draft]:
    """One item, unless it is there already in whatever form, or tells the actor of their own act."""
    event = entry.event
    if event.is_own_act or _is_repeat(entry, ledger) or _is_told_to_the_audience(event, ledger):
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
    item = PersonalItem(
        event.user_id,
        entry.event_id,
        entry.gseq,
        subject=_subject(event),
        natural_key=event.natural_key,
        collapse_key=event.collapse_key,
    )
    replaced = _make_room(item, ledger)
    ledger.receive(item, content)
    counts = ledger.readers[event.user_id].next(entry.gseq)
    return [notifications.sent(event.user_id, content, counts, replaces=replaced)]


def _make_room(item: PersonalItem, ledger: Ledger) -> str | None:
    """The unread item under the same collapse key goes; says which."""
    if item.collapse_key is None:
        return None
    earlier = ledger.unread_under(item.user, item.collapse_key)
    if earlier is None:
        return None
    ledger.withdraw(earlier)
    return earlier.item_id


def _is_repeat(entry: Entry[SendNotification], ledger: Ledger) -> bool:
    """It is there, was taken back, or gave its place to a newer one."""
    user, key, personal = entry.event.user_id, entry.event.natural_key, ledger.personal
    if key is not None and personal.knows(user, key):
        return True
    return personal.knows(user, entry.event_id) or personal.find(user, entry.event_id) is not None


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


def _need_mark_all_under(entry: Entry[MarkNotificationsAsRead], needs: Needs) -> None:
    needs.users.add(entry.event.user_id)
    needs.collapsing.add((entry.event.user_id, entry.event.collapse_key))


def _mark_all_under(entry: Entry[MarkNotificationsAsRead], ledger: Ledger) -> list[Draft]:
    user = entry.event.user_id
    item = ledger.unread_under(user, entry.event.collapse_key)
    if item is None:
        return []
    ledger.mark_personal(item)
    return [notifications.read(user, item.item_id, ledger.readers[user].next(entry.gseq))]


def _need_retract(entry: Entry[RetractNotification], needs: Needs) -> None:
    named = entry.event.user_id, entry.event.key
    needs.users.add(entry.event.user_id)
    needs.keys.add(named)
    needs.items.add(named)


def _retract(entry: Entry[RetractNotification], ledger: Ledger) -> list[Draft]:
    """The item goes, read or not; one that has not come yet never will."""
    user, key = entry.event.user_id, entry.event.key
    item = ledger.personal.named(user, key) or ledger.personal.find(user, key)
    if item is not None:
        ledger.withdraw(item)
        return [notifications.removed(user, item.item_id, ledger.readers[user].next(entry.gseq))]
    if not ledger.personal.knows(user, key):
        ledger.personal.spend(user, key)
    return []


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
    MarkNotificationsAsRead.function: Applier(_need_mark_all_under, _mark_all_under),
    RetractNotification.function: Applier(_need_retract, _retract),
    ClearNotifications.function: Applier(_need_clear, _clear),
    NotifyNewSubscription.function: Applier(_need_subscription, _new_subscription),
}
