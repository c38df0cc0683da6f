"""Runs one site under uvicorn: binds, starts, announces, and ends with a clear line and exit code."""

from __future__ import annotations

import asyncio
import errno
import signal
import socket
from collections.abc import Callable

import uvicorn

from fanwire.cli import collector
from fanwire.errors import FanwireError
from fanwire.gateway.http_protocol import HttpProtocol
from fanwire.gateway.server import Server
from fanwire.gateway.site import Site
from fanwire.gateway.websocket import WebSocketUpgrade
from fanwire.settings import Settings, ShutdownSettings


class PortBusy(FanwireError):
    """Somebody listens there already."""


class NotStarted(FanwireError):
    """The server did not start; its log says why."""


class _Server(Server):
    """Tells when it is ready to be used."""

    def __init__(
        self,
        config: uvicorn.Config,
        shutdown: ShutdownSettings,
        on_draining: Callable[[], None],
        on_started: Callable[[], None],
    ) -> None:
        super().__init__(config, shutdown, on_draining)
        self._on_started = on_started

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        collector.calm()
        self._on_started()


def bind(settings: Settings) -> socket.socket:
    """A bound socket that does not listen yet.

    Raises: PortBusy, or FanwireError for an address that is not ours.
    """
    host, port = settings.http_server.address, settings.http_server.port
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        bound = socket.socket(family, kind)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind(address)
    except OSError as error:
        raise _unbound(error, host, port) from None
    return bound


def url_of(settings: Settings, bound: socket.socket) -> str:
    """Where a browser on this machine reaches it."""
    host = settings.http_server.address
    if host in {"0.0.0.0", "::", ""}:  # noqa: S104 - compared, not bound
        host = "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{bound.getsockname()[1]}"


def run(
    site: Site,
    settings: Settings,
    bound: socket.socket,
    *,
    on_started: Callable[[], None],
    on_draining: Callable[[], None] = lambda: None,
) -> None:
    """Serve until SIGTERM or SIGINT; returns after a shutdown in good order.

    Raises: what went wrong at the start, else NotStarted.
    """
    config = uvicorn.Config(
        site,
        http=HttpProtocol,
        ws=WebSocketUpgrade,
        lifespan="on",
        # Requests carry tokens in their query (?api_key=): no access log.
        access_log=False,
        log_config=None,
        server_header=False,
    )
    site.quiet = True
    server = _Server(config, settings.shutdown, on_draining, on_started)
    # uvicorn raises the signal again when it is done; an end in good order is exit code 0.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    try:
        with bound, asyncio.Runner(loop_factory=config.get_loop_factory()) as runner:
            runner.run(server.serve(sockets=[bound]))
    except SystemExit:
        raise site.failure or NotStarted("the server did not start; its log says why") from None
    except OSError as error:
        raise _unbound(error, settings.http_server.address, bound.getsockname()[1]) from None


def _unbound(error: OSError, host: str, port: int) -> FanwireError:
    if error.errno == errno.EADDRINUSE:
        return PortBusy(f"port {port} on {host} is in use; stop who listens there, or choose another with --port")
    if error.errno == errno.EACCES:
        return PortBusy(f"port {port} needs privileges; choose one above 1023 with --port")
    return FanwireError(
        f"cannot listen on {host}:{port}: {error.strerror or error}; choose another address with --host"
    )
