"""Alembic's entry: the connection comes from ``fanwire.store.migrate``, which alone runs these migrations."""

from __future__ import annotations

from alembic import context

from fanwire.store.tables import metadata

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=metadata, version_table="fanwire_alembic_version")
with context.begin_transaction():
    context.run_migrations()
