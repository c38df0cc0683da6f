"""The methods of the server API: a command's type, and what is done with it."""

from __future__ import annotations

import asyncio
import base64
import binascii
from collections.abc import Awaitable, Callable
from typing import Any

import msgspec
from msgspec import UNSET, Raw

from fanwire.brokers.base import HistoryFilter, Publication, PublishResult, StreamPosition
from fanwire.errors import BadRequest, ClientError
from fanwire.gateway.server_api import commands
from fanwire.gateway.server_api.verbs import Verbs

Result = dict[str, Any]


class Method(msgspec.Struct, frozen=True):
    """One method: how its command is decoded, and who runs it."""

    decoder: msgspec.json.Decoder[Any]
    run: Callable[[Verbs, Any], Awaitable[Result]]


async def _publish(verbs: Verbs, command: commands.Publish) -> Result:
    return _placed(await _publish_to(verbs, _named(command.channel), command, _data(command)))


async def _broadcast(verbs: Verbs, command: commands.Broadcast) -> Result:
    if not command.channels:
        raise BadRequest("channels is empty")
    data = _data(command)
    responses = await asyncio.gather(*(_respond(verbs, channel, command, data) for channel in command.channels))
    return {"responses": responses}


async def _respond(verbs: Verbs, channel: str, command: commands.Payload, data: bytes) -> Result:
    try:
        return {"result": _placed(await _publish_to(verbs, _named(channel), command, data))}
    except ClientError as error:
        return {"error": {"code": error.code, "message": error.message}}


async def _publish_to(verbs: Verbs, channel: str, command: commands.Payload, data: bytes) -> PublishResult:
    return await verbs.publish(
        channel,
        data,
        idempotency_key=command.idempotency_key,
        tags=command.tags,
        skip_history=command.skip_history,
    )


async def _presence(verbs: Verbs, command: commands.OfChannel) -> Result:
    return {"presence": await verbs.presence(_named(command.channel))}


async def _presence_stats(verbs: Verbs, command: commands.OfChannel) -> Result:
    stats = await verbs.presence_stats(_named(command.channel))
    return {"num_clients": stats.num_clients, "num_users": stats.num_users}


async def _history(verbs: Verbs, command: commands.History) -> Result:
    since = StreamPosition(command.since.offset, command.since.epoch) if command.since else None
    if command.reverse and since is not None and since.offset == 0:
        raise BadRequest("reverse reads before `since`, and there is nothing before offset 0")
    wanted = HistoryFilter(limit=command.limit, since=since, reverse=command.reverse)
    publications, top = await verbs.history(_named(command.channel), wanted)
    return {
        "publications": [_kept(publication) for publication in publications],
        "offset": top.offset,
        "epoch": top.epoch,
    }


async def _history_remove(verbs: Verbs, command: commands.OfChannel) -> Result:
    await verbs.remove_history(_named(command.channel))
    return {}


async def _unsubscribe(verbs: Verbs, command: commands.OfUser) -> Result:
    await verbs.unsubscribe(_user(command.user), _named(command.channel), client=command.client)
    return {}


async def _disconnect(verbs: Verbs, command: commands.DisconnectUser) -> Result:
    close = command.disconnect or commands.CloseCode(3503, "force disconnect")
    await verbs.disconnect(
        _user(command.user), client=command.client, code=close.code, reason=close.reason, whitelist=command.whitelist
    )
    return {}


async def _revoke_token(verbs: Verbs, command: commands.RevokeToken) -> Result:
    token_id = command.token or command.uid
    if not token_id:
        raise BadRequest("token is empty: give the jti of the token, never the token itself")
    await verbs.revoke_token(token_id, command.user)
    return {}


async def _revoke_tokens(verbs: Verbs, command: commands.RevokeTokens) -> Result:
    await verbs.revoke_tokens(_user(command.user), command.issued_before)
    return {}


async def _info(verbs: Verbs, _: commands.Nothing) -> Result:
    return {"nodes": await verbs.info()}


async def _channels(verbs: Verbs, command: commands.Pattern) -> Result:
    found = await verbs.channels(command.pattern)
    return {"channels": {channel: {"num_clients": clients} for channel, clients in found.items()}}


async def _explain(verbs: Verbs, command: commands.Explain) -> Result:
    try:
        await verbs.explain(command.user, _named(command.channel))
    except ClientError as error:
        return {"allowed": False, "code": error.code, "message": error.message, "rule": error.rule, "hint": error.hint}
    return {"allowed": True}


def _method(command: type[Any], run: Callable[[Verbs, Any], Awaitable[Result]]) -> Method:
    return Method(msgspec.json.Decoder(command), run)


METHODS: dict[str, Method] = {
    "publish": _method(commands.Publish, _publish),
    "broadcast": _method(commands.Broadcast, _broadcast),
    "presence": _method(commands.OfChannel, _presence),
    "presence_stats": _method(commands.OfChannel, _presence_stats),
    "history": _method(commands.History, _history),
    "history_remove": _method(commands.OfChannel, _history_remove),
    "unsubscribe": _method(commands.OfUser, _unsubscribe),
    "disconnect": _method(commands.DisconnectUser, _disconnect),
    "revoke_token": _method(commands.RevokeToken, _revoke_token),
    "revoke_tokens": _method(commands.RevokeTokens, _revoke_tokens),
    "invalidate_user_tokens": _method(commands.RevokeTokens, _revoke_tokens),
    "info": _method(commands.Nothing, _info),
    "channels": _method(commands.Pattern, _channels),
    "explain": _method(commands.Explain, _explain),
}


def _named(channel: str) -> str:
    if not channel:
        raise BadRequest("channel is empty")
    return channel


def _user(user: str) -> str:
    if not user:
        raise BadRequest("user is empty")
    return user


def _data(command: commands.Payload) -> bytes:
    """One line of JSON: a line end would end the message on the wire."""
    raw = command.data if command.b64data == "" else Raw(_decoded(command.b64data))
    if raw is UNSET or not bytes(raw):
        raise BadRequest("data is empty")
    data = bytes(raw)
    return msgspec.json.format(data, indent=-1) if b"\n" in data or b"\r" in data else data


def _decoded(text: str) -> bytes:
    try:
        data = base64.b64decode(text, validate=True)
        msgspec.json.decode(data, type=Raw)
    except (binascii.Error, msgspec.MsgspecError):
        raise BadRequest("b64data is not JSON in base64") from None
    return data


def _placed(result: PublishResult) -> Result:
    position = result.position
    return {"offset": position.offset, "epoch": position.epoch} if position.offset else {}


def _kept(publication: Publication) -> Result:
    kept: Result = {"data": Raw(publication.data), "offset": publication.offset}
    if publication.tags:
        kept["tags"] = publication.tags
    if publication.info is not None:
        kept["info"] = publication.info
    return kept
