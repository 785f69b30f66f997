"""Passkeys as they are kept, and challenges that came back."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, delete, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from scheduler.storage.engine import Tx
from scheduler.storage.tables import passkey, spent_challenge


@dataclass(frozen=True, slots=True)
class Passkey:
    """One device of hers. Id and public key as text, base64 for addresses."""

    id: int
    staff_id: int
    credential_id: str = field(repr=False)
    public_key: str = field(repr=False)
    sign_count: int
    called: str = field(repr=False)
    made_at: datetime
    used_at: datetime | None


def is_there(staff_id: ColumnElement[Any]) -> ColumnElement[bool]:
    """Whether that account has a passkey, as part of another query."""
    return select(passkey.c.id).where(passkey.c.staff_id == staff_id).exists()


def of(tx: Tx, staff_id: int) -> list[Passkey]:
    """Hers, the oldest first."""
    hers = select(passkey).where(passkey.c.staff_id == staff_id)
    return [_read(row) for row in tx.conn.execute(hers.order_by(passkey.c.id))]


def by_credential(tx: Tx, credential_id: str) -> Passkey | None:
    """The one of that id."""
    named = select(passkey).where(passkey.c.credential_id == credential_id)
    row = tx.conn.execute(named).first()
    return None if row is None else _read(row)


def add(
    tx: Tx,
    staff_id: int,
    credential_id: str,
    public_key: str,
    *,
    sign_count: int,
    called: str,
    at: datetime,
) -> None:
    """One more."""
    tx.conn.execute(
        insert(passkey).values(
            staff_id=staff_id,
            credential_id=credential_id,
            public_key=public_key,
            sign_count=sign_count,
            called=called,
            made_at=at,
        )
    )


def used(tx: Tx, passkey_id: int, sign_count: int, at: datetime) -> None:
    """It proved her, and has counted so far."""
    this = update(passkey).where(passkey.c.id == passkey_id)
    tx.conn.execute(this.values(sign_count=sign_count, used_at=at))


def remove(tx: Tx, staff_id: int, passkey_id: int) -> bool:
    """Take one of hers away; whether it was there."""
    sheet = passkey.c
    mine = delete(passkey).where(sheet.id == passkey_id, sheet.staff_id == staff_id)
    return bool(tx.conn.execute(mine).rowcount)


def forget(tx: Tx, staff_id: int) -> None:
    """Take all of hers away."""
    tx.conn.execute(delete(passkey).where(passkey.c.staff_id == staff_id))


def spend(tx: Tx, digest: bytes, at: datetime) -> bool:
    """Whether a challenge comes back for the first time; from now on it has."""
    new = (sqlite if tx.dialect == "sqlite" else postgresql).insert(spent_challenge)
    row = new.values(digest=digest, at=at).on_conflict_do_nothing()
    written = row.returning(spent_challenge.c.digest)
    return tx.conn.execute(written).first() is not None


def forget_challenges(tx: Tx, before: datetime) -> int:
    """Delete those that are too old to come back; how many."""
    old = delete(spent_challenge).where(spent_challenge.c.at < before)
    gone: int = tx.conn.execute(old).rowcount
    return gone


def _read(row: Row[Any]) -> Passkey:
    return Passkey(
        row.id,
        row.staff_id,
        row.credential_id,
        row.public_key,
        row.sign_count,
        row.called,
        row.made_at,
        row.used_at,
    )
