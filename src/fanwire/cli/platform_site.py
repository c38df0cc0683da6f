"""The reference platform beside a gateway, or alone."""

from __future__ import annotations

import importlib.util
from contextlib import AsyncExitStack
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.exc import SQLAlchemyError
from starlette.applications import Starlette
from starlette.routing import Mount

from fanwire.clock import Clock, SystemClock
from fanwire.configuration import merged
from fanwire.errors import ConfigurationError
from fanwire.gateway.asgi import App, Receive, Scope, Send, route_path
from fanwire.gateway.background import keep_running
from fanwire.gateway.checks import configured, database_answers
from fanwire.gateway.health import health_routes
from fanwire.gateway.readiness import Readiness
from fanwire.gateway.requirements import require
from fanwire.gateway.runtime import Runtime
from fanwire.gateway.site import Site, State
from fanwire.gateway.tables import open_database
from fanwire.inbox import Inbox
from fanwire.settings import Settings
from fanwire.store.database import Database
from fanwire.store.engines import sync_engine
from fanwire.store.urls import sync_url

WEB_PATHS = ("/static/",)
_NOT_INSTALLED = "the platform API needs FastAPI: pip install 'fanwire[server,platform]'"


def demand_fastapi() -> None:
    """Raises: ConfigurationError when the platform cannot be imported."""
    if importlib.util.find_spec("fastapi") is None:
        raise ConfigurationError(_NOT_INSTALLED)


def replaced(settings: Settings, tree: dict[str, Any]) -> Settings:
    """``settings`` with the options in ``tree`` set."""
    return Settings.model_validate(merged(settings.model_dump(), tree))


def with_platform_directory(settings: Settings) -> Settings:
    """What ``directory`` leaves empty is asked of the platform's tables, if it is served here or in this database.

    A platform that is served here makes its tables only after this.
    """
    from fanwire.platform.directory import QUERIES

    empty = {name: query for name, query in QUERIES.items() if not getattr(settings.directory, name)}
    if not empty:
        return settings
    if not (settings.platform.enabled or _has_platform_tables(settings.database.url.get_secret_value())):
        return settings
    return replaced(settings, {"directory": empty})


async def beside_gateway(runtime: Runtime, stack: AsyncExitStack) -> App:
    """The platform API and its timers over the gateway's own database and inbox."""
    from fanwire.platform.app import create_app
    from fanwire.platform.migrate import upgrade_async

    if runtime.settings.environment == "development" or runtime.database.dialect == "sqlite":
        await upgrade_async(runtime.database.url)
    _start_timers(runtime.database, runtime.settings, stack)
    return create_app(runtime.database, runtime.settings, runtime.clock, runtime.inbox)


class Demo:
    """The platform API, and the demo page for what is left."""

    def __init__(self, platform: App, web: App) -> None:
        self._platform = platform
        self._web = web

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        path = route_path(scope)
        page = scope["type"] == "http" and (path == "/" or path.startswith(WEB_PATHS))
        await (self._web if page else self._platform)(scope, receive, send)


class PlatformSite(Site):
    """``fanwire api``: the platform alone, with its health."""

    def __init__(self, settings: Settings, clock: Clock | None = None) -> None:
        super().__init__(self._assemble)
        self._settings = settings
        self._clock = clock or SystemClock()
        self.readiness = Readiness({})

    def draining(self) -> None:
        """From now on ``/readyz`` says no."""
        self.readiness.draining = True

    async def _assemble(self, stack: AsyncExitStack, state: State) -> App:
        from fanwire.platform.app import create_app
        from fanwire.platform.migrate import upgrade_async

        require(self._settings, with_apis=False)
        database = await open_database(self._settings, stack)
        if database.dialect == "sqlite":
            await upgrade_async(database.url)
        _start_timers(database, self._settings, stack)
        checks = {"configuration": configured(self._settings), "database": database_answers(database)}
        self.readiness = Readiness(checks)
        platform = create_app(database, self._settings, self._clock, Inbox(database, self._clock))
        return Starlette(routes=[*health_routes(self.readiness), Mount("/", platform)])


def _start_timers(database: Database, settings: Settings, stack: AsyncExitStack) -> None:
    from fanwire.platform.handlers import handlers
    from fanwire.platform.timers import Runner

    keep_running(stack, Runner(database, handlers(settings.platform)).run(), "platform-timers")


def _has_platform_tables(url: str) -> bool:
    if not url or importlib.util.find_spec("fastapi") is None:
        return False
    engine = sync_engine(sync_url(url), 1)
    try:
        return inspect(engine).has_table("platform_post")
    except SQLAlchemyError:
        # The start that follows says what is wrong with the database.
        return False
    finally:
        engine.dispose()
