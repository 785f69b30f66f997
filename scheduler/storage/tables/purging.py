"""The mark of a purge: while its one row is there, old rows may be deleted."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, Table

from scheduler.storage.tables.metadata import kept, metadata

purging = Table(
    "purging",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    CheckConstraint("id = 1", name="one_row"),
    info=kept("settings"),
)
