"""Where events go: arguments, environment, contradictions."""

from __future__ import annotations

from typing import Any

import pytest

import fanwire
from fanwire.errors import ConfigurationError
from fanwire.events import config
from fanwire.events.http import HttpTarget
from fanwire.events.notifications import send_notification
from fanwire.events.receipt import Status
from fanwire.events.storing import UrlTarget

NOTE = {"type": "NEW_MESSAGE", "title": "t"}


def test_nothing_is_configured_at_first() -> None:
    assert config.current().target is None
    assert config.current().environment == "development"


def test_the_environment_names_a_database(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANWIRE_DATABASE_URL", "postgresql://h/d")
    assert isinstance(config.current().target, UrlTarget)


def test_the_environment_names_a_server(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANWIRE_URL", "http://fanwire:8000")
    monkeypatch.setenv("FANWIRE_API_KEY", "k")
    monkeypatch.setenv("FANWIRE_ENVIRONMENT", "production")
    assert isinstance(config.current().target, HttpTarget)
    assert config.current().environment == "production"
    assert config.problems() == []


def test_configure_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANWIRE_URL", "http://fanwire:8000")
    fanwire.configure(database_url="postgresql://h/d")
    assert isinstance(config.current().target, UrlTarget)


def test_it_is_read_at_first_use_and_then_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    assert config.current().target is None
    monkeypatch.setenv("FANWIRE_URL", "http://fanwire:8000")
    assert config.current().target is None


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        ({"database_url": "postgresql://h/d", "url": "http://h"}, "give one of"),
        ({"database_url": "mysql://u:secret@h/d"}, "not mysql"),
        ({"url": "fanwire:8000"}, "write it like http://"),
        ({"environment": "staging"}, "development, production"),
    ],
)
def test_contradictions_are_refused(arguments: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ConfigurationError, match=complaint):
        fanwire.configure(**arguments)
    assert config.current().target is None


async def test_a_contradicting_environment_fails_readiness_and_no_api(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANWIRE_URL", "http://h")
    monkeypatch.setenv("FANWIRE_DATABASE_URL", "postgresql://h/d")
    assert "give one of" in config.problems()[0]
    assert (await send_notification("boris", NOTE)).status is Status.FAILED
    with pytest.raises(ConfigurationError):
        await send_notification("boris", NOTE, strict=True)


def test_the_public_names_are_there() -> None:
    for name in fanwire.__all__:
        assert getattr(fanwire, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = fanwire.nothing
