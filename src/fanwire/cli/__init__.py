"""The ``fanwire`` command. Commands import what is heavy when they run, so that ``--help`` is quick."""

from __future__ import annotations


def main() -> None:
    """Entry point of the ``fanwire`` script."""
    from fanwire.cli.app import app

    app()
