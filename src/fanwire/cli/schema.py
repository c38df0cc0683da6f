"""``fanwire schema``: the event functions for other languages, from the models that the server itself uses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from fanwire.errors import FanwireError

app = typer.Typer(help="Types and schemas of the event functions.", no_args_is_help=True)

Folder = Annotated[Path, typer.Argument(help="Where the files go.", file_okay=False)]
Check = Annotated[bool, typer.Option("--check", help="Write nothing; fail when the files there are not these.")]


class StaleFiles(FanwireError):
    """The files in the folder are not those that the models give."""


@app.command("json")
def json_() -> None:
    """Print a JSON Schema with the body of every event function."""
    from fanwire.payloads.schema import json_schema

    typer.echo(json.dumps(json_schema(), ensure_ascii=False, indent=2))


@app.command("typescript")
def typescript(folder: Folder, check: Check = False) -> None:
    """Write the types of the npm package, clients/typescript/src/generated in the repository."""
    from fanwire.cli.typescript import files
    from fanwire.payloads.schema import json_schema

    made = files(json_schema())
    if check:
        _compare(folder, made)
        return
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in made.items():
        (folder / name).write_text(text, encoding="utf-8")
        typer.echo(str(folder / name))


def _compare(folder: Path, made: dict[str, str]) -> None:
    stale = [name for name, text in made.items() if _content(folder / name) != text]
    if stale:
        raise StaleFiles(f"{', '.join(stale)} in {folder} are out of date; run: fanwire schema typescript {folder}")


def _content(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None
