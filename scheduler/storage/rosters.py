"""A counsellor's day, read at once: her sessions with what became of each, and the
files and plans of whoever is in them. Two queries, however many sessions."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Select, and_, bindparam, exists, func, select

from scheduler.domain.plan import ContactPlan
from scheduler.storage import bookings, people, plans
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile
from scheduler.storage.tables import (
    attention,
    client,
    interruption,
    plan_version,
    session,
    session_client,
    shut_out,
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A session; when it last broke off, with the review of that; and whether there is
    an open matter that somebody has to be in the room (B6)."""

    session: Session
    broke_off_at: datetime | None
    review_due_at: datetime | None
    reviewed_at: datetime | None
    somebody_there: bool


@dataclass(frozen=True, slots=True)
class Seated:
    """A file with its plans in force, the current one first. `shut` says that it does
    not exist for whoever looks (E4)."""

    file: ClientFile
    plans: tuple[ContactPlan, ...]
    shut: bool


_later = interruption.alias()
_LAST: Final = (
    select(func.max(_later.c.number))
    .where(_later.c.session_id == session.c.id)
    .scalar_subquery()
)
_DAY: Final = (
    select(
        session,
        session_client.c.client_id,
        interruption.c.dropped_at,
        interruption.c.review_due_at,
        interruption.c.reviewed_at,
        exists()
        .where(
            attention.c.session_id == session.c.id,
            attention.c.kind == "stand_in_needed",
            attention.c.settled_at.is_(None),
        )
        .label("somebody_there"),
    )
    .join(session_client, session_client.c.session_id == session.c.id)
    .outerjoin(
        interruption,
        and_(interruption.c.session_id == session.c.id, interruption.c.number == _LAST),
    )
    .where(
        session.c.counsellor_id == bindparam("counsellor"),
        session.c.starts_at >= bindparam("since"),
        session.c.starts_at < bindparam("until"),
    )
    .order_by(session.c.starts_at, session.c.id, session_client.c.seat)
)
_SEATED: Final[Select[Any]] = (
    select(
        *people.COLUMNS,
        plan_version.c.number,
        plan_version.c.document,
        exists()
        .where(
            shut_out.c.client_id == client.c.id,
            shut_out.c.staff_id == bindparam("staff"),
        )
        .label("shut"),
    )
    .select_from(plans.WITH_THOSE_IN_FORCE)
    .where(client.c.id.in_(bindparam("clients", expanding=True)))
    .order_by(client.c.id, *plans.CURRENT_FIRST)
)


def of_day(
    tx: Tx, counsellor_id: int, since: datetime, until: datetime
) -> list[Listed]:
    """Every session of hers that starts in the range, soonest first."""
    found: dict[str, Listed] = {}
    day = {"counsellor": counsellor_id, "since": since, "until": until}
    for row in tx.conn.execute(_DAY, day):
        known = found.get(row.id)
        if known is not None:
            seats = (*known.session.client_ids, row.client_id)
            fuller = replace(known.session, client_ids=seats)
            found[row.id] = replace(known, session=fuller)
            continue
        found[row.id] = Listed(
            bookings.session_of(row, (row.client_id,)),
            row.dropped_at,
            row.review_due_at,
            row.reviewed_at,
            bool(row.somebody_there),
        )
    return list(found.values())


def seated(tx: Tx, client_ids: Collection[int], staff_id: int) -> dict[int, Seated]:
    """Who is in them, by row number, seen by a member of staff."""
    if not client_ids:
        return {}
    rows = tx.conn.execute(
        _SEATED, {"clients": list(client_ids), "staff": staff_id}
    ).all()
    found: dict[int, Seated] = {}
    for client_id, in_force in plans.opened(tx, rows).items():
        row = next(each for each in rows if each.id == client_id)
        found[client_id] = Seated(people.file_of(row), in_force, bool(row.shut))
    return found
