from __future__ import annotations

from pathlib import Path

import pytest

from fanwire.cli.target import find
from fanwire.errors import ConfigurationError
from fanwire.gateway.data_directory import API_KEY, TOKEN_SECRET, WEBHOOK_SECRET, DataDirectory


def test_nothing_set_means_the_default_server_without_secrets(tmp_path: Path) -> None:
    server = find(data_dir=tmp_path / "none", environ={})
    assert server.url == "http://127.0.0.1:8000"
    assert server.socket_url == "ws://127.0.0.1:8000/connection/websocket"
    for ask in (server.key, server.secret, server.webhook_key):
        with pytest.raises(ConfigurationError, match="run beside `fanwire dev`"):
            ask()


def test_beside_a_development_server_everything_is_found(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path).make()
    directory.announce("http://127.0.0.1:9001")
    server = find(data_dir=tmp_path, environ={})
    assert (server.url, server.api_key, server.token_secret) == ("http://127.0.0.1:9001", "", "")
    key, secret = directory.secret(API_KEY), directory.secret(TOKEN_SECRET)
    server = find(data_dir=tmp_path, environ={})
    assert (server.key(), server.secret()) == (key, secret)
    assert key not in repr(server)
    assert secret not in repr(server)
    webhook = directory.secret(WEBHOOK_SECRET)
    server = find(data_dir=tmp_path, environ={})
    assert server.webhook_key() == webhook
    assert webhook not in repr(server)


def test_an_option_wins_over_the_environment_over_the_development_server(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path).make()
    directory.announce("http://127.0.0.1:9001")
    directory.secret(API_KEY, "kept")
    environ = {"FANWIRE_URL": "https://live.example/", "FANWIRE_API_KEY": "set", "FANWIRE_TOKEN_SECRET": "secret"}
    server = find(data_dir=tmp_path, environ=environ)
    assert (server.url, server.key(), server.secret()) == ("https://live.example", "set", "secret")
    assert server.socket_url == "wss://live.example/connection/websocket"
    server = find(url="http://other:1/connection/websocket", api_key="given", data_dir=tmp_path, environ=environ)
    assert (server.url, server.key()) == ("http://other:1", "given")
