"""Events into items, memberships and counts: what the relay does with a batch of outbox rows."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.frames import Frame, numbered
from fanwire.inbox import (
    apply_access,
    apply_auctions,
    apply_audience,
    apply_flash_sales,
    apply_follows,
    apply_messages,
    apply_personal,
    apply_public,
    apply_said,
    apply_tips,
    facts,
)
from fanwire.inbox.applier import Appliers
from fanwire.inbox.entry import Row, read
from fanwire.inbox.load import load
from fanwire.inbox.needs import Needs
from fanwire.inbox.save import save

APPLIERS: Appliers = {
    **apply_personal.APPLIERS,
    **apply_audience.APPLIERS,
    **apply_said.APPLIERS,
    **apply_follows.APPLIERS,
    **apply_access.APPLIERS,
    **apply_public.APPLIERS,
    **apply_messages.APPLIERS,
    **apply_flash_sales.APPLIERS,
    **apply_auctions.APPLIERS,
    **apply_tips.APPLIERS,
}


async def apply_rows(connection: AsyncConnection, rows: Sequence[Row], first_gseq: int, now: datetime) -> list[Frame]:
    """Apply a batch within the relay's transaction; the frames say it, in the order of the rows.

    ``rows[i]`` takes gseq ``first_gseq + i``; the caller has moved ``relay_lease.gseq`` to the last of them in
    the same transaction, which also keeps other relays out. The number of statements does not depend on the
    number of rows.

    Raises:
        InvalidEvent: a row cannot be applied; nothing was written.
    """
    entries = [read(row, first_gseq + i) for i, row in enumerate(rows)]
    needs = Needs()
    for entry in entries:
        APPLIERS[entry.event.function].collect(entry, needs)
    ledger = await load(connection, needs)
    ledger.access = await facts.load(connection, needs.said, needs.facts, now)
    frames: list[Frame] = []
    for entry in entries:
        frames += numbered(entry.event_id, APPLIERS[entry.event.function].apply(entry, ledger), entry.gseq)
    await save(connection, ledger, now)
    await facts.save(connection, ledger.access)
    return frames
