"""``fanwire db``: the tables."""

from __future__ import annotations

import os
from typing import Annotated

import typer

from fanwire.cli.options import ConfigFile, DataDir
from fanwire.gateway.data_directory import DEFAULT

app = typer.Typer(help="The tables: of Fanwire, and of the reference platform.", no_args_is_help=True)

DatabaseUrl = Annotated[
    str | None, typer.Option("--url", help="The database; default: FANWIRE_DATABASE_URL, --config, else DATABASE_URL.")
]


@app.command()
def upgrade(url: DatabaseUrl = None, config: ConfigFile = None, data_dir: DataDir = DEFAULT) -> None:
    """Create or upgrade every table. Safe to repeat, and to run from several places at once."""
    from fanwire.cli.database import database_url, upgrade_all

    chosen = database_url(url, config, data_dir, os.environ)
    for line in upgrade_all(chosen):
        typer.echo(line)


@app.command()
def current(url: DatabaseUrl = None, config: ConfigFile = None, data_dir: DataDir = DEFAULT) -> None:
    """Say which revision the tables have, and which one this version needs. Exit code 1 when they differ."""
    from fanwire.cli.database import database_url
    from fanwire.store import migrate

    chosen = database_url(url, config, data_dir, os.environ)
    has, needs = migrate.current(chosen), migrate.newest()
    typer.echo(f"has {has or 'no tables'}, needs {needs}" + ("" if has == needs else ": run fanwire db upgrade"))
    if has != needs:
        raise typer.Exit(1)
