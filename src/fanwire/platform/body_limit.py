"""Bounds the body of a request, announced or not, before anything reads it into memory."""

from __future__ import annotations

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from fanwire.platform.problems import render

TOO_LARGE = 413


class BodyLimit:
    """ASGI middleware: a longer body is answered with 413 as problem+json."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self._app = app
        self._limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif self._announced(scope) > self._limit:
            await render(TOO_LARGE, self._words(), scope["path"])(scope, receive, send)
        else:
            await self._app(scope, self._counted(receive), send)

    @staticmethod
    def _announced(scope: Scope) -> int:
        length = Headers(scope=scope).get("content-length", "")
        return int(length) if length.isdecimal() else 0

    def _counted(self, receive: Receive) -> Receive:
        total = 0

        async def counted() -> Message:
            nonlocal total
            message = await receive()
            total += len(message.get("body", b""))
            if total > self._limit:
                # FastAPI hands this exception on to the handler, which makes the problem document.
                raise HTTPException(TOO_LARGE, self._words()[2])
            return message

        return counted

    def _words(self) -> tuple[str, str, str]:
        return (
            "content-too-large",
            "Content Too Large",
            f"A body may have {self._limit} bytes; send pictures by their address.",
        )
