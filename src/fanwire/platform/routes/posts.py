"""/api/posts"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from fanwire.platform import post_edits, posts
from fanwire.platform.answers import PostAnswer, PostPage, Success
from fanwire.platform.context import Acting, After, Limit, Looking, PostId
from fanwire.platform.feed import Choice
from fanwire.platform.openapi import TOKEN_IS_OPTIONAL, refuses
from fanwire.platform.requests import Id, NewPost, PostChange

router = APIRouter(prefix="/api/posts", tags=["posts"])


@router.post("", status_code=201, response_model=PostAnswer)
async def publish_post(body: NewPost, actor: Acting) -> Response:
    """Publish a post. Subscribers are notified; whoever publishes is a creator from then on."""
    return await actor.perform(partial(posts.publish, body=body), body, 201)


@router.get("", openapi_extra=TOKEN_IS_OPTIONAL)
async def list_posts(
    looking: Looking,
    after: After,
    limit: Limit = 20,
    creator_id: Annotated[Id | None, Query(alias="creatorId", description="Only this creator's posts")] = None,
    following: Annotated[bool, Query(description="Only posts of those whom you follow; needs a token")] = False,
) -> PostPage:
    """Posts, newest first. A token is not needed; with one, `isLiked`, `isPurchased` and `locked` are yours."""
    return await looking.page(limit, after, Choice(creator_id, following))


@router.get("/{postId}", responses=refuses(404), openapi_extra=TOKEN_IS_OPTIONAL)
async def read_post(post_id: PostId, looking: Looking) -> PostAnswer:
    """One post. Of a locked one, only the teaser (`locked: true`) for those who may not read it."""
    return await looking.one(post_id)


@router.patch("/{postId}", response_model=PostAnswer, responses=refuses(403, 404))
async def edit_post(post_id: PostId, body: PostChange, actor: Acting) -> Response:
    """Edit one's own post: only the fields that are sent change. Who looks at it sees it at once.

    Locking it, or asking for a higher tier, closes its channel to those who may not read it any more.
    """
    return await actor.perform(partial(post_edits.edit, post_id=post_id, body=body), body)


@router.delete("/{postId}", response_model=Success, responses=refuses(403, 404))
async def delete_post(post_id: PostId, actor: Acting) -> Response:
    """Delete one's own post. It leaves every feed and inbox at once."""
    return await actor.perform(partial(posts.delete, post_id=post_id))
