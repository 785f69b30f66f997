"""Sessions that took place in a range of days, as counts ask for them (E9)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, select

from scheduler.domain.month_counts import HELD
from scheduler.storage.engine import Tx
from scheduler.storage.tables import client, session, session_client


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
