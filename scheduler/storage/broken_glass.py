"""Files that somebody opened who does not work with them, as they are kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select

from scheduler.domain.reveals import GlassReason
from scheduler.storage.engine import Tx
from scheduler.storage.tables import audit, broken_glass


def add(
    tx: Tx,
    staff_id: int,
    client_id: int,
    reason: GlassReason,
    at: datetime,
    until: datetime,
) -> None:
    """She opens it from then until then."""
    tx.conn.execute(
        insert(broken_glass).values(
            staff_id=staff_id,
            client_id=client_id,
            reason=reason.value,
            at=at,
            until=until,
        )
    )


def open_for(tx: Tx, staff_id: int, now: datetime) -> frozenset[int]:
    """The files she has open so now."""
    sheet = broken_glass.c
    hers = select(sheet.client_id).where(sheet.staff_id == staff_id, sheet.until > now)
    return frozenset(row.client_id for row in tx.conn.execute(hers))


def files_read(tx: Tx, staff_id: int, verbs: tuple[str, ...], since: datetime) -> int:
    """In how many files something sealed was shown to her since then."""
    sheet = audit.c
    hers = (
        sheet.at > since,
        sheet.actor_id == staff_id,
        sheet.subject == "client",
        sheet.verb.in_(verbs),
    )
    counted = select(func.count(sheet.subject_id.distinct())).where(*hers)
    found: int = tx.conn.execute(counted).scalar_one()
    return found
