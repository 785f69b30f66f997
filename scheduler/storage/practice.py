"""What came of the texts of one client, for the practice phone: no number, no words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import attention, audit, inbound, receipt


def receipts(tx: Tx, message_ids: Sequence[str]) -> list[tuple[str, str, datetime]]:
    """(message, status, when) of every receipt of these messages."""
    rows = tx.conn.execute(
        select(receipt.c.message_id, receipt.c.status, receipt.c.at).where(
            receipt.c.message_id.in_(message_ids)
        )
    )
    return [(row.message_id, row.status, row.at) for row in rows]


def replies(tx: Tx, client_id: int, since: datetime) -> list[tuple[str, datetime]]:
    """(kind, when) of every text that came from her numbers since then."""
    rows = tx.conn.execute(
        select(inbound.c.kind, inbound.c.at).where(
            inbound.c.client_id == client_id, inbound.c.at >= since
        )
    )
    return [(row.kind, row.at) for row in rows]


def suspensions(tx: Tx, client_id: int, since: datetime) -> list[tuple[str, datetime]]:
    """(ground, when) of every suspension of her plan since then."""
    rows = tx.conn.execute(
        select(audit.c.reason, audit.c.at).where(
            audit.c.subject == "plan",
            audit.c.subject_id == str(client_id),
            audit.c.verb == "suspended",
            audit.c.at >= since,
        )
    )
    return [(row.reason or "", row.at) for row in rows]


def matters(tx: Tx, client_id: int, since: datetime) -> list[tuple[str, datetime]]:
    """(kind, when) of every matter about her that was put on the list since then."""
    rows = tx.conn.execute(
        select(attention.c.kind, attention.c.raised_at).where(
            attention.c.client_id == client_id, attention.c.raised_at >= since
        )
    )
    return [(row.kind, row.raised_at) for row in rows]
