"""Erasing a file: every row of hers, and what is left of it.

Her key is what makes her unreadable, in every copy (docs/decisions/0002); the rows go
so that nothing of her is counted, listed or dated any more. A number she stopped stays
blocked: that row holds a blind index and nothing of her.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, insert, or_, select, update
from sqlalchemy.sql.elements import ColumnElement

from scheduler.domain.booking import SessionState
from scheduler.storage.engine import Tx
from scheduler.storage.tables import (
    alert_telling,
    apart,
    attention,
    audit,
    blind_index,
    blocked_number,
    broken_glass,
    client,
    code_word,
    decision,
    erasure,
    identity_check,
    inbound,
    interruption,
    interruption_log,
    message,
    phrase_use,
    plan_version,
    provider_copy,
    purging,
    receipt,
    session,
    session_client,
    session_tick,
    shut_out,
    staff_alert,
    submitted_form,
    told_together,
    waiting,
)

ERASED_CODE = "erased code"


@dataclass(frozen=True, slots=True)
class Erasure:
    """That a file was erased. `removed` is how many rows of each table went."""

    id: int
    client_id: int
    at: datetime
    erased_by: int | None
    ground: str
    removed: Mapping[str, int]


# --- Rows --------------------------------------------------------------------


@contextmanager
def in_a_purge(tx: Tx) -> Iterator[None]:
    """Within it rows that stay may be deleted; nobody else sees it."""
    tx.conn.execute(insert(purging).values(id=1))
    yield
    tx.conn.execute(delete(purging))


def _hers_alone(client_id: int) -> Select[Any]:
    """Sessions in which nobody else has a seat."""
    another = session_client.alias("another")
    return select(session_client.c.session_id).where(
        session_client.c.client_id == client_id,
        ~select(another.c.session_id)
        .where(
            another.c.session_id == session_client.c.session_id,
            another.c.client_id != client_id,
        )
        .exists(),
    )


def _rows(client_id: int) -> list[tuple[Any, ColumnElement[bool]]]:
    """What is hers, each before what it hangs on."""
    sessions = _hers_alone(client_id)
    messages = select(message.c.id).where(message.c.client_id == client_id)
    broken = select(interruption.c.id).where(interruption.c.session_id.in_(sessions))
    replies = select(inbound.c.id).where(inbound.c.client_id == client_id)
    matters = select(attention.c.id).where(
        or_(
            attention.c.client_id == client_id,
            attention.c.session_id.in_(sessions),
            attention.c.message_id.in_(messages),
            attention.c.interruption_id.in_(broken),
            attention.c.reply_id.in_(replies),
        )
    )
    alerts = select(staff_alert.c.id).where(staff_alert.c.attention_id.in_(matters))
    return [
        (alert_telling, alert_telling.c.alert_id.in_(alerts)),
        (staff_alert, staff_alert.c.attention_id.in_(matters)),
        (attention, attention.c.id.in_(matters)),
        (inbound, inbound.c.client_id == client_id),
        (receipt, receipt.c.message_id.in_(messages)),
        (
            told_together,
            or_(
                told_together.c.message_id.in_(messages),
                told_together.c.session_id.in_(sessions),
            ),
        ),
        (decision, decision.c.client_id == client_id),
        (message, message.c.client_id == client_id),
        (interruption_log, interruption_log.c.interruption_id.in_(broken)),
        (interruption, interruption.c.session_id.in_(sessions)),
        (session_tick, session_tick.c.session_id.in_(sessions)),
        (submitted_form, submitted_form.c.outcome.in_(sessions)),
        *(
            (table, table.c.client_id == client_id)
            for table in (
                code_word,
                identity_check,
                plan_version,
                phrase_use,
                waiting,
                blind_index,
                shut_out,
                broken_glass,
            )
        ),
        (apart, or_(apart.c.one_id == client_id, apart.c.other_id == client_id)),
    ]


def what_is_hers(client_id: int) -> list[tuple[Any, ColumnElement[bool]]]:
    """Every table with rows of hers, and which rows they are."""
    return [
        *_rows(client_id),
        (session_client, session_client.c.client_id == client_id),
        (client, client.c.id == client_id),
    ]


def count(tx: Tx, client_id: int) -> dict[str, int]:
    """How many rows of each table would go; tables without any are left out."""
    found = {
        table.name: tx.conn.execute(
            select(func.count()).select_from(table).where(which)
        ).scalar_one()
        for table, which in what_is_hers(client_id)
    }
    return {name: many for name, many in found.items() if many}


def remove_rows(tx: Tx, client_id: int) -> dict[str, int]:
    """Delete every row of hers; how many of each table.

    A session in which others have a seat stays theirs. What the provider keeps a copy
    of is still asked to be removed there, known by the provider's own id alone.
    """
    removed = count(tx, client_id)
    alone = list(tx.conn.execute(_hers_alone(client_id)).scalars())
    # A calendar that reads the feed hears of it.
    tx.conn.execute(
        update(session)
        .where(session.c.id.in_(alone), session.c.state == SessionState.BOOKED.value)
        .values(state=SessionState.CANCELLED.value)
    )
    messages = select(message.c.id).where(message.c.client_id == client_id)
    tx.conn.execute(
        update(provider_copy)
        .where(provider_copy.c.message_id.in_(messages))
        .values(message_id=None)
    )
    with in_a_purge(tx):
        for table, which in _rows(client_id):
            tx.conn.execute(delete(table).where(which))
        seats = session_client.c.client_id == client_id
        tx.conn.execute(delete(session_client).where(seats))
        tx.conn.execute(delete(session).where(session.c.id.in_(alone)))
        tx.conn.execute(delete(client).where(client.c.id == client_id))
    return removed


def states_of_sessions(tx: Tx, client_id: int) -> frozenset[str]:
    """Every state a session of hers is in."""
    query = select(session.c.state).join(session_client)
    rows = tx.conn.execute(query.where(session_client.c.client_id == client_id))
    return frozenset(row.state for row in rows)


def states_of_messages(tx: Tx, client_id: int) -> frozenset[str]:
    """Every state a message to her is in."""
    query = select(message.c.state).where(message.c.client_id == client_id)
    return frozenset(row.state for row in tx.conn.execute(query))


def stays_blocked(tx: Tx, client_id: int) -> int:
    """How many numbers of hers are blocked for good (I2)."""
    hers = select(blind_index.c.blind).where(blind_index.c.client_id == client_id)
    sent = select(message.c.number_blind).where(message.c.client_id == client_id)
    blocked = select(func.count()).where(
        or_(blocked_number.c.blind.in_(hers), blocked_number.c.blind.in_(sent))
    )
    return tx.conn.execute(blocked).scalar_one()


def lines_about(tx: Tx, client_id: int) -> int:
    """How many lines of the audit trail name her row by its number."""
    named = (audit.c.subject == "client", audit.c.subject_id == str(client_id))
    return tx.conn.execute(select(func.count()).where(*named)).scalar_one()


def copies_elsewhere(tx: Tx, client_id: int) -> int:
    """How many texts of hers the provider still keeps a copy of."""
    messages = select(message.c.id).where(message.c.client_id == client_id)
    kept = select(func.count()).where(
        provider_copy.c.message_id.in_(messages), provider_copy.c.removed_at.is_(None)
    )
    return tx.conn.execute(kept).scalar_one()


def left_over(tx: Tx, owners: Mapping[str, datetime]) -> list[int]:
    """The clients among these owners whose rows are still there."""
    numbers = [int(each.partition(":")[2]) for each in owners if ":" in each]
    rows = tx.conn.execute(select(client.c.id).where(client.c.id.in_(numbers)))
    return sorted(row.id for row in rows)


# --- What is left ------------------------------------------------------------


def note(
    tx: Tx,
    client_id: int,
    code: str,
    at: datetime,
    erased_by: int | None,
    ground: str,
    removed: Mapping[str, int],
) -> int:
    """Write that it was done, once; the number of the receipt."""
    known = select(erasure.c.id).where(erasure.c.client_id == client_id)
    before = tx.conn.execute(known).scalar()
    if before is not None:
        return int(before)
    new = insert(erasure).values(
        client_id=client_id,
        code_blind=tx.vault.index(ERASED_CODE, code),
        at=at,
        erased_by=erased_by,
        ground=ground,
        removed=dict(removed),
    )
    return int(tx.conn.execute(new.returning(erasure.c.id)).scalar_one())


def receipts(tx: Tx) -> list[Erasure]:
    """Every erasure, the newest first."""
    return _read(tx, select(erasure).order_by(erasure.c.id.desc()))


def receipt_of(tx: Tx, number: int) -> Erasure | None:
    """One of them."""
    return next(iter(_read(tx, select(erasure).where(erasure.c.id == number))), None)


def was_erased(tx: Tx, code: str) -> bool:
    """Whether a file with this code was erased: it is not given to anybody again."""
    blind = tx.vault.index(ERASED_CODE, code)
    known = select(erasure.c.id).where(erasure.c.code_blind == blind)
    return tx.conn.execute(known).first() is not None


def _read(tx: Tx, query: Select[Any]) -> list[Erasure]:
    return [
        Erasure(r.id, r.client_id, r.at, r.erased_by, r.ground, r.removed)
        for r in tx.conn.execute(query)
    ]
