"""What the provider still keeps, and the genuine receipts that fit nothing here."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import and_, delete, insert, or_, select, update

from scheduler.domain.messages import MessageState
from scheduler.storage.engine import Tx
from scheduler.storage.tables import message, provider_copy, stray_receipt

_FINAL = (MessageState.DELIVERED, MessageState.UNDELIVERED, MessageState.FAILED)


def keep(tx: Tx, provider_id: str, message_id: str | None, at: datetime) -> bool:
    """Remember that the provider has a copy; False when it was known already."""
    if is_known(tx, provider_id):
        return False
    tx.conn.execute(
        insert(provider_copy).values(
            provider_id=provider_id, message_id=message_id, kept_at=at, ask_at=at
        )
    )
    return True


def is_known(tx: Tx, provider_id: str) -> bool:
    """Whether this id of the provider was met before."""
    return (
        tx.conn.execute(
            select(provider_copy.c.provider_id).where(
                provider_copy.c.provider_id == provider_id
            )
        ).first()
        is not None
    )


def known_since(tx: Tx, since: datetime) -> frozenset[str]:
    """The provider's ids that were met since then."""
    rows = tx.conn.execute(
        select(provider_copy.c.provider_id).where(provider_copy.c.kept_at >= since)
    )
    return frozenset(row.provider_id for row in rows)


def to_remove(
    tx: Tx, now: datetime, left_before: datetime, limit: int
) -> list[tuple[str, datetime]]:
    """(id, kept since) of what may be removed now: what came in, what has reached its
    final state, and what left so long ago that none will come any more."""
    rows = tx.conn.execute(
        select(provider_copy.c.provider_id, provider_copy.c.kept_at)
        .outerjoin(message, message.c.id == provider_copy.c.message_id)
        .where(
            and_(provider_copy.c.removed_at.is_(None), provider_copy.c.ask_at <= now),
            or_(
                provider_copy.c.message_id.is_(None),
                message.c.state.in_([each.value for each in _FINAL]),
                provider_copy.c.kept_at <= left_before,
            ),
        )
        .order_by(provider_copy.c.ask_at, provider_copy.c.provider_id)
        .limit(limit)
    )
    return [(row.provider_id, row.kept_at) for row in rows]


def removed(tx: Tx, provider_id: str, at: datetime) -> None:
    """Its words are gone there."""
    _change(tx, provider_id, removed_at=at)


def ask_again(tx: Tx, provider_id: str, at: datetime) -> None:
    """They are not gone yet; ask then."""
    _change(tx, provider_id, ask_at=at)


def _change(tx: Tx, provider_id: str, **values: datetime) -> None:
    tx.conn.execute(
        update(provider_copy)
        .where(provider_copy.c.provider_id == provider_id)
        .values(**values)
    )


def forget(tx: Tx, before: datetime) -> None:
    """Drop what was removed, or strayed in, before then."""
    tx.conn.execute(delete(provider_copy).where(provider_copy.c.removed_at < before))
    tx.conn.execute(delete(stray_receipt).where(stray_receipt.c.at < before))


def keep_stray(tx: Tx, provider_id: str, status: str, at: datetime) -> bool:
    """Put a receipt of nothing here aside, once; False when it lay there already."""
    known = tx.conn.execute(
        select(stray_receipt.c.at).where(
            stray_receipt.c.provider_id == provider_id,
            stray_receipt.c.status == status,
        )
    ).first()
    if known is not None:
        return False
    tx.conn.execute(
        insert(stray_receipt).values(provider_id=provider_id, status=status, at=at)
    )
    return True


def strays(tx: Tx) -> list[tuple[str, str]]:
    """(id, status) of all receipts put aside."""
    rows = tx.conn.execute(
        select(stray_receipt.c.provider_id, stray_receipt.c.status).order_by(
            stray_receipt.c.provider_id, stray_receipt.c.status
        )
    )
    return [(row.provider_id, row.status) for row in rows]
