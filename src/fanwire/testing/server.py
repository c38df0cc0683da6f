"""A real server on a free port, in a thread, for tests."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import threading
from collections.abc import Callable, Iterator, MutableMapping
from itertools import count
from typing import Any

import uvicorn

# Below the ephemeral range (32768 on Linux): a client that retries a dead port there can connect to itself and
# keep the port busy.
_LAST_PORT = 32_000
# Processes begin at different ones, so that they rarely try the same.
_ports = count(20_000 + os.getpid() % 10_000)
# A server that starts or stops for longer than this is broken.
_LIMIT = 20.0

State = MutableMapping[str, Any]
OnStartup = Callable[[State], None]


def free_socket() -> socket.socket:
    """A listening socket on the loopback, on a port below the ephemeral range."""
    for port in _ports:
        if port > _LAST_PORT:
            break
        bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):
            bound.bind(("127.0.0.1", port))
            # At once: two processes can bind one port, and only one can listen on it.
            bound.listen(2048)
            return bound
        bound.close()
    raise OSError(f"no free port up to {_LAST_PORT}")


class RunningServer:
    """``url`` and ``ws`` are the bases of addresses; ``state`` is the lifespan state; ``call`` runs on its loop."""

    def __init__(self, server: uvicorn.Server, bound: socket.socket) -> None:
        self.server = server
        self.state: State = {}
        self.loop: asyncio.AbstractEventLoop | None = None
        self.port: int = bound.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}"
        self._socket = bound
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"server-{self.port}", daemon=True)

    def call(self, function: Callable[[], Any]) -> Any:
        """What ``function()`` returns when it is called on the server's loop."""

        async def on_loop() -> Any:
            return function()

        assert self.loop is not None
        return asyncio.run_coroutine_threadsafe(on_loop(), self.loop).result(_LIMIT)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(_LIMIT), "the server did not start; its log says why"
        assert self.server.started, "the server ended while it started; its log says why"

    def stop(self) -> None:
        """End it as SIGTERM would, and wait until it has ended."""
        self.server.should_exit = True
        self._thread.join(_LIMIT)
        assert not self._thread.is_alive(), "the server did not stop"

    def _run(self) -> None:
        factory = self.server.config.get_loop_factory()
        with asyncio.Runner(loop_factory=factory) as runner:
            runner.run(self._serve())

    async def _serve(self) -> None:
        self.loop = asyncio.get_running_loop()
        serving = self.loop.create_task(self.server.serve(sockets=[self._socket]))
        try:
            while not self.server.started and not serving.done():  # noqa: ASYNC110 - uvicorn has no event for it
                await asyncio.sleep(0.001)
        finally:
            self._ready.set()
        await serving


class _WithState:
    """``app`` behind a lifespan that fills the state; without one, every request is answered with 404."""

    def __init__(self, app: Any, state: State, on_startup: OnStartup | None) -> None:
        self._app = app
        self._state = state
        self._on_startup = on_startup

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        if scope["type"] == "lifespan" and self._on_startup is not None:
            await self._lifespan(scope["state"], receive, send)
        elif self._app is not None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await send({"type": "http.response.start", "status": 404, "headers": [(b"content-length", b"0")]})
            await send({"type": "http.response.body"})
        else:
            raise RuntimeError(f"no application for {scope['type']}")

    async def _lifespan(self, state: State, receive: Any, send: Any) -> None:
        await receive()
        assert self._on_startup is not None
        self._on_startup(state)
        self._state.update(state)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await send({"type": "lifespan.shutdown.complete"})


@contextlib.contextmanager
def running_server(
    app: Any = None,
    *,
    on_startup: OnStartup | None = None,
    make_server: Callable[[uvicorn.Config], uvicorn.Server] = uvicorn.Server,
    **config: Any,
) -> Iterator[RunningServer]:
    """Run ``app`` (ASGI) until the block ends, with ``uvicorn.Config(**config)``: ``ws``, ``http``, ``loop``, ...

    ``on_startup(state)`` runs on the server's loop before it listens, in place of the app's own lifespan.
    """
    state: State = {}
    settings: dict[str, Any] = {"log_config": None, "access_log": False, **config}
    server = make_server(uvicorn.Config(_WithState(app, state, on_startup), **settings))
    running = RunningServer(server, free_socket())
    running.state = state
    running.start()
    try:
        yield running
    finally:
        running.stop()
