"""Builds the platform API."""

from __future__ import annotations

from functools import partial

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response

import fanwire
from fanwire.access.tokens import RevokedTokens
from fanwire.clock import Clock
from fanwire.ids import IdMaker, event_id
from fanwire.inbox import Inbox
from fanwire.platform import docs, openapi, refusals
from fanwire.platform.act import Stage
from fanwire.platform.auctions import routes as auctions
from fanwire.platform.audience import routes as audience
from fanwire.platform.blocks import routes as blocks
from fanwire.platform.body_limit import BodyLimit
from fanwire.platform.context import Context
from fanwire.platform.flash_sales import routes as flash_sales
from fanwire.platform.follows import routes as follows
from fanwire.platform.identity import Identities
from fanwire.platform.messages import routes as messages
from fanwire.platform.payments import routes as payments
from fanwire.platform.purchases import routes as purchases
from fanwire.platform.routes import comment_likes, comments, dev, likes, posts, user
from fanwire.platform.server_time import ReadTime, server_time
from fanwire.platform.subscriptions import routes as subscriptions
from fanwire.platform.sweeper import Sweeper
from fanwire.platform.tips import routes as tips
from fanwire.settings import Settings
from fanwire.store.database import Database

_DESCRIPTION = """\
The reference creator platform: posts, likes, comments, subscriptions, notifications, profiles.

Every write and its events are one transaction: what is answered with 2xx is told to everyone who may see it, and
what is refused is told to nobody.

Send `Authorization: Bearer <token>`, a JWT whose `sub` is the user's id. Send an `Idempotency-Key` with a write to
make it safe to repeat. Errors are problem+json (RFC 9457); `detail` says what to do next.
"""


def create_app(
    database: Database,
    settings: Settings,
    clock: Clock,
    inbox: Inbox,
    *,
    new_id: IdMaker = event_id,
    read_time: ReadTime = server_time,
) -> FastAPI:
    """The platform as an ASGI app with paths from ``/api/`` on, ``/docs`` and ``/openapi.json``.

    The caller migrates (``platform.migrate`` and ``store.migrate``), runs the timers (``platform.timers.Runner``
    with ``platform.handlers``) and closes the database. ``new_id`` names posts, comments and subscriptions;
    ``read_time`` asks the database for the time where processes must agree on it. With ``settings.platform.dev``
    there is ``POST /api/dev/token``.

    Raises:
        ConfigurationError: there is no secret to check tokens with.
    """
    app = FastAPI(
        title="Fanwire platform", version=fanwire.__version__, description=_DESCRIPTION, docs_url=None, redoc_url=None
    )
    app.state.platform = Context(
        stage=Stage(database, clock, new_id, Sweeper(database, clock), read_time),
        inbox=inbox,
        identities=Identities(settings, clock, RevokedTokens(database)),
        settings=settings.platform,
        client_payments=_client_payments(settings),
    )
    for room in (
        posts,
        likes,
        comments,
        comment_likes,
        purchases,
        subscriptions,
        payments,
        tips,
        follows,
        audience,
        user,
        messages,
        blocks,
        flash_sales,
        auctions,
    ):
        app.include_router(room.router)
    if settings.platform.dev:
        app.include_router(dev.router)
    app.openapi = partial(openapi.document, app)  # type: ignore[method-assign]
    app.add_route("/docs", _docs, include_in_schema=False)
    app.add_middleware(BodyLimit, limit=settings.http_api.body_size_limit)
    refusals.install(app)
    return app


def _client_payments(settings: Settings) -> bool:
    said = settings.platform.client_payments
    return settings.environment == "development" if said is None else said


async def _docs(request: Request) -> Response:
    return docs.page(request.app.openapi())
