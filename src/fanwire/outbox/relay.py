"""The relay: takes committed events out of the outbox, applies them, and publishes what they say.

One relay works at a time, by lease; others stand by. A crash at any point repeats at most a publish, which the
broker suppresses by the frame's key.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

import structlog

from fanwire.clock import Clock
from fanwire.errors import LeaseLost
from fanwire.outbox.applying import Apply, Applying, RowsGone
from fanwire.outbox.claim import Claims
from fanwire.outbox.connections import Connections
from fanwire.outbox.crash import CrashPoint, reached
from fanwire.outbox.lapsing import Lapses, Lapsing
from fanwire.outbox.lease import Lease
from fanwire.outbox.outage import Outage
from fanwire.outbox.publishing import FramePublisher, Publishing
from fanwire.outbox.stats import RelayStats
from fanwire.settings import RelaySettings
from fanwire.store import wakeup
from fanwire.store.database import Database

# Seconds for giving the lease back at the end; a database that is down must not hold up the exit.
_RELEASE_LIMIT = 2.0

# Seconds. On SQLite the relay has the one writer at most half of the time: rounds that follow at once handle two or
# three events each, and cost the callers half of their throughput (165 likes a second, 95 without a rest).
_LONGEST_REST = 0.05

_log = structlog.get_logger()


class Relay:
    """Run ``run()`` as one task. ``step()`` is one round of it, for tests and scripts."""

    def __init__(
        self,
        database: Database,
        publisher: FramePublisher,
        settings: RelaySettings,
        clock: Clock,
        owner_id: str,
        *,
        apply: Apply,
        lapses: Lapses | None = None,
    ) -> None:
        """``owner_id`` names this process in the lease row; ``apply`` is ``fanwire.inbox.apply.apply_rows``.

        ``lapses`` are ended by themselves (``fanwire.inbox.lapses``).
        """
        self.stats = RelayStats()
        self._settings = settings
        self._lease = Lease(database, clock, owner_id, settings.lease_ttl)
        self._connections = Connections(database)
        self._claims = Claims(
            self._connections, clock, full_scan_interval=settings.full_scan_interval, batch_size=settings.batch_size
        )
        self._applying = Applying(self._connections, self._lease, apply, clock, self.stats)
        self._publishing = Publishing(
            self._connections,
            self._lease,
            publisher,
            clock,
            self.stats,
            conflate_interval=settings.conflate_interval,
        )
        self._lapsing: Lapsing | None = None
        if lapses is not None:
            self._lapsing = Lapsing(self._connections, self._lease, lapses, clock, self.stats)
        self._outage = Outage("relay.database", clock)
        self._shares_writer = database.dialect == "sqlite"
        self._signal = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stopping = False

    async def run(self) -> None:
        """Work until ``stop`` or cancellation. The database may go away and come back meanwhile."""
        self._loop = asyncio.get_running_loop()
        end = wakeup.on_commit(self.wake)
        try:
            while not self._stopping:
                await self._turn()
        finally:
            end()
            await self._let_go()

    def stop(self) -> None:
        """Finish the round that is under way, give the lease back and return from ``run``."""
        self._stopping = True
        self.wake()

    def wake(self) -> None:
        """Look now instead of at the next poll. From any thread; cheap when repeated."""
        if self._loop is None or self._signal.is_set():
            return
        with suppress(RuntimeError):  # the loop is closing: nobody is left to wake
            self._loop.call_soon_threadsafe(self._signal.set)

    async def step(self) -> int:
        """Claim, apply and publish once; returns how many rows and frames were handled.

        Raises:
            Exception: the database cannot be used now. Nothing is lost; ``run`` tries again.
        """
        try:
            return await self._round()
        except LeaseLost as lost:
            self.stats.leases_lost += 1
            _log.warning("relay.lease_lost", detail=str(lost))
        except RowsGone as gone:
            _log.warning("relay.rows_gone", detail=str(gone))
        finally:
            self.stats.holding = self._lease.held
        return 0

    async def publish_left_over(self) -> int:
        """Publish the frames of a previous life; call it before sockets open. Returns how many went out.

        Does nothing while another process is the relay: then they are that one's.
        """
        self.stats.holding = await self._lease.hold()
        return await self._publishing.flush() if self.stats.holding else 0

    async def _round(self) -> int:
        if not await self._lease.hold():
            return 0
        async with self._connections.round():
            return await self._handle()

    async def _handle(self) -> int:
        claimed = await self._claims.next()
        if claimed:
            reached(CrashPoint.RELAY_AFTER_CLAIM)
            await self._applying.run(claimed)
        ended = await self._lapsing.run() if self._lapsing is not None else 0
        return len(claimed.rows) + len(claimed.unreadable) + ended + await self._publishing.flush()

    async def _turn(self) -> None:
        self._signal.clear()
        began = asyncio.get_running_loop().time()
        try:
            handled = await self.step()
        except Exception as error:  # noqa: BLE001 - a relay that ends loses nothing, but nobody would get anything
            self._outage.failed(error)
            self._claims.reset()
            await self._wait_for_stop(self._outage.wait)
            return
        self._outage.worked()
        if not handled and not self._stopping:
            await self._wait_for_signal(self._pause())
        elif self._shares_writer:
            await self._wait_for_stop(min(asyncio.get_running_loop().time() - began, _LONGEST_REST))

    def _pause(self) -> float:
        """Until the next poll, or until a held counter may leave, which is ours while we are the relay."""
        held = self._publishing.wait if self._lease.held else None
        return self._settings.poll_interval if held is None else min(held, self._settings.poll_interval)

    async def _wait_for_signal(self, seconds: float) -> None:
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._signal.wait()

    async def _wait_for_stop(self, seconds: float) -> None:
        """A wake-up does not shorten the pause in an outage; ``stop`` does."""
        deadline = asyncio.get_running_loop().time() + seconds
        while not self._stopping and (left := deadline - asyncio.get_running_loop().time()) > 0:
            self._signal.clear()
            await self._wait_for_signal(left)

    async def _let_go(self) -> None:
        try:
            async with asyncio.timeout(_RELEASE_LIMIT):
                await self._lease.release()
        except Exception as error:  # noqa: BLE001 - the lease expires by itself; leaving must not fail
            _log.warning("relay.lease_not_released", error=str(error))
        self.stats.holding = False
