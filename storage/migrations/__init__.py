"""Alembic's scripts: one file per schema version, run by `storage.migrate`."""
