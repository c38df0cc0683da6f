"""``fanwire doctor``."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING

import typer

from fanwire.cli.options import ConfigFile, DataDir, Key, Url
from fanwire.gateway.data_directory import DEFAULT

if TYPE_CHECKING:
    from fanwire.cli.checkup.finding import Finding
    from fanwire.cli.target import Target


def doctor(url: Url = None, config: ConfigFile = None, api_key: Key = None, data_dir: DataDir = DEFAULT) -> None:
    """Prove that everything works together, and say what to change where it does not.

    Looks at settings, database and migrations, and (with a server running) at its secret, its origins, the
    upgrade through a proxy, and a round trip from event function to socket. Exit code 1 when anything fails.
    """
    from fanwire.cli import target

    server = target.find(url=url, api_key=api_key, config=config, data_dir=data_dir)
    failed = 0
    for finding in _findings(server, from_files=config is not None):
        typer.echo(finding.line())
        failed += not finding.well
    typer.echo("everything works" if not failed else f"{failed} to change", err=True)
    if failed:
        raise typer.Exit(1)


def _findings(server: Target, *, from_files: bool) -> Iterator[Finding]:
    from fanwire.cli.checkup import configuration
    from fanwire.cli.checkup.server import reached

    if from_files:
        yield from configuration.settings_findings(server.settings)
    database = server.settings.database.url.get_secret_value()
    if database:
        yield from configuration.database_findings(database)
    answer = reached(server)
    yield answer
    if answer.well:
        yield from _of_the_server(server)


def _of_the_server(server: Target) -> Iterator[Finding]:
    from fanwire.cli.checkup import socket
    from fanwire.cli.checkup.round_trip import round_trip
    from fanwire.cli.checkup.server import api_key, readiness_findings

    yield from readiness_findings(server)
    yield api_key(server)
    for question in (socket.upgraded, socket.own_origin, socket.strange_origin, socket.secret, round_trip):
        yield asyncio.run(question(server))
