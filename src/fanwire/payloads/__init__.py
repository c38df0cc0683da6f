"""Event payloads: each event is described once, and validation, storage and schemas come from it."""

from fanwire.payloads.access import GrantAccess, RevokeAccess
from fanwire.payloads.base import Event, Payload
from fanwire.payloads.creators import (
    CreatorChanges,
    FollowCreator,
    NotifyCreatorUpdate,
    NotifyNewSubscription,
    UnfollowCreator,
)
from fanwire.payloads.notifications import (
    ClearNotifications,
    MarkNotificationAsRead,
    MarkNotificationsAsRead,
    Notification,
    NotificationType,
    RetractAudienceNotification,
    RetractNotification,
    SendAudienceNotification,
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
        MarkNotificationsAsRead,
        ClearNotifications,
        RetractNotification,
        SendAudienceNotification,
        RetractAudienceNotification,
        NotifyNewPost,
        NotifyPostDeleted,
        UpdatePostLikes,
        NotifyNewComment,
        NotifyCommentDeleted,
        NotifyCreatorUpdate,
        NotifyNewSubscription,
        FollowCreator,
        UnfollowCreator,
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
    "FollowCreator",
    "GrantAccess",
    "MarkNotificationAsRead",
    "MarkNotificationsAsRead",
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
    "RetractAudienceNotification",
    "RetractNotification",
    "RevokeAccess",
    "SendAudienceNotification",
    "SendNotification",
    "UnfollowCreator",
    "UpdatePostLikes",
]
