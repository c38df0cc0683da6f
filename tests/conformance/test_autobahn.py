"""The Autobahn cases of RFC 6455 against our transport, with an echo session above it."""

from __future__ import annotations

import kosoku
import pytest

from fanwire.gateway.http_protocol import HttpProtocol
from fanwire.gateway.websocket import WebSocketEndpoint, WebSocketUpgrade
from fanwire.settings import Settings, WebSocketSettings
from fanwire.testing.echo import EchoSession
from fanwire.testing.server import State, running_server

CASES = 247
# 9.* are benchmarks, 12.* and 13.* are compression, which is off.
EXCLUDED = ["9.*", "12.*", "13.*"]
# Cases send up to 256 KiB; the default limit is 64 KiB and has tests of its own.
SETTINGS = Settings(websocket=WebSocketSettings(message_size_limit=16_777_216, fragment_limit=65_536))

# Case -> why it may fail. Nothing else may.
ALLOWED: dict[str, str] = {}


def with_echo(state: State) -> None:
    state[WebSocketEndpoint.STATE_KEY] = WebSocketEndpoint(EchoSession, SETTINGS)


@pytest.mark.timeout(120)
@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
async def test_autobahn(loop: str) -> None:
    with running_server(on_startup=with_echo, ws=WebSocketUpgrade, http=HttpProtocol, loop=loop) as server:
        failed = await failed_cases(f"{server.ws}/connection/websocket")
    unexplained = {case: why for case, why in failed.items() if case not in ALLOWED}
    assert not unexplained
    assert failed.keys() == ALLOWED.keys(), "a case passes now: take it out of the table"


async def failed_cases(url: str) -> dict[str, str]:
    """Every case that failed, and why."""
    try:
        results = await kosoku.run_fuzzingclient(url, exclude_cases=EXCLUDED, concurrency=4)
    except kosoku.FailureError as failure:
        results = failure.results
    assert len(results) == CASES
    return {case.case_id: f"{case.result} {case.result_close}" for case in results if not case.passed}
