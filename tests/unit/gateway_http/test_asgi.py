from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from fanwire.gateway.asgi import BodyTooLarge, ClientGone, header, read_body, route_path


def receiving(*messages: dict[str, Any]) -> Callable[[], Awaitable[dict[str, Any]]]:
    left = list(messages)

    async def receive() -> dict[str, Any]:
        return left.pop(0)

    return receive


def part(body: bytes, more: bool) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


async def test_a_body_in_parts_is_one_body() -> None:
    assert await read_body(receiving(part(b"ab", True), part(b"", True), part(b"c", False)), 3) == b"abc"


async def test_a_body_over_the_limit_is_refused_before_it_is_complete() -> None:
    with pytest.raises(BodyTooLarge, match="more than 3 bytes"):
        await read_body(receiving(part(b"ab", True), part(b"cd", True)), 3)


async def test_a_client_that_hangs_up_is_not_a_short_body() -> None:
    with pytest.raises(ClientGone):
        await read_body(receiving(part(b"ab", True), {"type": "http.disconnect"}), 3)


def test_headers_are_found_by_their_lower_case_name() -> None:
    scope = {"headers": [(b"x-a", b"1"), (b"x-a", b"2")]}
    assert header(scope, b"x-a") == "1"
    assert header(scope, b"x-b") == ""


@pytest.mark.parametrize(("root", "path"), [("", "/api/x"), ("/sub", "/sub/api/x"), ("/other", "/api/x")])
def test_the_path_is_the_one_below_our_mount(root: str, path: str) -> None:
    assert route_path({"path": path, "root_path": root}) == "/api/x"
