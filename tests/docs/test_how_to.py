"""The how-to guides do what they say: each is run as it stands."""

from __future__ import annotations

import asyncio
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from fanwire.events import config
from fanwire.store import migrate
from fanwire.testing.captured import CapturedEvents
from fanwire.testing.development import DevelopmentServer
from fanwire.testing.plugin import ConnectUser
from tests.django_database import django_on
from tests.docs.how_to import pasted

ROOT = Path(__file__).parents[2]


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The database of the guide's app, with Fanwire's tables, named by the environment."""
    path = tmp_path / "app.db"
    migrate.upgrade(f"sqlite:///{path}")
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE likes (post TEXT, fan TEXT)")
    database.close()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("FANWIRE_DATABASE_URL", f"sqlite:///{path}")
    config.reset()
    yield path
    asyncio.run(config.close())


def rows(file: Path, query: str) -> list[Any]:
    with sqlite3.connect(file) as database:
        found = database.execute(query).fetchall()
    database.close()
    return found


def functions(file: Path) -> list[str]:
    return [function for (function,) in rows(file, "SELECT function FROM fanwire_outbox ORDER BY id")]


def test_fastapi(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FANWIRE_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    guide = pasted("fastapi")
    with TestClient(guide.app) as http:
        assert http.post("/posts/1/like", params={"fan": "boris"}).json() == {"liked": True}
    assert rows(file, "SELECT post, fan FROM likes") == [("1", "boris")]
    # The relay may or may not have applied it before the app ended.
    item = "SELECT title FROM fanwire_inbox_item WHERE user_id = 'anna'"
    waiting = "SELECT json_extract(payload, '$.notification.title') FROM fanwire_outbox WHERE function LIKE 'send%'"
    assert rows(file, item) + rows(file, waiting) == [("Новый лайк",)]


async def test_the_test_of_the_fastapi_guide(
    file: Path, monkeypatch: pytest.MonkeyPatch, fanwire_events: CapturedEvents
) -> None:
    monkeypatch.setenv("FANWIRE_DATABASE_URL", f"sqlite+aiosqlite:///{file}")
    guide = pasted("fastapi")
    await guide.test_a_like_tells_the_author(fanwire_events)
    await guide.engine.dispose()
    assert functions(file) == [], "captured events are not stored"


def test_flask(file: Path) -> None:
    guide = pasted("flask")
    assert guide.app.test_client().post("/posts/1/like/boris").json == {"liked": True}
    guide.engine.dispose()
    assert rows(file, "SELECT function, json_extract(payload, '$.likesCount') FROM fanwire_outbox") == [
        ("update_post_likes", 1)
    ]


def test_celery(file: Path) -> None:
    guide = pasted("celery")
    assert guide.video_is_ready.apply(args=("boris", "v1")).get() == "stored"
    keys = "SELECT function, json_extract(payload, '$.idempotencyKey') FROM fanwire_outbox"
    assert rows(file, keys) == [("send_notification", "VIDEO_READY:v1")]


def test_testing(fanwire_events: CapturedEvents) -> None:
    pasted("testing").test_greeting(fanwire_events)


def test_testing_on_a_server(fanwire_configured: DevelopmentServer, fanwire_client: ConnectUser) -> None:
    pasted("testing").test_greeting_arrives(fanwire_configured, fanwire_client)


def test_the_tests_that_the_promises_name_are_there() -> None:
    text = (ROOT / "docs" / "topics" / "promises.md").read_text()
    named = re.findall(r"`(tests/[^`]+)`", text)
    assert len(named) > 15
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_django(file: Path) -> None:
    from django.db import transaction

    with django_on(f"sqlite:///{file}") as connection:
        guide = pasted("django")
        guide.like(None, "1", "boris")
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            guide.update_post_likes("2", "boris", True, session=connection)
            raise ZeroDivisionError
    assert functions(file) == ["update_post_likes", "send_notification"]
    assert rows(file, "SELECT post, fan FROM likes") == [("1", "boris")]
