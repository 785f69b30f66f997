"""Rules that a supervisor set aside for a counsellor, and until when (A2). What they
mean for a search is read with the counsellor (`counsellors.by_ids`)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, insert, select

from scheduler.domain.decision import Reason
from scheduler.domain.set_aside import WhyAside
from scheduler.storage.engine import Tx
from scheduler.storage.tables import set_aside, staff


@dataclass(frozen=True, slots=True)
class Kept:
    """One of them: the rule, its last day, why, and the name of who set it aside."""

    id: int
    rule: Reason
    last_day: date
    why: WhyAside
    by: str
    at: datetime


def of(tx: Tx, staff_id: int, today: date) -> tuple[Kept, ...]:
    """Those of a counsellor that count today or later, the first to end first."""
    rows = tx.conn.execute(
        select(set_aside, staff.c.name)
        .join(staff, staff.c.id == set_aside.c.set_by)
        .where(set_aside.c.staff_id == staff_id, set_aside.c.last_day >= today)
        .order_by(set_aside.c.last_day, set_aside.c.id)
    )
    return tuple(
        Kept(
            row.id,
            Reason(row.rule),
            row.last_day,
            WhyAside(row.why),
            row.name,
            row.set_at,
        )
        for row in rows
    )


def add(
    tx: Tx,
    staff_id: int,
    rule: Reason,
    last_day: date,
    why: WhyAside,
    by: int,
    now: datetime,
) -> None:
    """Write one; one of the same rule that stands already goes."""
    tx.conn.execute(
        delete(set_aside).where(
            set_aside.c.staff_id == staff_id, set_aside.c.rule == rule.value
        )
    )
    tx.conn.execute(
        insert(set_aside).values(
            staff_id=staff_id,
            rule=rule.value,
            last_day=last_day,
            why=why.value,
            set_by=by,
            set_at=now,
        )
    )


def remove(tx: Tx, staff_id: int, rule: Reason) -> bool:
    """The rule counts again; whether it was set aside."""
    gone = tx.conn.execute(
        delete(set_aside).where(
            set_aside.c.staff_id == staff_id, set_aside.c.rule == rule.value
        )
    )
    return gone.rowcount > 0
