"""Makes the load client from C; a machine without a compiler uses the one in Python."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

SOURCE = Path(__file__).with_name("load.c")
_SECONDS = 60


def load_command(directory: Path) -> tuple[list[str], str]:
    """The command that runs a load client, and what it is. The program is made in ``directory``."""
    compiler = shutil.which("cc") or shutil.which("gcc") or shutil.which("clang")
    slow = [sys.executable, "-m", "benchmarks.client.slow"]
    if compiler is None:
        return slow, "Python (no C compiler here: it is busy before a fast server is)"
    program = directory / "load"
    made = subprocess.run(
        [compiler, "-O2", "-std=gnu11", "-o", str(program), str(SOURCE)],
        capture_output=True,
        timeout=_SECONDS,
        check=False,
    )
    if made.returncode:
        return slow, f"Python ({compiler} could not make the one in C)"
    return [str(program)], f"C ({Path(compiler).name} -O2)"
