"""Events that concern all members of a stream: one item, stored once, published once."""

from __future__ import annotations

from fanwire.frames import Draft, follows, notifications, posts
from fanwire.frames.notifications import Item
from fanwire.inbox.applier import Applier, Appliers
from fanwire.inbox.audience import AudienceItem
from fanwire.inbox.entry import Entry
from fanwire.inbox.ledger import Ledger
from fanwire.inbox.names import followers_of, post_key, stream_of
from fanwire.inbox.needs import Needs
from fanwire.payloads import NotificationType, NotifyNewPost, NotifyPostDeleted

# The guide's own words (../shared/seeds).
TITLE = "Новый пост"
MESSAGE = "Опубликован новый пост"


def _need_post(entry: Entry[NotifyNewPost], needs: Needs) -> None:
    post = entry.event.post
    stream = stream_of(post.creator_id)
    needs.gather(stream, post_key(post.id))
    needs.posts.add((post.id, stream))


def _post(entry: Entry[NotifyNewPost], ledger: Ledger) -> list[Draft]:
    """The audience item, the public event, the author's own feed. A post announced before says nothing."""
    post = entry.event.post
    if ledger.audience.in_stream(stream_of(post.creator_id), post_key(post.id)) is not None:
        return []
    item = AudienceItem(entry.event_id, stream_of(post.creator_id), entry.gseq, post_key(post.id))
    withdrawn, seen_by = _withdraw_personal(ledger, post.id, item)
    content = _content(entry)
    ledger.publish(item, content)
    marked = [_mark(ledger, user, item) for user in seen_by]
    sent = [*withdrawn, notifications.audience_sent(item.stream, content), *marked, *posts.created(entry.event)]
    if post.is_locked is False:
        sent.append(follows.feed_update(followers_of(post.creator_id), post, entry.gseq))
    return sent


def _withdraw_personal(ledger: Ledger, post_id: str, item: AudienceItem) -> tuple[list[Draft], list[str]]:
    """Take back what members were told of the post one by one; says who of them had seen it.

    That comes before the audience item in their stores too, hence the position below it.
    """
    drafts, seen_by = [], set[str]()
    for told in ledger.personal.about(post_id):
        if not ledger.audience.is_member(told.user, item.stream):
            continue
        if not ledger.withdraw(told):
            seen_by.add(told.user)
        drafts.append(notifications.removed(told.user, told.item_id, ledger.readers[told.user].next(item.gseq - 1)))
    return drafts, sorted(seen_by)


def _mark(ledger: Ledger, user: str, item: AudienceItem) -> Draft:
    """Who had read of the post is not told again that it is new."""
    ledger.mark_audience_item(user, item)
    return notifications.read(user, item.item_id, ledger.readers[user].next(item.gseq))


def _content(entry: Entry[NotifyNewPost]) -> Item:
    event = entry.event
    named = f"{event.creator_name} опубликовал новый пост" if event.creator_name else MESSAGE
    return Item(
        entry.event_id,
        entry.gseq,
        NotificationType.NEW_POST_FROM_SUBSCRIPTION.value,
        event.title if event.title is not None else TITLE,
        event.message if event.message is not None else named,
        {"postId": event.post.id, "creatorId": event.post.creator_id},
        entry.created_at,
    )


def _need_deleted(entry: Entry[NotifyPostDeleted], needs: Needs) -> None:
    needs.gather(stream_of(entry.event.creator_id), post_key(entry.event.post_id))


def _deleted(entry: Entry[NotifyPostDeleted], ledger: Ledger) -> list[Draft]:
    """The audience item becomes a hole; whoever looks at the post is told, however often."""
    event = entry.event
    ledger.counters.end_channel(posts.channel(event.post_id))
    drafts = posts.deleted(event)
    item = ledger.audience.in_stream(stream_of(event.creator_id), post_key(event.post_id))
    if item is None or item.deleted:
        return drafts
    ledger.remove(item)
    return [notifications.audience_removed(item.stream, item.item_id, item.gseq, entry.gseq), *drafts]


APPLIERS: Appliers = {
    NotifyNewPost.function: Applier(_need_post, _post),
    NotifyPostDeleted.function: Applier(_need_deleted, _deleted),
}
