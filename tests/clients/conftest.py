"""A real `fanwire dev` for the clients, and the clients themselves."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from pathlib import Path

import pytest

from fanwire.testing.process import FanwireProcess
from fanwire.testing.proxy import ChaosProxy
from tests.clients.peers import NodePeer, Peer, PythonPeer
from tests.processes import Api

OpenPeer = Callable[..., Awaitable[Peer]]


def run_dev(folder: Path) -> Iterator[FanwireProcess]:
    process = FanwireProcess("dev", "--data-dir", str(folder / "data"), log=folder / "dev.log")
    process.start()
    yield process
    assert process.stop() == 0, process.output()


@pytest.fixture(scope="session")
def shared_dev(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FanwireProcess]:
    yield from run_dev(tmp_path_factory.mktemp("clients"))


@pytest.fixture
def dev(request: pytest.FixtureRequest) -> Iterator[FanwireProcess]:
    """The server that all tests share, or one of its own for a test marked ``own_server``, which may kill it."""
    if request.node.get_closest_marker("own_server"):
        yield from run_dev(request.getfixturevalue("tmp_path"))
    else:
        yield request.getfixturevalue("shared_dev")


@pytest.fixture
async def api(dev: FanwireProcess) -> AsyncIterator[Api]:
    client = Api(dev.url)
    yield client
    await client.close()


@pytest.fixture
async def proxy(dev: FanwireProcess) -> AsyncIterator[ChaosProxy]:
    async with ChaosProxy("127.0.0.1", dev.port) as chaos:
        yield chaos


@pytest.fixture(params=["js", "python"])
async def peer(request: pytest.FixtureRequest, dev: FanwireProcess, api: Api) -> AsyncIterator[OpenPeer]:
    """``await peer("boris")`` is a connected client of boris; ``through=proxy`` puts a proxy between."""
    opened: list[Peer] = []

    async def open_peer(user: str, *, through: ChaosProxy | None = None, token: str | None = None) -> Peer:
        one: Peer = await NodePeer.start() if request.param == "js" else PythonPeer()
        opened.append(one)
        port = through.port if through else dev.port
        token = (await api.tokens(user))["connectionToken"] if token is None else token
        await one.connect(f"ws://127.0.0.1:{port}/connection/websocket", token)
        return one

    yield open_peer
    for one in opened:
        await one.close()
