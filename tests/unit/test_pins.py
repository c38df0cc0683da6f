"""Pins are names, versions and hashes: where packages come from is the business of the machine that installs them."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PINS = [
    *sorted((ROOT / "requirements").glob("*.txt")),
    ROOT / "tests/clients/node/package-lock.json",
    ROOT / "clients/typescript/package-lock.json",
]


@pytest.mark.parametrize("file", PINS, ids=[str(file.relative_to(ROOT)) for file in PINS])
def test_no_address_is_pinned(file: Path) -> None:
    found = [line for line in file.read_text().splitlines() if "://" in line]
    assert found == []
