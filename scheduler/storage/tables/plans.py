"""Safe-contact plans: one sealed document a version (P10)."""

from __future__ import annotations

from sqlalchemy import (
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import BlindIndex, JSONText, Sealed, UTCDateTime

# `current` is decided on; `conflicting` was saved from an outdated version and is
# decided on as well until somebody settles it; `old` is history.
plan_version = Table(
    "plan_version",
    metadata,
    Column("client_id", ForeignKey("client.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("state", String(12), nullable=False),
    Column("document", Sealed),
    Column("changed_fields", JSONText, nullable=False),
    Column("based_on", Integer),
    # Nobody, when the machine closes a channel (M8).
    Column("saved_by", ForeignKey("staff.id")),
    Column("saved_at", UTCDateTime, nullable=False),
    CheckConstraint("state IN ('current', 'conflicting', 'old')", name="state"),
    Index(
        "uq_plan_version_current",
        "client_id",
        unique=True,
        sqlite_where=text("state = 'current'"),
        postgresql_where=text("state = 'current'"),
    ),
    info=kept("plan"),
)

# Which phrase left last for a meaning (W1), and which clients share one (W6).
phrase_use = Table(
    "phrase_use",
    metadata,
    Column("client_id", ForeignKey("client.id"), primary_key=True),
    Column("meaning", String(12), primary_key=True),
    Column("blind", BlindIndex, nullable=False),
    Column("used_at", UTCDateTime, nullable=False),
    info=kept("plan"),
)
