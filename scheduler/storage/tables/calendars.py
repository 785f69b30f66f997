"""Calendars that staff already use: what they read from here, and we from them."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import BlindIndex, JSONText, Sealed, UTCDateTime

# One address a counsellor, its token kept as a hash only. The database itself raises
# `revision` with every session that appears, moves or is cancelled, so that whoever
# asks whether something changed need not read the sessions.
feed = Table(
    "feed",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("token_hash", BlindIndex, nullable=False, unique=True),
    Column("title", String(40), nullable=False),
    Column("made_at", UTCDateTime, nullable=False),
    Column("fetched_at", UTCDateTime),
    Column("revision", Integer, nullable=False, server_default="0"),
    # The revision that was last given out, and when that was first.
    Column("given_revision", Integer),
    Column("given_at", UTCDateTime),
    info=kept("staff"),
)

# An address busy times are read from every hour. It is a secret of hers.
calendar_source = Table(
    "calendar_source",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("address", Sealed, nullable=False),
    Column("set_at", UTCDateTime, nullable=False),
    Column("tried_at", UTCDateTime, nullable=False, index=True),
    Column("read_at", UTCDateTime, nullable=False),
    Column("trouble", String(16)),
    info=kept("staff"),
)

# What a calendar would close, until somebody has looked: intervals only (A1).
calendar_reading = Table(
    "calendar_reading",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("id", String(36), nullable=False),
    Column("address", Sealed),
    Column("busy", JSONText, nullable=False),
    Column("events", Integer, nullable=False),
    Column("unread", JSONText, nullable=False),
    Column("read_at", UTCDateTime, nullable=False),
    info=kept("short"),
)
