"""The contract with uvicorn's undocumented parts: each test fails loudly when a new uvicorn changes one."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any

import pytest
import uvicorn
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.protocols.websockets.auto import AutoWebSocketsProtocol
from uvicorn.server import ServerState

from fanwire.gateway.http_protocol import HttpProtocol
from fanwire.gateway.websocket import WebSocketUpgrade

HEAD = b"GET /a?b=c HTTP/1.1\r\nHost: h\r\nX-Mixed: V\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n"


async def app(scope: Any, receive: Any, send: Any) -> None:
    raise AssertionError("an upgrade never reaches the application")


class Transport(asyncio.Transport):
    def __init__(self, log: list[tuple[str, Any]]) -> None:
        super().__init__()
        self._log = log

    def set_protocol(self, protocol: asyncio.BaseProtocol) -> None:
        self._log.append(("set_protocol", protocol))

    def is_closing(self) -> bool:
        return False


def config(**options: Any) -> uvicorn.Config:
    loaded = uvicorn.Config(app, log_config=None, **options)
    loaded.load()
    return loaded


@pytest.mark.parametrize("http", [HttpToolsProtocol, H11Protocol, HttpProtocol])
async def test_the_upgrade_is_handed_over_as_we_expect(http: Any) -> None:
    log: list[tuple[str, Any]] = []

    class Hook(asyncio.Protocol):
        def __init__(self, **given: Any) -> None:
            log.append(("made", given))

        def connection_made(self, transport: asyncio.BaseTransport) -> None:
            log.append(("connection_made", transport))

        def data_received(self, data: bytes) -> None:
            log.append(("data_received", data))

    settings = config(ws=Hook)
    state, app_state, transport = ServerState(), {"key": "value"}, Transport(log)
    protocol = http(config=settings, server_state=state, app_state=app_state)
    protocol.connection_made(transport)
    protocol.data_received(HEAD[:20])
    protocol.data_received(HEAD[20:])

    (made, given), (second, seen_transport), (third, head), (fourth, hook) = log
    assert [made, second, third, fourth] == ["made", "connection_made", "data_received", "set_protocol"]
    assert given == {"config": settings, "server_state": state, "app_state": app_state}
    assert given["app_state"] is app_state
    assert seen_transport is transport
    assert isinstance(hook, Hook)
    assert head.startswith(b"GET /a?b=c HTTP/1.1\r\n")
    assert head.endswith(b"\r\n\r\n")
    assert b"\r\nx-mixed: V\r\n" in head
    assert not state.connections


def test_a_class_and_a_name_are_both_accepted() -> None:
    named = "fanwire.gateway.websocket:WebSocketUpgrade"
    assert config(ws=WebSocketUpgrade).ws_protocol_class is config(ws=named).ws_protocol_class is WebSocketUpgrade


def test_our_http_class_still_overrides_what_uvicorn_calls() -> None:
    for name in ("connection_made", "connection_lost", "data_received", "on_headers_complete"):
        assert inspect.signature(getattr(HttpToolsProtocol, name)) == inspect.signature(getattr(HttpProtocol, name)), (
            name
        )
    assert "self.handle_websocket_upgrade()" in inspect.getsource(HttpToolsProtocol.data_received)
    assert config(http=HttpProtocol).http_protocol_class is HttpProtocol


async def test_other_paths_can_be_left_to_uvicorns_own_class() -> None:
    assert AutoWebSocketsProtocol is not None
    protocol = AutoWebSocketsProtocol(config=config(), server_state=ServerState(), app_state={})
    assert hasattr(protocol, "data_received")
    assert hasattr(protocol, "shutdown")


def test_the_proxy_rules_are_reachable() -> None:
    trusted = ProxyHeadersMiddleware(app, ["127.0.0.1"]).trusted_hosts
    assert "127.0.0.1" in trusted
    assert "10.0.0.1" not in trusted
    assert trusted.get_trusted_client_address("203.0.113.7, 127.0.0.1")[0] == "203.0.113.7"


def test_the_server_ends_as_we_expect() -> None:
    source = inspect.getsource(uvicorn.Server.shutdown)
    assert "self.server_state.connections" in source
    assert "connection.shutdown()" in source
    assert "self.config.timeout_graceful_shutdown" in source
    assert "self.lifespan.shutdown()" in source
    assert inspect.iscoroutinefunction(uvicorn.Server.shutdown)
    assert list(inspect.signature(uvicorn.Server.shutdown).parameters) == ["self", "sockets"]
