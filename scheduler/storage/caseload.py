"""What counsellors carry: open files they usually see, or have a session with to come
(A2)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import CompoundSelect, func, select, union

from scheduler.domain.booking import SessionState
from scheduler.domain.counsellor import Counsellor
from scheduler.storage.engine import Tx
from scheduler.storage.tables import client, session, session_client


def _carried(now: datetime) -> CompoundSelect[tuple[int | None, int]]:
    usual = select(client.c.usual_counsellor_id.label("who"), client.c.id).where(
        client.c.usual_counsellor_id.is_not(None), client.c.state == "open"
    )
    booked = (
        select(session.c.counsellor_id.label("who"), client.c.id)
        .join(session_client, session_client.c.session_id == session.c.id)
        .join(client, client.c.id == session_client.c.client_id)
        .where(
            session.c.starts_at > now,
            session.c.state == SessionState.BOOKED.value,
            client.c.state == "open",
        )
    )
    return union(usual, booked)


def loaded(
    tx: Tx, staff: Mapping[int, Counsellor], now: datetime
) -> dict[int, Counsellor]:
    """The same counsellors, each with what her files weigh; one query."""
    pairs = _carried(now).subquery()
    query = (
        select(pairs.c.who, func.sum(client.c.weight).label("load"))
        .join(client, client.c.id == pairs.c.id)
        .group_by(pairs.c.who)
    )
    loads = {row.who: int(row.load) for row in tx.conn.execute(query)}
    return {
        who: replace(person, load=loads.get(who, 0)) for who, person in staff.items()
    }


def carriers(
    tx: Tx, client_ids: Sequence[int], now: datetime
) -> dict[int, frozenset[int]]:
    """In whose caseloads these clients are already."""
    pairs = _carried(now).subquery()
    query = select(pairs.c.who, pairs.c.id).where(pairs.c.id.in_(list(client_ids)))
    found: dict[int, set[int]] = {}
    for row in tx.conn.execute(query):
        found.setdefault(row.id, set()).add(row.who)
    return {each: frozenset(found.get(each, ())) for each in _each(client_ids)}


def _each(client_ids: Iterable[int]) -> Iterable[int]:
    return dict.fromkeys(client_ids)
