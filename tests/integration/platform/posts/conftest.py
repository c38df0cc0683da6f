"""SQLite, unless a test says that the database matters: ``BOTH``."""

from __future__ import annotations

import pytest


@pytest.fixture
def db_url(request: pytest.FixtureRequest) -> str:
    """A fresh, empty database; the parameter is "sqlite" or "postgres"."""
    kind = getattr(request, "param", "sqlite")
    url: str = request.getfixturevalue("sqlite_url" if kind == "sqlite" else "pg_url")
    return url
