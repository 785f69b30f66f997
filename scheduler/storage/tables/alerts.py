"""Telling staff, and going live: whom to reach, what was told, what was looked at."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import BlindIndex, Sealed, UTCDateTime

# Where a member of staff is told, away from the pages (N1).
staff_reach = Table(
    "staff_reach",
    metadata,
    Column("staff_id", ForeignKey("staff.id"), primary_key=True),
    Column("email", Sealed),
    Column("phone", Sealed),
    Column("changed_at", UTCDateTime, nullable=False),
    info=kept("staff"),
)

# The outbox of alerts: one row a round, a way and a recipient, 0 being the agency
# itself. Tried until it was taken or somebody has looked: at least once.
alert_telling = Table(
    "alert_telling",
    metadata,
    Column("alert_id", ForeignKey("staff_alert.id"), primary_key=True),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("way", String(8), primary_key=True),
    Column("recipient", Integer, primary_key=True, autoincrement=False),
    Column("tries", Integer, nullable=False, server_default="0"),
    Column("next_try_at", UTCDateTime, nullable=False),
    Column("told_at", UTCDateTime),
    Index("ix_alert_telling_told_at", "told_at"),
    info=kept("short"),
)

# How each way of telling staff last went.
alert_way = Table(
    "alert_way",
    metadata,
    Column("way", String(8), primary_key=True),
    Column("told_at", UTCDateTime),
    Column("failing_since", UTCDateTime),
    Column("trouble", String(32)),
    info=kept("settings"),
)

# The machines this installation sends from: a keyed digest each, and who let it in.
machine = Table(
    "machine",
    metadata,
    Column("digest", BlindIndex, primary_key=True),
    Column("seen_at", UTCDateTime, nullable=False),
    Column("let_in_at", UTCDateTime),
    Column("let_in_by", ForeignKey("staff.id")),
    info=kept("settings"),
)

# What was looked at by a person before texts leave for real.
live_check = Table(
    "live_check",
    metadata,
    Column("item", String(24), primary_key=True),
    Column("choice", String(24), nullable=False, server_default=""),
    Column("done_by", ForeignKey("staff.id"), nullable=False),
    Column("done_at", UTCDateTime, nullable=False),
    info=kept("settings"),
)
