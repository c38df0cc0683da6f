"""Streams in memory: publications of a window, and a position that outlives them."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from itertools import islice

from fanwire.brokers.base import HistoryFilter, Publication, StreamPosition
from fanwire.brokers.deadlines import Deadlines


class Stream:
    """The stream of one channel. Offsets are contiguous from 1, so a publication is found by arithmetic.

    Publications expire together, ``history_ttl`` after the newest; the position expires ``meta_ttl`` after the
    last use (Centrifugo's meaning of both options).
    """

    __slots__ = ("epoch", "expires_at", "forgotten_at", "offset", "publications")

    def __init__(self, epoch: str) -> None:
        self.epoch = epoch
        self.offset = 0
        self.publications: deque[Publication] = deque()
        self.expires_at = 0.0
        self.forgotten_at = 0.0

    @property
    def position(self) -> StreamPosition:
        return StreamPosition(self.offset, self.epoch)

    def append(self, publication: Publication, size: int, expires_at: float) -> None:
        """Keep ``publication``, whose offset is ``self.offset + 1``, and at most ``size`` in all."""
        self.offset = publication.offset
        self.publications.append(publication)
        while len(self.publications) > size:
            self.publications.popleft()
        self.expires_at = expires_at

    def drop_expired(self, now: float) -> None:
        if self.publications and now >= self.expires_at:
            self.publications.clear()

    def read(self, asked: HistoryFilter) -> list[Publication]:
        """The publications that fit; epochs are compared by the caller, who gets the position too."""
        if asked.limit == 0 or not self.publications:
            return []
        found = self._before(asked.since) if asked.reverse else self._after(asked.since)
        return found if asked.limit < 0 else found[: asked.limit]

    def _after(self, since: StreamPosition | None) -> list[Publication]:
        offset = since.offset if since else 0
        return list(islice(self.publications, max(0, offset + 1 - self.publications[0].offset), None))

    def _before(self, since: StreamPosition | None) -> list[Publication]:
        offset = since.offset if since else self.offset + 1
        return list(islice(self.publications, 0, max(0, offset - self.publications[0].offset)))[::-1]


class Streams:
    """channel -> its stream. Times are those of one monotonic clock."""

    __slots__ = ("_make_epoch", "_positions", "_publications", "_streams")

    def __init__(self, make_epoch: Callable[[], str]) -> None:
        self._make_epoch = make_epoch
        self._streams: dict[str, Stream] = {}
        self._publications: Deadlines[str] = Deadlines()
        self._positions: Deadlines[str] = Deadlines()

    def __len__(self) -> int:
        return len(self._streams)

    def open(self, channel: str, now: float, meta_ttl: float) -> Stream:
        """The stream of ``channel``, a new one if need be; its position lives ``meta_ttl`` from now."""
        stream = self._streams.get(channel)
        if stream is None or now >= stream.forgotten_at:
            stream = self._streams[channel] = Stream(self._make_epoch())
        else:
            stream.drop_expired(now)
        stream.forgotten_at = max(stream.forgotten_at, stream.expires_at, now + meta_ttl)
        self._positions.add(channel, stream.forgotten_at)
        return stream

    def append(self, channel: str, stream: Stream, publication: Publication, size: int, expires_at: float) -> None:
        stream.append(publication, size, expires_at)
        stream.forgotten_at = max(stream.forgotten_at, expires_at)
        self._publications.add(channel, expires_at)

    def remove_history(self, channel: str) -> None:
        stream = self._streams.get(channel)
        if stream:
            stream.publications.clear()

    def sweep(self, now: float, limit: int) -> None:
        """Free at most ``limit`` expired histories and as many expired positions."""
        self._publications.expire(now, self._look_at_publications, limit)
        self._positions.expire(now, self._look_at_position, limit)

    def _look_at_publications(self, channel: str, now: float) -> float | None:
        stream = self._streams.get(channel)
        if stream is None:
            return None
        stream.drop_expired(now)
        return stream.expires_at if stream.publications else None

    def _look_at_position(self, channel: str, now: float) -> float | None:
        stream = self._streams[channel]
        if now < stream.forgotten_at:
            return stream.forgotten_at
        del self._streams[channel]
        return None
