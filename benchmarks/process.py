"""A server as a real process of its own, pinned to the server's core."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Sequence
from itertools import chain
from pathlib import Path
from types import TracebackType
from typing import Self

from benchmarks.cores import pin

START_TIMEOUT = 30.0
STOP_TIMEOUT = 10.0
# Below the range from which the kernel takes the client's own ports.
_PORTS = range(21_000, 32_000)


class ServerFailed(RuntimeError):
    """The server did not start, or died; the message holds the end of its log."""


def free_port() -> int:
    """A port that nobody listens on at this moment."""
    start = os.getpid() * 7 % len(_PORTS)
    return next(filter(_is_free, chain(_PORTS[start:], _PORTS[:start])))


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


class Server:
    """Use as a context manager: it listens on ``port`` inside the block, and is gone after it."""

    def __init__(self, command: Sequence[str], port: int, log: Path, core: int) -> None:
        self.port = port
        self._command = command
        self._log = log
        self._core = core
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(self._command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
        pin(self._core, self._process.pid)
        try:
            self._wait_until_it_listens()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def _wait_until_it_listens(self) -> None:
        end = time.monotonic() + START_TIMEOUT
        while time.monotonic() < end:
            self.check()
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
            except OSError:
                time.sleep(0.05)
            else:
                return
        raise ServerFailed(f"{self._command} did not listen within {START_TIMEOUT:.0f} s:\n{self._end_of_log()}")

    def check(self) -> None:
        """Raises ServerFailed when the process has died."""
        if self._running().poll() is not None:
            raise ServerFailed(f"{' '.join(self._command)} ended:\n{self._end_of_log()}")

    def resident_bytes(self) -> int:
        """Memory of the process that is in RAM now (VmRSS)."""
        for line in Path(f"/proc/{self._running().pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024
        raise ServerFailed("the kernel does not say how much memory the server has")

    def cpu_seconds(self) -> float:
        """Processor time of the process since its start, user and kernel."""
        fields = Path(f"/proc/{self._running().pid}/stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def waited_seconds(self) -> float:
        """How long the process could have run while its core was given to others."""
        return int(Path(f"/proc/{self._running().pid}/schedstat").read_text().split()[1]) / 1e9

    def stop(self) -> None:
        """End the process: politely, then not."""
        process = self._running()
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(STOP_TIMEOUT)
            except subprocess.TimeoutExpired:
                process.kill()
        process.wait()

    def _running(self) -> subprocess.Popen[bytes]:
        assert self._process is not None, "enter the server first"
        return self._process

    def _end_of_log(self) -> str:
        return self._log.read_text(errors="replace")[-3000:]
