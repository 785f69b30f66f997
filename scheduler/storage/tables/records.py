"""What is kept beside files: holds on them, that they were erased, and counts."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from scheduler.domain.legal_hold import HoldAct
from scheduler.storage.tables.metadata import kept, metadata, one_of
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
    # An erased file stays erased, and its code is not given again.
    info=kept("for good"),
    sqlite_autoincrement=True,
)

# A line an act; the last one about a file says whether it is held. The database writes
# the same into `client.legal_hold`, and nobody else does. It outlives the file.
legal_hold = Table(
    "legal_hold",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", Integer, nullable=False),
    Column("act", String(8), nullable=False),
    Column("reason", String(12), nullable=False),
    Column("review_on", Date),
    # Nobody, when a restore brought an erased file back with its hold.
    Column("by_id", ForeignKey("staff.id")),
    Column("at", UTCDateTime, nullable=False),
    one_of("act", HoldAct),
    CheckConstraint(
        "(act IN ('laid', 'reviewed')) = (review_on IS NOT NULL)", name="reviewed"
    ),
    Index("ix_legal_hold_client_id_id", "client_id", "id"),
    info=kept("audit"),
    sqlite_autoincrement=True,
)

# What may be told of a month, counted once when it is over: whatever is erased or
# purged later, the same is told again, so no two tellings can be compared (E9).
month_counted = Table(
    "month_counted",
    metadata,
    Column("first", Date, primary_key=True),
    Column("counted_at", UTCDateTime, nullable=False),
    Column("told", JSONText, nullable=False),
    info=kept("for good"),
)
