"""Looking for callers, counted; and what was typed for whom, whoever it was (P14).

An identity check of somebody who has no file must look like any other, so what all of
them have in common is read from the trail: when it began, and how often was tried.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, insert, select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import audit, finding

CHECK = "identity_check"
BEGAN = "began an identity check"
TRIED = "tried a code word"
OVER = "ended an identity check"


@dataclass(frozen=True, slots=True)
class Course:
    """How one check went so far. `staff_id` began it at `began_at`."""

    staff_id: int
    began_at: datetime
    tries: int
    over: bool


def course(tx: Tx, handle: str) -> Course | None:
    """How a check went, or None when nobody began it."""
    rows = tx.conn.execute(
        select(audit.c.verb, audit.c.actor_id, audit.c.at)
        .where(audit.c.subject == CHECK, audit.c.subject_id == handle)
        .order_by(audit.c.id)
    ).all()
    began = next((row for row in rows if row.verb == BEGAN), None)
    if began is None:
        return None
    verbs = [row.verb for row in rows]
    return Course(began.actor_id, began.at, verbs.count(TRIED), OVER in verbs)


def insert_finding(tx: Tx, staff_id: int, at: datetime, *, found: bool) -> None:
    """Somebody looked for a caller."""
    tx.conn.execute(insert(finding).values(staff_id=staff_id, at=at, found=found))


def findings_since(tx: Tx, staff_id: int, since: datetime) -> int:
    """How often a member of staff looked since then."""
    query = select(func.count()).where(
        finding.c.staff_id == staff_id, finding.c.at > since
    )
    return int(tx.conn.execute(query).scalar_one())
