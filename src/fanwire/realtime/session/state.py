"""The life of a session as data: which event leads where, and which commands each state accepts.

Everything that changes a session's state goes through ``TRANSITIONS``.
"""

from __future__ import annotations

from enum import Enum, auto

from fanwire.realtime.protocol.model import Kind


class State(Enum):
    """``FRESH``: no connect yet. ``REFUSED``: connect was answered with an error, nothing more is read."""

    FRESH = auto()
    CONNECTING = auto()
    CONNECTED = auto()
    REFUSED = auto()
    CLOSED = auto()


class Event(Enum):
    CONNECT = auto()
    ADMIT = auto()
    REFUSE = auto()
    CLOSE = auto()


TRANSITIONS: dict[State, dict[Event, State]] = {
    State.FRESH: {Event.CONNECT: State.CONNECTING, Event.CLOSE: State.CLOSED},
    State.CONNECTING: {Event.ADMIT: State.CONNECTED, Event.REFUSE: State.REFUSED, Event.CLOSE: State.CLOSED},
    State.CONNECTED: {Event.CLOSE: State.CLOSED},
    State.REFUSED: {Event.CLOSE: State.CLOSED},
    State.CLOSED: {},
}

# A command that is not listed closes with 3501. CONNECTING lists none: commands are handled one by one.
ACCEPTS: dict[State, frozenset[Kind]] = {
    State.FRESH: frozenset({Kind.CONNECT}),
    State.CONNECTING: frozenset(),
    State.CONNECTED: frozenset(Kind) - {Kind.CONNECT, Kind.UNKNOWN},
}

# In these nothing is read any more: a client sends its subscribes behind connect in one message, and closing
# with 3501 for them would be terminal where the error reply to connect (109, for example) was not.
DEAF = frozenset({State.REFUSED, State.CLOSED})
