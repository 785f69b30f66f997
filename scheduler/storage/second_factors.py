"""Second factors as they are kept: a sealed secret, the last step, recovery codes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, delete, func, insert, or_, select, update

from scheduler.domain.people import Role
from scheduler.storage import outside, passkeys
from scheduler.storage.engine import Tx
from scheduler.storage.founding import NO_PASSWORD
from scheduler.storage.tables import recovery_code, second_factor, staff
from scheduler.storage.vault import AGENCY

_TABLE: Final = "second_factor"


@dataclass(frozen=True, slots=True)
class App:
    """Her app that makes codes; the secret in base32, opened."""

    secret: str = field(repr=False)
    set_up_at: datetime


def is_there(staff_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether that account has an app, as part of another query."""
    sheet = second_factor.c
    return select(sheet.staff_id).where(sheet.staff_id == staff_id).exists()


def app(tx: Tx, staff_id: int) -> App | None:
    """Her app; None when she has none."""
    hers = select(second_factor).where(second_factor.c.staff_id == staff_id)
    row = tx.conn.execute(hers).first()
    if row is None:
        return None
    secret = tx.vault.open(AGENCY, _TABLE, "secret", staff_id, row.secret)
    return App(secret, row.set_up_at)


def set_up(tx: Tx, staff_id: int, secret: str, step: int, at: datetime) -> None:
    """From now on this secret is hers; the code of that step has been used."""
    values = {
        "secret": tx.vault.seal(AGENCY, _TABLE, "secret", staff_id, secret),
        "set_up_at": at,
        "last_step": step,
    }
    mine = second_factor.c.staff_id == staff_id
    if not tx.conn.execute(update(second_factor).where(mine).values(values)).rowcount:
        tx.conn.execute(insert(second_factor).values(staff_id=staff_id, **values))


def take_step(tx: Tx, staff_id: int, step: int) -> bool:
    """Whether a code of that time step may be taken: it is later than every one that
    was. It is used up with this, also for whoever asks at the same moment."""
    sheet = second_factor.c
    later = and_(sheet.staff_id == staff_id, sheet.last_step < step)
    taken = update(second_factor).where(later).values(last_step=step)
    return bool(tx.conn.execute(taken).rowcount)


def keep_recovery_codes(
    tx: Tx, staff_id: int, hashes: Iterable[bytes], at: datetime
) -> None:
    """New codes; the old ones are gone."""
    _forget_codes(tx, staff_id)
    rows = [{"staff_id": staff_id, "code_hash": each, "made_at": at} for each in hashes]
    tx.conn.execute(insert(recovery_code), rows)


def use_recovery_code(tx: Tx, staff_id: int, code_hash: bytes, at: datetime) -> bool:
    """Whether it was one of hers that nobody had used; from now on somebody has."""
    sheet = recovery_code.c
    unused = and_(
        sheet.staff_id == staff_id,
        sheet.code_hash == code_hash,
        sheet.used_at.is_(None),
    )
    used = update(recovery_code).where(unused).values(used_at=at)
    return bool(tx.conn.execute(used).rowcount)


def codes_left(tx: Tx, staff_id: int) -> int:
    """How many recovery codes she can still use."""
    sheet = recovery_code.c
    unused = (sheet.staff_id == staff_id, sheet.used_at.is_(None))
    found: int = tx.conn.execute(
        select(func.count()).select_from(recovery_code).where(*unused)
    ).scalar_one()
    return found


def forget(tx: Tx, staff_id: int) -> None:
    """Take her second factors away, recovery codes too, and her account elsewhere."""
    passkeys.forget(tx, staff_id)
    outside.unlink(tx, staff_id)
    _forget_codes(tx, staff_id)
    tx.conn.execute(delete(second_factor).where(second_factor.c.staff_id == staff_id))


def _forget_codes(tx: Tx, staff_id: int) -> None:
    tx.conn.execute(delete(recovery_code).where(recovery_code.c.staff_id == staff_id))


@dataclass(frozen=True, slots=True)
class Doors:
    """How many people can sign in, and how many of them have no second factor."""

    open: int
    without_second: int


def doors(tx: Tx) -> Doors:
    """Accounts of people who can sign in, and those of them by a password alone."""
    second = or_(is_there(staff.c.id), passkeys.is_there(staff.c.id))
    able = and_(staff.c.active, staff.c.password_hash != NO_PASSWORD)
    counted = select(
        func.count().filter(able), func.count().filter(able, ~second)
    ).select_from(staff)
    return Doors(*tx.conn.execute(counted).one())


def active_in(tx: Tx, roles: Iterable[Role]) -> int:
    """How many may sign in, in one of these roles."""
    in_them = staff.c.role.in_([each.value for each in roles])
    counted = select(func.count()).select_from(staff)
    found: int = tx.conn.execute(counted.where(staff.c.active, in_them)).scalar_one()
    return found
