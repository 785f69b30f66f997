"""Claiming what is due: by many workers at once, each message by one of them (M7).

A claim is a worker, a lease and a fence. The fence counts the claims of a message, so a
worker that was asleep while its lease was taken writes no outcome.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import (
    BigInteger,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.dialects.postgresql import ARRAY

from scheduler.domain.decision import Reason
from scheduler.domain.messages import MessageState
from scheduler.storage.engine import Tx
from scheduler.storage.many import Many
from scheduler.storage.outbox import Message, read_message
from scheduler.storage.tables import client, message, sender_state

_S = MessageState

# Advisory locks by one number: clients upwards from zero, numbers below it.
_HALF = 2**63


def hold(
    tx: Tx, client_ids: Iterable[int], number_blinds: Iterable[bytes] = ()
) -> None:
    """Keep these clients and numbers from other workers until this transaction ends, so
    that what counts for a cap stays what it was read to be (M4).

    Once a transaction, all together and in order: two workers then never wait for each
    other. Raises RuntimeError for a second time. Alone on the database there is nobody
    to keep out.
    """
    if not tx.beside:
        return
    if tx.held:
        raise RuntimeError("This transaction holds what it may; name all at once.")
    wanted = {*client_ids, *map(_number_lock, number_blinds)}
    tx.held.extend(sorted(wanted))
    if tx.held:
        locks = func.unnest(literal(tx.held, ARRAY(BigInteger))).column_valued("lock")
        tx.conn.execute(select(func.pg_advisory_xact_lock(locks)))


def _number_lock(blind: bytes) -> int:
    # Two numbers that meet here wait for each other without need, and nothing more.
    return -1 - int.from_bytes(blind[:8], "big") % _HALF


@dataclass(frozen=True, slots=True)
class Place:
    """Where in the row of due messages somebody has got to."""

    not_before: datetime
    id: str


def due(
    tx: Tx,
    now: datetime,
    *,
    limit: int = 1,
    after: Place | None = None,
    by_hand: bool = False,
    only: str | None = None,
) -> list[Message]:
    """The next due messages that no other worker has in its hands, earliest first.

    They are kept from the others until the transaction ends. `only` asks for one.
    """
    conditions = [
        message.c.state == _S.DUE.value,
        message.c.by_hand.is_(by_hand),
        or_(message.c.leased_until.is_(None), message.c.leased_until <= now),
    ]
    if only is not None:
        conditions.append(message.c.id == only)
    if after is not None:
        conditions.append(message.c.not_before >= after.not_before)
        conditions.append(
            or_(message.c.not_before > after.not_before, message.c.id > after.id)
        )
    rows = tx.conn.execute(
        select(message)
        .where(*conditions)
        .order_by(message.c.not_before, message.c.id)
        .limit(limit)
        .with_for_update(skip_locked=True, key_share=True)
    )
    return [read_message(row) for row in rows]


def due_by_hand(tx: Tx, now: datetime) -> list[str]:
    """Ids of all that is due to be sent by a person, earliest first."""
    rows = tx.conn.execute(
        select(message.c.id)
        .where(
            message.c.state == _S.DUE.value,
            message.c.by_hand.is_(True),
            or_(message.c.leased_until.is_(None), message.c.leased_until <= now),
        )
        .order_by(message.c.not_before, message.c.id)
    )
    return [row.id for row in rows]


def take(
    tx: Tx, ids: Collection[str], *, worker: str, leased_until: datetime
) -> dict[str, int]:
    """Claim messages that are due: the fence of each that was."""
    if not ids:
        return {}
    rows = tx.conn.execute(
        update(message)
        .where(message.c.id.in_(ids), message.c.state == _S.DUE.value)
        .values(
            state=_S.CLAIMED.value,
            worker=worker,
            leased_until=leased_until,
            fence=message.c.fence + 1,
        )
        .returning(message.c.id, message.c.fence)
    )
    return {row.id: row.fence for row in rows}


@dataclass(frozen=True, slots=True)
class Departure:
    """What is written of a message before the call is made."""

    message_id: str
    fence: int
    reasons: tuple[Reason, ...]
    number_blind: bytes | None
    phrase_blind: bytes | None
    validity: int


_LEAVING: Final = Many(
    which=message.c.id,
    claim=message.c.fence,
    why=message.c.reasons,
    number=message.c.number_blind,
    phrase=message.c.phrase_blind,
    seconds=message.c.validity,
)
_LEAVE = _LEAVING.update(
    message,
    lambda given: (
        message.c.id == given["which"],
        message.c.state == _S.CLAIMED.value,
        message.c.fence == given["claim"],
    ),
    lambda given: {
        "state": _S.SENDING.value,
        "reasons": given["why"],
        "left_at": bindparam("at", type_=message.c.left_at.type),
        "number_blind": given["number"],
        "phrase_blind": given["phrase"],
        "validity": given["seconds"],
    },
)


def leave(tx: Tx, departures: Sequence[Departure], at: datetime) -> None:
    """From claimed to sending: to be committed before any call is made (M7)."""
    rows = [
        {
            "which": each.message_id,
            "claim": each.fence,
            "why": [reason.value for reason in each.reasons],
            "number": each.number_blind,
            "phrase": each.phrase_blind,
            "seconds": each.validity,
        }
        for each in departures
    ]
    _LEAVE.run(tx, rows, at=at)


_MINE = and_(
    message.c.id == bindparam("which"),
    message.c.state == _S.SENDING.value,
    message.c.worker == bindparam("whose"),
    message.c.fence == bindparam("claim"),
)
_GLANCE = (
    select(message.c.id)
    .join(client, client.c.id == message.c.client_id)
    .join(sender_state, sender_state.c.stopped_at.is_(None))
    .where(_MINE, client.c.suspended_at.is_(None))
)
_STILL = select(message).where(_MINE)
_ENDING: Final = Many(
    which=message.c.id,
    claim=message.c.fence,
    after=message.c.state,
    provider=message.c.provider_id,
)
_END = _ENDING.update(
    message,
    lambda given: (
        message.c.id == given["which"],
        message.c.state == _S.SENDING.value,
        message.c.worker == bindparam("whose"),
        message.c.fence == given["claim"],
    ),
    lambda given: {
        "state": given["after"],
        "provider_id": func.coalesce(given["provider"], message.c.provider_id),
        # What is uncertain may be looked up from now on.
        "leased_until": bindparam("at", type_=message.c.leased_until.type),
    },
)


def may_still_leave(tx: Tx, message_id: str, *, worker: str, fence: int) -> bool:
    """Whether a claim stands just before its call, and neither was everything stopped
    (M10) nor her plan suspended."""
    mine = {"which": message_id, "whose": worker, "claim": fence}
    return tx.conn.execute(_GLANCE, mine).first() is not None


def still(tx: Tx, message_id: str, *, worker: str, fence: int) -> Message | None:
    """The message as it is, if it is in `sending` by this very claim."""
    mine = {"which": message_id, "whose": worker, "claim": fence}
    row = tx.conn.execute(_STILL, mine).first()
    return None if row is None else read_message(row)


@dataclass(frozen=True, slots=True)
class Ending:
    """What became of a call, for a state that needs nothing else done."""

    message_id: str
    fence: int
    after: MessageState
    provider_id: str | None = None


def end(tx: Tx, endings: Sequence[Ending], *, worker: str, now: datetime) -> None:
    """Write outcomes, each only if the message is in `sending` by this very claim."""
    rows = [
        {
            "which": each.message_id,
            "claim": each.fence,
            "after": each.after.value,
            "provider": each.provider_id,
        }
        for each in endings
    ]
    _END.run(tx, rows, whose=worker, at=now)
