"""Who did what with one file, from the audit trail (E2, E8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import audit


@dataclass(frozen=True, slots=True)
class Looked:
    """One line of the trail; `actor_id` None is the machine."""

    at: datetime
    actor_id: int | None
    verb: str
    fields: tuple[str, ...]
    reason: str


def of_client(tx: Tx, client_id: int, most: int) -> tuple[Looked, ...]:
    """The newest lines about a client and her plan, newest first."""
    query = (
        select(audit.c.at, audit.c.actor_id, audit.c.verb, audit.c.fields)
        .add_columns(audit.c.reason)
        .where(
            audit.c.subject.in_(("client", "plan")),
            audit.c.subject_id == str(client_id),
        )
        .order_by(audit.c.id.desc())
        .limit(most)
    )
    return tuple(
        Looked(row.at, row.actor_id, row.verb, tuple(row.fields), row.reason)
        for row in tx.conn.execute(query)
    )
