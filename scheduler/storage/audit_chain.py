"""The audit trail and its seals, as the chain reads and writes them."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, func, insert, select

from scheduler.domain.audit_chain import Cut, Entry, Seal
from scheduler.storage.engine import Tx
from scheduler.storage.erasing import in_a_purge
from scheduler.storage.tables import audit, audit_cut, audit_seal

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


# --- What is over (E7) -------------------------------------------------------


def last_cut(tx: Tx) -> Cut | None:
    """Where the trail begins, if its beginning is gone."""
    newest = select(audit_cut).order_by(audit_cut.c.id.desc()).limit(1)
    row = tx.conn.execute(newest).first()
    if row is None:
        return None
    return Cut(Seal(row.place, row.entry_id, bytes(row.mac)), bytes(row.proof))


def ripe(tx: Tx, before: datetime, most: int) -> Seal | None:
    """The last of so many seals whose lines are all from before then; never the last
    there is, since the chain goes on from it."""
    query = (
        select(audit_seal, audit.c.at.label("written_at"))
        .join(audit, audit.c.id == audit_seal.c.audit_id)
        .where(audit_seal.c.id < select(func.max(audit_seal.c.id)).scalar_subquery())
        .order_by(audit_seal.c.id)
        .limit(most)
    )
    found = None
    for row in tx.conn.execute(query):
        if row.written_at > before:
            break
        found = _seal(row)
    return found


def may_cut(tx: Tx) -> bool:
    """Whether this account of the database may take lines out at all: the one that
    serves on PostgreSQL may not (docs/operations/postgres-roles.sql)."""
    if tx.dialect == "sqlite":
        return True
    asked = select(func.has_table_privilege(audit.name, "DELETE"))
    return bool(tx.conn.execute(asked).scalar())


def cut(tx: Tx, made: Cut, at: datetime) -> int:
    """Delete up to that seal, and keep the cut in the place of an earlier one; how many
    lines went."""
    lines = delete(audit).where(audit.c.id <= made.seal.entry_id)
    with in_a_purge(tx):
        seals = delete(audit_seal).where(audit_seal.c.id <= made.seal.place)
        tx.conn.execute(seals)
        gone: int = tx.conn.execute(lines).rowcount
        tx.conn.execute(delete(audit_cut))
    tx.conn.execute(
        insert(audit_cut).values(
            place=made.seal.place,
            entry_id=made.seal.entry_id,
            mac=made.seal.mac,
            proof=made.proof,
            at=at,
        )
    )
    return gone
