"""How the load client talks to Fanwire and to the peer."""

from __future__ import annotations

import json

import msgspec

from benchmarks.client.load import Target
from benchmarks.peers.broadcast import PUBLISHER, READY
from benchmarks.tokens import API_KEY, token

NAMESPACES = (
    {"name": "plain", "allow_subscribe_for_client": True, "allow_publish_for_client": True},
    {
        "name": "kept",
        "allow_subscribe_for_client": True,
        "allow_publish_for_client": True,
        "history_size": 100,
        "history_ttl": "60s",
        "force_recovery": True,
    },
)

# The peer's publisher sends what a Fanwire subscriber receives, so that both write the same bytes.
_PEER_HEAD = '{"push":{"channel":"plain:bench","pub":{"data":'


def connect(user: str, channel: str = "") -> str:
    """First message of a Fanwire client: connect, and subscribe when a channel is given."""
    commands: list[object] = [{"id": 1, "connect": {"token": token(user)}}]
    if channel:
        commands.append({"id": 2, "subscribe": {"channel": channel}})
    return "\n".join(json.dumps(command, separators=(",", ":")) for command in commands)


def fanwire_target(port: int, channel: str) -> Target:
    return Target(
        port=port,
        path="/connection/websocket",
        hellos=tuple(connect(f"user{number}", channel) for number in range(16)),
        ready='"subscribe":{',
        head=f'{{"id":9,"publish":{{"channel":"{channel}","data":',
        tail="}}",
        publish_hello=connect("publisher", f"{channel.partition(':')[0]}:other"),
    )


def over_http(target: Target, channel: str) -> Target:
    """The same subscribers, published to by the server API."""
    head = f'{{"channel":"{channel}","data":'
    return msgspec.structs.replace(target, publish="http", head=head, tail="}", api_key=API_KEY)


def peer_target(port: int) -> Target:
    return Target(
        port=port, path="/", hellos=("subscriber",), ready=READY, publish_hello=PUBLISHER, head=_PEER_HEAD, tail="}}}"
    )
