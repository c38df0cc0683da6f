"""Dead letters as a person reads and answers them."""

from __future__ import annotations

import msgspec
import typer

from fanwire.outbox.backlog import measure
from fanwire.outbox.dead_letters import DeadLetter, DeadLetters
from fanwire.store.database import Database

PAGE = 100


async def show(database: Database, *, as_json: bool) -> None:
    """Print what waits and every dead letter."""
    if not as_json:
        backlog = await measure(database)
        typer.echo(
            f"{backlog.pending} waiting (the oldest for {backlog.oldest_age:.0f} s), "
            f"{backlog.frames} to publish, {backlog.dead} that could not be applied"
        )
    for letter in await _all(database):
        typer.echo(msgspec.json.encode(letter).decode() if as_json else _line(letter))


async def retry_letters(database: Database, ids: list[int] | None) -> None:
    """Put the named letters (None: all) back into the outbox, and say how many."""
    chosen = ids if ids is not None else [letter.id for letter in await _all(database)]
    _said(await DeadLetters(database).retry(chosen), "will be applied again", len(chosen))


async def drop_letters(database: Database, ids: list[int] | None) -> None:
    """Forget the named letters (None: all), and say how many."""
    chosen = ids if ids is not None else [letter.id for letter in await _all(database)]
    _said(await DeadLetters(database).drop(chosen), "dropped", len(chosen))


async def _all(database: Database) -> list[DeadLetter]:
    letters: list[DeadLetter] = []
    while True:
        page = await DeadLetters(database).list(limit=PAGE, after=letters[-1].id if letters else 0)
        letters += page
        if len(page) < PAGE:
            return letters


def _line(letter: DeadLetter) -> str:
    when = letter.failed_at.isoformat(timespec="seconds")
    return f"{letter.id}  {letter.function}  {letter.event_id}  failed {when}  {' '.join(letter.error.split())}"


def _said(done: int, what: str, asked: int) -> None:
    typer.echo(f"{done} {what}")
    if done < asked:
        typer.echo(f"{asked - done} not found", err=True)
        raise typer.Exit(1)
