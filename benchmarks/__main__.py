"""``python -m benchmarks``: one command, one table."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

import typer
from rich.console import Console

from benchmarks.bench import Bench
from benchmarks.client.build import load_command
from benchmarks.client.load import LoadClient
from benchmarks.cores import Cores, pin
from benchmarks.figure import Figure
from benchmarks.limit import time_limit
from benchmarks.machine import Machine
from benchmarks.scenarios import access, calls, fanout, fans, likes, memory, posts
from benchmarks.table import print_table


class Scenario(NamedTuple):
    """A subject, and the seconds after which its turn is over: several times what it needs."""

    run: Callable[[Bench], Iterator[Figure]]
    limit: float


SCENARIOS = {
    "fanout": Scenario(fanout.run, 900),
    "memory": Scenario(memory.run, 180),
    "likes": Scenario(likes.run, 240),
    "posts": Scenario(posts.run, 120),
    "fans": Scenario(fans.run, 180),
    "calls": Scenario(calls.run, 180),
    "access": Scenario(access.run, 120),
}

EVERYTHING = ",".join(SCENARIOS)

Only = Annotated[str, typer.Option(help=f"Some of {EVERYTHING}, separated by commas.")]
Rounds = Annotated[int, typer.Option(min=1, help="How often the fan-out is measured, in turn with the peer.")]
Quick = Annotated[bool, typer.Option("--quick", help="Short runs, one round: to see that it works.")]
Json = Annotated[bool, typer.Option("--json", help="A line of JSON for each figure on standard output.")]


def main(only: Only = EVERYTHING, rounds: Rounds = 3, quick: Quick = False, json: Json = False) -> None:
    """Measure Fanwire on this machine: one core serves, another one loads."""
    chosen = _chosen(only)
    console = Console(stderr=True)
    machine = Machine.this()
    cores = Cores.choose()
    pin(cores.client)
    figures: list[Figure] = []
    with tempfile.TemporaryDirectory(prefix="fanwire-bench-") as name, console.status("starting") as status:
        command, client = load_command(Path(name))
        say = status.update if console.is_terminal else console.print
        bench = Bench(cores, LoadClient(command, Path(name)), Path(name), say, 1 if quick else rounds, quick)
        failed = [scenario for scenario in chosen if not _measure(console, scenario, bench, figures)]
    if json:
        _print_lines(machine, figures)
    print_table(figures, machine, client, sys.stderr if json else sys.stdout)
    raise typer.Exit(len(failed))


def _chosen(only: str) -> list[str]:
    names = [name.strip() for name in only.split(",") if name.strip()]
    unknown = sorted(set(names) - set(SCENARIOS))
    if unknown:
        raise typer.BadParameter(f"{', '.join(unknown)} is not measured here; choose from {', '.join(SCENARIOS)}")
    return names


def _measure(console: Console, scenario: str, bench: Bench, figures: list[Figure]) -> bool:
    """A scenario that fails says so and leaves the others their turn."""
    one = SCENARIOS[scenario]
    try:
        with time_limit(one.limit):
            figures.extend(one.run(bench))
    except (OSError, RuntimeError) as error:
        console.print(f"[red]{scenario} could not be measured:[/] {error}", highlight=False, soft_wrap=True)
        return False
    return True


def _print_lines(machine: Machine, figures: list[Figure]) -> None:
    sys.stdout.buffer.write(machine.json() + b"\n")
    sys.stdout.buffer.writelines(figure.line() + b"\n" for figure in figures)
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    typer.run(main)
