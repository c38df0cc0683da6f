"""Commands that need no server: their output, their errors, their exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fanwire.auth.authenticator import TokenAuthenticator
from fanwire.clock import SystemClock
from fanwire.errors import TokenExpired
from fanwire.gateway.data_directory import TOKEN_SECRET, DataDirectory
from fanwire.settings import ClientSettings

from .conftest import Fanwire

SECRET = "a-secret-of-the-command-tests"
COMMANDS = (
    *(
        "dev",
        "serve",
        "api",
        "relay",
        "token",
        "publish",
        "listen",
        "webhook",
        "doctor",
        "version",
        "db",
        "outbox",
        "config",
    ),
    *("db upgrade", "db current", "outbox list", "outbox retry", "outbox drop", "config check", "config show"),
    *("schema", "schema json", "schema typescript"),
)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_helps(fanwire: Fanwire, command: str) -> None:
    done = fanwire(*command.split(), "--help")
    assert done.code == 0
    assert "Usage:" in done.out
    assert len(done.out.splitlines()) >= 6


def test_without_a_command_the_help_is_shown(fanwire: Fanwire) -> None:
    done = fanwire()
    assert "Begin with: fanwire dev" in " ".join((done.out + done.err).split())


def test_version(fanwire: Fanwire) -> None:
    assert fanwire("version").out.startswith("fanwire 0.")


@pytest.mark.parametrize(
    ("args", "told"),
    [
        (("token", "--user", "anna"), "a token secret is needed: give --config or set FANWIRE_TOKEN_SECRET"),
        (("publish", "a:1", "{}"), "an API key is needed: give --api-key or set FANWIRE_API_KEY"),
        (("publish", "a:1", "{"), "JSON: "),
        (("publish", "a:1", "{}", "--url", "localhost:8000"), "begins with http:// or https://"),
        (("webhook", "tip.paid", "{}"), "a webhook secret is needed: give --config or set FANWIRE_PLATFORM__WEBHOOK_S"),
        (("webhook", "tip.paid", "[]"), "JSON: "),
        (("token", "--user", "anna", "--ttl", "soon"), "--ttl: 'soon' is not a duration"),
        (("token", "--user", "anna", "--info", "{"), "--info: not valid JSON"),
        (("db", "upgrade"), "which database? give --url or --config, or set FANWIRE_DATABASE_URL"),
        (("db", "upgrade", "--url", "mysql://h/d"), "Fanwire stores events in PostgreSQL or SQLite, not mysql"),
        (("outbox", "retry"), "which events? give their numbers, or --all"),
        (("outbox", "drop", "1", "--all"), "which events? give their numbers, or --all"),
        (("serve",), "client.token.hmac_secret_key is empty: set FANWIRE_TOKEN_SECRET"),
        (("api",), "client.token.hmac_secret_key is empty: set FANWIRE_TOKEN_SECRET"),
        (("relay",), "a relay of its own cannot use memory://"),
        (("config", "show", "--config", "no.toml"), "no.toml: No such file or directory"),
    ],
)
def test_a_mistake_is_one_line_with_the_fix_and_exit_code_2(fanwire: Fanwire, args: tuple[str, ...], told: str) -> None:
    done = fanwire(*args)
    assert done.code == 2
    assert done.err.splitlines()[0].startswith("error: ")
    assert told in done.err
    assert done.out == ""


@pytest.mark.parametrize("args", [("serve", "--port", "70000"), ("token",), ("nonsense",), ("listen", "--count", "x")])
def test_wrong_usage_is_exit_code_2(fanwire: Fanwire, args: tuple[str, ...]) -> None:
    assert fanwire(*args).code == 2


def test_a_server_that_does_not_answer_is_one_line_and_exit_code_1(fanwire: Fanwire) -> None:
    done = fanwire("publish", "a:1", "{}", "--url", "http://127.0.0.1:1", "--api-key", "k")
    assert done.code == 1
    assert done.err.startswith("error: cannot reach http://127.0.0.1:1: ")


async def test_tokens_open_what_they_say(fanwire: Fanwire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANWIRE_TOKEN_SECRET", SECRET)
    settings = ClientSettings.model_validate({"token": {"hmac_secret_key": SECRET}})
    server = TokenAuthenticator(settings, SystemClock())
    identity = await server.connect(fanwire("token", "--user", "anna", "--info", '{"name": "Anna"}').out.strip())
    assert (identity.user, bytes(identity.info or b"")) == ("anna", b'{"name":"Anna"}')
    forever = await server.connect(fanwire("token", "--user", "anna", "--ttl", "0").out.strip())
    assert forever.expire_at == 0
    grant = await server.subscribe(fanwire("token", "--user", "anna", "--channel", "vip:1").out.strip())
    assert (grant.user, grant.channel) == ("anna", "vip:1")
    brief = fanwire("token", "--user", "anna", "--ttl", "1ms").out.strip()
    with pytest.raises(TokenExpired):
        await server.connect(brief)


async def test_tokens_carry_the_audience_and_issuer_that_the_server_demands(fanwire: Fanwire, nowhere: Path) -> None:
    tree = {"client": {"token": {"hmac_secret_key": SECRET, "audience": "apps", "issuer": "us"}}}
    (nowhere / "c.json").write_text(json.dumps(tree))
    token = fanwire("token", "--user", "anna", "--config", "c.json").out.strip()
    server = TokenAuthenticator(ClientSettings.model_validate(tree["client"]), SystemClock())
    assert (await server.connect(token)).user == "anna"


async def test_beside_a_development_server_its_secret_is_used(fanwire: Fanwire, nowhere: Path) -> None:
    secret = DataDirectory(nowhere / ".fanwire").make().secret(TOKEN_SECRET)
    server = TokenAuthenticator(ClientSettings.model_validate({"token": {"hmac_secret_key": secret}}), SystemClock())
    assert (await server.connect(fanwire("token", "--user", "boris").out.strip())).user == "boris"


def test_config_shows_what_is_in_force_with_secrets_masked(fanwire: Fanwire, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANWIRE_TOKEN_SECRET", SECRET)
    monkeypatch.setenv("FANWIRE_DATABASE_URL", "postgresql://fan:pass-word@db/fan")
    done = fanwire("config", "show")
    shown = json.loads(done.out)
    assert done.code == 0
    assert SECRET not in done.out
    assert "pass-word" not in done.out
    assert shown["database"]["url"] == "postgresql://fan:***@db/fan"
    assert shown["broker"]["url"] == "memory://"
    assert shown["client"]["token"]["hmac_secret_key"] == "**********"
    assert shown["http_api"]["key"] == ""


def test_config_check_says_what_production_lacks(fanwire: Fanwire, nowhere: Path) -> None:
    tree = {"client": {"token": {"hmac_secret_key": SECRET}}, "http_api": {"key": "0123456789"}}
    (nowhere / "c.json").write_text(json.dumps(tree))
    done = fanwire("config", "check", "c.json")
    assert done.code == 1
    assert done.err == (
        "missing for production: database.url is empty: set FANWIRE_DATABASE_URL, "
        "for example postgresql://user@host/name\n"
    )
    (nowhere / "c.json").write_text(json.dumps({**tree, "database": {"url": "sqlite:///x.db"}}))
    done = fanwire("config", "check", "c.json")
    assert (done.code, done.err) == (0, "c.json: ok\n")
    (nowhere / "c.json").write_text('{"clients": {}}')
    done = fanwire("config", "check", "c.json")
    assert (done.code, done.err) == (2, "error: c.json: clients: no such option; the nearest that exists is client\n")
