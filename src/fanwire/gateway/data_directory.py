"""Where a development server keeps its database and its secrets: one directory, one process."""

from __future__ import annotations

import fcntl
import os
import secrets
from pathlib import Path

import msgspec

from fanwire.errors import ConfigurationError, DatabaseLocked

DEFAULT = Path(".fanwire")
# Names, so that a shell can say $(cat .fanwire/api_key).
TOKEN_SECRET = "token_secret"  # noqa: S105 - a file name
API_KEY = "api_key"
WEBHOOK_SECRET = "webhook_secret"  # noqa: S105 - a file name
RUNNING = "running.json"
_LOCK = "lock"


class Running(msgspec.Struct, frozen=True):
    """The server that owns the directory at this moment."""

    url: str
    pid: int


class DataDirectory:
    """A directory that only its owner can read; what is in it is made when it is first asked for."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock: int | None = None

    def make(self) -> DataDirectory:
        """Create the directory if it is not there.

        Raises: ConfigurationError when it cannot be made.
        """
        try:
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise ConfigurationError(
                f"{self.path}: {error.strerror}; choose another directory with --data-dir"
            ) from None
        return self

    @property
    def database_url(self) -> str:
        return f"sqlite:///{self.path.resolve() / 'fanwire.db'}"

    def secret(self, name: str, given: str = "") -> str:
        """The secret kept under ``name``: ``given`` if there is one (and kept from now on), else made once."""
        kept = self.kept(name)
        if given and given != kept:
            self._keep(name, given)
        elif not kept:
            self._keep(name, secrets.token_urlsafe(32))
        return self.kept(name)

    def kept(self, name: str) -> str:
        """The secret kept under ``name``, or the empty string."""
        try:
            return (self.path / name).read_text(encoding="utf-8").strip()
        except FileNotFoundError:
            return ""
        except OSError as error:
            raise ConfigurationError(f"{self.path / name}: {error.strerror}") from None

    def claim(self) -> None:
        """Own the directory until ``release`` or the end of the process.

        Raises: DatabaseLocked when another process owns it.
        """
        descriptor = os.open(self.path / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise DatabaseLocked(self._taken()) from None
        self._lock = descriptor

    def announce(self, url: str) -> None:
        """Say where the server answers, for commands that run beside it."""
        self._keep(RUNNING, msgspec.json.encode(Running(url, os.getpid())).decode())

    def release(self) -> None:
        """Give the directory free; harmless when it was not claimed."""
        if self._lock is not None:
            (self.path / RUNNING).unlink(missing_ok=True)
            os.close(self._lock)
            self._lock = None

    def running(self) -> Running | None:
        """The server that last claimed the directory and did not say goodbye."""
        try:
            return msgspec.json.decode((self.path / RUNNING).read_bytes(), type=Running)
        except (OSError, msgspec.MsgspecError):
            return None

    def _taken(self) -> str:
        owner = self.running()
        who = f"process {owner.pid} at {owner.url}" if owner else "another process"
        return f"{self.path} is in use by {who}; stop that one, or choose another directory with --data-dir"

    def _keep(self, name: str, text: str) -> None:
        # Written beside and renamed: whoever reads sees the old text or the new one, with the right mode.
        beside = self.path / f".{name}.{os.getpid()}"
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(text)
        beside.replace(self.path / name)
