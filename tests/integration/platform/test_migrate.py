"""The migrated schema is the one that the code describes, beside Fanwire's own."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from sqlalchemy import inspect

from fanwire.platform import migrate, tables
from fanwire.platform.payments.tables import payment_use
from fanwire.platform.tips.tables import tip as tip_table
from fanwire.store import migrate as store_migrate
from fanwire.store.engines import sync_engine
from fanwire.store.urls import sync_url


def test_the_migrated_schema_is_the_metadata(db_url: str) -> None:
    migrate.upgrade(db_url)
    engine = sync_engine(sync_url(db_url), 1)
    with engine.connect() as connection:
        options = {"version_table": migrate.VERSION_TABLE, "compare_type": True, "compare_server_default": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


async def test_it_lives_beside_fanwire_in_any_order_and_twice(db_url: str) -> None:
    await asyncio.gather(migrate.upgrade_async(db_url), migrate.upgrade_async(db_url))
    await store_migrate.upgrade_async(db_url)
    await migrate.upgrade_async(db_url)
    engine = sync_engine(sync_url(db_url), 1)
    names = inspect(engine).get_table_names()
    engine.dispose()
    assert {"platform_post", "platform_alembic_version", "fanwire_outbox"} <= set(names)


def test_payments_from_before_the_register_are_in_it(db_url: str) -> None:
    engine = sync_engine(sync_url(db_url), 1)
    person = {"id": "anna", "nickname": "anna", "created_at": datetime.now(UTC)}
    tip = {"id": "t", "payment_id": "pay-1", "user_id": "anna", "creator_id": "anna", "amount": 1, "currency": "RUB"}
    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(migrate.MIGRATIONS))
        command.upgrade(config, "0006")
        connection.execute(tables.user.insert().values(person))
        connection.execute(tip_table.insert().values(**tip, created_at=person["created_at"]))
    migrate.upgrade(db_url)
    with engine.connect() as connection:
        assert connection.execute(payment_use.select()).all() == [("pay-1", "tip", None)]
    engine.dispose()
