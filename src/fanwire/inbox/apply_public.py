"""Events that say something to whoever looks, and leave nothing in an inbox."""

from __future__ import annotations

from fanwire.frames import Draft, creators, posts
from fanwire.frames.counters import COMMENTS, LIKES, comment_likes
from fanwire.inbox.applier import Applier, Appliers, needs_nothing
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.payloads import (
    NotifyCommentDeleted,
    NotifyCreatorUpdate,
    NotifyNewComment,
    NotifyPostUpdated,
    UpdateCommentLikes,
    UpdatePostLikes,
)


def _updated(entry: Entry[NotifyPostUpdated], _ledger: Ledger) -> list[Draft]:
    return posts.updated(entry.event, entry.gseq)


def _likes(entry: Entry[UpdatePostLikes], ledger: Ledger) -> list[Draft]:
    event = entry.event
    ledger.counters.set(posts.channel(event.post_id), LIKES, event.likes_count, entry.gseq)
    return posts.liked(event, entry.gseq)


def _comment_likes(entry: Entry[UpdateCommentLikes], ledger: Ledger) -> list[Draft]:
    event = entry.event
    key = comment_likes(event.comment_id)
    ledger.counters.set(posts.channel(event.post_id), key, event.likes_count, entry.gseq)
    return posts.comment_liked(event, entry.gseq)


def _comment(entry: Entry[NotifyNewComment], ledger: Ledger) -> list[Draft]:
    event = entry.event
    ledger.counters.set(posts.channel(event.post_id), COMMENTS, event.comments_count, entry.gseq)
    return [posts.comment_added(event, entry.gseq)]


def _comment_deleted(entry: Entry[NotifyCommentDeleted], ledger: Ledger) -> list[Draft]:
    event = entry.event
    channel = posts.channel(event.post_id)
    ledger.counters.set(channel, COMMENTS, event.comments_count, entry.gseq)
    ledger.counters.end(channel, comment_likes(event.comment_id))
    return [posts.comment_deleted(event, entry.gseq)]


def _creator(entry: Entry[NotifyCreatorUpdate], _ledger: Ledger) -> list[Draft]:
    return [creators.updated(entry.event)]


APPLIERS: Appliers = {
    NotifyPostUpdated.function: Applier(needs_nothing, _updated),
    UpdatePostLikes.function: Applier(needs_nothing, _likes),
    UpdateCommentLikes.function: Applier(needs_nothing, _comment_likes),
    NotifyNewComment.function: Applier(needs_nothing, _comment),
    NotifyCommentDeleted.function: Applier(needs_nothing, _comment_deleted),
    NotifyCreatorUpdate.function: Applier(needs_nothing, _creator),
}
