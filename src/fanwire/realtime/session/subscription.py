"""One subscription of one connection: shared by its session, the hub and the node."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from fanwire.errors import Unsubscribe
from fanwire.realtime.link import Outbound
from fanwire.realtime.protocol.stream import ClientInfo, Publication
from fanwire.realtime.protocol.wire import Wire

if TYPE_CHECKING:
    from msgspec import Raw

    from fanwire.realtime.session.session import Session
    from fanwire.realtime.wheel import Timer

# Bits of ``Subscription.flags``; plain ints, for an IntFlag makes an object at every test.
SERVER_SIDE = 1 << 0
POSITIONED = 1 << 1
RECOVERABLE = 1 << 2
# Others see it in presence; PRESENT: it was entered there.
PRESENCE = 1 << 3
PRESENT = 1 << 4
JOIN_LEAVE = 1 << 5
# It is told who joins and leaves.
PUSH_JOIN_LEAVE = 1 << 6
# Access is decided by ChannelAccess; DOUBTED: something changed since it was asked.
GUARDED = 1 << 7
DOUBTED = 1 << 8
# The stream was seen to break while publications were held back.
BROKEN = 1 << 9
LIVE = 1 << 10
# Others have no access: while the node may not know of its end, publications wait.
LOCKED = 1 << 11

# Held back for one subscription that is not live yet; more than this counts as a break of the stream.
# Precedent: Centrifugo recovers at most 300 publications, and a subscribe takes milliseconds.
MAX_HELD = 4_096


class Held(NamedTuple):
    """A publication that waits until its subscription is live; ``audience``: it came by an audience."""

    publication: Publication
    epoch: str
    audience: bool = False


class Seat:
    """A notifications subscription's place in its user's audiences.

    ``opening`` is the first piece of each push. ``changes`` notes memberships that changed while the snapshot
    was being read: the last word per stream; None once the subscription is live.
    """

    __slots__ = ("changes", "opening", "position", "streams")

    def __init__(self, opening: bytes) -> None:
        self.opening = opening
        self.position = 0
        self.streams: set[str] = set()
        self.changes: dict[str, bool] | None = {}


class Lease:
    """When a subscription ends by itself, in seconds since the epoch (0: never), and what may end it before.

    ``expire_at`` is its token's, as are ``token_id`` and ``issued_at`` (-1: it has no token); ``until`` is when
    access ends, and ``since`` the last version that was published before access began.
    """

    __slots__ = ("expire_at", "issued_at", "since", "timer", "token_id", "until")

    def __init__(self) -> None:
        self.expire_at = 0.0
        self.token_id = ""
        self.issued_at = -1.0
        self.until = 0.0
        self.since = 0
        self.timer: Timer | None = None


class Subscription:
    """``channel`` is the name that all subscriptions of a channel share.

    The hub reads and writes ``place``, ``held``, ``version_floor``, ``offset_floor`` and ``seat``. A floor is
    the last version (offset) that the subscriber already holds; -1 (0) is none.
    """

    __slots__ = (
        "chan_info",
        "channel",
        "ending",
        "flags",
        "held",
        "lease",
        "offset_floor",
        "outbound",
        "place",
        "seat",
        "session",
        "version_floor",
        "wire",
    )

    def __init__(self, session: Session, channel: str, outbound: Outbound, wire: Wire, flags: int) -> None:
        self.session = session
        self.channel = channel
        self.outbound = outbound
        self.wire = wire
        self.flags = flags
        self.place = -1
        self.held: list[Held] | None = None
        self.version_floor = -1
        self.offset_floor = 0
        self.chan_info: Raw | None = None
        self.seat: Seat | None = None
        self.lease: Lease | None = None
        # A server's unsubscribe that came before it was live.
        self.ending: Unsubscribe | None = None

    @property
    def has_floor(self) -> bool:
        return self.version_floor >= 0 or self.offset_floor > 0

    def lower_offset_floor(self) -> int:
        """The channel has reached the floor; returns 1 when the subscription has no other floor."""
        self.offset_floor = 0
        return 0 if self.version_floor >= 0 else 1

    @property
    def info(self) -> ClientInfo:
        """Who subscribed, as others may see it."""
        session = self.session
        return ClientInfo(session.user, session.client, session.info, self.chan_info)

    def hold(self, held: Held) -> None:
        """Keep ``held`` until the subscription is live."""
        assert self.held is not None
        if len(self.held) < MAX_HELD:
            self.held.append(held)
        else:
            self.flags |= BROKEN
