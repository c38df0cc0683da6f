"""/api/follow"""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from fanwire.platform.context import Acting, After, Limit, Me, Reading
from fanwire.platform.follows import follow
from fanwire.platform.follows.answers import Following, FollowPage
from fanwire.platform.openapi import refuses
from fanwire.platform.requests import Id

router = APIRouter(prefix="/api/follow", tags=["follows"])

CreatorId = Annotated[Id, Path(alias="creatorId", examples=["anna"])]


@router.get("")
async def list_followed(me: Me, connection: Reading, after: After, limit: Limit = 20) -> FollowPage:
    """Whom one follows, the newest first."""
    return await follow.page(connection, me, limit, after)


@router.post("/{creatorId}", response_model=Following, responses=refuses(403, 404))
async def follow_creator(creator_id: CreatorId, actor: Acting) -> Response:
    """Follow a creator: their open posts come live. Following opens nothing that is locked, and fills no inbox."""
    return await actor.perform(partial(follow.start, creator_id=creator_id))


@router.delete("/{creatorId}", response_model=Following)
async def unfollow_creator(creator_id: CreatorId, actor: Acting) -> Response:
    """Follow no more."""
    return await actor.perform(partial(follow.stop, creator_id=creator_id))
