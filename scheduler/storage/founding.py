"""The first rows of an installation: the agency, its switch, its staff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert

from scheduler.domain.people import Role
from scheduler.storage.engine import Tx
from scheduler.storage.tables import agency, sender_state, staff

# No password has this hash, so nobody can sign in with it.
NO_PASSWORD = "!"  # noqa: S105 - a hash that no password has


def found_agency(
    tx: Tx,
    *,
    installation: str,
    name: str,
    zone: str,
    at: datetime,
    lint_names: Sequence[str] = (),
    twelve_hour: bool = False,
) -> None:
    """Write the agency's one row, and the switch that everything asks."""
    tx.conn.execute(
        insert(agency).values(
            id=1,
            installation=installation,
            name=name,
            zone=zone,
            lint_names=list(lint_names),
            twelve_hour=twelve_hour,
            made_at=at,
        )
    )
    tx.conn.execute(insert(sender_state).values(id=1, clock_right=False))


def add_staff(
    tx: Tx,
    *,
    sign_in_name: str,
    name: str,
    role: Role,
    zone: str,
    at: datetime,
    password_hash: str = NO_PASSWORD,
) -> int:
    """Write a member of staff; her row's number."""
    new = insert(staff).values(
        sign_in_name=sign_in_name,
        name=name,
        role=role.value,
        zone=zone,
        password_hash=password_hash,
        made_at=at,
    )
    staff_id: int = tx.conn.execute(new.returning(staff.c.id)).scalar_one()
    return staff_id
