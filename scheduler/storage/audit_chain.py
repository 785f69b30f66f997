"""The audit trail and its seals, as the chain reads and writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, insert, select

from scheduler.domain.audit_chain import Entry, Seal
from scheduler.storage.engine import Tx
from scheduler.storage.tables import audit, audit_seal

_AT_ONCE: Final = 2_000


def head(tx: Tx) -> Seal | None:
    """The last seal."""
    newest = select(audit_seal).order_by(audit_seal.c.id.desc()).limit(1)
    row = tx.conn.execute(newest).first()
    return None if row is None else _seal(row)


def unsealed(tx: Tx, after_id: int, limit: int) -> list[Entry]:
    """The next entries without a seal, in order. Complete only inside `begin()`, where
    nobody else is in the middle of writing one."""
    query = select(audit).where(audit.c.id > after_id).order_by(audit.c.id)
    return [_entry(row) for row in tx.conn.execute(query.limit(limit))]


def add(tx: Tx, seals: Iterable[Seal], at: datetime) -> None:
    """Write seals."""
    rows = [
        {"id": each.place, "audit_id": each.entry_id, "mac": each.mac, "at": at}
        for each in seals
    ]
    if rows:
        tx.conn.execute(insert(audit_seal), rows)


def seals(tx: Tx) -> Iterator[Seal]:
    """All of them by place, some at a time."""
    after = 0
    while True:
        query = select(audit_seal).where(audit_seal.c.id > after)
        rows = tx.conn.execute(query.order_by(audit_seal.c.id).limit(_AT_ONCE)).all()
        yield from map(_seal, rows)
        if len(rows) < _AT_ONCE:
            return
        after = rows[-1].id


def entries(tx: Tx) -> Iterator[Entry]:
    """All of them by number, some at a time."""
    after = -1
    while found := unsealed(tx, after, _AT_ONCE):
        yield from found
        after = found[-1].id


def _seal(row: Row[Any]) -> Seal:
    return Seal(row.id, row.audit_id, bytes(row.mac))


def _entry(row: Row[Any]) -> Entry:
    said = [
        row.at.isoformat(),
        row.actor_id,
        row.verb,
        row.subject,
        row.subject_id,
        row.fields,
        row.reason,
    ]
    return Entry(row.id, json.dumps(said, ensure_ascii=False))
