"""Staff, their hours and sign-ins, the agency's settings, and the audit trail."""

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

from scheduler.domain.people import Role
from scheduler.domain.set_aside import WhyAside
from scheduler.storage.tables.metadata import kept, metadata, one_of
from scheduler.storage.types import BlindIndex, JSONText, UTCDateTime

agency = Table(
    "agency",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("installation", String(36), nullable=False),
    Column("name", String(120), nullable=False),
    Column("zone", String(64), nullable=False),
    # Names the lint must know besides the agency's own (W2), a JSON list.
    Column("lint_names", JSONText, nullable=False, server_default="[]"),
    Column("twelve_hour", Boolean, nullable=False, server_default="0"),
    Column("help_line", String(160)),
    Column("made_at", UTCDateTime, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
    info=kept("settings"),
)

policy_version = Table(
    "policy_version",
    metadata,
    Column("number", Integer, primary_key=True),
    Column("changed", JSONText, nullable=False),
    Column("changed_by", ForeignKey("staff.id")),
    Column("changed_at", UTCDateTime, nullable=False),
    Column("reason", String(200), nullable=False, server_default=""),
    info=kept("settings"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("sign_in_name", String(64), nullable=False, unique=True),
    Column("name", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("zone", String(64), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("active", Boolean, nullable=False, server_default="1"),
    Column("made_at", UTCDateTime, nullable=False),
    one_of("role", Role),
    info=kept("staff"),
    sqlite_autoincrement=True,
)

# Whoever holds sessions; the hours are JSON of what was typed (A1).
counsellor = Table(
    "counsellor",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("hours", JSONText, nullable=False, server_default="{}"),
    Column("languages", JSONText, nullable=False, server_default="[]"),
    Column("formats", JSONText, nullable=False, server_default="[]"),
    Column("specialities", JSONText, nullable=False, server_default="[]"),
    Column("most_a_day", Integer),
    Column("version", Integer, nullable=False, server_default="1"),
    info=kept("staff"),
)

leave = Table(
    "leave",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("first_day", Date, nullable=False),
    Column("last_day", Date, nullable=False),
    CheckConstraint("first_day <= last_day", name="in_order"),
    Index("ix_leave_staff_id_last_day", "staff_id", "last_day"),
    info=kept("staff"),
)

holiday = Table(
    "holiday",
    metadata,
    Column("day", Date, primary_key=True),
    Column("name", String(80), nullable=False),
    info=kept("settings"),
)

# Intervals only: never a title, a place or a person (A1).
busy_time = Table(
    "busy_time",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("starts_at", UTCDateTime, nullable=False),
    Column("ends_at", UTCDateTime, nullable=False),
    Column("read_at", UTCDateTime, nullable=False),
    CheckConstraint("starts_at < ends_at", name="ends_after_start"),
    Index("ix_busy_time_staff_id_starts_at", "staff_id", "starts_at"),
    info=kept("staff"),
)

on_call = Table(
    "on_call",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("supervisor_id", ForeignKey("staff.id"), nullable=False),
    Column("starts_at", UTCDateTime, nullable=False),
    Column("ends_at", UTCDateTime, nullable=False),
    Column("acknowledged_at", UTCDateTime),
    Column("set_by", ForeignKey("staff.id")),
    CheckConstraint("starts_at < ends_at", name="ends_after_start"),
    Index("ix_on_call_starts_at", "starts_at"),
    info=kept("staff"),
)

# A rule that a supervisor set aside for a counsellor, whole days long; never that two
# sessions do not overlap (A2).
set_aside = Table(
    "set_aside",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("rule", String(24), nullable=False),
    Column("last_day", Date, nullable=False),
    Column("why", String(24), nullable=False),
    Column("set_by", ForeignKey("staff.id"), nullable=False),
    Column("set_at", UTCDateTime, nullable=False),
    CheckConstraint("rule IN ('gap', 'daily_maximum')", name="may_be_set_aside"),
    one_of("why", WhyAside),
    Index("ix_set_aside_staff_id_last_day", "staff_id", "last_day"),
    info=kept("staff"),
)

# The cookie's token is kept as a hash only.
staff_session = Table(
    "staff_session",
    metadata,
    Column("token_hash", BlindIndex, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), index=True),
    Column("data", JSONText, nullable=False, server_default="{}"),
    Column("opened_at", UTCDateTime, nullable=False),
    Column("seen_at", UTCDateTime, nullable=False, index=True),
    Column("ended_at", UTCDateTime),
    # When she last gave a second factor, and when she last proved that it is she.
    Column("second_at", UTCDateTime),
    Column("proved_at", UTCDateTime, nullable=False),
    info=kept("short"),
)

sign_in_attempt = Table(
    "sign_in_attempt",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False, index=True),
    Column("account_blind", BlindIndex, nullable=False),
    Column("address_blind", BlindIndex, nullable=False),
    Column("succeeded", Boolean, nullable=False),
    Index("ix_sign_in_attempt_account_blind_at", "account_blind", "at"),
    Index("ix_sign_in_attempt_address_blind_at", "address_blind", "at"),
    info=kept("short"),
)

# Looking for a caller is counted (P14).
finding = Table(
    "finding",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", ForeignKey("staff.id"), nullable=False),
    Column("at", UTCDateTime, nullable=False),
    Column("found", Boolean, nullable=False),
    Index("ix_finding_staff_id_at", "staff_id", "at"),
    info=kept("short"),
)

# Ids, verbs, field names, reasons; written with the act, append-only (E8).
audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("actor_id", ForeignKey("staff.id")),
    Column("verb", String(40), nullable=False),
    Column("subject", String(24), nullable=False),
    Column("subject_id", String(40), nullable=False),
    Column("fields", JSONText, nullable=False, server_default="[]"),
    Column("reason", String(40), nullable=False, server_default=""),
    Index("ix_audit_subject_subject_id_id", "subject", "subject_id", "id"),
    Index("ix_audit_at", "at"),
    info=kept("audit"),
    sqlite_autoincrement=True,
)

# One for each line of the trail, some seconds after it: keyed, and covering the one
# before, so that what is changed afterwards is found (`domain/audit_chain.py`). The
# number is its place: from 1 on, without a gap.
audit_seal = Table(
    "audit_seal",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("audit_id", Integer, nullable=False, unique=True),
    Column("mac", BlindIndex, nullable=False),
    Column("at", UTCDateTime, nullable=False),
    info=kept("audit"),
)
