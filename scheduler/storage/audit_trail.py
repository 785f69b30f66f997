"""The audit trail as people read it, the newest line first, a page at a time (E8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import attention, audit, audit_seal

_ABOUT_A_FILE = ("client", "plan")


@dataclass(frozen=True, slots=True)
class Line:
    """One line; `actor_id` None is the machine. Ids and names of fields, no words."""

    id: int
    at: datetime
    actor_id: int | None
    verb: str
    subject: str
    subject_id: str
    fields: tuple[str, ...]
    reason: str

    @property
    def client_id(self) -> int | None:
        """The number of the file it is about, if it is about one."""
        about = self.subject in _ABOUT_A_FILE and self.subject_id.isdigit()
        return int(self.subject_id) if about else None


@dataclass(frozen=True, slots=True)
class Sought:
    """What to show: `[since, until)`, who, which act, which file; None is any. Actor 0
    is the machine. `before` is the number of the line the page before ended with."""

    since: datetime | None = None
    until: datetime | None = None
    actor_id: int | None = None
    verb: str = ""
    client_id: int | None = None
    before: int | None = None


def lines(tx: Tx, sought: Sought, most: int) -> list[Line]:
    """So many lines at most, the newest first."""
    query = _narrowed(select(audit), sought).order_by(audit.c.id.desc()).limit(most)
    return [
        Line(
            row.id,
            row.at,
            row.actor_id,
            row.verb,
            row.subject,
            row.subject_id,
            tuple(row.fields),
            row.reason,
        )
        for row in tx.conn.execute(query)
    ]


def _narrowed(query: Select[Any], sought: Sought) -> Select[Any]:
    if sought.since is not None:
        query = query.where(audit.c.at >= sought.since)
    if sought.until is not None:
        query = query.where(audit.c.at < sought.until)
    if sought.actor_id is not None:
        machine = sought.actor_id == 0
        query = query.where(
            audit.c.actor_id.is_(None)
            if machine
            else audit.c.actor_id == sought.actor_id
        )
    if sought.verb:
        query = query.where(audit.c.verb == sought.verb)
    if sought.client_id is not None:
        query = query.where(
            audit.c.subject.in_(_ABOUT_A_FILE),
            audit.c.subject_id == str(sought.client_id),
        )
    if sought.before is not None:
        query = query.where(audit.c.id < sought.before)
    return query


@dataclass(frozen=True, slots=True)
class Sealed:
    """How far the chain goes, since when; and whether a fault was found and is open."""

    entry_id: int
    at: datetime | None
    broken: bool


def sealed(tx: Tx) -> Sealed:
    """How the chain stands, as far as the worker's last walk along it knows."""
    newest = select(audit_seal.c.audit_id, audit_seal.c.at)
    row = tx.conn.execute(newest.order_by(audit_seal.c.id.desc()).limit(1)).first()
    fault = select(attention.c.id).where(
        attention.c.kind == "audit_broken", attention.c.settled_at.is_(None)
    )
    broken = tx.conn.execute(fault.limit(1)).first() is not None
    return Sealed(row.audit_id if row else 0, row.at if row else None, broken)
