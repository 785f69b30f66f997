"""Which account belongs to whom at somebody else's door; her name there is kept as a
keyed digest only."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import outside_account


def whose(tx: Tx, subject: bytes) -> int | None:
    """The member of staff who is known there by this, or None."""
    query = select(outside_account.c.staff_id).where(
        outside_account.c.subject_blind == subject
    )
    found: int | None = tx.conn.execute(query).scalar()
    return found


def linked_at(tx: Tx, staff_id: int) -> datetime | None:
    """Since when hers is linked, or None."""
    query = select(outside_account.c.linked_at).where(
        outside_account.c.staff_id == staff_id
    )
    found: datetime | None = tx.conn.execute(query).scalar()
    return found


def link(tx: Tx, staff_id: int, subject: bytes, at: datetime) -> None:
    """This one is hers from now on; the one before is nobody's."""
    unlink(tx, staff_id)
    tx.conn.execute(
        insert(outside_account).values(
            staff_id=staff_id, subject_blind=subject, linked_at=at
        )
    )


def unlink(tx: Tx, staff_id: int) -> bool:
    """Hers opens nothing here any more; whether there was one."""
    gone = tx.conn.execute(
        delete(outside_account).where(outside_account.c.staff_id == staff_id)
    )
    return gone.rowcount > 0
