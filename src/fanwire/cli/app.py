"""All commands under one name, and what happens when one of them fails."""

from __future__ import annotations

from typing import Any

import typer
from typer.core import TyperGroup

from fanwire.cli import config, db, doctor, listen, outbox, publish, schema, servers, token, version, webhook
from fanwire.errors import ConfigurationError, FanwireError

MISUSED = 2
FAILED = 1


class Commands(TyperGroup):
    """Commands that answer an error with clear lines and an exit code: 2 for what the user gave, 1 for the rest."""

    def invoke(self, ctx: Any) -> Any:
        try:
            return super().invoke(ctx)
        except FanwireError as error:
            for line in str(error).splitlines():
                typer.echo(f"error: {line}", err=True)
            raise typer.Exit(MISUSED if isinstance(error, ConfigurationError) else FAILED) from None


app = typer.Typer(
    cls=Commands,
    name="fanwire",
    help="Real-time events and notifications for creator platforms. Begin with: fanwire dev",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("dev")(servers.dev)
app.command("serve")(servers.serve)
app.command("api")(servers.api)
app.command("relay")(servers.relay)
app.command("token")(token.token)
app.command("publish")(publish.publish)
app.command("listen")(listen.listen)
app.command("webhook")(webhook.webhook)
app.command("doctor")(doctor.doctor)
app.command("version")(version.version)
app.add_typer(db.app, name="db")
app.add_typer(outbox.app, name="outbox")
app.add_typer(config.app, name="config")
app.add_typer(schema.app, name="schema")
