"""Forms that were sent: the same one twice has the first one's outcome (B8)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from scheduler.storage.engine import Tx
from scheduler.storage.tables import submitted_form

_OUTCOME: Final = select(submitted_form.c.outcome).where(
    submitted_form.c.token == bindparam("this")
)


def outcome(tx: Tx, token: str | None) -> str | None:
    """What came of this form before, or None."""
    if token is None:
        return None
    row = tx.conn.execute(_OUTCOME, {"this": token}).first()
    return row.outcome if row else None


def remember(tx: Tx, token: str | None, staff_id: int, at: datetime, what: str) -> None:
    """Keep what came of a form, if it can be told from another."""
    if token is None:
        return
    tx.conn.execute(
        insert(submitted_form).values(
            token=token, staff_id=staff_id, at=at, outcome=what
        )
    )


def forget(tx: Tx, before: datetime) -> None:
    """Drop what nobody can send again."""
    tx.conn.execute(delete(submitted_form).where(submitted_form.c.at < before))
