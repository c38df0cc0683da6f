"""One connection of the Python load client: upgrade, masked sends, frames cut out of big receives."""

from __future__ import annotations

import socket
from collections.abc import Generator, Iterator
from enum import Enum, auto

# RFC 6455 section 1.3: a key and the answer to it.
_KEY = "dGhlIHNhbXBsZSBub25jZQ=="
_ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
_MASK = b"\x37\xfa\x21\x3d"
_BUFFER = 1 << 18
_CLOSE, _PING, _PONG, _TEXT = 8, 9, 10, 1
_LAST = 0x80


class Kind(Enum):
    SUBSCRIBER = auto()
    PUBLISHER = auto()
    HTTP = auto()


class Connection:
    def __init__(self, kind: Kind, hello: str) -> None:
        self.kind = kind
        self.socket = socket.socket()
        self.ready = self.closed = self.busy = False
        self.close_code = self.errors = self.count = self.order = 0
        self._hello = hello
        self._ready_text = b""
        self._upgraded = kind is Kind.HTTP
        self._rest = self._text = b""

    def open(self, port: int, path: str, ready: str) -> None:
        """Connects (to loopback: at once) and asks for the upgrade."""
        self._ready_text = ready.encode()
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.socket.connect(("127.0.0.1", port))
        if self.kind is Kind.HTTP:
            self.ready = True
            return
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {_KEY}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )

    def publish(self, body: str, path: str, api_key: str) -> None:
        if self.kind is Kind.PUBLISHER:
            self._send(_TEXT, body.encode())
            return
        self.busy = True
        self.socket.sendall(
            f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nX-API-Key: {api_key}\r\n"
            f"Content-Length: {len(body)}\r\n\r\n{body}".encode()
        )

    def receive(self) -> Iterator[bytes]:
        """Messages that one receive completes."""
        try:
            received = self.socket.recv(_BUFFER)
        except OSError:
            received = b""
        if not received:
            self.closed = True
            return
        data = self._rest + received
        if self.kind is Kind.HTTP:
            self._rest = self._take_response(data)
            return
        start = 0 if self._upgraded else self._take_upgrade(data)
        self._rest = yield from self._frames(data, start)

    def _take_upgrade(self, data: bytes) -> int:
        end = data.find(b"\r\n\r\n") + 4
        if end < 4:
            return len(data) + 1
        self._upgraded = data.startswith(b"HTTP/1.1 101") and _ACCEPT in data[:end]
        if self._upgraded:
            self._send(_TEXT, self._hello.encode())
        else:
            self.closed = True
        return end

    def _frames(self, data: bytes, at: int) -> Generator[bytes, None, bytes]:
        """Gives the messages in ``data[at:]``; returns the bytes of the unfinished one."""
        size = len(data)
        while size - at >= 2:
            length, head = data[at + 1], 2
            if length == 126:
                length, head = int.from_bytes(data[at + 2 : at + 4]), 4
            elif length == 127:
                length, head = int.from_bytes(data[at + 2 : at + 10]), 10
            if size - at < head + length:
                break
            payload = data[at + head : at + head + length]
            if data[at] & 15 > _TEXT:
                self._control(data[at] & 15, payload)
            else:
                self._text += payload
                if data[at] & _LAST:
                    yield from self._message(self._text)
                    self._text = b""
            at += head + length
        return data[at:] if at <= size else data

    def _control(self, opcode: int, payload: bytes) -> None:
        if opcode == _CLOSE:
            self.close_code = int.from_bytes(payload[:2])
            self.closed = True
        elif opcode == _PING:
            self._send(_PONG, payload)

    def _message(self, payload: bytes) -> Iterator[bytes]:
        if payload == b"{}":
            self._send(_TEXT, payload)
        else:
            self.ready = self.ready or self._ready_text in payload
            yield payload

    def _take_response(self, data: bytes) -> bytes:
        head, found, body = data.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if not found or len(body) < length:
            return data
        self.busy = False
        self.errors += not head.startswith(b"HTTP/1.1 200") or b'"error"' in body
        return body[length:]

    def _send(self, opcode: int, payload: bytes) -> None:
        size = len(payload)
        length = bytes((0x80 | size,)) if size < 126 else b"\xfe" + size.to_bytes(2)
        mask = int.from_bytes((_MASK * (size // 4 + 1))[:size])
        masked = (int.from_bytes(payload) ^ mask).to_bytes(size)
        self.socket.sendall(bytes((0x80 | opcode,)) + length + _MASK + masked)
