"""Sessions that took place, as counts ask for them; and what was counted (E9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from sqlalchemy import bindparam, insert, select

from scheduler.domain.month_counts import HELD, By, Counts, Row
from scheduler.storage.engine import Tx
from scheduler.storage.tables import client, month_counted, session, session_client


@dataclass(frozen=True, slots=True)
class Seat:
    """One client's seat in one session. `service` is None where nothing was said."""

    session_id: str
    format: str
    language: str
    client_id: int = field(repr=False)
    service: str | None
    zone: str


_SEATS: Final = (
    select(
        session.c.id,
        session.c.format,
        session.c.language,
        client.c.id.label("client_id"),
        client.c.service,
        client.c.zone,
    )
    .select_from(session.join(session_client).join(client))
    .where(
        session.c.starts_at >= bindparam("since"),
        session.c.starts_at < bindparam("until"),
        session.c.state.in_(sorted(each.value for each in HELD)),
    )
    .order_by(session.c.id, client.c.id)
)


def seats(tx: Tx, since: datetime, until: datetime) -> Sequence[Seat]:
    """Every seat in sessions that began in the range and took place."""
    rows = tx.conn.execute(_SEATS, {"since": since, "until": until})
    return [Seat(*row) for row in rows]


# --- What was counted ---------------------------------------------------------

_COUNTED: Final = select(month_counted.c.first).order_by(month_counted.c.first.desc())


def counted(tx: Tx) -> Sequence[date]:
    """The first days of the months that were counted, the newest first."""
    return tx.conn.execute(_COUNTED).scalars().all()


def told(tx: Tx, first: date) -> Counts | None:
    """What may be told of a month; None when it was not counted."""
    query = select(month_counted.c.told).where(month_counted.c.first == first)
    kept = tx.conn.execute(query).scalar()
    if kept is None:
        return None
    tables = {
        By(by): tuple(Row(name, sessions) for name, sessions in rows)
        for by, rows in kept["tables"].items()
    }
    return Counts(kept["total"], tables)


def keep(tx: Tx, first: date, counts: Counts, at: datetime) -> None:
    """Keep what may be told of a month, for good."""
    tables = {
        by.value: [[each.name, each.sessions] for each in rows]
        for by, rows in counts.tables.items()
    }
    kept = {"total": counts.total, "tables": tables}
    new = insert(month_counted).values(first=first, counted_at=at, told=kept)
    tx.conn.execute(new)
