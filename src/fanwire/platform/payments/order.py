"""Which of two words on one object is the newer one: a provider promises delivery, not order."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import NamedTuple

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform.payments.tables import provider_object
from fanwire.platform.rows import insert_new

_COLUMNS = provider_object.c


class Moment(NamedTuple):
    """Compared in this order. ``rank`` decides within one second: an end outranks a beginning."""

    at: datetime
    version: int
    rank: int


# A payment is paid and may then be refunded: whenever that is said, the refund is the last word.
PAID = Moment(datetime.fromtimestamp(0, UTC), 0, 0)
REFUNDED = Moment(datetime.fromtimestamp(0, UTC), 0, 1)


async def is_newest(connection: AsyncConnection, kind: str, id: str, moment: Moment) -> bool:
    """Note ``moment`` if it is newer than what is known of the object, which stays locked in this transaction.

    False means that what is said has been overtaken, or was said before.
    """
    row = {"kind": kind, "id": id, **moment._asdict()}
    if await insert_new(connection, provider_object, row):
        return True
    this = (_COLUMNS.kind == kind) & (_COLUMNS.id == id)
    statement = select(_COLUMNS.at, _COLUMNS.version, _COLUMNS.rank).where(this).with_for_update()
    known = Moment(*(await connection.execute(statement)).one())
    if moment <= known:
        return False
    await connection.execute(update(provider_object).where(this).values(moment._asdict()))
    return True
