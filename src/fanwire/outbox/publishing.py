"""Committed frames go out in order, and are deleted only when the broker has them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Protocol

from fanwire.clock import Clock
from fanwire.errors import BrokerUnavailable
from fanwire.outbox.conflation import Conflation
from fanwire.outbox.connections import Connections
from fanwire.outbox.crash import CrashPoint, reached
from fanwire.outbox.lease import Lease
from fanwire.outbox.outage import Outage
from fanwire.outbox.stats import RelayStats
from fanwire.store.frames import StoredFrame, delete_frames, waiting_frames

BATCH = 500


class FramePublisher(Protocol):
    """What the gateway gives to the relay: the broker behind one verb."""

    async def publish(self, frames: Sequence[StoredFrame]) -> None:
        """Hand frames to the broker, in order. Whatever it raises, the frames come again: keys make that harmless."""
        ...


class Publishing:
    """Publishes what the database holds, oldest first, whoever wrote it; hot counters when their time has come."""

    def __init__(
        self,
        connections: Connections,
        lease: Lease,
        publisher: FramePublisher,
        clock: Clock,
        stats: RelayStats,
        *,
        conflate_interval: float = 0.0,
    ) -> None:
        """``conflate_interval`` is in seconds, for each channel and conflation key."""
        self._connections = connections
        self._lease = lease
        self._publisher = publisher
        self._conflation = Conflation(clock, conflate_interval)
        self._stats = stats
        self._outage = Outage("relay.publish", clock)

    @property
    def wait(self) -> float | None:
        """Seconds until a held counter may leave; None when none waits. Not before the broker is tried again."""
        held = self._conflation.wait
        return None if held is None else max(held, self._outage.wait)

    async def flush(self) -> int:
        """Publish all that waits; returns how many frames went out. What the broker refuses is tried again later.

        Raises:
            LeaseLost: in the middle of a long backlog another relay took over. It publishes the rest, and a newer
                value of a counter too, which an older one must not follow.
        """
        if self._outage.wait:
            return 0
        published = 0
        held: dict[str, Exception] = {}
        while await self._lease.hold() and (frames := await self._waiting(held)):
            try:
                sent = await self._publish(self._conflation.admit(frames), held)
            except BrokerUnavailable as error:
                self._failed(error)
                return published
            await self._forget(sent)
            published += len(sent)
            if len(frames) < BATCH:
                # All there were; what was committed meanwhile is the next round's, which asks anyway.
                break
        if held:
            self._failed(next(iter(held.values())))
        else:
            self._outage.worked()
        return published

    async def _waiting(self, held: Collection[str]) -> list[StoredFrame]:
        async with self._connections.reading() as connection:
            return await waiting_frames(connection, BATCH, held, self._conflation.held)

    async def _publish(self, frames: Sequence[StoredFrame], held: dict[str, Exception]) -> Sequence[StoredFrame]:
        if not frames:
            return ()
        try:
            await self._publisher.publish(frames)
        except BrokerUnavailable:
            raise
        except Exception:  # noqa: BLE001 - any publisher's error; found out below, channel by channel
            return await self._by_channel(frames, held)
        finally:
            self._conflation.left(frames)
        reached(CrashPoint.RELAY_AFTER_PUBLISH)
        return frames

    async def _by_channel(self, frames: Sequence[StoredFrame], held: dict[str, Exception]) -> Sequence[StoredFrame]:
        """One channel must not stop the others: it is held back, in order, and the rest goes out."""
        sent: list[StoredFrame] = []
        for channel in dict.fromkeys(frame.channel for frame in frames):
            own = [frame for frame in frames if frame.channel == channel]
            try:
                await self._publisher.publish(own)
            except BrokerUnavailable:
                raise
            except Exception as error:  # noqa: BLE001 - kept, logged and tried again by flush
                held[channel] = error
            else:
                sent += own
        return sent

    async def _forget(self, sent: Sequence[StoredFrame]) -> None:
        if not sent:
            return
        async with self._connections.writing() as connection:
            await delete_frames(connection, [frame.id for frame in sent])
        reached(CrashPoint.RELAY_AFTER_DELETE)
        self._stats.published += len(sent)

    def _failed(self, error: Exception) -> None:
        self._stats.publish_failures += 1
        self._outage.failed(error)
