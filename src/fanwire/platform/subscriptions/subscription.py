"""One row of ``platform_subscription``: read, locked, written."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from fanwire.platform import tables
from fanwire.platform.problems import Missing
from fanwire.platform.requests import Tier
from fanwire.platform.rows import insert_new
from fanwire.platform.subscriptions.answers import SubscriptionAnswer
from fanwire.platform.subscriptions.lifecycle import RUNNING, State

_COLUMNS = tables.subscription.c


@dataclass(frozen=True)
class Subscription:
    """``changed_at`` is when a person last changed it here; the provider's older words do not undo that."""

    id: str
    user_id: str
    creator_id: str
    tier: Tier
    created_at: datetime
    valid_until: datetime
    state: State = State.ACTIVE
    provider_id: str | None = None
    changed_at: datetime | None = None

    def state_at(self, now: datetime) -> State:
        """The state as everybody sees it: what runs has expired once its time is over."""
        return State.EXPIRED if self.state in RUNNING and self.valid_until <= now else self.state

    def gives_access(self, now: datetime) -> bool:
        return self.state_at(now) in RUNNING

    def ended(self, state: State, now: datetime) -> Subscription:
        """In an end state: its time is over now, if it was not before."""
        return replace(self, state=state, valid_until=min(self.valid_until, now))

    def answer(self, now: datetime) -> SubscriptionAnswer:
        return SubscriptionAnswer(
            id=self.id,
            user_id=self.user_id,
            creator_id=self.creator_id,
            tier=self.tier,
            status=self.state_at(now),
            is_active=self.gives_access(now),
            created_at=self.created_at,
            valid_until=self.valid_until,
        )


COLUMNS = tuple(_COLUMNS[field.name] for field in fields(Subscription))


def read(row: Row[Any]) -> Subscription:
    """A row of ``COLUMNS``."""
    values = row._asdict()
    return Subscription(**{**values, "state": State(values["state"])})


async def find(connection: AsyncConnection, subscription_id: str) -> Subscription:
    """The subscription of this id, not locked.

    Raises:
        Missing: there is none, or a new one has taken its place.
    """
    row = (await connection.execute(select(*COLUMNS).where(_COLUMNS.id == subscription_id))).one_or_none()
    if row is None:
        raise missing(subscription_id)
    return read(row)


def missing(subscription_id: str) -> Missing:
    return Missing(
        f"There is no subscription '{subscription_id}' of yours. GET /api/subscriptions lists those you have."
    )


async def lock_pair(connection: AsyncConnection, user_id: str, creator_id: str) -> Subscription | None:
    """The subscription of ``user_id`` to ``creator_id``, held until the end of the transaction."""
    statement = select(*COLUMNS).where(_COLUMNS.user_id == user_id, _COLUMNS.creator_id == creator_id).with_for_update()
    row = (await connection.execute(statement)).one_or_none()
    return None if row is None else read(row)


async def insert(connection: AsyncConnection, subscription: Subscription) -> bool:
    """Write the first subscription of a pair; false if the pair has one."""
    return await insert_new(connection, tables.subscription, vars(subscription))


async def save(connection: AsyncConnection, subscription: Subscription) -> None:
    """Write what ``lock_pair`` holds."""
    statement = (
        update(tables.subscription)
        .where(_COLUMNS.user_id == subscription.user_id, _COLUMNS.creator_id == subscription.creator_id)
        .values(**vars(subscription))
    )
    await connection.execute(statement)
