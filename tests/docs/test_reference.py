"""The reference names everything there is: channels' frames, facts of access; and no setting is without effect."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from fanwire.complaints import known_paths
from fanwire.frames.catalog import CATALOG
from fanwire.payloads import EVENTS, AccessEvent

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
KINDS = [
    (space, str(get_args(kind.model_fields["type"].annotation)[0])) for space, all in CATALOG.items() for kind in all
]
FACTS = sorted(name for name, event in EVENTS.items() if issubclass(event, AccessEvent))


@pytest.mark.parametrize(("space", "kind"), sorted(set(KINDS)))
def test_what_clients_are_told_is_in_the_section_of_its_channel(space: str, kind: str) -> None:
    sections = re.split(r"^## ", (REFERENCE / "channels.md").read_text(encoding="utf-8"), flags=re.MULTILINE)
    [section] = [one for one in sections if one.startswith(f"`{space}:")]
    assert f"`{kind}`" in section


@pytest.mark.parametrize("function", FACTS)
def test_the_facts_of_access_are_in_the_outbox_reference(function: str) -> None:
    table = [line for line in (REFERENCE / "outbox.md").read_text(encoding="utf-8").splitlines() if line[:1] == "|"]
    assert any(f"`{function}`" in line for line in table)


def test_every_setting_is_read_somewhere() -> None:
    """An option that changes nothing is worse than none: who sets it believes it."""
    source = "\n".join(
        file.read_text(encoding="utf-8")
        for file in (ROOT / "src" / "fanwire").rglob("*.py")
        if file.name != "settings.py"
    )
    # realtime.channels.rules puts these names together.
    composed = re.compile(r"allow_(publish|history|presence)_for_(client|subscriber|anonymous)")
    leaves = {path.rpartition(".")[2] for path in known_paths()}
    unread = [name for name in sorted(leaves) if not composed.fullmatch(name) and not re.search(rf"\.{name}\b", source)]
    assert unread == []
