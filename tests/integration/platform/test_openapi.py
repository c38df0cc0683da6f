"""The OpenAPI document is complete and true, and so is the page made of it."""

from __future__ import annotations

import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest
from pydantic import BaseModel

from fanwire import platform
from fanwire.platform.problems import MEDIA_TYPE
from tests.integration.platform.api import PlatformApi

# A provider signs what it sends: it has no token, and its events have ids of their own.
WEBHOOK = "POST /api/webhooks/payments"
# What may be looked at without a token.
OPEN = ("GET /api/posts", "GET /api/auctions", "GET /api/flash-sales", "GET /api/creators")
OPERATIONS = {
    "GET /api/posts",
    "POST /api/posts",
    "GET /api/posts/{postId}",
    "PATCH /api/posts/{postId}",
    "DELETE /api/posts/{postId}",
    "POST /api/posts/{postId}/like",
    "DELETE /api/posts/{postId}/like",
    "GET /api/posts/{postId}/comments",
    "POST /api/posts/{postId}/comments",
    "DELETE /api/posts/{postId}/comments/{commentId}",
    "POST /api/comments/{commentId}/like",
    "DELETE /api/comments/{commentId}/like",
    "POST /api/posts/{postId}/purchase",
    "GET /api/follow",
    "POST /api/follow/{creatorId}",
    "DELETE /api/follow/{creatorId}",
    "GET /api/subscriptions",
    "POST /api/subscriptions/process-payment",
    "POST /api/subscriptions/{subscriptionId}/renew",
    "POST /api/subscriptions/{subscriptionId}/cancel",
    "POST /api/subscriptions/{subscriptionId}/refund",
    "POST /api/subscriptions/{subscriptionId}/upgrade",
    "POST /api/subscriptions/{subscriptionId}/downgrade",
    WEBHOOK,
    "GET /api/tips",
    "POST /api/tips",
    "POST /api/tips/{tipId}/refund",
    "GET /api/messages",
    "POST /api/messages",
    "POST /api/messages/broadcast",
    "GET /api/messages/{conversationId}",
    "PATCH /api/messages/{conversationId}",
    "POST /api/messages/{conversationId}/{messageId}/purchase",
    "GET /api/blocks",
    "POST /api/blocks",
    "DELETE /api/blocks/{userId}",
    "GET /api/auctions",
    "GET /api/flash-sales",
    "POST /api/flash-sales",
    "POST /api/flash-sales/{saleId}/redeem",
    "DELETE /api/flash-sales/{saleId}/redeem",
    "GET /api/posts/{postId}/auction",
    "POST /api/posts/{postId}/auction",
    "POST /api/posts/{postId}/auction/pay",
    "GET /api/posts/{postId}/bids",
    "POST /api/posts/{postId}/bids",
    "GET /api/creators/{creatorId}",
    "GET /api/user/subscribers",
    "GET /api/user/followers",
    "GET /api/user/notifications",
    "PATCH /api/user/notifications",
    "DELETE /api/user/notifications",
    "GET /api/user/settings",
    "PATCH /api/user/settings",
}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


async def test_the_document_names_every_operation_and_every_error(api: PlatformApi) -> None:
    document = await api.ok(None, "GET", "/openapi.json")
    found = dict(operations(document))
    assert set(found) == OPERATIONS
    for name, operation in found.items():
        assert operation["description"], name
        for status, response in operation["responses"].items():
            if status.startswith("2"):
                assert list(response["content"]) == ["application/json"], name
            else:
                assert list(response["content"]) == [MEDIA_TYPE], name
        if name == WEBHOOK:
            continue
        writes = not name.startswith("GET")
        assert any(p["name"] == "Idempotency-Key" for p in operation.get("parameters", ())) is writes, name
        assert "401" in operation["responses"], name
        assert ({} in operation["security"]) is name.startswith(OPEN), name
    assert "HTTPValidationError" not in document["components"]["schemas"]


def shapes() -> Iterator[Any]:
    """The models of every module of requests or answers, once each."""
    for found in pkgutil.walk_packages(platform.__path__, f"{platform.__name__}."):
        if found.name.endswith((".requests", ".answers")):
            models = vars(import_module(found.name)).values()
            yield from (
                m for m in models if isinstance(m, type) and issubclass(m, BaseModel) and m.__module__ == found.name
            )


@pytest.mark.parametrize("model", list(shapes()), ids=lambda model: model.__name__)
def test_examples_are_true(model: Any) -> None:
    for example in model.model_json_schema().get("examples", ()):
        model.model_validate_json(json.dumps(example))


async def test_every_body_has_an_example(api: PlatformApi) -> None:
    document = api.app.openapi()
    schemas = document["components"]["schemas"]
    for name, operation in operations(document):
        contents = [operation["requestBody"]["content"]] if "requestBody" in operation else []
        contents += [r["content"] for status, r in operation["responses"].items() if status.startswith("2")]
        for content in contents:
            schema = content["application/json"]["schema"]
            model = schema.get("$ref", "").rpartition("/")[2]
            assert schemas.get(model, schema)["examples"], (name, model)


async def test_the_page_shows_every_operation_and_loads_nothing_from_elsewhere(api: PlatformApi) -> None:
    answer = await api.send(None, "GET", "/docs")
    assert answer.headers["content-type"].startswith("text/html")
    for name in OPERATIONS:
        method, path = name.split()
        assert f"<b>{method}</b> <code>{path}</code>" in answer.text
    assert "Утро в мастерской" in answer.text
    assert "<script" not in answer.text
    assert "//" not in answer.text.replace("https://img.example", "").replace("<!doctype", "")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
