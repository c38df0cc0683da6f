"""A user's notifications: Fanwire's inbox as an HTTP resource. Every act is scoped by its owner."""

from __future__ import annotations

from fanwire.errors import BadCursor, NotFound
from fanwire.inbox import Inbox
from fanwire.platform.act import Act
from fanwire.platform.answers import NotificationPage, Success
from fanwire.platform.cursor import not_ours
from fanwire.platform.problems import Missing
from fanwire.platform.requests import Clearing, NotificationChange


async def page(inbox: Inbox, user_id: str, limit: int, cursor: str | None) -> NotificationPage:
    """One page, newest first.

    Raises:
        Invalid: the cursor is not one of this list.
    """
    try:
        found = await inbox.page(user_id, limit=limit, cursor=cursor)
    except BadCursor:
        raise not_ours() from None
    return NotificationPage.model_validate(
        {
            "notifications": found.notifications,
            "unreadCount": found.unread_count,
            "nextCursor": found.next_cursor,
        }
    )


async def read(act: Act, inbox: Inbox, body: NotificationChange) -> Success:
    """Mark one or all as read.

    Raises:
        Missing: there is no such notification, or it is somebody else's: that is nobody's business.
    """
    if body.notification_id is None:
        await inbox.mark_all_read(act.user.id, up_to=body.up_to, session=act.connection)
        return Success()
    try:
        await inbox.mark_read(act.user.id, body.notification_id, session=act.connection)
    except NotFound:
        raise Missing(
            f"You have no notification '{body.notification_id}'. GET /api/user/notifications lists those you have."
        ) from None
    return Success()


async def clear(act: Act, inbox: Inbox, body: Clearing) -> Success:
    """Empty the list, up to a position if one is given."""
    await inbox.clear(act.user.id, up_to=body.up_to, session=act.connection)
    return Success()
