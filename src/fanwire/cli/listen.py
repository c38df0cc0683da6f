"""``fanwire listen``: the test client of the guide."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from typing import TYPE_CHECKING, Annotated

import typer

from fanwire.cli.options import ConfigFile, DataDir, Key, Url, User
from fanwire.gateway.data_directory import DEFAULT

if TYPE_CHECKING:
    from fanwire.cli.printer import Printer


def listen(
    channels: Annotated[list[str] | None, typer.Argument(help="Channels to subscribe to.", show_default=False)] = None,
    user: User = None,
    token: Annotated[str | None, typer.Option("--token", help="A connection token, instead of --user.")] = None,
    url: Url = None,
    api_key: Key = None,
    origin: Annotated[str | None, typer.Option("--origin", help="Send this Origin, as a browser would.")] = None,
    count: Annotated[int, typer.Option("--count", "-n", min=0, help="End after this many events; 0: never.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT,
) -> None:
    """Print each event as it comes, with its channel, offset and whether it was recovered.

    Comes back after a lost connection. The channels that the server subscribes the user to
    (notifications:USER, feed:USER) need not be named.
    """
    from fanwire.cli import target
    from fanwire.cli.printer import Printer
    from fanwire.cli.tokens import connection_token

    server = target.find(url=url, api_key=api_key, config=config, data_dir=data_dir)
    printer = Printer(server, user or "", as_json=as_json)

    def tokens() -> str:
        return token or (connection_token(server, user) if user else "")

    try:
        asyncio.run(_listen(server.socket_url, channels or [], tokens, origin, printer, count))
    except KeyboardInterrupt:
        raise typer.Exit(0) from None


async def _listen(
    url: str, channels: list[str], tokens: Callable[[], str], origin: str | None, printer: Printer, count: int
) -> None:
    from fanwire.client import Conversation, events
    from fanwire.client.happenings import Closed, Published

    seen = 0
    async with aclosing(events(url, Conversation(channels), tokens, origin=origin)) as happenings:
        async for happening in happenings:
            await printer.show(happening)
            seen += isinstance(happening, Published)
            if count and seen >= count:
                return
            if isinstance(happening, Closed) and happening.final:
                raise typer.Exit(1)
