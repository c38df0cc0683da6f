"""``fanwire config``: what is set, and whether it can be."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fanwire.cli.options import ConfigFile

if TYPE_CHECKING:
    from pydantic import SecretStr

    from fanwire.settings import Settings

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


def _shown(settings: Settings) -> str:
    from fanwire.configuration import merged

    # SecretStr masks itself when it is dumped to JSON; an empty one stays empty, which is what one looks for.
    tree = settings.model_dump(mode="json")
    urls = {name: {"url": _without_password(getattr(settings, name).url)} for name in ("database", "broker")}
    return json.dumps(merged(tree, urls), indent=2, ensure_ascii=False)


def _without_password(url: SecretStr) -> str:
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    text = url.get_secret_value()
    try:
        return make_url(text).render_as_string(hide_password=True) if text else ""
    except ArgumentError:
        return str(url)
