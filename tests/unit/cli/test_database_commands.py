"""``fanwire db`` and ``fanwire outbox`` on a SQLite file."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from sqlalchemy import insert, select

from fanwire.outbox.dead_letters import bury
from fanwire.store import tables
from fanwire.store.database import Database

from .conftest import Fanwire


@pytest.fixture
def url(nowhere: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("FANWIRE_DATABASE_URL", f"sqlite:///{nowhere}/x.db")
    return f"sqlite:///{nowhere}/x.db"


@pytest.fixture
def migrated(fanwire: Fanwire, url: str) -> str:
    assert fanwire("db", "upgrade").code == 0
    return url


def bury_two(url: str) -> None:
    """Two events that could not be applied, and one that waits."""

    async def work() -> None:
        database = Database.open(url)
        async with database.write.begin() as connection:
            for number in (1, 2, 3):
                row = {"event_id": f"e{number}", "function": "send_notification", "payload": {}}
                await connection.execute(insert(tables.outbox).values(**row))
            for number in (1, 2):
                await bury(connection, number, f"title: too long\nfor row {number}")
        await database.close()

    asyncio.run(work())


def events(url: str, table: str) -> list[str]:
    async def work() -> list[str]:
        database = Database.open(url)
        async with database.read.connect() as connection:
            column = tables.metadata.tables[table].c
            found = list((await connection.execute(select(column.event_id).order_by(column.id))).scalars())
        await database.close()
        return found

    return asyncio.run(work())


def test_upgrade_makes_the_tables_and_can_be_repeated(fanwire: Fanwire, url: str) -> None:
    before = fanwire("db", "current")
    assert (before.code, "has no tables" in before.out) == (1, True)
    first, again = fanwire("db", "upgrade"), fanwire("db", "upgrade")
    assert (first.code, again.code) == (0, 0)
    assert first.out.startswith("fanwire: upgraded from nothing to ")
    assert again.out.startswith("fanwire: tables are up to date")
    assert "platform: tables are up to date" in again.out
    assert fanwire("db", "current").code == 0


def test_the_url_may_come_from_an_option_a_file_or_a_development_server(
    fanwire: Fanwire, nowhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert fanwire("db", "upgrade", "--url", f"sqlite:///{nowhere}/a.db").code == 0
    (nowhere / "c.json").write_text(json.dumps({"database": {"url": f"sqlite:///{nowhere}/a.db"}}))
    assert fanwire("db", "current", "--config", "c.json").code == 0
    (nowhere / ".fanwire").mkdir()
    (nowhere / "a.db").rename(nowhere / ".fanwire" / "fanwire.db")
    assert fanwire("db", "current").code == 0


def test_a_database_that_does_not_answer_is_one_line_without_its_password(fanwire: Fanwire) -> None:
    for args in (("db", "upgrade"), ("outbox", "list")):
        done = fanwire(*args, "--url", "postgresql://fan:pass-word@127.0.0.1:1/fan")
        assert done.code == 1
        assert done.err.startswith("error: postgresql://fan:***@127.0.0.1:1/fan does not answer: ")
        assert "pass-word" not in done.err
        assert len(done.err.splitlines()) == 1


def test_the_outbox_lists_what_could_not_be_applied(fanwire: Fanwire, migrated: str) -> None:
    assert fanwire("outbox", "list").out.startswith("0 waiting")
    bury_two(migrated)
    lines = fanwire("outbox", "list").out.splitlines()
    assert lines[0].startswith("1 waiting")
    assert "2 that could not be applied" in lines[0]
    assert [line.split()[0] for line in lines[1:]] == ["1", "2"]
    assert "title: too long for row 1" in lines[1]
    objects = [json.loads(line) for line in fanwire("outbox", "list", "--json").out.splitlines()]
    assert [one["event_id"] for one in objects] == ["e1", "e2"]


def test_letters_are_retried_and_dropped(fanwire: Fanwire, migrated: str) -> None:
    bury_two(migrated)
    assert fanwire("outbox", "retry", "1").out == "1 will be applied again\n"
    assert events(migrated, "fanwire_outbox") == ["e3", "e1"]
    missing = fanwire("outbox", "drop", "1", "2")
    assert (missing.code, missing.out, missing.err) == (1, "1 dropped\n", "1 not found\n")
    assert events(migrated, "fanwire_dead_letter") == []
    assert fanwire("outbox", "retry", "--all").out == "0 will be applied again\n"


def test_all_letters_at_once(fanwire: Fanwire, migrated: str) -> None:
    bury_two(migrated)
    assert fanwire("outbox", "drop", "--all").out == "2 dropped\n"
    assert events(migrated, "fanwire_dead_letter") == []
    assert events(migrated, "fanwire_outbox") == ["e3"]
