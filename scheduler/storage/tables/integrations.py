"""Programs of others that book by the JSON door."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import BlindIndex, UTCDateTime

# `staff_id` is whom it acts as: an account of its own that nobody signs in with, or a
# counsellor's. The token is kept as a keyed digest only.
integration = Table(
    "integration",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(64), nullable=False, unique=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False, index=True),
    Column("token_hash", BlindIndex, nullable=False, unique=True),
    Column("made_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
    Column("revoked_at", UTCDateTime),
    info=kept("staff"),
    sqlite_autoincrement=True,
)
