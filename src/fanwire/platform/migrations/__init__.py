"""Alembic's scripts for the platform's tables."""
