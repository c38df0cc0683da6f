"""Columns that other programs write, read as text: SQLite checks no types, and one bad row must not stop the rest."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Column, ColumnElement, Text, cast, type_coerce


def as_text(column: Column[Any], dialect: str) -> ColumnElement[str]:
    """The stored text of ``column``, under its own name."""
    if dialect == "postgresql":
        return cast(column, Text).label(column.name)
    return type_coerce(column, Text).label(column.name)
