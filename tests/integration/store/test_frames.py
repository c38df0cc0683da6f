"""Frames come back as they were written, in their order, whatever is in their text."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from fanwire.frames import Frame, Target
from fanwire.store.database import Database
from fanwire.store.frames import StoredFrame, delete_frames, insert_frames, waiting_frames
from fanwire.store.migrate import upgrade_async

AWKWARD: dict[str, Any] = {
    "type": "said",
    "text": 'she said "да", \\ {x, y} NULL \n\t ${1} %s :rows \u2028 😀',
    "nested": {"empty": "", "list": [1, None, True, 1.5, {"a": []}], "big": 2**53},
}


@pytest.fixture
async def database(db_url: str) -> AsyncIterator[Database]:
    await upgrade_async(db_url)
    database = Database.open(db_url)
    yield database
    await database.close()


def frame(n: int, data: dict[str, Any], *, conflation_key: str | None = None) -> Frame:
    return Frame(
        Target.CHANNEL,
        f"post:{n % 3}",
        data,
        f"event-{n}",
        f"event-{n}:0",
        n,
        skip_history=conflation_key is not None,
        conflation_key=conflation_key,
    )


async def test_what_was_written_comes_back_in_its_order(database: Database) -> None:
    written = [frame(n, AWKWARD | {"n": n}) for n in range(40)]
    written[7] = frame(7, {"type": "counted", "n": 7}, conflation_key="likes")
    async with database.write.begin() as connection:
        await insert_frames(connection, written)
    async with database.peek.connect() as connection:
        found = await waiting_frames(connection, 100)
    assert [one.id for one in found] == sorted(one.id for one in found)
    assert [json.loads(one.data) for one in found] == [one.data for one in written]
    assert [_rest(one) for one in found] == [_rest(one) for one in written]
    assert not any(b"\n" in one.data for one in found)


async def test_a_frame_that_waits_is_not_written_again(database: Database) -> None:
    async with database.write.begin() as connection:
        await insert_frames(connection, [frame(1, {"n": 1}), frame(2, {"n": 2})])
    async with database.write.begin() as connection:
        await insert_frames(connection, [frame(2, {"n": 2}), frame(3, {"n": 3})])
    async with database.write.begin() as connection:
        found = await waiting_frames(connection, 100)
        assert [one.key for one in found] == ["event-1:0", "event-2:0", "event-3:0"]
        await delete_frames(connection, [one.id for one in found])
        assert await waiting_frames(connection, 100) == []


def _rest(one: Frame | StoredFrame) -> tuple[object, ...]:
    return one.target, one.channel, one.event_id, one.key, one.version, one.skip_history, one.conflation_key
