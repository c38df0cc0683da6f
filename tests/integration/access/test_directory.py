"""The platform's own tables, asked by one configured SELECT."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError

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


@pytest.mark.parametrize("post_id", ["", "1 OR 1=1", "'; DROP TABLE their_post; --", "9" * 30, "а", "a\0b"])
async def test_an_id_that_no_post_can_have_is_that_of_no_post(posts: Database, post_id: str) -> None:
    directory = SqlDirectory(posts, SELECT)
    assert await directory.post(post_id) is None
    assert await directory.post("1") is not None  # and the connection is as good as before


@pytest.mark.parametrize(
    ("time", "deleted"), [("NULL", False), ("TIMESTAMP '2027-01-01'", True)], ids=["living", "deleted"]
)
async def test_deleted_may_be_a_time(postgres: Database, time: str, deleted: bool) -> None:
    sql = f"SELECT 'anna' AS author, true AS locked, NULL AS tier, {time} AS deleted WHERE :id <> ''"
    post = await SqlDirectory(postgres, sql).post("1")
    assert post == PostFacts("anna", True, None, deleted)


async def test_an_author_that_is_a_number_is_compared_as_text(database: Database) -> None:
    sql = "SELECT 42 AS author, 1 AS locked, NULL AS tier, 0 AS deleted WHERE :id <> ''"
    assert await SqlDirectory(database, sql).post("1") == PostFacts("42", True, None, False)


async def test_a_table_that_is_not_there_raises_and_opens_nothing(database: Database) -> None:
    with pytest.raises(SQLAlchemyError, match="nowhere"):
        await SqlDirectory(database, "SELECT * FROM nowhere WHERE id = :id").post("1")


async def test_what_the_platform_changes_is_seen_at_once(posts: Database) -> None:
    directory = SqlDirectory(posts, SELECT)
    await directory.post("2")
    async with posts.write.begin() as connection:
        await connection.execute(sa.text("UPDATE their_post SET locked = true, gone = false WHERE id = 2"))
    assert await directory.post("2") == PostFacts("anna", True, None, False)
