"""``fanwire token``."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from fanwire.cli.options import ConfigFile, DataDir
from fanwire.errors import ConfigurationError
from fanwire.gateway.data_directory import DEFAULT


def token(
    user: Annotated[str, typer.Option("--user", "-u", help="Whom the token speaks for; empty is anonymous.")],
    ttl: Annotated[str, typer.Option("--ttl", help="How long it is good, such as 15m, 12h, 7d; 0: for ever.")] = "1h",
    info: Annotated[str | None, typer.Option("--info", metavar="JSON", help="What others see in presence.")] = None,
    channel: Annotated[
        str | None, typer.Option("--channel", help="A subscription token for this channel, not one to connect.")
    ] = None,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT,
) -> None:
    """Print a token: it opens the socket, and the platform API as well where no audience is demanded."""
    from fanwire.cli import target
    from fanwire.cli.tokens import connection_token, subscription_token

    seconds = _duration(ttl)
    server = target.find(config=config, data_dir=data_dir)
    claims: dict[str, Any] = {} if info is None else {"info": _json(info)}
    if channel is None:
        typer.echo(connection_token(server, user, ttl=seconds, claims=claims))
    else:
        typer.echo(subscription_token(server, user, channel, ttl=seconds, claims=claims))


def _duration(text: str) -> float | None:
    from pydantic import TypeAdapter, ValidationError

    from fanwire.settings import Duration

    try:
        seconds: float = TypeAdapter(Duration).validate_python(text)
    except ValidationError as error:
        raise ConfigurationError(f"--ttl: {error.errors()[0]['msg'].removeprefix('Value error, ')}") from None
    return seconds or None


def _json(text: str) -> Any:
    import msgspec

    try:
        return msgspec.json.decode(text.encode())
    except msgspec.MsgspecError as error:
        raise ConfigurationError(f"--info: not valid JSON: {error}") from None
