"""``fanwire publish``."""

from __future__ import annotations

from typing import Annotated

import typer

from fanwire.cli.options import ConfigFile, DataDir, Key, Url
from fanwire.errors import ConfigurationError
from fanwire.gateway.data_directory import DEFAULT


def publish(
    channel: Annotated[str, typer.Argument(help="Where to, for example post:42.")],
    data: Annotated[str, typer.Argument(metavar="JSON", help="What, as JSON; - reads it from stdin.")],
    url: Url = None,
    api_key: Key = None,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT,
) -> None:
    """Publish JSON to a channel, past outbox and inbox."""
    import msgspec

    from fanwire.cli import target
    from fanwire.cli.http import call

    text = typer.get_text_stream("stdin").read() if data == "-" else data
    try:
        payload = msgspec.json.decode(text.encode(), type=msgspec.Raw)
    except msgspec.MsgspecError as error:
        raise ConfigurationError(f'JSON: {error}; quote it like \'{{"text": "hello"}}\'') from None
    server = target.find(url=url, api_key=api_key, config=config, data_dir=data_dir)
    result = call(server, "publish", {"channel": channel, "data": payload})
    offset = result.get("offset")
    typer.echo(f"published to {channel}" + (f" at offset {offset}" if offset else ", which keeps no history"))
