"""What every request of one application shares, and what a route may ask for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header, Path, Query, Request, Security
from fastapi.security import HTTPBearer
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.clock import utc
from fanwire.inbox import Inbox
from fanwire.platform import cursor
from fanwire.platform.act import Actor, Caller, Stage
from fanwire.platform.cursor import Cursor
from fanwire.platform.feed import View
from fanwire.platform.identity import Identities
from fanwire.platform.problems import PaymentsByProvider
from fanwire.platform.requests import Id
from fanwire.settings import PlatformSettings

# Its only task here is to be in the OpenAPI document; ``Identities`` reads the header itself, to say what is wrong.
_BEARER = HTTPBearer(auto_error=False, bearerFormat="JWT", description="A JWT (HS256) whose `sub` is the user's id.")


@dataclass(frozen=True)
class Context:
    """Kept as ``app.state.platform``."""

    stage: Stage
    inbox: Inbox
    identities: Identities
    settings: PlatformSettings
    client_payments: bool


async def context(request: Request) -> Context:
    found: Context = request.app.state.platform
    return found


Shared = Annotated[Context, Depends(context)]


async def _viewer(request: Request, shared: Shared, _: Annotated[object, Security(_BEARER)]) -> str | None:
    header = request.headers.get("authorization")
    return None if header is None else await shared.identities.caller(header)


async def _user(shared: Shared, viewer: Annotated[str | None, Depends(_viewer)]) -> str:
    return await shared.identities.caller(None) if viewer is None else viewer


# The user of the token (401 without one), and the user of the token if there is one.
Me = Annotated[str, Depends(_user)]
Viewer = Annotated[str | None, Depends(_viewer)]

IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="A new random text per act. The same key again changes nothing and gives the first answer.",
    ),
]


async def _actor(request: Request, shared: Shared, me: Me, key: IdempotencyKey = None) -> Actor:
    return Actor(shared.stage, Caller(me, request.method, request.url.path, key))


Acting = Annotated[Actor, Depends(_actor)]


async def _paying(actor: Acting, shared: Shared) -> Actor:
    demand_client_payments(shared)
    return actor


def demand_client_payments(shared: Context) -> None:
    """Raises: PaymentsByProvider: this server does not take a front end's word for a payment."""
    if not shared.client_payments:
        raise PaymentsByProvider(
            "This server hears of payments from the provider alone. Nothing is to be sent: what was paid for opens as "
            "soon as the provider's webhook comes (setting platform.client_payments)."
        )


# An act that says that something was paid.
Paying = Annotated[Actor, Depends(_paying)]


async def _reading(shared: Shared, _: Viewer) -> AsyncIterator[AsyncConnection]:
    # After the token was looked at, which takes a connection too: who holds one must not wait for a second one.
    async with shared.stage.database.read.connect() as connection:
        yield connection


Reading = Annotated[AsyncConnection, Depends(_reading)]


async def _view(shared: Shared, viewer: Viewer, connection: Reading) -> View:
    return View(connection, viewer, utc(shared.stage.clock))


Looking = Annotated[View, Depends(_view)]


async def _after(
    text: Annotated[
        str | None, Query(alias="cursor", max_length=500, description="The nextCursor of the page before")
    ] = None,
) -> Cursor | None:
    return cursor.decode(text)


After = Annotated[Cursor | None, Depends(_after)]
Limit = Annotated[int, Query(ge=1, le=100, description="At most this many")]
PostId = Annotated[Id, Path(alias="postId", examples=["0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b"])]
CommentId = Annotated[Id, Path(alias="commentId", examples=["0199a1b3-0000-7000-8000-000000000001"])]
