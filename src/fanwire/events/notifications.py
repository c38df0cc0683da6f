"""Notifications for people, and what they do with them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from fanwire.events.batch import Batch
from fanwire.events.dispatch import emit_all, say
from fanwire.events.receipt import Receipt
from fanwire.payloads import ClearNotifications, MarkNotificationAsRead, Notification, SendNotification


async def send_notification(
    user_id: Any,
    notification: Notification | Mapping[str, Any] | Any,
    *,
    actor: Any = None,
    session: Any = None,
    idempotency_key: str | None = None,
    strict: bool = False,
) -> Receipt:
    """One item in the inbox of ``user_id``: ``type``, ``title``, ``message``, ``metadata``.

    ``actor`` (default: ``metadata.userId``) is who caused it; nobody is told of their own act, and the receipt then
    says ``skipped``. A repeat of ``idempotency_key``, or of the cause named in ``metadata``
    (``fanwire.payloads.natural_key``), is the first item again. Raises as ``dispatch.say`` does.
    """
    return await say(
        SendNotification,
        session=session,
        strict=strict,
        user_id=user_id,
        notification=notification,
        actor=actor,
        idempotency_key=idempotency_key,
    )


async def send_notifications(
    user_ids: Iterable[Any],
    notification: Notification | Mapping[str, Any] | Any,
    *,
    actor: Any = None,
    session: Any = None,
    idempotency_key: str | None = None,
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
        )
    return batch.receipts(await emit_all(batch.entries, session=session, strict=strict))


async def mark_notification_as_read(
    user_id: Any, notification_id: Any, *, session: Any = None, strict: bool = False
) -> Receipt:
    """``user_id`` has read one item of their own; somebody else's is not touched. Raises as ``dispatch.say`` does."""
    return await say(
        MarkNotificationAsRead, session=session, strict=strict, user_id=user_id, notification_id=notification_id
    )


async def clear_notifications(user_id: Any, *, session: Any = None, strict: bool = False) -> Receipt:
    """``user_id`` empties their list. Raises as ``dispatch.say`` does."""
    return await say(ClearNotifications, session=session, strict=strict, user_id=user_id)
