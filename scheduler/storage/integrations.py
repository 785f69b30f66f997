"""Programs that book by the JSON door: who they act as, and by which token."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, insert, select, update

from scheduler.domain.people import Role
from scheduler.storage.engine import Tx
from scheduler.storage.tables import integration, staff


@dataclass(frozen=True, slots=True)
class Integration:
    """A program. `staff_id`, `role` and `zone` are those of whom it acts as."""

    id: int
    name: str = field(repr=False)
    staff_id: int
    role: Role
    zone: str
    made_at: datetime
    used_at: datetime | None
    revoked_at: datetime | None


def add(tx: Tx, name: str, staff_id: int, token_hash: bytes, at: datetime) -> int:
    """Write one; the row's number."""
    row = insert(integration).values(
        name=name, staff_id=staff_id, token_hash=token_hash, made_at=at
    )
    number: int = tx.conn.execute(row.returning(integration.c.id)).scalar_one()
    return number


def listed(tx: Tx) -> list[Integration]:
    """All of them, by name, those whose token is revoked too."""
    return [_read(row) for row in tx.conn.execute(_all().order_by(integration.c.name))]


def by_token(tx: Tx, token_hash: bytes) -> Integration | None:
    """Whose token it is, while it counts and whom it acts as has an open account."""
    counts = _all().where(
        integration.c.token_hash == token_hash,
        integration.c.revoked_at.is_(None),
        staff.c.active,
    )
    row = tx.conn.execute(counts).first()
    return None if row is None else _read(row)


def by_name(tx: Tx, name: str) -> Integration | None:
    """The one of that name."""
    row = tx.conn.execute(_all().where(integration.c.name == name)).first()
    return None if row is None else _read(row)


def mark_used(tx: Tx, integration_id: int, at: datetime) -> None:
    """It asked something."""
    tx.conn.execute(
        update(integration).where(integration.c.id == integration_id).values(used_at=at)
    )


def revoke(tx: Tx, integration_id: int, at: datetime) -> bool:
    """Its token counts no more; whether it did until now."""
    revoked = tx.conn.execute(
        update(integration)
        .where(integration.c.id == integration_id, integration.c.revoked_at.is_(None))
        .values(revoked_at=at)
    )
    return revoked.rowcount == 1


def _all() -> Select[Any]:
    return select(integration, staff.c.role, staff.c.zone).join(staff)


def _read(row: Row[Any]) -> Integration:
    return Integration(
        id=row.id,
        name=row.name,
        staff_id=row.staff_id,
        role=Role(row.role),
        zone=row.zone,
        made_at=row.made_at,
        used_at=row.used_at,
        revoked_at=row.revoked_at,
    )
