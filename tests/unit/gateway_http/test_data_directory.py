from __future__ import annotations

import stat
from pathlib import Path

import pytest

from fanwire.errors import ConfigurationError, DatabaseLocked
from fanwire.gateway.data_directory import API_KEY, TOKEN_SECRET, DataDirectory


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def directory(tmp_path: Path) -> DataDirectory:
    return DataDirectory(tmp_path / "deep" / ".fanwire").make()


def test_a_secret_is_made_once_and_only_its_owner_can_read_it(directory: DataDirectory) -> None:
    secret = directory.secret(TOKEN_SECRET)
    assert len(secret) >= 43
    assert DataDirectory(directory.path).secret(TOKEN_SECRET) == secret
    assert directory.secret(API_KEY) != secret
    assert mode(directory.path) == 0o700
    assert mode(directory.path / TOKEN_SECRET) == 0o600
    assert {file.name for file in directory.path.iterdir()} == {TOKEN_SECRET, API_KEY}


def test_a_given_secret_replaces_the_kept_one(directory: DataDirectory) -> None:
    directory.secret(API_KEY)
    assert directory.secret(API_KEY, "given") == "given"
    assert directory.kept(API_KEY) == "given"
    assert mode(directory.path / API_KEY) == 0o600


def test_nothing_is_kept_where_nothing_was_made(tmp_path: Path) -> None:
    directory = DataDirectory(tmp_path / "none")
    assert directory.kept(API_KEY) == ""
    assert directory.running() is None
    assert not directory.path.exists()


def test_one_process_owns_it_and_says_where_it_answers(directory: DataDirectory) -> None:
    directory.claim()
    directory.announce("http://127.0.0.1:8000")
    other = DataDirectory(directory.path)
    with pytest.raises(DatabaseLocked, match=r"in use by process \d+ at http://127.0.0.1:8000; .*--data-dir"):
        other.claim()
    running = other.running()
    assert running is not None
    assert running.url == "http://127.0.0.1:8000"
    directory.release()
    assert other.running() is None
    other.claim()
    other.release()
    other.release()


def test_a_file_in_its_place_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigurationError, match="choose another directory with --data-dir"):
        DataDirectory(tmp_path / "file").make()


def test_a_spoilt_note_is_no_server(directory: DataDirectory) -> None:
    (directory.path / "running.json").write_text("{")
    assert directory.running() is None
