"""What every scenario needs: the cores, the load client, a directory, how long and how often."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.client.load import LoadClient
from benchmarks.cores import Cores
from benchmarks.process import Server, free_port
from benchmarks.tokens import API_KEY, SECRET
from fanwire.configuration import merged

_FANWIRE = str(Path(sys.executable).with_name("fanwire"))


@dataclass(frozen=True)
class Bench:
    """``say`` shows progress; ``quick`` shortens everything and measures once."""

    cores: Cores
    client: LoadClient
    directory: Path
    say: Callable[[str], None]
    rounds: int
    quick: bool

    def seconds(self, full: float) -> float:
        """How long a run of ``full`` seconds takes in this bench."""
        return min(full, 2.0) if self.quick else full

    def fanwire(self, sections: Mapping[str, Any], verb: str = "serve") -> Server:
        """``fanwire serve`` (or another verb) with these settings beside the common ones.

        Without a database in ``sections`` it has a SQLite file of its own: the relay runs in all that is measured.
        """
        port = free_port()
        sections = {"database": {"url": self.new_database()}} | dict(sections)
        path = self._new_path("json")
        path.write_text(json.dumps(_settings(sections, port)))
        command = [_FANWIRE, verb, "--config", str(path), "--host", "127.0.0.1", "--port", str(port)]
        return Server(command, port, path.with_suffix(".log"), self.cores.server)

    def peer(self) -> Server:
        """PyPI websockets with its own broadcast()."""
        port = free_port()
        command = [sys.executable, "-m", "benchmarks.peers.broadcast", str(port)]
        return Server(command, port, self._new_path("log"), self.cores.server)

    def new_database(self) -> str:
        """A SQLite file that does not exist yet."""
        return f"sqlite:///{self._new_path('db')}"

    def with_tables(self, url: str) -> str:
        """``url``, with every table made there: a gateway looks for the platform's tables when it starts."""
        subprocess.run([_FANWIRE, "db", "upgrade", "--url", url], check=True, capture_output=True, timeout=60)
        return url

    def _new_path(self, suffix: str) -> Path:
        return next(path for number in count() if not (path := self.directory / f"{number}.{suffix}").exists())


def _settings(sections: Mapping[str, Any], port: int) -> dict[str, Any]:
    common: dict[str, Any] = {
        "log_level": "warning",
        "client": {"token": {"hmac_secret_key": SECRET}, "user_channels": []},
        "http_api": {"key": API_KEY},
        "http_server": {"port": port},
        "shutdown": {"drain_window": 0, "timeout": 5},
    }
    return merged(common, sections)
