"""Legal holds: every act of laying, reviewing and ending one, and which last (E7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, func, insert, select

from scheduler.domain.legal_hold import HoldAct
from scheduler.storage.engine import Tx
from scheduler.storage.tables import legal_hold


@dataclass(frozen=True, slots=True)
class Held:
    """One act. `review_on` is None for an end; `by_id` None is the machine."""

    client_id: int
    act: HoldAct
    reason: str
    review_on: date | None
    by_id: int | None
    at: datetime


def add(tx: Tx, held: Held) -> None:
    """Write an act. The database refuses one that is not in turn."""
    tx.conn.execute(
        insert(legal_hold).values(
            client_id=held.client_id,
            act=held.act.value,
            reason=held.reason,
            review_on=held.review_on,
            by_id=held.by_id,
            at=held.at,
        )
    )


def of_file(tx: Tx, client_id: int) -> list[Held]:
    """Every act about one file, the newest first."""
    query = select(legal_hold).where(legal_hold.c.client_id == client_id)
    return _read(tx, query.order_by(legal_hold.c.id.desc()))


def lasting(tx: Tx) -> list[Held]:
    """The newest act about each file that is held, the earliest review first."""
    newest = select(func.max(legal_hold.c.id)).group_by(legal_hold.c.client_id)
    query = select(legal_hold).where(
        legal_hold.c.id.in_(newest), legal_hold.c.act != HoldAct.ENDED.value
    )
    return _read(tx, query.order_by(legal_hold.c.review_on, legal_hold.c.id))


def _read(tx: Tx, query: Select[Any]) -> list[Held]:
    return [_held(row) for row in tx.conn.execute(query)]


def _held(row: Row[Any]) -> Held:
    return Held(
        row.client_id, HoldAct(row.act), row.reason, row.review_on, row.by_id, row.at
    )
