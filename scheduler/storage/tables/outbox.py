"""Intentions, decisions, what came in, and what needs a person. No number, no text."""

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

from scheduler.domain.messages import EXCLUSIVE, MessageKind, MessageState
from scheduler.storage.tables.metadata import kept, metadata, one_of
from scheduler.storage.types import BlindIndex, JSONText, Sealed, UTCDateTime

_EXCLUSIVE = text(
    "state IN ("
    + ", ".join(f"'{each.value}'" for each in MessageState if each in EXCLUSIVE)
    + ")"
)
_OPEN_ITEM = text("settled_at IS NULL")
_STILL_THERE = text("removed_at IS NULL")

message = Table(
    "message",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(12), nullable=False),
    Column("state", String(16), nullable=False),
    Column("session_id", ForeignKey("session.id"), index=True),
    Column("session_version", Integer, nullable=False, server_default="0"),
    Column("client_id", ForeignKey("client.id"), nullable=False),
    Column("ordinal", Integer, nullable=False, server_default="0"),
    Column("attempt", Integer, nullable=False, server_default="1"),
    Column("purpose", String(12), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("channel_key", String(36), nullable=False),
    Column("by_hand", Boolean, nullable=False),
    Column("counts_daily", Boolean, nullable=False),
    Column("not_before", UTCDateTime, nullable=False),
    Column("not_after", UTCDateTime, nullable=False),
    Column("window_end", UTCDateTime, nullable=False),
    Column("earliest", UTCDateTime, nullable=False),
    Column("latest", UTCDateTime, nullable=False),
    Column("planned_at", UTCDateTime, nullable=False),
    Column("reference", String(64), nullable=False, unique=True),
    Column("worker", String(36)),
    # Counts the claims: an outcome is written only by the claim that it belongs to.
    Column("fence", Integer, nullable=False, server_default="0"),
    Column("leased_until", UTCDateTime),
    Column("left_at", UTCDateTime),
    Column("number_blind", BlindIndex),
    Column("phrase_blind", BlindIndex),
    Column("validity", Integer),
    Column("provider_id", String(64), index=True),
    Column("provider_code", String(16)),
    Column("looked_up_at", UTCDateTime),
    Column("prompted_by", ForeignKey("staff.id")),
    Column("outcome", String(16)),
    Column("settled_by", ForeignKey("staff.id")),
    Column("reasons", JSONText, nullable=False, server_default="[]"),
    one_of("kind", MessageKind),
    one_of("state", MessageState),
    CheckConstraint("not_before <= not_after", name="not_before"),
    Index(
        "uq_message_purpose",
        "session_id",
        "session_version",
        "client_id",
        "kind",
        "ordinal",
        "attempt",
        unique=True,
        sqlite_where=_EXCLUSIVE,
        postgresql_where=_EXCLUSIVE,
    ),
    Index("ix_message_state_not_before", "state", "not_before"),
    Index("ix_message_client_id_left_at", "client_id", "left_at"),
    Index("ix_message_left_at", "left_at"),
    Index("ix_message_number_blind_left_at", "number_blind", "left_at"),
    info=kept("send log"),
)

# An act of the agency on several sessions is told once; the other sessions it tells of.
told_together = Table(
    "told_together",
    metadata,
    Column("message_id", ForeignKey("message.id"), primary_key=True),
    Column("session_id", ForeignKey("session.id"), primary_key=True, index=True),
    info=kept("send log"),
)

# Append-only: every answer of the gate, for planning, claiming, asking, steps, reveals.
decision = Table(
    "decision",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("asked", String(16), nullable=False),
    Column("client_id", ForeignKey("client.id"), nullable=False),
    Column("session_id", ForeignKey("session.id"), index=True),
    Column("message_id", ForeignKey("message.id"), index=True),
    Column("kind", String(12)),
    Column("ordinal", Integer),
    Column("channel", String(16)),
    Column("purpose", String(12)),
    Column("verdict", String(8), nullable=False),
    Column("reasons", JSONText, nullable=False),
    Column("asked_by", ForeignKey("staff.id")),
    Index("ix_decision_client_id_at", "client_id", "at"),
    info=kept("send log"),
    sqlite_autoincrement=True,
)

receipt = Table(
    "receipt",
    metadata,
    Column("message_id", ForeignKey("message.id"), primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("code", String(16)),
    Column("at", UTCDateTime, nullable=False),
    info=kept("send log"),
)

# What the provider keeps a copy of: of a text that left, or (without a message) of one
# that came in. The row stays for a while after the words are gone, so that the same
# callback is known again.
provider_copy = Table(
    "provider_copy",
    metadata,
    Column("provider_id", String(64), primary_key=True),
    Column("message_id", ForeignKey("message.id"), index=True),
    Column("kept_at", UTCDateTime, nullable=False),
    Column("ask_at", UTCDateTime, nullable=False),
    Column("removed_at", UTCDateTime),
    Index(
        "ix_provider_copy_ask_at",
        "ask_at",
        sqlite_where=_STILL_THERE,
        postgresql_where=_STILL_THERE,
    ),
    info=kept("send log"),
)

# Genuine receipts of messages that are not here, and nothing more of them.
stray_receipt = Table(
    "stray_receipt",
    metadata,
    Column("provider_id", String(64), primary_key=True),
    Column("status", String(16), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    info=kept("short"),
)

# A reply from a known number keeps its sealed body until triage; from an unknown one
# nothing but kind and time (I3).
inbound = Table(
    "inbound",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("at", UTCDateTime, nullable=False),
    Column("kind", String(12), nullable=False),
    Column("client_id", ForeignKey("client.id"), index=True),
    Column("body", Sealed),
    Column("entered_by", ForeignKey("staff.id")),
    Column("triaged_at", UTCDateTime),
    Column("delete_after", UTCDateTime),
    info=kept("reply bodies"),
)

sender_state = Table(
    "sender_state",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("stopped_at", UTCDateTime),
    Column("stopped_why", String(32)),
    Column("stopped_by", ForeignKey("staff.id")),
    Column("start_asked_by", ForeignKey("staff.id")),
    Column("start_asked_at", UTCDateTime),
    # Two people started it then: what the breaker counts begins anew (W10).
    Column("started_at", UTCDateTime),
    # Nothing was taken by the provider since then, though it was tried.
    Column("unreachable_since", UTCDateTime),
    Column("clock_checked_at", UTCDateTime),
    Column("clock_right", Boolean, nullable=False, server_default="0"),
    Column("last_tick_at", UTCDateTime),
    CheckConstraint("id = 1", name="one_row"),
    info=kept("settings"),
)

attention = Table(
    "attention",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(24), nullable=False),
    # The same matter is raised once while it is open.
    Column("matter", String(120), nullable=False),
    Column("client_id", ForeignKey("client.id"), index=True),
    Column("session_id", ForeignKey("session.id"), index=True),
    Column("message_id", ForeignKey("message.id"), index=True),
    Column("interruption_id", ForeignKey("interruption.id"), index=True),
    Column("reply_id", ForeignKey("inbound.id"), index=True),
    # A colleague: shown to supervisors, and not to her.
    Column("about_staff_id", ForeignKey("staff.id")),
    Column("raised_at", UTCDateTime, nullable=False),
    Column("due_at", UTCDateTime, nullable=False),
    Column("settled_at", UTCDateTime),
    Column("settled_by", ForeignKey("staff.id")),
    Column("choice", String(24)),
    Index(
        "uq_attention_matter",
        "matter",
        unique=True,
        sqlite_where=_OPEN_ITEM,
        postgresql_where=_OPEN_ITEM,
    ),
    Index(
        "ix_attention_open",
        "due_at",
        sqlite_where=_OPEN_ITEM,
        postgresql_where=_OPEN_ITEM,
    ),
    info=kept("sessions"),
)

staff_alert = Table(
    "staff_alert",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("attention_id", ForeignKey("attention.id"), index=True),
    Column("at", UTCDateTime, nullable=False),
    Column("round", Integer, nullable=False, server_default="1"),
    Column("told_id", ForeignKey("staff.id")),
    Column("seen_at", UTCDateTime),
    Column("seen_by", ForeignKey("staff.id")),
    Index("ix_staff_alert_seen_at_at", "seen_at", "at"),
    info=kept("short"),
)
