"""``fanwire config``: what is set, and whether it can be."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Annotated, Any

import typer

from fanwire.cli.options import ConfigFile

app = typer.Typer(help="Settings: check a file, show what is in force.", no_args_is_help=True)


@app.command()
def check(file: Annotated[Path, typer.Argument(help="Settings in JSON, YAML or TOML.", dir_okay=False)]) -> None:
    """Check a file together with the FANWIRE_* variables; print what would be in force, secrets masked."""
    from fanwire.configuration import load
    from fanwire.gateway.requirements import missing

    settings = load(file, os.environ)
    typer.echo(_shown(settings))
    problems = missing(settings)
    for problem in problems:
        typer.echo(f"missing for production: {problem}", err=True)
    if problems:
        raise typer.Exit(1)
    typer.echo(f"{file}: ok", err=True)


@app.command()
def show(config: ConfigFile = None) -> None:
    """Print the settings in force as JSON, secrets masked."""
    from fanwire.configuration import load

    typer.echo(_shown(load(config, os.environ)))


def _shown(settings: Any) -> str:
    # SecretStr masks itself when it is dumped to JSON; an empty one stays empty, which is what one looks for.
    return json.dumps(settings.model_dump(mode="json"), indent=2, ensure_ascii=False)
