"""The mark of a purge, what is counted of rows that went, and where trails begin."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, String, Table

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import BlindIndex, UTCDateTime

# While its one row is there, old rows may be deleted.
purging = Table(
    "purging",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    CheckConstraint("id = 1", name="one_row"),
    info=kept("settings"),
)

# What is left of decisions and messages when their rows have gone: how many, of the
# whole agency, by month.
gone_count = Table(
    "gone_count",
    metadata,
    Column("month", String(7), primary_key=True),
    Column("what", String(12), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("outcome", String(16), primary_key=True),
    Column("many", Integer, nullable=False),
    CheckConstraint("many > 0", name="some"),
    info=kept("for good"),
)

# The audit trail before a cut is gone. `mac` is the seal of the last line that went, so
# that the next one is still held against it; `proof` is keyed, over all three.
audit_cut = Table(
    "audit_cut",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("place", Integer, nullable=False, unique=True),
    Column("entry_id", Integer, nullable=False),
    Column("mac", BlindIndex, nullable=False),
    Column("proof", BlindIndex, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    info=kept("audit"),
    sqlite_autoincrement=True,
)
