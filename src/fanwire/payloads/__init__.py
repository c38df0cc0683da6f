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
from fanwire.payloads.messages import (
    Message,
    NotifyMessageRead,
    NotifyMessageUnlocked,
    NotifyNewMessage,
    UnlockedMessage,
    UpdateUnreadMessages,
)
from fanwire.payloads.notification_type import NotificationType
from fanwire.payloads.notifications import (
    ClearNotifications,
    MarkNotificationAsRead,
    MarkNotificationsAsRead,
    Notification,
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
    NotifyPostUpdated,
    Post,
    UpdateCommentLikes,
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
        NotifyPostUpdated,
        NotifyPostDeleted,
        UpdatePostLikes,
        UpdateCommentLikes,
        NotifyNewComment,
        NotifyCommentDeleted,
        NotifyCreatorUpdate,
        NotifyNewSubscription,
        FollowCreator,
        UnfollowCreator,
        GrantAccess,
        RevokeAccess,
        NotifyNewMessage,
        NotifyMessageRead,
        NotifyMessageUnlocked,
        UpdateUnreadMessages,
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
    "Message",
    "Notification",
    "NotificationType",
    "NotifyCommentDeleted",
    "NotifyCreatorUpdate",
    "NotifyMessageRead",
    "NotifyMessageUnlocked",
    "NotifyNewComment",
    "NotifyNewMessage",
    "NotifyNewPost",
    "NotifyNewSubscription",
    "NotifyPostDeleted",
    "NotifyPostUpdated",
    "Payload",
    "Post",
    "RetractAudienceNotification",
    "RetractNotification",
    "RevokeAccess",
    "SendAudienceNotification",
    "SendNotification",
    "UnfollowCreator",
    "UnlockedMessage",
    "UpdateCommentLikes",
    "UpdatePostLikes",
    "UpdateUnreadMessages",
]
