"""``fanwire version``."""

from __future__ import annotations

import platform

import typer

from fanwire import __version__


def version() -> None:
    """Print the versions of Fanwire and of Python."""
    typer.echo(f"fanwire {__version__} (Python {platform.python_version()})")
