"""Alembic's entry: runs the scripts on the connection that ``fanwire.platform.migrate`` hands over."""

from __future__ import annotations

from alembic import context

from fanwire.platform.migrate import VERSION_TABLE
from fanwire.platform.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
)
with context.begin_transaction():
    context.run_migrations()
