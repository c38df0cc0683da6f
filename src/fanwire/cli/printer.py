"""Writes what happens to a listening client, one line each."""

from __future__ import annotations

import json
from functools import singledispatch
from typing import Any

import msgspec
import typer

from fanwire.cli.explain import explanation
from fanwire.cli.target import Target
from fanwire.cli.words import CLOSES, ERRORS, explained
from fanwire.client.happenings import Closed, Connected, Denied, Happening, Published, Subscribed, Unsubscribed


class Printer:
    """Events go to stdout; what concerns the connection goes to stderr, but with ``as_json`` all goes to stdout."""

    def __init__(self, server: Target, user: str, *, as_json: bool) -> None:
        self._server = server
        self._user = user
        self._as_json = as_json

    async def show(self, happening: Happening) -> None:
        """Print one happening; a denial is explained by the server itself when we hold its API key."""
        why = ""
        if isinstance(happening, Denied) and happening.channel:
            why = await explanation(self._server, self._user, happening.channel)
        if self._as_json:
            typer.echo(json.dumps({**_object(happening), **({"why": why} if why else {})}, ensure_ascii=False))
            return
        line = _line(happening) + (f"; {why}" if why else "")
        typer.echo(line, err=not isinstance(happening, Published))


def _object(happening: Happening) -> dict[str, Any]:
    fields = msgspec.structs.asdict(happening)
    if "data" in fields:
        fields["data"] = msgspec.json.decode(fields["data"]) if fields["data"] else None
    return {"event": type(happening).__name__.lower(), **fields}


@singledispatch
def _line(happening: Happening) -> str:
    return str(happening)


@_line.register
def _(happening: Connected) -> str:
    return f"connected as client {happening.client}"


@_line.register
def _(happening: Subscribed) -> str:
    line = f"{happening.channel} subscribed{' by the server' if happening.by_server else ''} at {_at(happening.offset)}"
    if happening.was_recovering:
        line += ", everything missed follows" if happening.recovered else ", NOT recovered: reload the state"
    return f"{line} {happening.data.decode()}".rstrip()


@_line.register
def _(happening: Published) -> str:
    return (
        f"{happening.channel} {_at(happening.offset)} {'recovered' if happening.recovered else 'live'} "
        f"{happening.data.decode()}"
    )


@_line.register
def _(happening: Unsubscribed) -> str:
    return f"{happening.channel} unsubscribed by the server: {happening.code} {happening.reason}"


@_line.register
def _(happening: Denied) -> str:
    return f"{happening.channel or 'connect'} denied: {explained(happening.code, happening.message, ERRORS)}"


@_line.register
def _(happening: Closed) -> str:
    line = (
        happening.reason if happening.code < 100 else explained(happening.code, happening.reason, {**ERRORS, **CLOSES})
    )
    return f"closed: {line}{'' if happening.final else '; coming back'}"


def _at(offset: int) -> str:
    return f"offset {offset}" if offset else "offset -"
