"""Sessions, holds, and the one table of occupied times (B2)."""

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
    Text,
)

from scheduler.domain.booking import SessionState
from scheduler.domain.fallback import Branch
from scheduler.domain.plan import Format
from scheduler.storage.tables.metadata import kept, metadata, one_of
from scheduler.storage.types import JSONText, Sealed, UTCDateTime

session = Table(
    "session",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("version", Integer, nullable=False, server_default="1"),
    Column("state", String(16), nullable=False),
    Column("counsellor_id", ForeignKey("staff.id"), nullable=False),
    Column("starts_at", UTCDateTime, nullable=False),
    Column("ends_at", UTCDateTime, nullable=False),
    Column("format", String(12), nullable=False),
    Column("language", String(8), nullable=False, server_default=""),
    Column("series_id", String(36), index=True),
    Column("booked_by", ForeignKey("staff.id"), nullable=False),
    Column("booked_at", UTCDateTime, nullable=False),
    Column("started_at", UTCDateTime),
    Column("ended_at", UTCDateTime),
    Column("interrupted", Boolean, nullable=False, server_default="0"),
    Column("not_private", Boolean, nullable=False, server_default="0"),
    CheckConstraint("starts_at < ends_at", name="ends_after_start"),
    CheckConstraint("version >= 1", name="version"),
    one_of("state", SessionState),
    one_of("format", Format),
    Index("ix_session_counsellor_id_starts_at", "counsellor_id", "starts_at"),
    Index("ix_session_starts_at", "starts_at"),
    info=kept("sessions"),
)

session_client = Table(
    "session_client",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("client_id", ForeignKey("client.id"), primary_key=True, index=True),
    Column("seat", Integer, nullable=False),
    info=kept("sessions"),
)

hold = Table(
    "hold",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("counsellor_id", ForeignKey("staff.id"), nullable=False),
    Column("starts_at", UTCDateTime, nullable=False),
    Column("ends_at", UTCDateTime, nullable=False),
    Column("lapses_at", UTCDateTime, nullable=False, index=True),
    Column("held_by", ForeignKey("staff.id"), nullable=False),
    CheckConstraint("starts_at < ends_at", name="ends_after_start"),
    info=kept("short"),
)

# One row a person. `who` is twice the row's number of a counsellor, or twice that of a
# client and one, so that one integer names both kinds. Written by the database itself
# (`guards.py`) when sessions, seats and holds are: nobody else writes here.
occupied = Table(
    "occupied",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("who", Integer, nullable=False),
    Column("starts_at", UTCDateTime, nullable=False),
    Column("ends_at", UTCDateTime, nullable=False),
    Column("live", Boolean, nullable=False),
    Column("session_id", ForeignKey("session.id", ondelete="CASCADE"), index=True),
    Column("hold_id", ForeignKey("hold.id", ondelete="CASCADE"), index=True),
    CheckConstraint("starts_at < ends_at", name="ends_after_start"),
    CheckConstraint("(session_id IS NULL) <> (hold_id IS NULL)", name="one_cause"),
    Index("ix_occupied_who_starts_at", "who", "starts_at"),
    # For what takes anybody's time on a day.
    Index("ix_occupied_starts_at", "starts_at"),
    info=kept("sessions"),
)

# A mark that is new after each change: of what is occupied on a day in UTC, and of
# everything that opens and closes counsellors' time. Written by the database itself.
changed = Table(
    "changed",
    metadata,
    Column("what", String(10), primary_key=True),
    Column("mark", String(36), nullable=False),
    info=kept("short"),
)

# The same form sent twice books once (B8).
submitted_form = Table(
    "submitted_form",
    metadata,
    Column("token", String(64), primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("outcome", Text, nullable=False),
    info=kept("short"),
)

session_tick = Table(
    "session_tick",
    metadata,
    Column("session_id", ForeignKey("session.id"), primary_key=True),
    Column("item", String(24), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("by", ForeignKey("staff.id"), nullable=False),
    info=kept("sessions"),
)

interruption = Table(
    "interruption",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("session_id", ForeignKey("session.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("branch", String(12), nullable=False),
    Column("dropped_at", UTCDateTime, nullable=False),
    Column("opened_by", ForeignKey("staff.id"), nullable=False),
    Column("closed_at", UTCDateTime),
    Column("review_due_at", UTCDateTime, nullable=False),
    Column("reviewed_at", UTCDateTime),
    Column("reviewed_by", ForeignKey("staff.id")),
    one_of("branch", Branch),
    Index("uq_interruption_session_id_number", "session_id", "number", unique=True),
    info=kept("sessions"),
)

# Append-only; a correction is a new line (F6).
interruption_log = Table(
    "interruption_log",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("interruption_id", ForeignKey("interruption.id"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("actor_id", ForeignKey("staff.id")),
    Column("entry", String(16), nullable=False),
    Column("step", Integer),
    Column("outcome", String(16)),
    Column("branch", String(16)),
    Column("reasons", JSONText, nullable=False, server_default="[]"),
    Column("note", Sealed),
    Column("note_key", String(36)),
    CheckConstraint(
        "entry IN ('dropped', 'branch', 'step', 'skipped', 'told', 'note', "
        "'correction', 'closed')",
        name="entry",
    ),
    Index("ix_interruption_log_interruption_id_id", "interruption_id", "id"),
    # One outcome a step: the second press of a key logs nothing.
    Index(
        "uq_interruption_log_settled_step",
        "interruption_id",
        "step",
        unique=True,
    ),
    info=kept("sessions"),
    sqlite_autoincrement=True,
)
