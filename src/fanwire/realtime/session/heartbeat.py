"""Life signs: the time until connect, pings and pongs, and the end of what was refused."""

from __future__ import annotations

from math import ceil

from fanwire.errors import BadCommand, ConnectionClosed, NoPong, Stale
from fanwire.realtime.protocol.model import Command
from fanwire.realtime.session.effects import Beat, Handling, Ping
from fanwire.realtime.session.session import Session
from fanwire.realtime.session.state import State

# Seconds. A client closes by itself after an error reply to connect; who does not is dropped after this.
# Precedent: Centrifugo drops the socket within about 5 s.
REFUSED_CLOSE_DELAY = 5.0


def begin(session: Session) -> Handling:
    """The first thing to do with a new session: give it a while to connect."""
    yield from Beat(session.environment.settings.client.stale_close_delay)


def announced(session: Session) -> tuple[int, bool]:
    """Seconds between pings (0: none), and whether pongs are expected, as the connect reply says it."""
    settings = session.environment.settings.ping_pong
    return ceil(settings.ping_interval), bool(settings.ping_interval and settings.pong_timeout)


def begin_pings(session: Session) -> Handling:
    """Put the first ping at a random point of the interval's second half, to spread the load of a mass connect."""
    environment = session.environment
    interval = environment.settings.ping_pong.ping_interval
    if not interval:
        yield from Beat(None)
        return
    delay = interval / 2 + environment.chance() * interval / 2
    session.next_ping = environment.clock.monotonic() + delay
    yield from Beat(delay)


def beat(session: Session) -> Handling:
    """The timer of ``Beat`` has come; what it means depends on the state.

    Raises (in the course of it):
        errors.Stale: no connect came in time (3502).
        errors.ConnectionClosed: connect was refused, and the client is still there (3000).
        errors.NoPong: a ping was not answered in time (3012).
    """
    if session.state is State.REFUSED:
        raise ConnectionClosed("connect was refused")
    if session.state is State.CONNECTING:
        # The client has done its part: 3502 is terminal, and a mass reconnect makes snapshots wait for this long.
        yield from Beat(session.environment.settings.client.stale_close_delay)
        return
    if session.state is not State.CONNECTED:
        raise Stale("no connect command came in time")
    if session.awaits_pong:
        raise NoPong
    yield from _ping(session)


def _ping(session: Session) -> Handling:
    """Ping when it is time. One timer serves both: a pong stops nothing, its deadline just finds it there."""
    environment = session.environment
    settings = environment.settings.ping_pong
    now = environment.clock.monotonic()
    # The wheel may be a little early by its own rounding; a ping too many would cost more than it matters.
    if now + 0.05 < session.next_ping:
        yield from Beat(session.next_ping - now)
        return
    session.next_ping = now + settings.ping_interval
    session.awaits_pong = bool(settings.pong_timeout)
    yield from Ping()
    yield from Beat(settings.pong_timeout or settings.ping_interval)


def pong(session: Session, command: Command) -> Handling:
    """One pong per ping; one that nobody asked for closes with 3501."""
    if not session.awaits_pong:
        raise BadCommand("a pong without a ping, or a command without an id")
    session.awaits_pong = False
    yield from ()
