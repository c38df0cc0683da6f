"""``fanwire outbox``: what waits, and what could not be applied."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Annotated

import typer

from fanwire.cli.db import DatabaseUrl
from fanwire.cli.options import ConfigFile, DataDir
from fanwire.errors import ConfigurationError
from fanwire.gateway.data_directory import DEFAULT

if TYPE_CHECKING:
    from fanwire.store.database import Database

app = typer.Typer(help="Events on their way, and those that could not be applied.", no_args_is_help=True)

Ids = Annotated[list[int] | None, typer.Argument(help="Numbers from `fanwire outbox list`.", show_default=False)]
All = Annotated[bool, typer.Option("--all", help="All of them.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object a line.")]


@app.command("list")
def list_(
    as_json: AsJson = False, url: DatabaseUrl = None, config: ConfigFile = None, data_dir: DataDir = DEFAULT
) -> None:
    """Show how many events wait, and every event that could not be applied, with its error."""
    from fanwire.cli.letters import show

    _with(url, config, data_dir, lambda database: show(database, as_json=as_json))


@app.command()
def retry(
    ids: Ids = None,
    everything: All = False,
    url: DatabaseUrl = None,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT,
) -> None:
    """Put events back at the end of the outbox, to be applied again."""
    from fanwire.cli.letters import retry_letters

    chosen = _chosen(ids, everything)
    _with(url, config, data_dir, lambda database: retry_letters(database, chosen))


@app.command()
def drop(
    ids: Ids = None,
    everything: All = False,
    url: DatabaseUrl = None,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT,
) -> None:
    """Forget events for good."""
    from fanwire.cli.letters import drop_letters

    chosen = _chosen(ids, everything)
    _with(url, config, data_dir, lambda database: drop_letters(database, chosen))


def _chosen(ids: list[int] | None, everything: bool) -> list[int] | None:
    if bool(ids) == everything:
        raise ConfigurationError("which events? give their numbers, or --all")
    return ids


def _with(url: str | None, config: ConfigFile, data_dir: DataDir, act: Callable[[Database], Awaitable[None]]) -> None:
    from sqlalchemy.exc import SQLAlchemyError

    from fanwire.cli.database import database_url, unreachable
    from fanwire.gateway.tables import DatabaseUnreachable
    from fanwire.store.database import Database

    chosen = database_url(url, config, data_dir, os.environ)

    async def run() -> None:
        database = Database.open(chosen)
        try:
            await act(database)
        finally:
            await database.close()

    try:
        asyncio.run(run())
    except SQLAlchemyError as error:
        raise DatabaseUnreachable(unreachable(chosen, error)) from None
