"""The waiting list: what somebody wants is sealed with her key."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, insert, select

from scheduler.domain.plan import Format
from scheduler.domain.typed_hours import read_weekly, write_weekly
from scheduler.domain.waiting import Wanted
from scheduler.storage.engine import Tx
from scheduler.storage.tables import client, waiting
from scheduler.storage.vault import client_owner


@dataclass(frozen=True, slots=True)
class Entry:
    """One client on the list, and since when."""

    client_id: int
    code: str
    since: datetime
    wanted: Wanted
    usual_counsellor_id: int | None


def put(tx: Tx, client_id: int, wanted: Wanted, at: datetime) -> None:
    """Put her on the list, or change what she wants; since when stays."""
    before = tx.conn.execute(
        select(waiting.c.since).where(waiting.c.client_id == client_id)
    ).scalar()
    tx.conn.execute(delete(waiting).where(waiting.c.client_id == client_id))
    document = json.dumps(
        {
            "formats": sorted(each.value for each in wanted.formats),
            "windows": [write_weekly(each) for each in wanted.windows],
        }
    )
    sealed = tx.vault.seal(
        client_owner(client_id), waiting.name, "wanted", client_id, document
    )
    tx.conn.execute(
        insert(waiting).values(
            client_id=client_id, since=before or at, changed_at=at, wanted=sealed
        )
    )


def take_off(tx: Tx, client_id: int) -> bool:
    """Off the list; whether she was on it."""
    gone = tx.conn.execute(delete(waiting).where(waiting.c.client_id == client_id))
    return gone.rowcount > 0


def everybody(tx: Tx) -> list[Entry]:
    """Open files that wait, longest first."""
    return _read(tx, None)


def of_client(tx: Tx, client_id: int) -> Entry | None:
    """Her entry, or None."""
    found = _read(tx, client_id)
    return found[0] if found else None


def _read(tx: Tx, client_id: int | None) -> list[Entry]:
    query = (
        select(
            waiting.c.client_id,
            waiting.c.since,
            waiting.c.wanted,
            client.c.code,
            client.c.usual_counsellor_id,
        )
        .join(client, client.c.id == waiting.c.client_id)
        .where(client.c.state == "open")
        .order_by(waiting.c.since, waiting.c.client_id)
    )
    if client_id is not None:
        query = query.where(waiting.c.client_id == client_id)
    return [
        Entry(
            row.client_id,
            row.code,
            row.since,
            _wanted(tx, row.client_id, row.wanted),
            row.usual_counsellor_id,
        )
        for row in tx.conn.execute(query)
    ]


def _wanted(tx: Tx, client_id: int, sealed: bytes) -> Wanted:
    owner = client_owner(client_id)
    kept = json.loads(tx.vault.open(owner, waiting.name, "wanted", client_id, sealed))
    windows = tuple(map(read_weekly, kept["windows"]))
    return Wanted(frozenset(map(Format, kept["formats"])), windows)
