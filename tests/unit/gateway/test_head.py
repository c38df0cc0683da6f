from __future__ import annotations

import pytest

from fanwire.gateway.websocket.head import parse_head


def head(*lines: str, target: str = "/a") -> bytes:
    return "\r\n".join([f"GET {target} HTTP/1.1", *lines, "", ""]).encode("latin-1")


def test_method_path_query_and_headers() -> None:
    parsed = parse_head(head("host: example.com", "X-Mixed: a: b ", target="/connection/websocket?a=1?&b=2"))
    assert (parsed.method, parsed.path, parsed.query) == ("GET", "/connection/websocket", "a=1?&b=2")
    assert parsed.one("host") == "example.com"
    assert parsed.one("x-mixed") == "a: b"
    assert parsed.one("absent") == ""


def test_repeated_headers_are_told_apart() -> None:
    parsed = parse_head(head("origin: a", "origin: b"))
    assert parsed.one("origin") is None
    assert parsed.headers["origin"] == ["a", "b"]


def test_lists() -> None:
    parsed = parse_head(head("sec-websocket-protocol: a, b", "sec-websocket-protocol: ,c ,"))
    assert parsed.listed("sec-websocket-protocol") == ["a", "b", "c"]
    assert parsed.listed("absent") == []


@pytest.mark.parametrize(
    ("target", "path"),
    [
        ("http://example.com/a/b?c", "/a/b"),
        ("http://example.com", "/"),
        ("*", "/"),
        ("/", "/"),
        ("//evil.test/a", "//evil.test/a"),
    ],
)
def test_targets(target: str, path: str) -> None:
    assert parse_head(head(target=target)).path == path


def test_bytes_that_are_no_ascii() -> None:
    parsed = parse_head("GET /é HTTP/1.1\r\nx: é\r\n\r\n".encode())
    assert parsed.headers["x"] == ["Ã©"]


def test_a_head_without_headers() -> None:
    assert parse_head(b"GET / HTTP/1.1\r\n\r\n").headers == {}
