"""What has left lately, counted for the breaker (M10)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any, Final

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


def left_since(tx: Tx, since: datetime) -> int:
    """How many were handed over by machine, or may have been, since then."""
    query = select(func.count()).where(*_handed_since(since))
    return int(tx.conn.execute(query).scalar_one())


def left_to_each(
    tx: Tx, since: datetime, client_ids: Collection[int]
) -> dict[int, int]:
    """The same to each of these clients; who had none is left out."""
    rows = tx.conn.execute(
        select(message.c.client_id, func.count())
        .where(*_handed_since(since), message.c.client_id.in_(client_ids))
        .group_by(message.c.client_id)
    )
    return {row[0]: row[1] for row in rows}


def _handed_since(since: datetime) -> tuple[Any, ...]:
    return message.c.left_at >= since, _BY_MACHINE, message.c.state.in_(_HANDED)


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
