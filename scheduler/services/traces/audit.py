"""The audit trail: ids, verbs, field names, reasons, written with the act (E8)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy import insert

from scheduler.storage.engine import Tx
from scheduler.storage.tables import audit

_INSERT: Final = insert(audit)


def record(
    tx: Tx,
    now: datetime,
    actor_id: int | None,
    verb: str,
    subject: str,
    subject_id: str,
    *,
    fields: Sequence[str] = (),
    reason: str = "",
) -> None:
    """Write one line in the transaction of the act; `actor_id` None is the machine.

    Names of fields, never what is in them.
    """
    tx.conn.execute(
        _INSERT,
        {
            "at": now,
            "actor_id": actor_id,
            "verb": verb,
            "subject": subject,
            "subject_id": subject_id,
            "fields": list(fields),
            "reason": reason,
        },
    )
