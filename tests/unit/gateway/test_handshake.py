from __future__ import annotations

from http import HTTPStatus

import msgspec
import pytest

from fanwire.auth.origins import AllowedOrigins
from fanwire.gateway.websocket.handshake import accept, check_origin, check_request, choose_subprotocol
from fanwire.gateway.websocket.head import RequestHead
from fanwire.gateway.websocket.refusal import Refused
from fanwire.realtime.link import Handshake

# The example of RFC 6455 section 1.3.
KEY, ACCEPT = "dGhlIHNhbXBsZSBub25jZQ==", "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="


def head(method: str = "GET", **headers: str | list[str]) -> RequestHead:
    given = {"sec_websocket_key": KEY, "sec_websocket_version": "13", **headers}
    return RequestHead(
        method,
        "/",
        "",
        {name.replace("_", "-"): [value] if isinstance(value, str) else value for name, value in given.items()},
    )


def test_a_good_request_gives_its_key() -> None:
    assert check_request(head()) == KEY


@pytest.mark.parametrize(
    ("request_head", "status"),
    [
        (head(method="POST"), 405),
        (head(sec_websocket_version="8"), 426),
        (head(sec_websocket_version=""), 426),
        (head(sec_websocket_version=["13", "13"]), 426),
        (head(sec_websocket_key=""), 400),
        (head(sec_websocket_key=[KEY, KEY]), 400),
        (head(sec_websocket_key="short"), 400),
        (head(sec_websocket_key="A" * 24), 400),
        (head(sec_websocket_key=KEY + "\n"), 400),
    ],
)
def test_bad_requests(request_head: RequestHead, status: int) -> None:
    with pytest.raises(Refused) as refused:
        check_request(request_head)
    assert refused.value.status == status


def test_426_names_the_version() -> None:
    with pytest.raises(Refused) as refused:
        check_request(head(sec_websocket_version="8"))
    response = refused.value.response()
    assert b"\r\nSec-WebSocket-Version: 13\r\n" in response
    assert b"\r\nUpgrade: websocket\r\n" in response


def test_the_response_of_the_rfc() -> None:
    response = accept(KEY, Handshake("/"))
    assert response.startswith(b"HTTP/1.1 101 ")
    assert response.endswith(b"\r\n\r\n")
    assert f"Sec-WebSocket-Accept: {ACCEPT}".encode() in response
    assert b"Sec-WebSocket-Protocol" not in response


def test_the_response_names_the_subprotocol() -> None:
    assert b"\r\nSec-WebSocket-Protocol: centrifuge-json\r\n" in accept(
        KEY, Handshake("/", subprotocol="centrifuge-json")
    )


@pytest.mark.parametrize(
    ("asked", "chosen"),
    [("", ""), ("a", "a"), ("b, a", "b"), ("x, a", "a"), ("x", ""), (["x", "b"], "b"), ("A", "")],
)
def test_the_clients_order_decides(asked: str | list[str], chosen: str) -> None:
    assert choose_subprotocol(head(sec_websocket_protocol=asked), ("a", "b")) == chosen


def test_origins() -> None:
    allowed = AllowedOrigins(["https://example.com"])
    assert check_origin(head(origin="https://example.com"), allowed) == "https://example.com"
    assert check_origin(head(), allowed) == ""


def test_a_refused_origin_names_rule_and_setting_for_the_log_only() -> None:
    with pytest.raises(Refused) as refused:
        check_origin(head(origin="https://evil.test"), AllowedOrigins([]))
    assert refused.value.status == 403
    assert refused.value.setting == "client.allowed_origins"
    assert "allowed_origins" in refused.value.rule
    assert b"allowed_origins" not in refused.value.response()


def test_two_origins_are_refused() -> None:
    with pytest.raises(Refused) as refused:
        check_origin(head(origin=["https://example.com", "https://evil.test"]), AllowedOrigins(["*"]))
    assert refused.value.status == 400


def test_a_refusal_is_a_complete_problem_response() -> None:
    response = Refused(HTTPStatus.SERVICE_UNAVAILABLE, "later", headers=[("Retry-After", "1")]).response()
    lines, _, body = response.partition(b"\r\n\r\n")
    first, *headers = lines.decode().split("\r\n")
    assert first == "HTTP/1.1 503 Service Unavailable"
    assert "Connection: close" in headers
    assert "Retry-After: 1" in headers
    assert "Content-Type: application/problem+json" in headers
    assert f"Content-Length: {len(body)}" in headers
    assert msgspec.json.decode(body)["detail"] == "later"
