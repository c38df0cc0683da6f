"""``fanwire dev``: gateway, relay, platform and demo page in one process, on SQLite, with nothing to configure."""

from __future__ import annotations

import os
import sys
from contextlib import AsyncExitStack
from pathlib import Path

import typer

from fanwire.auth.tokens import make_api_token
from fanwire.cli import invitation, logs
from fanwire.cli.banner import Invitation, banner
from fanwire.cli.platform_site import Demo, beside_gateway, demand_fastapi, replaced
from fanwire.cli.run import bind, run, url_of
from fanwire.clock import SystemClock
from fanwire.gateway.app import Gateway
from fanwire.gateway.asgi import App
from fanwire.gateway.data_directory import API_KEY, DataDirectory
from fanwire.gateway.development import development_settings, own_origins
from fanwire.gateway.runtime import Runtime
from fanwire.settings import Settings

# Seconds that the printed token is good: a working day.
TOKEN_TTL = 12 * 3600.0


def run_dev(host: str | None, port: int | None, data_dir: Path) -> None:
    """Serve until a signal. Raises: DatabaseLocked, PortBusy, ConfigurationError."""
    demand_fastapi()
    directory = DataDirectory(data_dir).make()
    directory.claim()
    try:
        _run(directory, host, port)
    finally:
        directory.release()


def _run(directory: DataDirectory, host: str | None, port: int | None) -> None:
    settings = _settings(directory, host, port)
    logs.set_up_for(settings)
    bound = bind(settings)
    url = url_of(settings, bound)
    settings = _with_own_origins(settings, bound.getsockname()[1])
    offer = _Offer(settings, url, directory)
    gateway = Gateway(settings, beside=offer.beside)

    def started() -> None:
        directory.announce(url)
        typer.echo(offer.text())

    run(gateway, settings, bound, on_started=started, on_draining=gateway.draining)


class _Offer:
    """What the newcomer is offered; it is chosen once the platform has its people and posts."""

    def __init__(self, settings: Settings, url: str, directory: DataDirectory) -> None:
        self._settings = settings
        self._url = url
        self._key_file = (directory.path / API_KEY).resolve()
        self._chosen = ("", "")

    async def beside(self, runtime: Runtime, stack: AsyncExitStack) -> App:
        """The platform with its seed, and the demo page."""
        from fanwire.platform.seed import seed
        from fanwire.web.app import create_web

        platform = await beside_gateway(runtime, stack)
        await seed(runtime.database, runtime.clock)
        self._chosen = await invitation.choose(runtime.database, runtime.clock)
        return Demo(platform, create_web())

    def text(self) -> str:
        """The banner."""
        liker, post = self._chosen
        secret = self._settings.client.token.hmac_secret_key.get_secret_value()
        token = make_api_token(liker, secret=secret, clock=SystemClock(), ttl=TOKEN_TTL)
        python = os.path.relpath(sys.executable)
        shorter = min(python, sys.executable, key=len)
        return banner(self._url, Invitation(liker, post, token), self._key_file, shorter)


def _settings(directory: DataDirectory, host: str | None, port: int | None) -> Settings:
    from fanwire.platform.directory import QUERIES

    overrides = {
        "http_server.address": host,
        "http_server.port": port,
        "platform.enabled": True,
        "platform.dev": True,
        **{f"directory.{name}": query for name, query in QUERIES.items()},
    }
    return development_settings(directory, os.environ, overrides)


def _with_own_origins(settings: Settings, port: int) -> Settings:
    origins = (*own_origins(settings.http_server.address, port), *settings.client.allowed_origins)
    return replaced(settings, {"client": {"allowed_origins": origins}})
