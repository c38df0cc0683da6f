"""The platform's own tables, asked by one configured SELECT."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from fanwire.access.directory import PostFacts, SqlDirectory
from fanwire.errors import ConfigurationError
from fanwire.store.database import Database

SELECT = "SELECT author, locked, tier, gone AS deleted FROM their_post WHERE id = :id"


@pytest.fixture
async def posts(database: Database) -> Database:
    async with database.write.begin() as connection:
        await connection.execute(
            sa.text("CREATE TABLE their_post (id INTEGER, author TEXT, locked BOOLEAN, tier TEXT, gone BOOLEAN)")
        )
        for row in ("1, 'anna', true, 'VIP', false", "2, 'anna', false, null, true", "3, 'anna', null, null, false"):
            await connection.execute(sa.text(f"INSERT INTO their_post VALUES ({row})"))
    return database


async def test_what_the_select_gives(posts: Database) -> None:
    directory = SqlDirectory(posts, SELECT)  # ids are text for us, whatever the column is
    assert await directory.post("1") == PostFacts("anna", True, "vip", False)
    assert await directory.post("2") == PostFacts("anna", False, None, True)
    assert await directory.post("3") == PostFacts("anna", None, None, False)
    assert await directory.post("4") is None
    assert await directory.post("not-a-number") is None


async def test_a_select_that_cannot_work_says_why(posts: Database) -> None:
    with pytest.raises(ConfigurationError, match=":id"):
        SqlDirectory(posts, "SELECT 1")
    short = SqlDirectory(posts, "SELECT author, locked FROM their_post WHERE CAST(id AS TEXT) = :id")
    with pytest.raises(ConfigurationError, match="tier, deleted"):
        await short.post("1")
