"""Settings from files and the environment: what wins, and how a mistake is told."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fanwire.complaints import known_paths
from fanwire.configuration import load, merged
from fanwire.errors import ConfigurationError

JSON = {
    "client": {"token": {"hmac_secret_key": "s"}, "allowed_origins": ["http://a"]},
    "http_server": {"port": 9},
}
YAML = "client:\n  token: {hmac_secret_key: s}\n  allowed_origins: ['http://a']\nhttp_server: {port: 9}\n"
TOML = '[client]\nallowed_origins = ["http://a"]\ntoken.hmac_secret_key = "s"\n[http_server]\nport = 9\n'
FILES = {"c.json": json.dumps(JSON), "c.yaml": YAML, "c.yml": YAML, "c.toml": TOML}


def written(directory: Path, text: str, name: str = "c.json") -> Path:
    file = directory / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.parametrize("name", FILES)
def test_a_file_may_be_json_yaml_or_toml(tmp_path: Path, name: str) -> None:
    settings = load(written(tmp_path, FILES[name], name))
    assert settings.client.token.hmac_secret_key.get_secret_value() == "s"
    assert settings.client.allowed_origins == ("http://a",)
    assert settings.http_server.port == 9


def test_durations_come_from_the_environment_as_a_list() -> None:
    environment = {"FANWIRE_PLATFORM__AUCTIONS__REMINDED_BEFORE": "2h,90s"}
    assert load(None, environment).platform.auctions.reminded_before == (7_200.0, 90.0)


def test_a_winner_is_not_reminded_before_the_win() -> None:
    environment = {"FANWIRE_PLATFORM__AUCTIONS__PAYMENT_PERIOD": "2h"}
    with pytest.raises(ConfigurationError, match="reminded_before must be shorter than payment_period"):
        load(None, environment)


def test_an_argument_wins_over_the_environment_over_the_file_over_a_fall_back(tmp_path: Path) -> None:
    file = written(tmp_path, '{"http_server": {"port": 2}}')
    assert load(None, {"PORT": "1"}).http_server.port == 1
    assert load(file, {"PORT": "1"}).http_server.port == 2
    environ = {"PORT": "1", "FANWIRE_HTTP_SERVER__PORT": "3"}
    assert load(file, environ).http_server.port == 3
    assert load(file, environ, {"http_server.port": 4}).http_server.port == 4
    assert load(file, environ, {"http_server.port": None}).http_server.port == 3


@pytest.mark.parametrize(
    ("variable", "path"),
    [
        ("FANWIRE_DATABASE_URL", ("database", "url")),
        ("DATABASE_URL", ("database", "url")),
        ("FANWIRE_BROKER_URL", ("broker", "url")),
        ("FANWIRE_API_KEY", ("http_api", "key")),
        ("FANWIRE_TOKEN_SECRET", ("client", "token", "hmac_secret_key")),
        ("FANWIRE_CLIENT__TOKEN__HMAC_SECRET_KEY", ("client", "token", "hmac_secret_key")),
    ],
)
def test_short_names_and_nested_names_set_their_option(variable: str, path: tuple[str, ...]) -> None:
    value: object = load(None, {variable: "memory://x"})
    for part in path:
        value = getattr(value, part)
    assert value.get_secret_value() == "memory://x"  # type: ignore[attr-defined]


def test_the_environment_takes_lists_numbers_durations_and_json() -> None:
    settings = load(
        None,
        {
            "FANWIRE_ENVIRONMENT": "development",
            "FANWIRE_CLIENT__ALLOWED_ORIGINS": "http://a, http://b",
            "FANWIRE_CLIENT__INSECURE": "true",
            "FANWIRE_PING_PONG__PING_INTERVAL": "40",
            "FANWIRE_SHUTDOWN__DRAIN_WINDOW": "1m30s",
            "FANWIRE_CHANNEL__NAMESPACES": '[{"name": "chat", "history_size": 5, "history_ttl": "1h"}]',
        },
    )
    assert settings.environment == "development"
    assert settings.client.allowed_origins == ("http://a", "http://b")
    assert settings.client.insecure is True
    assert settings.ping_pong.ping_interval == 40
    assert settings.shutdown.drain_window == 90
    assert settings.channel.by_name()["chat"].history_ttl == 3600


@pytest.mark.parametrize(
    ("tree", "told"),
    [
        ({"client": {"tokn": {}}}, "client.tokn: no such option; the nearest that exists is client.token"),
        ({"clinet": {"insecure": True}}, "clinet: no such option"),
        (
            {"client": {"token_hmac_secret_key": "x"}},
            "client.token_hmac_secret_key: no such option; the nearest that exists is client.token.hmac_secret_key",
        ),
        (
            {"channel": {"namespaces": [{"name": "ok"}, {"name": "chat", "histroy_size": 1}]}},
            "channel.namespaces[1].histroy_size: no such option; the nearest that exists is "
            "channel.namespaces.history_size",
        ),
        ({"client": {"channel_limit": "many"}}, "client.channel_limit: "),
        ({"ping_pong": {"ping_interval": "soon"}}, "ping_pong.ping_interval: 'soon' is not a duration"),
        ({"ping_pong": {"ping_interval": 5, "pong_timeout": 5}}, "ping_pong: pong_timeout must be shorter"),
    ],
)
def test_a_mistake_is_told_with_its_file_its_path_and_the_nearest_name(tmp_path: Path, tree: object, told: str) -> None:
    file = written(tmp_path, json.dumps(tree))
    with pytest.raises(ConfigurationError) as error:
        load(file)
    assert str(error.value).startswith(f"{file}: {told}")


def test_every_mistake_of_a_file_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as error:
        load(written(tmp_path, '{"a": 1, "b": 2, "http_server": {"port": "x"}}'))
    assert len(str(error.value).splitlines()) == 3


def test_a_mistake_in_the_environment_names_the_variable() -> None:
    with pytest.raises(ConfigurationError, match=r"^FANWIRE_HTTP_SERVER__PORT: http_server\.port: Input should be"):
        load(None, {"FANWIRE_HTTP_SERVER__PORT": "x"})
    with pytest.raises(ConfigurationError, match=r"^FANWIRE_CLIENT__TOKN: client\.tokn: no such option"):
        load(None, {"FANWIRE_CLIENT__TOKN": "x"})
    with pytest.raises(ConfigurationError, match=r"^FANWIRE_CHANNEL__NAMESPACES: not valid JSON"):
        load(None, {"FANWIRE_CHANNEL__NAMESPACES": "[{"})


def test_a_misspelt_variable_is_refused_and_a_foreign_one_is_not() -> None:
    with pytest.raises(ConfigurationError, match=r"FANWIRE_DATABSE_URL.*did you mean FANWIRE_DATABASE_URL"):
        load(None, {"FANWIRE_DATABSE_URL": "x"})
    load(None, {"FANWIRE_URL": "http://x", "FANWIRE_CRASH": "x", "FANWIRE_SOAK": "1", "PATH": "/bin"})


def test_no_message_repeats_a_value() -> None:
    with pytest.raises(ConfigurationError) as error:
        load(None, {"FANWIRE_CLIENT__TOKEN__HMAC_SECRET_KEYS": "hush-hush", "FANWIRE_HTTP_API__KEY": "[]"})
    assert "hush-hush" not in str(error.value)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("c.json", '{"a": ', "not valid JSON"),
        ("c.toml", "[a\n", "not valid TOML"),
        ("c.yaml", "a: [1, 2\nb: }", "not valid YAML"),
        ("c.json", "[1]", "must hold options by name"),
        ("c.ini", "", "cannot tell what this is"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_clear_line(tmp_path: Path, name: str, text: str, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told) as error:
        load(written(tmp_path, text, name))
    assert "\n" not in str(error.value)


def test_a_missing_file_is_one_clear_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.json: No such file or directory"):
        load(tmp_path / "nowhere.json")


def test_an_empty_yaml_file_sets_nothing(tmp_path: Path) -> None:
    assert load(written(tmp_path, "# nothing yet\n", "c.yaml")) == load()


def test_every_option_has_a_path_of_its_own() -> None:
    paths = known_paths()
    assert len(paths) == len(set(paths))
    assert {"client.token.hmac_secret_key", "channel.namespaces.name", "http_api.key"} <= set(paths)


TREES = st.recursive(
    st.integers(), lambda inner: st.dictionaries(st.sampled_from("abc"), inner, max_size=3), max_leaves=8
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), TREES, max_size=3)


@given(OBJECTS, OBJECTS)
def test_merging_keeps_all_of_the_upper_tree(below: dict[str, object], above: dict[str, object]) -> None:
    result = merged(below, above)
    assert merged(result, above) == result
    assert merged({}, above) == above
    assert set(result) == set(below) | set(above)
