"""The processes that send: when each last looked round."""

from __future__ import annotations

from sqlalchemy import Column, String, Table

from scheduler.storage.tables.metadata import kept, metadata
from scheduler.storage.types import UTCDateTime

worker_beat = Table(
    "worker_beat",
    metadata,
    Column("worker", String(36), primary_key=True),
    Column("version", String(32), nullable=False),
    Column("started_at", UTCDateTime, nullable=False),
    Column("ticked_at", UTCDateTime, nullable=False),
    info=kept("short"),
)
