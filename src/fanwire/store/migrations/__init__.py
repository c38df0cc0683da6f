"""Alembic migrations; ``fanwire.store.migrate`` runs them."""
