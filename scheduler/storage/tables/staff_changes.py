"""What somebody asked to do to an account, and the code a new one begins with."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    text,
)

from scheduler.domain.people import Role
from scheduler.domain.staff_changes import ChangeKind
from scheduler.storage.tables.metadata import kept, metadata, one_of
from scheduler.storage.types import BlindIndex, UTCDateTime

_OPEN = text("settled_at IS NULL")

# Waits for a second person. The database does not take the one who asked for her.
staff_change = Table(
    "staff_change",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("kind", String(8), nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("role", String(16)),
    Column("asked_by", ForeignKey("staff.id"), nullable=False),
    Column("asked_at", UTCDateTime, nullable=False),
    Column("settled_at", UTCDateTime),
    Column("settled_by", ForeignKey("staff.id")),
    Column("done", Boolean, nullable=False, server_default="0"),
    one_of("kind", ChangeKind),
    one_of("role", Role),
    CheckConstraint("(settled_at IS NULL) = (settled_by IS NULL)", name="settled"),
    CheckConstraint(
        "NOT done OR (settled_by IS NOT NULL AND settled_by <> asked_by"
        " AND settled_by <> staff_id)",
        name="two_people",
    ),
    Index(
        "uq_staff_change_open",
        "staff_id",
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
    info=kept("staff"),
    sqlite_autoincrement=True,
)

# With it somebody chooses her first password, or one in the place of a lost one.
invitation = Table(
    "invitation",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True, autoincrement=False),
    Column("code_hash", BlindIndex, nullable=False, unique=True),
    Column("made_at", UTCDateTime, nullable=False),
    info=kept("short"),
)
