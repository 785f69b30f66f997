"""What was kept elsewhere, and whether it came back: backups, and drills."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Integer, String, Table

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import UTCDateTime

# Every backup that was tried, and what was found when it was read back at once.
backup_made = Table(
    "backup_made",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("made_at", UTCDateTime, nullable=False, index=True),
    Column("checked_at", UTCDateTime, nullable=False),
    Column("file", String(120), nullable=False),
    Column("made_by", String(8), nullable=False),
    Column("rows", Integer, nullable=False),
    Column("result", String(8), nullable=False),
    Column("trouble", String(300), nullable=False, server_default=""),
    CheckConstraint("made_by IN ('hand', 'schedule')", name="made_by"),
    CheckConstraint("result IN ('verified', 'differs', 'failed')", name="result"),
    info=kept("settings"),
    sqlite_autoincrement=True,
)

# A backup was brought back in another place; the word it said there is the proof.
drill = Table(
    "drill",
    metadata,
    Column("word", String(40), primary_key=True),
    Column("backup_made_at", UTCDateTime, nullable=False),
    Column("done_at", UTCDateTime, nullable=False),
    Column("minutes", Integer, nullable=False),
    CheckConstraint("minutes > 0", name="minutes"),
    info=kept("settings"),
)
