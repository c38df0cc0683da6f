"""Python blocks of a guide, as a reader would paste them into a file."""

from __future__ import annotations

import re
from pathlib import Path
from types import ModuleType

GUIDES = Path(__file__).parents[2] / "docs" / "how-to"


def blocks(guide: str) -> list[str]:
    """The Python blocks of docs/how-to/<guide>.md."""
    return re.findall(r"^```python\n(.*?)^```$", (GUIDES / f"{guide}.md").read_text(), re.M | re.S)


def pasted(guide: str) -> ModuleType:
    """Every block of a guide, run one after the other in one module."""
    module = ModuleType(guide)
    for number, block in enumerate(blocks(guide)):
        exec(compile(block, f"docs/how-to/{guide}.md[{number}]", "exec"), vars(module))
    return module
