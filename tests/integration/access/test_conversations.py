"""Who is in a conversation, asked by one configured SELECT; who has blocked whom, from the access log."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from fanwire.access.conversations import Blocks, SqlConversations
from fanwire.errors import ConfigurationError
from fanwire.events.access import block_user, unblock_user
from fanwire.store.database import Database

SELECT = "SELECT who AS member FROM their_member WHERE talk = :id"


async def test_what_the_select_gives(database: Database) -> None:
    async with database.write.begin() as connection:
        await connection.execute(sa.text("CREATE TABLE their_member (talk INTEGER, who INTEGER)"))
        await connection.execute(sa.text("INSERT INTO their_member VALUES (1, 7), (1, 8), (2, 9)"))
    directory = SqlConversations(database, SELECT)
    assert await directory.conversation("1") == {"7", "8"}
    for unknown in ("3", "word", "", "1 OR 1=1", "а", "a\0b", "9" * 30):
        assert await directory.conversation(unknown) == frozenset()
    with pytest.raises(ConfigurationError, match="member"):
        await SqlConversations(database, "SELECT who FROM their_member WHERE talk = :id").conversation("1")
    with pytest.raises(ConfigurationError, match=r"directory\.conversation"):
        SqlConversations(database, "SELECT 1 AS member")


async def test_the_newest_word_on_a_block_holds_both_ways(database: Database) -> None:
    blocks = Blocks(database)

    async def between() -> list[bool]:
        pairs = [("anna", "boris"), ("boris", "anna"), ("anna", "clara"), ("clara", "boris")]
        return [await blocks.between(user, {other}) for user, other in pairs]

    assert await between() == [False] * 4
    async with database.write.begin() as connection:
        await block_user("anna", "boris", session=connection)
    assert await between() == [True, True, False, False]
    async with database.write.begin() as connection:
        await unblock_user("anna", "boris", session=connection)
    assert await between() == [False] * 4
    assert await blocks.between("anna", ()) is False
