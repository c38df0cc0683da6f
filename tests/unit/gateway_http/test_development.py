from __future__ import annotations

from pathlib import Path

import pytest

from fanwire.configuration import load
from fanwire.errors import ConfigurationError
from fanwire.gateway.data_directory import API_KEY, TOKEN_SECRET, DataDirectory
from fanwire.gateway.development import development_settings, own_origins
from fanwire.gateway.requirements import missing, require


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path).make()


def test_development_needs_nothing(directory: DataDirectory) -> None:
    settings = development_settings(directory, {})
    assert settings.environment == "development"
    assert settings.database.url.get_secret_value() == f"sqlite:///{directory.path}/fanwire.db"
    assert settings.client.token.hmac_secret_key.get_secret_value() == directory.kept(TOKEN_SECRET)
    assert settings.http_api.key.get_secret_value() == directory.kept(API_KEY)
    assert development_settings(directory, {}) == settings
    assert missing(settings) == ()


def test_the_environment_replaces_secrets_and_database(directory: DataDirectory) -> None:
    environ = {
        "FANWIRE_API_KEY": "my-key",
        "FANWIRE_TOKEN_SECRET": "my-secret",
        "FANWIRE_DATABASE_URL": "sqlite:///other.db",
    }
    settings = development_settings(directory, environ, {"http_server.port": 9})
    assert settings.http_api.key.get_secret_value() == "my-key"
    assert settings.client.token.hmac_secret_key.get_secret_value() == "my-secret"
    assert settings.database.url.get_secret_value() == "sqlite:///other.db"
    assert settings.http_server.port == 9
    assert directory.kept(API_KEY) == "my-key"


@pytest.mark.parametrize(
    ("host", "more"), [("127.0.0.1", []), ("0.0.0.0", []), ("::", []), ("box.lan", ["http://box.lan:80"])]
)
def test_its_own_pages_may_connect(host: str, more: list[str]) -> None:
    own = ["http://127.0.0.1:80", "http://localhost:80", "http://[::1]:80"]
    assert list(own_origins(host, 80)) == own + more


COMPLETE = {
    "FANWIRE_TOKEN_SECRET": "0123456789abcdef",
    "FANWIRE_API_KEY": "0123456789",
    "FANWIRE_DATABASE_URL": "postgresql://u@h/d",
}


def test_a_complete_production_lacks_nothing() -> None:
    require(load(None, COMPLETE))


@pytest.mark.parametrize(
    ("variable", "value", "told"),
    [
        ("FANWIRE_TOKEN_SECRET", "", "client.token.hmac_secret_key is empty: set FANWIRE_TOKEN_SECRET (make one"),
        ("FANWIRE_TOKEN_SECRET", "secret", "client.token.hmac_secret_key is a well-known word"),
        ("FANWIRE_TOKEN_SECRET", "0123456789", "client.token.hmac_secret_key is shorter than 16 characters"),
        ("FANWIRE_API_KEY", "", "http_api.key is empty: set FANWIRE_API_KEY"),
        ("FANWIRE_API_KEY", "ChangeMe", "http_api.key is a well-known word"),
        ("FANWIRE_DATABASE_URL", "", "database.url is empty: set FANWIRE_DATABASE_URL"),
    ],
)
def test_production_refuses_empty_and_default_secrets_in_one_line(variable: str, value: str, told: str) -> None:
    environ = {**COMPLETE, variable: value}
    with pytest.raises(ConfigurationError) as error:
        require(load(None, environ))
    assert str(error.value).startswith(told)
    assert "\n" not in str(error.value)
    assert not value or value not in str(error.value).replace("secret_key", "").replace("to a secret", "")


def test_what_is_missing_is_told_all_at_once() -> None:
    assert len(missing(load())) == 3


def test_insecure_needs_no_secret() -> None:
    environ = {"FANWIRE_CLIENT__INSECURE": "true", "FANWIRE_HTTP_API__INSECURE": "true", "DATABASE_URL": "sqlite:///x"}
    assert missing(load(None, environ)) == ()
