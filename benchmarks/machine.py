"""What the figures were measured on."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

PACKAGES = ("fanwire", "uvicorn", "uvloop", "websockets", "msgspec", "sqlalchemy", "fastapi")


class Machine(msgspec.Struct, frozen=True):
    cpu: str
    cores: int
    memory_gib: float
    kernel: str
    python: str
    load_average: float
    versions: dict[str, str]

    @classmethod
    def this(cls) -> Machine:
        return cls(
            cpu=_field("/proc/cpuinfo", "model name"),
            cores=len(os.sched_getaffinity(0)),
            memory_gib=round(int(_field("/proc/meminfo", "MemTotal").split()[0]) / 2**20, 1),
            kernel=platform.release(),
            python=platform.python_version(),
            load_average=round(os.getloadavg()[0], 2),
            versions={name: _version(name) for name in PACKAGES},
        )

    def json(self) -> bytes:
        return msgspec.json.encode({"machine": self})

    def text(self) -> str:
        """Two lines for people."""
        packages = " · ".join(f"{name} {number}" for name, number in self.versions.items())
        return (
            f"{self.cpu}, {self.cores} cores, {self.memory_gib} GiB, Linux {self.kernel}, load {self.load_average}\n"
            f"Python {self.python} · {packages}"
        )


def _field(path: str, name: str) -> str:
    for line in Path(path).read_text().splitlines():
        key, _, value = line.partition(":")
        if key.strip() == name:
            return value.strip()
    return "0"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"
