"""Where a gateway asks what a post is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fanwire.cli.platform_site import with_platform_directory
from fanwire.platform.directory import POST_QUERY
from fanwire.platform.migrate import upgrade
from fanwire.settings import Settings


def settings(file: Path, **more: Any) -> Settings:
    return Settings.model_validate({"database": {"url": f"sqlite:///{file}"}, **more})


def test_a_platform_that_is_served_here_is_asked_although_its_tables_come_later(tmp_path: Path) -> None:
    fresh = settings(tmp_path / "fresh.db", platform={"enabled": True})
    assert with_platform_directory(fresh).directory.post == POST_QUERY


def test_a_platform_in_the_same_database_is_asked(tmp_path: Path) -> None:
    upgrade(f"sqlite:///{tmp_path}/both.db")
    assert with_platform_directory(settings(tmp_path / "both.db")).directory.post == POST_QUERY


def test_without_a_platform_nobody_is_asked(tmp_path: Path) -> None:
    assert with_platform_directory(settings(tmp_path / "none.db")).directory.post == ""


def test_what_the_settings_say_stands(tmp_path: Path) -> None:
    own = settings(tmp_path / "own.db", platform={"enabled": True}, directory={"post": "SELECT :id"})
    assert with_platform_directory(own).directory.post == "SELECT :id"
