"""From a command to its handler."""

from __future__ import annotations

from collections.abc import Callable
from typing import NoReturn

from fanwire.errors import BadCommand, ClientError, NotAvailable
from fanwire.realtime.protocol.model import Command, Kind
from fanwire.realtime.session.connect import connect
from fanwire.realtime.session.effects import Handling, Refuse
from fanwire.realtime.session.heartbeat import pong
from fanwire.realtime.session.queries import history, presence, presence_stats
from fanwire.realtime.session.refresh import refresh, sub_refresh
from fanwire.realtime.session.requests import publish, rpc, send
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.state import ACCEPTS
from fanwire.realtime.session.subscribe import subscribe
from fanwire.realtime.session.unsubscribe import unsubscribe


def _ping(session: Session, command: Command) -> NoReturn:
    # PROTOCOL.md section 1: pings are the server's business.
    raise NotAvailable("clients do not ping this server", "answer the server's pings with empty commands")


HANDLERS: dict[Kind, Callable[[Session, Command], Handling]] = {
    Kind.CONNECT: connect,
    Kind.SUBSCRIBE: subscribe,
    Kind.UNSUBSCRIBE: unsubscribe,
    Kind.PUBLISH: publish,
    Kind.PRESENCE: presence,
    Kind.PRESENCE_STATS: presence_stats,
    Kind.HISTORY: history,
    Kind.PING: _ping,
    Kind.SEND: send,
    Kind.RPC: rpc,
    Kind.REFRESH: refresh,
    Kind.SUB_REFRESH: sub_refresh,
    Kind.PONG: pong,
}


def handle(session: Session, command: Command) -> Handling:
    """Handle one command; drive it to its end before the next one, for commands are answered in order.

    Raises (in the course of it):
        errors.Disconnect: close the connection with this.
    """
    if session.deaf:
        return
    kind = command.kind
    if kind not in ACCEPTS[session.state]:
        raise BadCommand(f"{kind} in state {session.state.name.lower()}")
    try:
        yield from HANDLERS[kind](session, command)
    except ClientError as error:
        yield from Refuse(command.id, error, getattr(getattr(command, kind, None), "channel", ""))
