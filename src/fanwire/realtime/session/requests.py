"""What a client gives to others: publications, rpc calls and messages."""

from __future__ import annotations

from fanwire.errors import BadRequest
from fanwire.realtime.channels.rules import may_publish
from fanwire.realtime.protocol.model import Command, PublishResult, Reply, RPCResult
from fanwire.realtime.session.effects import Call, Deliver, Handling, Publish, Send
from fanwire.realtime.session.session import Session


def publish(session: Session, command: Command) -> Handling:
    request = command.publish
    assert request is not None
    channel = session.channel(request.channel)
    data = bytes(request.data)
    if not data:
        raise BadRequest("publish without data")
    if request.type:
        raise BadRequest("only stream publications exist here", "publish without `type`")
    may_publish(session.subject(request.channel), channel)
    yield from Publish(channel, data, session.client_info(request.channel))
    yield from Send(Reply(id=command.id, publish=PublishResult()))


def rpc(session: Session, command: Command) -> Handling:
    assert command.rpc is not None
    data = yield from Call(command.rpc.method, bytes(command.rpc.data))
    yield from Send(Reply(id=command.id, rpc=RPCResult(session.wire.raw(data) if data else None)))


def send(session: Session, command: Command) -> Handling:
    """Raises (in the course of it) DisconnectNotAvailable when nobody takes messages (3508)."""
    assert command.send is not None
    yield from Deliver(bytes(command.send.data))
