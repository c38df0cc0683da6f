"""Django, configured once per process; each test points its default database at a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import make_url


@contextmanager
def django_on(database_url: str) -> Iterator[Any]:
    """Django's default connection to this database, closed at the end of the block."""
    import django
    from django.conf import settings
    from django.db import connections

    if not settings.configured:
        settings.configure(DATABASES={}, USE_TZ=True)
        django.setup()
    connections.settings.update(connections.configure_settings({"default": _settings(database_url)}))
    connection = connections["default"]
    try:
        yield connection
    finally:
        connection.close()
        del connections["default"]


def _settings(database_url: str) -> dict[str, Any]:
    url = make_url(database_url)
    if url.get_backend_name() == "sqlite":
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username,
        "HOST": url.query["host"],
    }
