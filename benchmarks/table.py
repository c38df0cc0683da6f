"""The one table that people read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TextIO

from rich.console import Console
from rich.table import Table

from benchmarks.figure import Figure
from benchmarks.machine import Machine

_WIDTH = 150


def number(value: float | None, unit: str = "") -> str:
    """Short and readable: 1,234,567 or 12.3 or 0.042."""
    if value is None:
        return "–"
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return f"{value:,.{digits}f} {unit}".rstrip()


def _bar(figure: Figure) -> str:
    if figure.bar is None:
        return ""
    sign = "≥" if figure.better == "higher" else "≤"
    mark = "[green]✓[/]" if figure.holds else "[red]✗[/]"
    return f"{mark} {sign} {number(figure.bar)}"


def _ratio(figure: Figure) -> str:
    return "" if figure.ratio is None else f"{figure.ratio:.1f}×"


def print_table(figures: Iterable[Figure], machine: Machine, client: str, file: TextIO) -> None:
    """One table; a file that is no terminal gets it as wide as it needs."""
    title = "Fanwire, medians of the rounds; the peer is PyPI websockets unless the note names another"
    table = Table(title=title, caption=f"{machine.text()}\nload client: {client}")
    for heading in ("figure", "bar", "Fanwire", "peer", "better by", "note"):
        table.add_column(heading, justify="left" if heading in ("figure", "note") else "right")
    group = ""
    for figure in figures:
        if figure.group != group:
            group = figure.group
            table.add_section()
            table.add_row(f"[bold]{group}[/]")
        peer = number(figure.peer, figure.unit) if figure.peer_rounds else ""
        table.add_row(figure.name, _bar(figure), number(figure.value, figure.unit), peer, _ratio(figure), figure.note)
    Console(file=file, width=None if file.isatty() else _WIDTH).print(table)
