"""The machines this installation may send from, as keyed digests."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, insert, select, update

from scheduler.storage.engine import Tx
from scheduler.storage.tables import machine


def is_let_in(tx: Tx, digest: bytes) -> bool:
    """Whether things may leave from that machine."""
    query = select(machine.c.digest).where(
        machine.c.digest == digest, machine.c.let_in_at.is_not(None)
    )
    return tx.conn.execute(query).first() is not None


def note(tx: Tx, digest: bytes, now: datetime) -> None:
    """A machine that is not known was seen; once."""
    known = select(machine.c.digest).where(machine.c.digest == digest)
    if tx.conn.execute(known).first() is None:
        tx.conn.execute(insert(machine).values(digest=digest, seen_at=now))


def let_in(tx: Tx, now: datetime, *, by: int | None) -> int:
    """Let in every machine that was seen and is waiting; how many."""
    changed = tx.conn.execute(
        update(machine)
        .where(machine.c.let_in_at.is_(None))
        .values(let_in_at=now, let_in_by=by)
    )
    return changed.rowcount


def waiting(tx: Tx) -> int:
    """How many were seen and not let in."""
    query = select(func.count()).where(machine.c.let_in_at.is_(None))
    return int(tx.conn.execute(query).scalar_one())
