"""What is over by an instant, and taking it out: some rows at a time (E7).

`by` is where clocks have run out: what started then or before is over. Whatever is of a
file under legal hold is never over.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Table,
    and_,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.sql.elements import ColumnElement

from scheduler.domain.messages import MessageState
from scheduler.domain.retention import Gone, Matter
from scheduler.domain.zones import local_date
from scheduler.storage.engine import Tx
from scheduler.storage.erasing import in_a_purge
from scheduler.storage.tables import (
    alert_telling,
    attention,
    calendar_reading,
    changed,
    client,
    decision,
    finding,
    gone_count,
    hold,
    inbound,
    message,
    plan_version,
    provider_copy,
    receipt,
    session,
    staff_alert,
    stray_receipt,
    told_together,
)

Condition = ColumnElement[bool]
Over = Callable[[datetime], Condition]

# What may still move is not over, however old: a person or a tick has to end it.
_MAY_MOVE = (
    MessageState.PLANNED,
    MessageState.DUE,
    MessageState.CLAIMED,
    MessageState.PROMPTED,
    MessageState.SENDING,
    MessageState.UNCERTAIN,
)


@dataclass(frozen=True, slots=True)
class Part:
    """Rows of one table that go, with what hangs on them: `hanging` names columns that
    point to their id, of rows that go as well or, with None, forget it."""

    table: Table
    over: Over
    gone_with: tuple[ColumnElement[Any], ...] = ()
    forgotten_by: tuple[ColumnElement[Any], ...] = ()
    emptied: tuple[str, ...] = ()
    counted: Callable[[Any], tuple[datetime, str, str]] | None = None


def _of_a_held_file(whose: ColumnElement[Any]) -> Condition:
    held = client.alias("held")
    return exists().where(held.c.id == whose, held.c.legal_hold)


def _session_goes_on(of: Table, by: datetime) -> Condition:
    later = session.alias("later")
    return exists().where(later.c.id == of.c.session_id, later.c.ends_at > by)


def _place(by: datetime) -> Condition:
    return and_(client.c.place_until <= by, ~client.c.legal_hold)


def _reply(by: datetime) -> Condition:
    return and_(
        inbound.c.delete_after <= by,
        inbound.c.body.is_not(None),
        ~_of_a_held_file(inbound.c.client_id),
    )


def _decision(by: datetime) -> Condition:
    return and_(
        decision.c.at <= by,
        ~_session_goes_on(decision, by),
        ~_of_a_held_file(decision.c.client_id),
    )


def _message(by: datetime) -> Condition:
    open_matter = exists().where(
        attention.c.message_id == message.c.id, attention.c.settled_at.is_(None)
    )
    return and_(
        message.c.planned_at <= by,
        message.c.not_after <= by,
        or_(message.c.left_at.is_(None), message.c.left_at <= by),
        message.c.state.not_in([each.value for each in _MAY_MOVE]),
        ~_session_goes_on(message, by),
        ~exists().where(decision.c.message_id == message.c.id),
        ~open_matter,
        ~_of_a_held_file(message.c.client_id),
    )


def _came_in(by: datetime) -> Condition:
    return and_(
        inbound.c.at <= by,
        inbound.c.body.is_(None),
        ~exists().where(
            attention.c.reply_id == inbound.c.id, attention.c.settled_at.is_(None)
        ),
        ~_of_a_held_file(inbound.c.client_id),
    )


def _old_plan(by: datetime) -> Condition:
    newer = plan_version.alias("newer")
    replaced_at = (
        select(func.min(newer.c.saved_at))
        .where(
            newer.c.client_id == plan_version.c.client_id,
            newer.c.number > plan_version.c.number,
        )
        .scalar_subquery()
    )
    return and_(
        plan_version.c.state == "old",
        plan_version.c.document.is_not(None),
        func.coalesce(replaced_at, plan_version.c.saved_at) <= by,
        ~_of_a_held_file(plan_version.c.client_id),
    )


def _closed_plan(by: datetime) -> Condition:
    from_before = exists().where(
        plan_version.c.client_id == client.c.id,
        plan_version.c.document.is_not(None),
        # What is in the place of a plan that went was saved by nobody, and later.
        or_(
            plan_version.c.saved_at <= client.c.closed_at,
            plan_version.c.saved_by.is_not(None),
        ),
    )
    return and_(_closed_file(by), from_before)


def _closed_file(by: datetime) -> Condition:
    return and_(
        client.c.state == "closed", client.c.closed_at <= by, ~client.c.legal_hold
    )


def _nobodys_matter(by: datetime) -> Condition:
    return and_(
        attention.c.settled_at <= by,
        attention.c.client_id.is_(None),
        attention.c.session_id.is_(None),
    )


def _day_before(by: datetime) -> Condition:
    # Marks of days; the one of everything that opens and closes time has no figure.
    return changed.c.what < by.date().isoformat()


PARTS: Final[Mapping[Matter, tuple[Part, ...]]] = {
    Matter.PLACE: (Part(client, _place, emptied=("place_today", "place_until")),),
    Matter.REPLY: (Part(inbound, _reply, emptied=("body",)),),
    Matter.SHORT: (
        Part(changed, _day_before),
        Part(hold, lambda by: hold.c.lapses_at <= by),
        Part(finding, lambda by: finding.c.at <= by),
        Part(calendar_reading, lambda by: calendar_reading.c.read_at <= by),
        Part(stray_receipt, lambda by: stray_receipt.c.at <= by),
        Part(
            staff_alert,
            lambda by: staff_alert.c.at <= by,
            gone_with=(alert_telling.c.alert_id,),
        ),
    ),
    Matter.SEND_LOG: (
        Part(
            decision,
            _decision,
            counted=lambda row: (row.at, row.kind or row.asked, row.verdict),
        ),
        Part(
            message,
            _message,
            gone_with=(receipt.c.message_id, told_together.c.message_id),
            forgotten_by=(attention.c.message_id, provider_copy.c.message_id),
            counted=lambda row: (row.left_at or row.not_after, row.kind, row.state),
        ),
        Part(
            inbound,
            _came_in,
            forgotten_by=(attention.c.reply_id,),
            counted=lambda row: (row.at, row.kind, "came_in"),
        ),
    ),
    Matter.OLD_PLAN: (Part(plan_version, _old_plan, emptied=("document",)),),
    Matter.CLOSED_PLAN: (Part(client, _closed_plan),),
    Matter.CLOSED_FILE: (Part(client, _closed_file),),
    Matter.OTHER_MATTERS: (
        Part(attention, _nobodys_matter, gone_with=(staff_alert.c.attention_id,)),
    ),
}
"""In this order: a decision before the message it is about."""


def count(tx: Tx, matter: Matter, by: datetime) -> int:
    """How many rows of a matter are over by then."""
    return sum(
        tx.conn.execute(
            select(func.count()).select_from(each.table).where(each.over(by))
        ).scalar_one()
        for each in PARTS.get(matter, ())
    )


def files(tx: Tx, matter: Matter, by: datetime, most: int) -> list[int]:
    """The files that a matter of whole files is about, the longest closed first."""
    [part] = PARTS[matter]
    query = select(client.c.id).where(part.over(by)).order_by(client.c.closed_at)
    return list(tx.conn.execute(query.limit(most)).scalars())


def take(tx: Tx, matter: Matter, by: datetime, most: int, zone: str) -> int:
    """Take so many rows out at most; how many. What is counted is counted by the month
    of that zone, in the same transaction."""
    gone = 0
    for part in PARTS[matter]:
        gone += _take(tx, part, by, most - gone, zone)
    return gone


def _take(tx: Tx, part: Part, by: datetime, most: int, zone: str) -> int:
    keys = list(part.table.primary_key.columns)
    query = select(part.table).where(part.over(by)).order_by(*keys).limit(most)
    rows = tx.conn.execute(query).all()
    if not rows:
        return 0
    these = [tuple(getattr(row, key.name) for key in keys) for row in rows]
    which = tuple_(*keys).in_(these)
    if part.emptied:
        nothing = dict.fromkeys(part.emptied)
        tx.conn.execute(update(part.table).where(which).values(**nothing))
        return len(rows)
    ids = [each[0] for each in these]
    for column in part.forgotten_by:
        forget = update(column.table).where(column.in_(ids))
        tx.conn.execute(forget.values({column.name: None}))
    with in_a_purge(tx):
        for column in part.gone_with:
            tx.conn.execute(delete(column.table).where(column.in_(ids)))
        tx.conn.execute(delete(part.table).where(which))
    if part.counted is not None:
        _count_gone(tx, part.table.name, [part.counted(each) for each in rows], zone)
    return len(rows)


# --- What is left of it ------------------------------------------------------


def _count_gone(
    tx: Tx, what: str, rows: Sequence[tuple[datetime, str, str]], zone: str
) -> None:
    found = Counter(
        (f"{local_date(at, zone):%Y-%m}", what, kind, outcome)
        for at, kind, outcome in rows
    )
    keys = (
        gone_count.c.month,
        gone_count.c.what,
        gone_count.c.kind,
        gone_count.c.outcome,
    )
    for key, many in found.items():
        which = and_(*(a == b for a, b in zip(keys, key, strict=True)))
        more = update(gone_count).where(which)
        if not tx.conn.execute(more.values(many=gone_count.c.many + many)).rowcount:
            values = dict(zip((each.name for each in keys), key, strict=True))
            tx.conn.execute(insert(gone_count).values(many=many, **values))


def gone(tx: Tx) -> list[Gone]:
    """Every count, the newest month first."""
    order = (gone_count.c.month.desc(), *list(gone_count.primary_key.columns)[1:])
    rows = tx.conn.execute(select(gone_count).order_by(*order))
    return [Gone(r.month, r.what, r.kind, r.outcome, r.many) for r in rows]
