"""What has left lately, counted for the breaker (M10)."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from scheduler.domain.messages import LEFT, MessageState
from scheduler.storage.engine import Tx
from scheduler.storage.tables import message

_BY_MACHINE = message.c.by_hand.is_(False)
_HANDED: Final = sorted(each.value for each in LEFT | {MessageState.FAILED})
_WENT_WRONG: Final = frozenset(
    {
        MessageState.FAILED.value,
        MessageState.UNDELIVERED.value,
        MessageState.UNCERTAIN.value,
    }
)


def left_since(tx: Tx, since: datetime, *, client_id: int | None = None) -> int:
    """How many were handed over by machine, or may have been, since then; with a
    client, to her."""
    query = select(func.count()).where(
        message.c.left_at >= since, _BY_MACHINE, message.c.state.in_(_HANDED)
    )
    if client_id is not None:
        query = query.where(message.c.client_id == client_id)
    return int(tx.conn.execute(query).scalar_one())


def failed_of_last(tx: Tx, most: int, since: datetime | None) -> int:
    """How many of the last `most` that left since then failed or are uncertain."""
    query = (
        select(message.c.state)
        .where(message.c.left_at.is_not(None), _BY_MACHINE)
        .order_by(message.c.left_at.desc())
        .limit(most)
    )
    if since is not None:
        query = query.where(message.c.left_at >= since)
    return sum(each in _WENT_WRONG for each in tx.conn.execute(query).scalars())
