"""/api/comments/{commentId}/like"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from fanwire.platform import comment_likes
from fanwire.platform.answers import Liked
from fanwire.platform.context import Acting, CommentId
from fanwire.platform.openapi import refuses

router = APIRouter(prefix="/api/comments/{commentId}/like", tags=["likes"])


@router.post("", response_model=Liked, responses=refuses(403, 404))
async def like_comment(comment_id: CommentId, actor: Acting) -> Response:
    """Like a comment; its author is told. A second like changes nothing and is answered the same."""
    return await actor.perform(partial(comment_likes.like, comment_id=comment_id))


@router.delete("", response_model=Liked, responses=refuses(404))
async def unlike_comment(comment_id: CommentId, actor: Acting) -> Response:
    """Take a like of a comment back."""
    return await actor.perform(partial(comment_likes.unlike, comment_id=comment_id))
