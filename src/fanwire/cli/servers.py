"""``fanwire dev``, ``serve``, ``api`` and ``relay``: the commands that stay."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from fanwire.cli.options import ConfigFile, DataDir, Host, Port
from fanwire.gateway.data_directory import DEFAULT

if TYPE_CHECKING:
    from fanwire.cli.platform_site import PlatformSite
    from fanwire.gateway.app import Gateway
    from fanwire.settings import Settings


def dev(host: Host = None, port: Port = None, data_dir: DataDir = DEFAULT) -> None:
    """Run everything in one process, with a demo page and three users: anna, boris and clara."""
    from fanwire.cli.dev import run_dev

    run_dev(host, port, data_dir)


def serve(config: ConfigFile = None, host: Host = None, port: Port = None) -> None:
    """Run gateway and relay."""
    from fanwire.cli import logs
    from fanwire.cli.platform_site import beside_gateway, demand_fastapi, with_platform_directory
    from fanwire.gateway.app import Gateway
    from fanwire.gateway.requirements import require

    settings = _settings(config, host, port)
    require(settings)
    if settings.platform.enabled:
        demand_fastapi()
    settings = with_platform_directory(settings)
    logs.set_up_for(settings)
    gateway = Gateway(settings, beside=beside_gateway if settings.platform.enabled else None)
    _serve(gateway, settings)


def api(config: ConfigFile = None, host: Host = None, port: Port = None) -> None:
    """Run the reference platform API alone; its events wait in the database for the relay of `fanwire serve`."""
    from fanwire.cli import logs
    from fanwire.cli.platform_site import PlatformSite, demand_fastapi
    from fanwire.gateway.requirements import require

    settings = _settings(config, host, port)
    require(settings, with_apis=False)
    demand_fastapi()
    logs.set_up_for(settings)
    _serve(PlatformSite(settings), settings)


def relay(config: ConfigFile = None) -> None:
    """Run the relay alone, where gateways share a broker that is a process of its own."""
    from fanwire.cli import logs
    from fanwire.cli.relay import run_relay

    settings = _settings(config, None, None)
    logs.set_up_for(settings)
    run_relay(settings)


def _settings(config: ConfigFile, host: str | None, port: int | None) -> Settings:
    from fanwire.configuration import load

    return load(config, os.environ, {"http_server.address": host, "http_server.port": port})


def _serve(site: Gateway | PlatformSite, settings: Settings) -> None:
    import structlog

    from fanwire.cli.run import bind, run, url_of

    bound = bind(settings)
    url = url_of(settings, bound)
    log = structlog.get_logger()
    run(site, settings, bound, on_started=lambda: log.info("serving", url=url), on_draining=site.draining)
    log.info("stopped")
