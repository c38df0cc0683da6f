"""What happens to a flash sale by itself: it begins, it ends, and unpaid reservations go back."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from fanwire.events.flash_sales import notify_flash_sale_ended, notify_flash_sale_started
from fanwire.platform.flash_sales import redemption, sale, tables
from fanwire.platform.timers import Firing, Handlers


async def _start(firing: Firing) -> datetime | None:
    found = await sale.lock(firing.connection, firing.subject)
    if found is None or found.started_at is not None or found.ended_at is not None:
        return None
    await _mark(firing, "started_at")
    await notify_flash_sale_started(found, session=firing.connection)
    return None


async def _end(firing: Firing) -> datetime | None:
    found = await sale.lock(firing.connection, firing.subject)
    if found is None or found.ended_at is not None:
        return None
    if found.ends_at > firing.now:
        return found.ends_at
    await _mark(firing, "ended_at")
    await notify_flash_sale_ended(found, session=firing.connection)
    return None


async def _expire(firing: Firing) -> datetime | None:
    held = await redemption.lock(firing.connection, firing.subject)
    if held is not None and held.paid_at is None:
        await redemption.release(firing.connection, held)
    return None


async def _mark(firing: Firing, column: str) -> None:
    statement = update(tables.sale).where(tables.sale.c.id == firing.subject)
    await firing.connection.execute(statement.values({column: await firing.server_now()}))


HANDLERS: Handlers = {sale.START: _start, sale.END: _end, redemption.EXPIRY: _expire}
