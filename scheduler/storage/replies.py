"""Texts that came in: kind and time, and a sealed body until triage (I3, I4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, exists, insert, literal, select, update

from scheduler.storage.engine import Tx
from scheduler.storage.tables import client, inbound
from scheduler.storage.vault import client_owner


@dataclass(frozen=True, slots=True)
class Reply:
    """One text that came in, without its body."""

    id: str
    at: datetime
    kind: str
    client_id: int | None
    has_body: bool
    triaged_at: datetime | None


def insert_reply(
    tx: Tx,
    reply_id: str,
    *,
    at: datetime,
    kind: str,
    client_id: int | None,
    body: str | None,
    entered_by: int | None,
    delete_after: datetime,
) -> None:
    """Keep a reply; a body only with the client whose key seals it."""
    sealed = None
    if body is not None and client_id is not None:
        owner = client_owner(client_id)
        sealed = tx.vault.seal(owner, "inbound", "body", reply_id, body)
    tx.conn.execute(
        insert(inbound).values(
            id=reply_id,
            at=at,
            kind=kind,
            client_id=client_id,
            body=sealed,
            entered_by=entered_by,
            delete_after=delete_after if sealed else None,
        )
    )


def get(tx: Tx, reply_id: str) -> Reply | None:
    """One reply, or None."""
    row = tx.conn.execute(select(inbound).where(inbound.c.id == reply_id)).first()
    if row is None:
        return None
    return Reply(
        row.id, row.at, row.kind, row.client_id, row.body is not None, row.triaged_at
    )


def of_client(tx: Tx, client_id: int) -> list[Reply]:
    """Everything that came in from her, the newest first."""
    query = select(inbound).where(inbound.c.client_id == client_id)
    return [
        Reply(
            row.id,
            row.at,
            row.kind,
            row.client_id,
            row.body is not None,
            row.triaged_at,
        )
        for row in tx.conn.execute(query.order_by(inbound.c.at.desc()))
    ]


def body(tx: Tx, reply_id: str) -> str | None:
    """The words of a reply, while they are kept (I4)."""
    row = tx.conn.execute(select(inbound).where(inbound.c.id == reply_id)).first()
    if row is None or row.body is None:
        return None
    owner = client_owner(row.client_id)
    return tx.vault.open(owner, "inbound", "body", reply_id, row.body)


def triage(tx: Tx, reply_id: str, at: datetime, delete_after: datetime) -> None:
    """Somebody has read it; the body goes at the earlier of both dates (I4)."""
    earlier = literal(delete_after, inbound.c.delete_after.type)
    tx.conn.execute(
        update(inbound)
        .where(inbound.c.id == reply_id, inbound.c.triaged_at.is_(None))
        .values(
            triaged_at=at,
            delete_after=case(
                (inbound.c.delete_after > earlier, earlier),
                else_=inbound.c.delete_after,
            ),
        )
    )


def forget_bodies(tx: Tx, now: datetime) -> int:
    """Delete bodies whose time is over, unless the file is held (I4, E7); how many."""
    gone = tx.conn.execute(
        update(inbound)
        .where(
            inbound.c.delete_after <= now,
            inbound.c.body.is_not(None),
            ~exists().where(client.c.id == inbound.c.client_id, client.c.legal_hold),
        )
        .values(body=None)
    )
    return gone.rowcount
