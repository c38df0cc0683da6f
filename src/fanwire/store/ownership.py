"""One process owns a SQLite file: a lock file beside it says so, and dies with the process."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from fanwire.errors import DatabaseLocked


class OwnerLock:
    """An exclusive lock on ``{database}.lock``. The kernel frees it when the process ends, however it ends."""

    def __init__(self, database: str) -> None:
        """Take the lock.

        Raises:
            DatabaseLocked: another process (or another ``Database`` of this one) holds it.
        """
        self._path = Path(f"{database}.lock")
        self._descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(self._descriptor, 20, 0).decode(errors="replace").strip() or "unknown"
            os.close(self._descriptor)
            raise DatabaseLocked(
                f"{database} is in use by process {holder}. A SQLite file serves one Fanwire process: "
                "stop that one, give this one another file, or use PostgreSQL for several processes"
            ) from None
        os.ftruncate(self._descriptor, 0)
        os.pwrite(self._descriptor, f"{os.getpid()}\n".encode(), 0)

    def release(self) -> None:
        """Give the file free. The lock file stays: removing it would let two processes lock two files."""
        os.close(self._descriptor)
