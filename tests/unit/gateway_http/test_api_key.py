from __future__ import annotations

import pytest
from pydantic import SecretStr

from fanwire.gateway.api_key import ApiKey
from fanwire.settings import HttpApiSettings

KEY = ApiKey(HttpApiSettings(key=SecretStr("k3y")))


def scope(headers: dict[str, str], query: str = "") -> dict[str, object]:
    pairs = [(name.lower().encode(), value.encode("latin-1")) for name, value in headers.items()]
    return {"headers": pairs, "query_string": query.encode()}


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({"X-API-Key": "k3y"}, ""),
        ({"Authorization": "apikey k3y"}, ""),
        ({"Authorization": "ApiKey  k3y"}, ""),
        ({}, "api_key=k3y"),
        ({}, "a=b&api_key=k3y"),
    ],
)
def test_the_key_is_taken_from_three_places(headers: dict[str, str], query: str) -> None:
    assert KEY.admits(scope(headers, query))


@pytest.mark.parametrize(
    ("headers", "query"),
    [
        ({}, ""),
        ({"X-API-Key": "other"}, ""),
        ({"X-API-Key": "k3y "}, ""),
        ({"X-API-Key": "ключ".encode().decode("latin-1")}, ""),
        ({"Authorization": "Bearer k3y"}, ""),
        ({"Authorization": "apikey"}, ""),
        ({}, "api_key="),
        ({"X-API-Key": "other"}, "api_key=k3y"),
    ],
)
def test_anything_else_is_not_admitted(headers: dict[str, str], query: str) -> None:
    assert not KEY.admits(scope(headers, query))


def test_without_a_configured_key_nobody_is_admitted() -> None:
    nobody = ApiKey(HttpApiSettings())
    assert not nobody.admits(scope({"X-API-Key": ""}))
    assert not nobody.admits(scope({}))


def test_insecure_admits_everybody() -> None:
    assert ApiKey(HttpApiSettings(insecure=True)).admits(scope({}))
