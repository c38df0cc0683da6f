"""/api/creators, /api/user/subscribers, /api/user/followers"""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from fanwire.clock import utc
from fanwire.platform.audience import listing
from fanwire.platform.audience.answers import CreatorAnswer, FollowerPage, SubscriberPage
from fanwire.platform.audience.listing import Audience
from fanwire.platform.context import After, Limit, Me, Reading, Shared
from fanwire.platform.openapi import TOKEN_IS_OPTIONAL, refuses
from fanwire.platform.requests import Id

router = APIRouter(prefix="/api", tags=["audience"])

CreatorId = Annotated[Id, Path(alias="creatorId", examples=["anna"])]


@router.get("/creators/{creatorId}", responses=refuses(404), openapi_extra=TOKEN_IS_OPTIONAL)
async def read_creator(creator_id: CreatorId, connection: Reading) -> CreatorAnswer:
    """What everybody may know of a creator. What changes comes on the channel `creator:{creatorId}`."""
    return await listing.creator(connection, creator_id)


@router.get("/user/subscribers")
async def list_subscribers(
    me: Me, connection: Reading, shared: Shared, after: After, limit: Limit = 20
) -> SubscriberPage:
    """Who subscribes to the caller, newest first; those whose subscription has ended are in it, with its `status`."""
    return await Audience(connection, me).subscribers(utc(shared.stage.clock), limit, after)


@router.get("/user/followers")
async def list_followers(me: Me, connection: Reading, after: After, limit: Limit = 20) -> FollowerPage:
    """Who follows the caller, newest first."""
    return await Audience(connection, me).followers(limit, after)
