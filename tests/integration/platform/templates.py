"""A migrated SQLite file for each test: a copy of one, for migrations take 0.2 s and have tests of their own."""

from __future__ import annotations

import shutil
from pathlib import Path

from sqlalchemy import make_url

from fanwire.platform import migrate as platform_migrate
from fanwire.store import migrate


class Templates:
    """``fill(url)`` gives an empty database the tables of Fanwire and of the platform."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "template.db"

    def fill(self, url: str) -> None:
        parts = make_url(url)
        if parts.get_backend_name() != "sqlite":
            # A copy of a database costs PostgreSQL more than the migrations do.
            _migrate(url)
            return
        if not self._file.exists():
            _migrate(f"sqlite+aiosqlite:///{self._file}")
        shutil.copyfile(self._file, str(parts.database))


def _migrate(url: str) -> None:
    migrate.upgrade(url)
    platform_migrate.upgrade(url)
