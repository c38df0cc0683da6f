"""The inbox by brute force: a row per recipient and item, no watermarks, no counters, no batches."""

from __future__ import annotations

from dataclasses import dataclass, field

from fanwire.payloads import (
    ClearNotifications,
    Event,
    FollowCreator,
    GrantAccess,
    MarkNotificationAsRead,
    MarkNotificationsAsRead,
    NotifyNewPost,
    NotifyNewSubscription,
    NotifyPostDeleted,
    RetractAudienceNotification,
    RetractNotification,
    RevokeAccess,
    SendAudienceNotification,
    SendNotification,
    UnfollowCreator,
)
from fanwire.payloads.natural_key import natural_key


@dataclass
class Line:
    """One item of one user. ``post`` is set on those that announce a post, one by one or to the audience.

    ``names`` are what a retraction may call it by.
    """

    item_id: str
    gseq: int
    post: str | None = None
    audience: str | None = None
    collapse: str | None = None
    names: tuple[str, ...] = ()
    is_read: bool = False
    is_cleared: bool = False
    is_gone: bool = False


@dataclass
class Model:
    """``apply`` follows one event; the other methods are a reader's own acts and say whether they found the item."""

    head: int = 0
    lines: dict[str, list[Line]] = field(default_factory=dict)
    keys: set[tuple[str, str]] = field(default_factory=set)
    members: set[tuple[str, str]] = field(default_factory=set)
    announced: set[tuple[str, str]] = field(default_factory=set)
    # What was said to an audience, or must never be: (stream, key).
    said: set[tuple[str, str]] = field(default_factory=set)

    def listed(self, user: str) -> list[Line]:
        mine = [line for line in self.lines.get(user, []) if not line.is_cleared and not line.is_gone]
        return sorted(mine, key=lambda line: line.gseq, reverse=True)

    def unread(self, user: str) -> int:
        return sum(not line.is_read for line in self.listed(user))

    def apply(self, event_id: str, event: Event) -> None:
        self.head += 1
        match event:
            case SendNotification():
                self._send(event_id, event)
            case NotifyNewPost():
                self._post(event_id, event.post.id, event.post.creator_id)
            case NotifyPostDeleted():
                self._delete(event.post_id, event.creator_id)
            case SendAudienceNotification():
                self._say(event_id, event)
            case RetractAudienceNotification():
                self._retract_said(f"creator:{event.creator_id}", event.key)
            case NotifyNewSubscription():
                pass
            case GrantAccess() | RevokeAccess() | FollowCreator() | UnfollowCreator():
                self._join_or_leave(event)
            case _:
                self._own(event)

    def _own(self, event: Event) -> None:
        match event:
            case MarkNotificationAsRead():
                self.mark(event.user_id, event.notification_id)
            case MarkNotificationsAsRead():
                for line in self._alive(event.user_id):
                    line.is_read |= line.collapse == event.collapse_key
            case RetractNotification():
                self._retract(event.user_id, event.key)
            case _:
                assert isinstance(event, ClearNotifications)
                self.clear(event.user_id, self.head)

    def _join_or_leave(self, event: Event) -> None:
        match event:
            case GrantAccess():
                self.members.add((event.user_id, event.resource))
            case RevokeAccess():
                self.members.discard((event.user_id, event.resource))
            case FollowCreator():
                self.members.add((event.user_id, f"followers:{event.creator_id}"))
            case _:
                assert isinstance(event, UnfollowCreator)
                self.members.discard((event.user_id, f"followers:{event.creator_id}"))

    def mark(self, user: str, item_id: str) -> bool:
        for line in self.lines.get(user, []):
            if line.item_id == item_id and not line.is_gone:
                line.is_read = True
                return True
        return False

    def read_all(self, user: str, up_to: int) -> None:
        for line in self.lines.get(user, []):
            line.is_read |= line.gseq <= up_to

    def clear(self, user: str, up_to: int) -> None:
        self.read_all(user, up_to)
        for line in self.lines.get(user, []):
            line.is_cleared |= line.gseq <= up_to

    def _send(self, event_id: str, event: SendNotification) -> None:
        metadata, key = event.notification.metadata, natural_key(event)
        mine = self.lines.setdefault(event.user_id, [])
        post = None
        if event.notification.type == "NEW_POST_FROM_SUBSCRIPTION":
            post = str(metadata["postId"])
        told = post is not None and any(line.post == post and line.audience for line in mine)
        known = {(event.user_id, str(key)), (event.user_id, event_id)} & self.keys
        if metadata.get("userId") == event.user_id or told or known:
            return
        if key is not None:
            self.keys.add((event.user_id, key))
        for line in self._alive(event.user_id):
            line.is_gone |= line.collapse == event.collapse_key is not None and not line.is_read
        names = (event_id,) if key is None else (key, event_id)
        mine.append(Line(event_id, self.head, post, collapse=event.collapse_key, names=names))

    def _alive(self, user: str) -> list[Line]:
        return [line for line in self.lines.get(user, []) if not line.is_gone]

    def _retract(self, user: str, key: str) -> None:
        for line in self._alive(user):
            line.is_gone |= line.audience is None and key in line.names
        self.keys.add((user, key))

    def _say(self, event_id: str, event: SendAudienceNotification) -> None:
        stream = f"creator:{event.creator_id}"
        names = tuple(name for name in (event.natural_key, event_id) if name is not None)
        if self.said & {(stream, name) for name in names}:
            return
        self.said.add((stream, names[0]))
        for user in sorted(user for user, name in self.members if name == stream):
            self.lines.setdefault(user, []).append(Line(event_id, self.head, audience=stream, names=names))

    def _retract_said(self, stream: str, key: str) -> None:
        for mine in self.lines.values():
            for line in mine:
                line.is_gone |= line.audience == stream and (key in line.names or key == line.item_id)
        self.said.add((stream, key))

    def _post(self, event_id: str, post: str, creator: str) -> None:
        stream = f"creator:{creator}"
        if (post, stream) in self.announced:
            return
        self.announced.add((post, stream))
        for user in sorted(user for user, name in self.members if name == stream):
            mine = self.lines.setdefault(user, [])
            one_by_one = [line for line in mine if line.post == post and not line.audience and not line.is_gone]
            seen = any(line.is_read for line in one_by_one)
            for line in one_by_one:
                line.is_gone = True
            mine.append(Line(event_id, self.head, post, stream, is_read=seen))

    def _delete(self, post: str, creator: str) -> None:
        for mine in self.lines.values():
            for line in mine:
                line.is_gone |= line.post == post and line.audience == f"creator:{creator}"
