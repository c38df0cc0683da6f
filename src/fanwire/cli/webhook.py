"""``fanwire webhook``."""

from __future__ import annotations

from typing import Annotated

import typer

from fanwire.cli.options import ConfigFile, DataDir, Url
from fanwire.errors import ConfigurationError
from fanwire.gateway.data_directory import DEFAULT

PATH = "/api/webhooks/payments"


def webhook(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What happened, for example tip.paid.")],
    data: Annotated[str, typer.Argument(metavar="JSON", help="Of what, as JSON; - reads it from stdin.")],
    event_id: Annotated[
        str | None,
        typer.Option("--id", help="The event's id; say the same again to repeat it.", show_default="a new one"),
    ] = None,
    url: Url = None,
    config: ConfigFile = None,
    data_dir: DataDir = DEFAULT,
) -> None:
    """Speak as the payment provider: sign an event and POST it to /api/webhooks/payments.

    KIND is subscription.paid, .renewed, .tier_changed, .cancelled or .refunded; purchase.paid or .refunded;
    tip.paid or .refunded. JSON is the event's data, for example

    fanwire webhook tip.paid '{"paymentId": "pay_1", "userId": "boris", "creatorId": "anna", "amount": 50000,
    "currency": "RUB"}'
    """
    import httpx2
    import msgspec

    from fanwire.cli import target
    from fanwire.cli.http import CallFailed, refusal, send
    from fanwire.clock import SystemClock, utc
    from fanwire.ids import event_id as new_id
    from fanwire.platform.payments.signature import HEADER, sign

    server = target.find(url=url, config=config, data_dir=data_dir)
    clock = SystemClock()
    event = {
        "id": event_id or new_id(),
        "type": kind,
        "createdAt": utc(clock).isoformat(),
        "data": _decoded(typer.get_text_stream("stdin").read() if data == "-" else data),
    }
    body = msgspec.json.encode(event)
    signature = sign(body, server.webhook_key(), int(clock.wall()))
    response = send(server, PATH, body, {HEADER: signature})
    if response.status_code != httpx2.codes.OK:
        raise CallFailed(refusal(response))
    typer.echo(f"{kind} {event['id']}: {msgspec.json.decode(response.content)['outcome']}")


def _decoded(text: str) -> object:
    import msgspec

    try:
        return msgspec.json.decode(text.encode(), type=dict[str, object])
    except msgspec.MsgspecError as error:
        raise ConfigurationError(f'JSON: {error}; quote it like \'{{"paymentId": "pay_1"}}\'') from None
