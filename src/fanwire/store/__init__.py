"""The store: tables, migrations, and engines set up so that an acknowledged commit stays committed."""
