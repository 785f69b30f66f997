"""Which sessions one text tells of: what the agency does to several is said once."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import told_together


def add(tx: Tx, message_id: str, session_id: str) -> None:
    """This text tells of that session as well."""
    tx.conn.execute(
        insert(told_together).values(message_id=message_id, session_id=session_id)
    )


def of_message(tx: Tx, message_id: str) -> tuple[str, ...]:
    """The sessions it tells of beside its own."""
    rows = tx.conn.execute(
        select(told_together.c.session_id)
        .where(told_together.c.message_id == message_id)
        .order_by(told_together.c.session_id)
    )
    return tuple(row.session_id for row in rows)


def forget(tx: Tx, session_ids: Collection[str]) -> None:
    """These changed again, so what was told of them is no longer what matters."""
    if session_ids:
        tx.conn.execute(
            delete(told_together).where(told_together.c.session_id.in_(session_ids))
        )
