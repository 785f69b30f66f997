"""Clients: who they are is sealed; what the house needs to find its way is not."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
)

from scheduler.domain.reveals import GlassReason
from scheduler.storage.tables.metadata import kept, metadata, one_of
from scheduler.storage.types import BlindIndex, Sealed, UTCDateTime

client = Table(
    "client",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("code", String(16), nullable=False, unique=True),
    Column("state", String(8), nullable=False, server_default="open"),
    Column("zone", String(64), nullable=False),
    Column("usual_counsellor_id", ForeignKey("staff.id"), index=True),
    Column("person", Sealed),
    Column("suitability", Sealed),
    Column("suitable_until", Date),
    Column("get_help_action", Sealed),
    Column("place_today", Sealed),
    Column("place_until", UTCDateTime),
    Column("requested_on", Date),
    Column("service", String(24)),
    Column("suspended_at", UTCDateTime),
    Column("suspended_why", String(32)),
    Column("plan_number", Integer, nullable=False, server_default="0"),
    Column("valid_until", Date),
    Column("weight", Integer, nullable=False, server_default="1"),
    Column("legal_hold", Boolean, nullable=False, server_default="0"),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("closed_at", UTCDateTime),
    CheckConstraint("state IN ('open', 'closed')", name="state"),
    CheckConstraint("weight BETWEEN 1 AND 5", name="weight"),
    info=kept("client"),
    # A row's number is never used again: sealed fields and audit rows are bound to it.
    sqlite_autoincrement=True,
)

# Who waits for a time, at most once; in which formats and hours is sealed.
waiting = Table(
    "waiting",
    metadata,
    Column("client_id", ForeignKey("client.id"), primary_key=True),
    Column("since", UTCDateTime, nullable=False),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("wanted", Sealed, nullable=False),
    info=kept("client"),
)

# Keyed blind indexes: numbers (also of earlier plans), names, what a caller chose.
blind_index = Table(
    "blind_index",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", ForeignKey("client.id"), nullable=False, index=True),
    Column("purpose", String(16), nullable=False),
    Column("blind", BlindIndex, nullable=False),
    Column("current", Boolean, nullable=False),
    Column("since", UTCDateTime, nullable=False),
    Index("ix_blind_index_purpose_blind", "purpose", "blind"),
    Index(
        "uq_blind_index_client_id_purpose_blind",
        "client_id",
        "purpose",
        "blind",
        unique=True,
    ),
    info=kept("client"),
)

# For good, known or not (I2); nothing but the blind index.
blocked_number = Table(
    "blocked_number",
    metadata,
    Column("blind", BlindIndex, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("why", String(16), nullable=False),
    info=kept("for good"),
)

shut_out = Table(
    "shut_out",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("client_id", ForeignKey("client.id"), primary_key=True, index=True),
    Column("at", UTCDateTime, nullable=False),
    info=kept("client"),
)

# She does not work with this file and has opened it for a while, with a reason.
broken_glass = Table(
    "broken_glass",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("client_id", ForeignKey("client.id"), nullable=False, index=True),
    Column("reason", String(20), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("until", UTCDateTime, nullable=False),
    one_of("reason", GlassReason),
    CheckConstraint("at < until", name="ends"),
    Index("ix_broken_glass_staff_id_until", "staff_id", "until"),
    info=kept("client"),
)

apart = Table(
    "apart",
    metadata,
    Column("one_id", ForeignKey("client.id"), primary_key=True),
    Column("other_id", ForeignKey("client.id"), primary_key=True, index=True),
    Column("at", UTCDateTime, nullable=False),
    CheckConstraint("one_id < other_id", name="ordered"),
    info=kept("client"),
)

code_word = Table(
    "code_word",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("client_id", ForeignKey("client.id"), nullable=False, index=True),
    Column("purpose", String(12), nullable=False),
    Column("word", Sealed, nullable=False),
    Column("set_at", UTCDateTime, nullable=False),
    Column("used_at", UTCDateTime),
    Column("replaced_at", UTCDateTime),
    CheckConstraint("purpose IN ('identity', 'not_safe', 'get_help')", name="purpose"),
    info=kept("plan"),
    sqlite_autoincrement=True,
)

identity_check = Table(
    "identity_check",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("client_id", ForeignKey("client.id"), nullable=False),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("result", String(12), nullable=False),
    Column("settled_at", UTCDateTime),
    CheckConstraint(
        "result IN ('open', 'matched', 'failed', 'voice_known')", name="result"
    ),
    Index("ix_identity_check_client_id_started_at", "client_id", "started_at"),
    info=kept("sessions"),
)
