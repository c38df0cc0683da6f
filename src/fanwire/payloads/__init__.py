"""Event payloads: each event is described once, and validation, storage and schemas come from it."""

from fanwire.payloads.access import GrantAccess, RevokeAccess
from fanwire.payloads.base import Event, Payload
from fanwire.payloads.creators import CreatorChanges, NotifyCreatorUpdate, NotifyNewSubscription
from fanwire.payloads.notifications import (
    ClearNotifications,
    MarkNotificationAsRead,
    Notification,
    NotificationType,
    SendNotification,
)
from fanwire.payloads.posts import (
    Comment,
    NotifyCommentDeleted,
    NotifyNewComment,
    NotifyNewPost,
    NotifyPostDeleted,
    Post,
    UpdatePostLikes,
)

EVENTS: dict[str, type[Event]] = {
    model.function: model
    for model in (
        SendNotification,
        MarkNotificationAsRead,
        ClearNotifications,
        NotifyNewPost,
        NotifyPostDeleted,
        UpdatePostLikes,
        NotifyNewComment,
        NotifyCommentDeleted,
        NotifyCreatorUpdate,
        NotifyNewSubscription,
        GrantAccess,
        RevokeAccess,
    )
}

__all__ = [
    "EVENTS",
    "ClearNotifications",
    "Comment",
    "CreatorChanges",
    "Event",
    "GrantAccess",
    "MarkNotificationAsRead",
    "Notification",
    "NotificationType",
    "NotifyCommentDeleted",
    "NotifyCreatorUpdate",
    "NotifyNewComment",
    "NotifyNewPost",
    "NotifyNewSubscription",
    "NotifyPostDeleted",
    "Payload",
    "Post",
    "RevokeAccess",
    "SendNotification",
    "UpdatePostLikes",
]
