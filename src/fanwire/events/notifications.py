"""Notifications for people, and what they do with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fanwire.events.batch import Batch
from fanwire.events.dispatch import emit_all, say
from fanwire.events.receipt import Receipt
from fanwire.payloads import (
    ClearNotifications,
    MarkNotificationAsRead,
    MarkNotificationsAsRead,
    Notification,
    RetractAudienceNotification,
    RetractNotification,
    SendAudienceNotification,
    SendNotification,
)


async def send_notification(
    user_id: Any,
    notification: Notification | Mapping[str, Any] | Any,
    *,
    actor: Any = None,
    session: Any = None,
    idempotency_key: str | None = None,
    collapse_key: str | None = None,
    strict: bool = False,
) -> Receipt:
    """One item in the inbox of ``user_id``: ``type``, ``title``, ``message``, ``metadata``.

    ``actor`` (default: ``metadata.userId``) is who caused it; nobody is told of their own act, and the receipt then
    says ``skipped``. A repeat of ``idempotency_key``, or of the cause named in ``metadata``
    (``fanwire.payloads.natural_key``), is the first item again. An item with a ``collapse_key`` takes the place of
    the user's earlier unread item with the same one; an item that was read stays beside it. Raises as
    ``dispatch.say`` does.
    """
    return await say(
        SendNotification,
        session=session,
        strict=strict,
        user_id=user_id,
        notification=notification,
        actor=actor,
        idempotency_key=idempotency_key,
        collapse_key=collapse_key,
    )


async def send_notifications(
    user_ids: Iterable[Any],
    notification: Notification | Mapping[str, Any] | Any,
    *,
    actor: Any = None,
    session: Any = None,
    idempotency_key: str | None = None,
    collapse_key: str | None = None,
    strict: bool = False,
) -> list[Receipt]:
    """``send_notification`` to many people in one transaction: one receipt each, in their order."""
    batch = Batch(raises=strict or session is not None)
    for user_id in user_ids:
        batch.add(
            SendNotification,
            user_id=user_id,
            notification=notification,
            actor=actor,
            idempotency_key=idempotency_key,
            collapse_key=collapse_key,
        )
    return batch.receipts(await emit_all(batch.entries, session=session, strict=strict))


async def mark_notification_as_read(
    user_id: Any, notification_id: Any, *, session: Any = None, strict: bool = False
) -> Receipt:
    """``user_id`` has read one item of their own; somebody else's is not touched. Raises as ``dispatch.say`` does."""
    return await say(
        MarkNotificationAsRead, session=session, strict=strict, user_id=user_id, notification_id=notification_id
    )


async def mark_notifications_as_read(
    user_id: Any, collapse_key: str, *, session: Any = None, strict: bool = False
) -> Receipt:
    """``user_id`` has read what is unread under ``collapse_key``: who opens a conversation reads its item.

    Raises as ``dispatch.say`` does.
    """
    return await say(
        MarkNotificationsAsRead, session=session, strict=strict, user_id=user_id, collapse_key=collapse_key
    )


async def retract_notification(user_id: Any, key: str, *, session: Any = None, strict: bool = False) -> Receipt:
    """Take back the item with this natural key (``TIP_RECEIVED:pay_1``), idempotency key or id, read or not.

    What has this key is never sent again, whether the retraction comes before or after it. Raises as
    ``dispatch.say`` does.
    """
    return await say(RetractNotification, session=session, strict=strict, user_id=user_id, key=key)


async def clear_notifications(user_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """``user_id`` empties their list. Raises as ``dispatch.say`` does."""
    return await say(ClearNotifications, session=session, strict=strict, user_id=user_id)


async def send_audience_notification(
    creator_id: Any,
    notification: Notification | Mapping[str, Any] | Any,
    *,
    session: Any = None,
    idempotency_key: str | None = None,
    strict: bool = False,
) -> Receipt:
    """One item for all who subscribe to ``creator_id``, however many: stored once, published once.

    Its id is the receipt's. Keys are as in ``send_notification``, one list per creator. Posts are announced by
    ``notify_new_post`` only. Raises as ``dispatch.say`` does.
    """
    return await say(
        SendAudienceNotification,
        session=session,
        strict=strict,
        creator_id=creator_id,
        notification=notification,
        idempotency_key=idempotency_key,
    )


async def retract_audience_notification(
    creator_id: Any, key: str, *, session: Any = None, strict: bool = False
) -> Receipt:
    """Take back an audience item by its natural key, idempotency key or id; see ``retract_notification``."""
    return await say(RetractAudienceNotification, session=session, strict=strict, creator_id=creator_id, key=key)
