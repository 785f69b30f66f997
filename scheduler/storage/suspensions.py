"""On what grounds a plan was suspended, all of them: the file keeps only the first."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import audit, inbound


def grounds(tx: Tx, client_id: int, since: datetime) -> frozenset[str]:
    """Every ground on which the plan was suspended since then (P8)."""
    rows = tx.conn.execute(
        select(audit.c.reason).where(
            audit.c.subject == "plan",
            audit.c.subject_id == str(client_id),
            audit.c.verb == "suspended",
            audit.c.at >= since,
        )
    )
    return frozenset(row.reason for row in rows)


def replies_since(tx: Tx, client_id: int, since: datetime) -> list[tuple[str, str]]:
    """(id, kind) of every text that came from her numbers since then."""
    rows = tx.conn.execute(
        select(inbound.c.id, inbound.c.kind).where(
            inbound.c.client_id == client_id, inbound.c.at >= since
        )
    )
    return [(row.id, row.kind) for row in rows]
