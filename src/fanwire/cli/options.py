"""Options that several commands share, with their help."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

ConfigFile = Annotated[
    Path | None,
    typer.Option("--config", "-c", help="Settings in JSON, YAML or TOML.", show_default=False, dir_okay=False),
]
Host = Annotated[str | None, typer.Option("--host", help="Address to listen on.", show_default="127.0.0.1")]
Port = Annotated[
    int | None, typer.Option("--port", "-p", help="Port to listen on.", show_default="8000", min=0, max=65535)
]
DataDir = Annotated[
    Path,
    typer.Option(
        "--data-dir", envvar="FANWIRE_DATA_DIR", help="Where `fanwire dev` keeps its database and its secrets."
    ),
]
Url = Annotated[
    str | None, typer.Option("--url", help="The server; default: FANWIRE_URL, else the running `fanwire dev`.")
]
Key = Annotated[str | None, typer.Option("--api-key", help="Default: FANWIRE_API_KEY, else the key of `fanwire dev`.")]
User = Annotated[str | None, typer.Option("--user", "-u", help="Speak for this user.")]
