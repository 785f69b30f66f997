"""Wishes that wait for a second person, and codes to begin with, as they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, and_, delete, func, insert, select, update

from scheduler.domain.people import Role
from scheduler.domain.staff_changes import ChangeKind
from scheduler.storage.engine import Tx
from scheduler.storage.tables import invitation, staff, staff_change


@dataclass(frozen=True, slots=True)
class Wish:
    """What waits for a second person. `role` is the one she is to have."""

    id: int
    kind: ChangeKind
    staff_id: int
    role: Role | None
    asked_by: int
    asked_at: datetime


def ask(
    tx: Tx, kind: ChangeKind, staff_id: int, role: Role | None, by: int, at: datetime
) -> None:
    """Write a wish."""
    tx.conn.execute(
        insert(staff_change).values(
            kind=kind.value,
            staff_id=staff_id,
            role=role.value if role else None,
            asked_by=by,
            asked_at=at,
        )
    )


def waiting(tx: Tx, since: datetime) -> list[Wish]:
    """Wishes of since then that nobody has settled, the oldest first."""
    sheet = staff_change.c
    still = and_(sheet.settled_at.is_(None), sheet.asked_at > since)
    rows = tx.conn.execute(select(staff_change).where(still).order_by(sheet.id))
    return [_wish(row) for row in rows]


def settle(tx: Tx, wish_id: int, by: int, at: datetime, *, done: bool) -> bool:
    """It was done or taken back; whether it still waited."""
    sheet = staff_change.c
    open_ = update(staff_change).where(sheet.id == wish_id, sheet.settled_at.is_(None))
    values = {"settled_at": at, "settled_by": by, "done": done}
    return bool(tx.conn.execute(open_.values(values)).rowcount)


def drop_old(tx: Tx, staff_id: int, before: datetime) -> None:
    """Settle what waited too long, by whoever asked."""
    sheet = staff_change.c
    old = and_(
        sheet.staff_id == staff_id, sheet.settled_at.is_(None), sheet.asked_at <= before
    )
    values = {"settled_at": sheet.asked_at, "settled_by": sheet.asked_by}
    tx.conn.execute(update(staff_change).where(old).values(values))


def administrators(tx: Tx) -> int:
    """How many may sign in and look after the accounts."""
    sheet = staff.c
    able = (sheet.role == Role.ADMINISTRATOR.value, sheet.active)
    found: int = tx.conn.execute(
        select(func.count()).select_from(staff).where(*able)
    ).scalar_one()
    return found


def invite(tx: Tx, staff_id: int, code_hash: bytes, at: datetime) -> None:
    """A code to begin with, in the place of an earlier one."""
    forget_invitation(tx, staff_id)
    tx.conn.execute(
        insert(invitation).values(staff_id=staff_id, code_hash=code_hash, made_at=at)
    )


def use_invitation(tx: Tx, staff_id: int, code_hash: bytes, since: datetime) -> bool:
    """Whether that was her code, of since then; it is gone with this."""
    sheet = invitation.c
    hers = (
        sheet.staff_id == staff_id,
        sheet.code_hash == code_hash,
        sheet.made_at > since,
    )
    return bool(tx.conn.execute(delete(invitation).where(*hers)).rowcount)


def forget_invitation(tx: Tx, staff_id: int) -> None:
    """Nobody begins with a code any more."""
    tx.conn.execute(delete(invitation).where(invitation.c.staff_id == staff_id))


def forget_old(tx: Tx, before: datetime) -> None:
    """Delete codes of before then: they count for nothing."""
    tx.conn.execute(delete(invitation).where(invitation.c.made_at <= before))


def invited(tx: Tx, since: datetime) -> frozenset[int]:
    """Who has a code of since then that was not used yet."""
    sheet = invitation.c
    rows = tx.conn.execute(select(sheet.staff_id).where(sheet.made_at > since))
    return frozenset(row.staff_id for row in rows)


def _wish(row: Row[Any]) -> Wish:
    return Wish(
        row.id,
        ChangeKind(row.kind),
        row.staff_id,
        Role(row.role) if row.role else None,
        row.asked_by,
        row.asked_at,
    )
