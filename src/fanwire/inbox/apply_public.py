"""Events that say something to whoever looks, and leave nothing in an inbox."""

from __future__ import annotations

from fanwire.frames import Draft, creators, posts
from fanwire.inbox.applier import Applier, Appliers, needs_nothing
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.payloads import NotifyCommentDeleted, NotifyCreatorUpdate, NotifyNewComment, UpdatePostLikes


def _likes(entry: Entry[UpdatePostLikes], _ledger: Ledger) -> list[Draft]:
    return posts.liked(entry.event, entry.gseq)


def _comment(entry: Entry[NotifyNewComment], _ledger: Ledger) -> list[Draft]:
    return [posts.comment_added(entry.event, entry.gseq)]


def _comment_deleted(entry: Entry[NotifyCommentDeleted], _ledger: Ledger) -> list[Draft]:
    return [posts.comment_deleted(entry.event, entry.gseq)]


def _creator(entry: Entry[NotifyCreatorUpdate], _ledger: Ledger) -> list[Draft]:
    return [creators.updated(entry.event)]


APPLIERS: Appliers = {
    UpdatePostLikes.function: Applier(needs_nothing, _likes),
    NotifyNewComment.function: Applier(needs_nothing, _comment),
    NotifyCommentDeleted.function: Applier(needs_nothing, _comment_deleted),
    NotifyCreatorUpdate.function: Applier(needs_nothing, _creator),
}
