"""/api/posts/{postId}/comments"""

from __future__ import annotations

from functools import partial

from fastapi import APIRouter
from starlette.responses import Response

from fanwire.clock import utc
from fanwire.platform import comments
from fanwire.platform.answers import CommentAnswer, CommentPage, Success
from fanwire.platform.context import Acting, After, CommentId, Limit, PostId, Reading, Shared, Viewer
from fanwire.platform.openapi import TOKEN_IS_OPTIONAL, refuses
from fanwire.platform.requests import NewComment
from fanwire.platform.thread import Thread

router = APIRouter(prefix="/api/posts/{postId}/comments", tags=["comments"])


@router.get("", responses=refuses(403, 404), openapi_extra=TOKEN_IS_OPTIONAL)
async def list_comments(
    post_id: PostId, connection: Reading, viewer: Viewer, shared: Shared, after: After, limit: Limit = 20
) -> CommentPage:
    """Comments, oldest first. Deleted ones stay as tombstones without text."""
    return await Thread(connection, viewer, utc(shared.stage.clock)).page(post_id, limit, after)


@router.post("", status_code=201, response_model=CommentAnswer, responses=refuses(403, 404))
async def write_comment(post_id: PostId, body: NewComment, actor: Acting) -> Response:
    """Comment, or answer a comment (`parentId`). An anonymous comment names nobody, anywhere."""
    return await actor.perform(partial(comments.write, post_id=post_id, body=body), body, 201)


@router.delete("/{commentId}", response_model=Success, responses=refuses(403, 404))
async def delete_comment(post_id: PostId, comment_id: CommentId, actor: Acting) -> Response:
    """Delete one's own comment."""
    return await actor.perform(partial(comments.delete, post_id=post_id, comment_id=comment_id))
