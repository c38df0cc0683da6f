"""One kept-alive HTTP connection: as little work as an honest client can do on the core it shares with the database."""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any, NamedTuple, Self

import msgspec

from benchmarks.tokens import API_KEY


class Answer(NamedTuple):
    status: int
    body: bytes

    def json(self) -> Any:
        return msgspec.json.decode(self.body)


class HttpConnection:
    """Use as an async context manager; one request at a time."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def __aenter__(self) -> Self:
        self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        if self._streams is not None:
            self._streams[1].close()

    async def post(self, path: str, token: str, body: bytes = b"") -> Answer:
        """As the user of ``token``. Raises asyncio.IncompleteReadError when the server hangs up."""
        return await self._post(path, f"Authorization: Bearer {token}", body)

    async def call(self, path: str, body: bytes) -> Answer:
        """As a backend that has the API key. Raises as ``post`` does."""
        return await self._post(path, f"X-API-Key: {API_KEY}", body)

    async def _post(self, path: str, header: str, body: bytes) -> Answer:
        assert self._streams is not None, "enter the connection first"
        reader, writer = self._streams
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{self._port}\r\n{header}\r\n"
            f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        head = await reader.readuntil(b"\r\n\r\n")
        return Answer(int(head[9:12]), await reader.readexactly(_content_length(head)))


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0
