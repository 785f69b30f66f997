"""What is left of files that were erased: that it was done, and how much went."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, ForeignKey, Integer, String, Table

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import BlindIndex, JSONText, UTCDateTime

# `client_id` is the number of a row that is gone; by the blind index of its code a
# paper with that code can be told from one that nobody knows.
erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, nullable=False, unique=True),
    Column("code_blind", BlindIndex, nullable=False, index=True),
    Column("at", UTCDateTime, nullable=False),
    # Nobody, when its time was over, or a restore brought it back.
    Column("erased_by", ForeignKey("staff.id")),
    Column("ground", String(12), nullable=False),
    Column("removed", JSONText, nullable=False),
    CheckConstraint("ground IN ('asked', 'mistake', 'over', 'again')", name="ground"),
    info=kept("audit"),
    sqlite_autoincrement=True,
)
