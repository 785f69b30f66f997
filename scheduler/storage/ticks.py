"""The first minute's checks of a session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import session_tick


def of_session(tx: Tx, session_id: str) -> frozenset[str]:
    """What was ticked."""
    rows = tx.conn.execute(
        select(session_tick.c.item).where(session_tick.c.session_id == session_id)
    )
    return frozenset(row.item for row in rows)


def set_tick(
    tx: Tx, session_id: str, item: str, *, by: int, at: datetime | None
) -> None:
    """Tick an item; with None take it back."""
    which = (session_tick.c.session_id == session_id, session_tick.c.item == item)
    tx.conn.execute(delete(session_tick).where(*which))
    if at is not None:
        tx.conn.execute(
            insert(session_tick).values(session_id=session_id, item=item, by=by, at=at)
        )
