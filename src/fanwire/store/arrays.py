"""Conditions on many values: one parameter however many there are, so that plans and statement caches stay the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, any_, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection


def among(
    connection: AsyncConnection, column: ColumnElement[Any], ids: Sequence[int] | Sequence[str]
) -> ColumnElement[bool]:
    """``column`` is one of ``ids``: an array on PostgreSQL, a JSON array on SQLite (which caps parameters)."""
    if connection.dialect.name == "postgresql":
        return column == any_(bindparam(None, list(ids), type_=ARRAY(column.type)))
    listed = func.json_each(msgspec.json.encode(list(ids)).decode()).table_valued("value")
    return column.in_(select(listed.c.value))
