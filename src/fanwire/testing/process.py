"""A ``fanwire`` command as a real process on a free port: what tests start, stop, kill and start again."""

from __future__ import annotations

import asyncio
import os
import random
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx2

COMMAND = Path(sys.executable).with_name("fanwire")
# Seconds. A loaded machine of two cores needs some of them.
START_LIMIT = 40.0
STOP_LIMIT = 35.0
API_KEY = "test-api-key"


def free_port() -> int:
    """A port nobody listens on, below the ephemeral range (a retry loop there can connect to itself)."""
    for port in random.sample(range(20_000, 32_000), 200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise OSError("no free port between 20000 and 32000")


class FanwireProcess:
    """One ``fanwire`` command on a port of its own, with its output in the file ``log``.

    ``start`` returns when ``/readyz`` answers 200, and fails with the output when the process ends or takes too
    long. Who starts it stops it. The API key is ``API_KEY`` unless ``env`` says otherwise.
    """

    def __init__(self, *args: str, log: Path, port: int | None = None, env: dict[str, str] | None = None) -> None:
        self.port = port or free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.ws = f"ws://127.0.0.1:{self.port}/connection/websocket"
        self.log = log
        self._args = [str(COMMAND), *args, "--port", str(self.port)]
        quick = {"FANWIRE_API_KEY": API_KEY, "FANWIRE_SHUTDOWN__DRAIN_WINDOW": "200ms"}
        self._env = {**os.environ, **quick, **(env or {})}
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, *, ready: str = "/readyz", env: dict[str, str] | None = None) -> FanwireProcess:
        """Start it, and wait until ``ready`` answers 200.

        Raises:
            AssertionError: it ended, or was not ready in time; it is then killed.
        """
        with self.log.open("ab") as output:
            self.process = subprocess.Popen(  # noqa: S603 - our own command
                self._args, stdout=output, stderr=subprocess.STDOUT, env={**self._env, **(env or {})}
            )
        try:
            self._until_ready(self.process, self.url + ready)
        except BaseException:
            self.kill()
            raise
        return self

    async def started(self, *, ready: str = "/readyz", env: dict[str, str] | None = None) -> FanwireProcess:
        """``start`` in a thread, so that the clients of a test go on meanwhile."""
        return await asyncio.to_thread(self.start, ready=ready, env=env)

    def output(self) -> str:
        """Everything that it has written so far."""
        return self.log.read_text(errors="replace")

    def kill(self) -> None:
        """SIGKILL, and wait until it is gone."""
        if self.process is not None and self.process.poll() is None:
            self.process.kill()
            self.process.wait(STOP_LIMIT)

    def stop(self) -> int:
        """SIGTERM; the exit code.

        Raises:
            subprocess.TimeoutExpired: it does not end in time.
        """
        assert self.process is not None, "it was never started"
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(STOP_LIMIT)

    def _until_ready(self, process: subprocess.Popen[bytes], url: str) -> None:
        deadline = time.monotonic() + START_LIMIT
        while time.monotonic() < deadline:
            if process.poll() is not None:
                raise AssertionError(f"{self._args} ended with {process.returncode}:\n{self.output()}")
            try:
                if httpx2.get(url, timeout=2).status_code == httpx2.codes.OK:
                    return
            except httpx2.TransportError:
                pass
            time.sleep(0.05)  # a poll with a limit: another process gives us no event to wait for
        raise AssertionError(f"{url} was not ready in {START_LIMIT} s:\n{self.output()}")
