"""/api/user: what is the caller's own."""

from __future__ import annotations

from functools import partial
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from fanwire.platform import notifications, profile, users
from fanwire.platform.answers import NotificationPage, SettingsAnswer, Success
from fanwire.platform.context import Acting, Limit, Me, Reading, Shared
from fanwire.platform.openapi import refuses
from fanwire.platform.requests import Clearing, NotificationChange, Position, SettingsChange
from fanwire.platform.users import User

router = APIRouter(prefix="/api/user", tags=["user"])


@router.get("/notifications")
async def list_notifications(
    me: Me,
    shared: Shared,
    limit: Limit = 20,
    cursor: Annotated[str | None, Query(max_length=500, description="The nextCursor of the page before")] = None,
) -> NotificationPage:
    """One's own notifications, newest first, with the exact number of unread ones."""
    return await notifications.page(shared.inbox, me, limit, cursor)


@router.patch("/notifications", response_model=Success, responses=refuses(404))
async def read_notifications(body: NotificationChange, actor: Acting, shared: Shared) -> Response:
    """Mark one notification as read, or all of them. Other tabs and devices follow at once."""
    return await actor.perform(partial(notifications.read, inbox=shared.inbox, body=body), body)


@router.delete("/notifications", response_model=Success)
async def clear_notifications(
    actor: Acting,
    shared: Shared,
    up_to: Annotated[
        Position | None, Query(alias="upTo", description="The position of the snapshot that was seen")
    ] = None,
) -> Response:
    """Empty the list."""
    body = Clearing(up_to=up_to)
    return await actor.perform(partial(notifications.clear, inbox=shared.inbox, body=body), body)


@router.get("/settings")
async def read_settings(me: Me, connection: Reading) -> SettingsAnswer:
    """One's own profile. Whoever has a valid token has one, with their id as nickname until they choose."""
    found = await users.find(connection, me)
    return (found or User(me, me)).settings()


@router.patch("/settings", response_model=SettingsAnswer)
async def change_settings(body: SettingsChange, actor: Acting) -> Response:
    """Change nickname, bio or avatar. A creator's page is updated for everyone who looks at it."""
    return await actor.perform(partial(profile.change, body=body), body)
