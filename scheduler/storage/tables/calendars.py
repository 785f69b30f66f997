"""Calendars that staff already use: what they read from here."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Integer, String, Table

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import BlindIndex, UTCDateTime

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
