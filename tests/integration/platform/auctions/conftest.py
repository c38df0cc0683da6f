"""Rules are tried on SQLite; what depends on locks asks for both databases (``indirect``)."""

from __future__ import annotations

import pytest


@pytest.fixture
def db_url(request: pytest.FixtureRequest) -> str:
    """A fresh database: SQLite, unless the test asks for PostgreSQL."""
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue("pg_url" if kind == "postgres" else "sqlite_url")
    return url
