"""The one statement that PostgreSQL and SQLite spell alike but SQLAlchemy names twice."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection


async def insert_new(connection: AsyncConnection, table: Table, values: dict[str, Any]) -> bool:
    """Insert a row unless one with its key exists; true if it is new.

    On PostgreSQL this waits for a transaction that is inserting the same key, and then sees what it left.
    """
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(table).values(values).on_conflict_do_nothing().returning(*table.primary_key)
    # Not rowcount: SQLAlchemy promises it for UPDATE and DELETE only.
    return (await connection.execute(statement)).first() is not None
