"""Who is told of a comment: the author of the answered one, the author of the post, nobody twice, never the writer."""

from __future__ import annotations

from typing import Any

from fanwire.events.notifications import send_notification
from fanwire.platform.act import Act
from fanwire.platform.answers import CommentAnswer
from fanwire.platform.blocks.block import has_blocked

ANONYMOUS = "Кто-то"


async def tell(act: Act, post_author: str, parent_author: str | None, comment: CommentAnswer) -> None:
    """Append the notifications of ``comment``. One person who is both authors gets the reply only.

    Who has blocked the writer is told nothing; under somebody else's post the comment stands all the same.
    """
    who = ANONYMOUS if comment.is_anonymous else act.user.nickname
    if parent_author is not None:
        text = ("REPLY_COMMENT", "Новый ответ", f"{who} ответил на ваш комментарий")
        await _send(act, parent_author, text, comment)
    if post_author != parent_author:
        text = ("COMMENT_POST", "Новый комментарий", f"{who} прокомментировал ваш пост")
        await _send(act, post_author, text, comment)


async def _send(act: Act, recipient: str, text: tuple[str, str, str], comment: CommentAnswer) -> None:
    if recipient == act.user.id or await has_blocked(act.connection, recipient, act.user.id):
        return
    kind, title, message = text
    await send_notification(
        recipient,
        {"type": kind, "title": title, "message": message, "metadata": _metadata(comment)},
        # Not even the stored event says who wrote an anonymous comment.
        actor=None if comment.is_anonymous else act.user.id,
        session=act.connection,
    )


def _metadata(comment: CommentAnswer) -> dict[str, Any]:
    metadata = {
        "postId": comment.post_id,
        "commentId": comment.id,
        "parentId": comment.parent_id,
        "userId": comment.user_id,
    }
    return {name: value for name, value in metadata.items() if value is not None}
