"""/api/posts/{postId}/like"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from fanwire.platform import likes
from fanwire.platform.answers import Liked
from fanwire.platform.context import Acting, PostId
from fanwire.platform.openapi import refuses

router = APIRouter(prefix="/api/posts/{postId}/like", tags=["likes"])


@router.post("", response_model=Liked, responses=refuses(403, 404))
async def like_post(post_id: PostId, actor: Acting) -> Response:
    """Like a post. A second like changes nothing and is answered the same."""
    return await actor.perform(partial(likes.like, post_id=post_id))


@router.delete("", response_model=Liked, responses=refuses(404))
async def unlike_post(post_id: PostId, actor: Acting) -> Response:
    """Take a like back."""
    return await actor.perform(partial(likes.unlike, post_id=post_id))
