"""What a client gets instead of a WebSocket: a complete HTTP response."""

from __future__ import annotations

from collections.abc import Sequence
from http import HTTPStatus

import msgspec

from fanwire.errors import FanwireError
from fanwire.gateway.problems import CONTENT_TYPE, problem


class Refused(FanwireError):
    """The upgrade is answered with ``status``; ``detail`` is for the client, ``rule`` and ``setting`` for the log."""

    def __init__(
        self,
        status: HTTPStatus,
        detail: str,
        *,
        rule: str = "",
        setting: str = "",
        headers: Sequence[tuple[str, str]] = (),
    ) -> None:
        self.status = status
        self.detail = detail
        self.rule = rule or detail
        self.setting = setting
        self.headers = headers
        super().__init__(f"{status.value} {detail}")

    def response(self) -> bytes:
        """The whole response, problem+json (RFC 9457); the connection ends with it."""
        body = msgspec.json.encode(problem(self.status, self.detail))
        lines = [
            f"HTTP/1.1 {self.status.value} {self.status.phrase}",
            f"Content-Type: {CONTENT_TYPE.decode()}",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in self.headers),
        ]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body
