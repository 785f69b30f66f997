"""What hangs on the wall of every page, read at once: the sender's state, how much
needs a person, and, where the strip is shown, who is on call and how texts stand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    Row,
    Select,
    and_,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
    true,
)

from scheduler.domain.intervals import Interval
from scheduler.domain.messages import MessageState
from scheduler.storage import agency, attention
from scheduler.storage.agency import SenderState
from scheduler.storage.attention import Seer
from scheduler.storage.counsellors import Duty
from scheduler.storage.engine import Tx
from scheduler.storage.tables import message, on_call, sender_state, staff, staff_alert


@dataclass(frozen=True, slots=True)
class Counted:
    """Which matters are counted: those this person may see, with `own` only those of
    this counsellor's files and sessions."""

    seer: Seer
    own: int | None


@dataclass(frozen=True, slots=True)
class Wall:
    """How things stand. `waiting` is how many matters of hers are open; `called`
    whether there is any alert that nobody has seen."""

    sender: SenderState
    waiting: int
    called: bool


@dataclass(frozen=True, slots=True)
class Strip:
    """Who is on call by which name, and today's texts."""

    duty: Duty | None
    on_call: str
    uncertain: int
    planned: int
    last_left: datetime | None


# Whoever said so herself comes first (A4).
_DUTY: Final = (
    select(
        on_call.c.id.label("duty_id"),
        on_call.c.supervisor_id,
        on_call.c.starts_at.label("duty_starts_at"),
        on_call.c.ends_at.label("duty_ends_at"),
        on_call.c.acknowledged_at,
        staff.c.name.label("on_call"),
    )
    .join(staff, staff.c.id == on_call.c.supervisor_id)
    .where(
        on_call.c.starts_at <= bindparam("now"),
        on_call.c.ends_at > bindparam("now"),
        staff.c.active,
    )
    .order_by(on_call.c.acknowledged_at.is_(None), on_call.c.id)
    .limit(1)
    .subquery()
)
_TEXTS: Final = (
    select(
        func.count()
        .filter(message.c.state == MessageState.UNCERTAIN.value)
        .label("uncertain"),
        func.count()
        .filter(message.c.state == MessageState.PLANNED.value)
        .label("planned"),
        func.max(message.c.left_at).label("last_left"),
    )
    .where(
        or_(
            and_(
                message.c.not_before >= bindparam("since"),
                message.c.not_before < bindparam("until"),
            ),
            message.c.state == MessageState.UNCERTAIN.value,
        )
    )
    .subquery()
)


def read(tx: Tx, waiting: Counted | None) -> Wall:
    """What every page says. Without `waiting` nothing is counted."""
    return _wall(tx.conn.execute(_walls(waiting)).first())


def read_with_strip(
    tx: Tx,
    waiting: Counted | None,
    now: datetime,
    since: datetime,
    until: datetime,
) -> tuple[Wall, Strip]:
    """The same with the strip; today is from `since` to `until`. Still one query."""
    today = {"now": now, "since": since, "until": until}
    row = tx.conn.execute(_walls_with_strip(waiting), today).first()
    return _wall(row), _strip(row)


# Put together once for each person: every request asks.
@lru_cache(maxsize=512)
def _walls(waiting: Counted | None) -> Select[Any]:
    if waiting is None:
        nothing = literal(0).label("waiting"), literal(False).label("called")
        return select(sender_state, *nothing)
    count = attention.count_of(own=waiting.own, seer=waiting.seer).scalar_subquery()
    unseen = exists().where(staff_alert.c.seen_at.is_(None))
    return select(sender_state, count.label("waiting"), unseen.label("called"))


@lru_cache(maxsize=512)
def _walls_with_strip(waiting: Counted | None) -> Select[Any]:
    return (
        _walls(waiting)
        .add_columns(_DUTY, _TEXTS)
        .join_from(sender_state, _TEXTS, true())
        .outerjoin(_DUTY, true())
    )


def _wall(row: Row[Any] | None) -> Wall:
    sender = agency.sender_of(row)
    return (
        Wall(sender, row.waiting, bool(row.called)) if row else Wall(sender, 0, False)
    )


def _strip(row: Row[Any] | None) -> Strip:
    if row is None:
        raise AssertionError("A wall was read, so there is a row.")
    duty = None
    if row.duty_id is not None:
        time = Interval(row.duty_starts_at, row.duty_ends_at)
        duty = Duty(row.duty_id, row.supervisor_id, time, row.acknowledged_at)
    return Strip(duty, row.on_call or "", row.uncertain, row.planned, row.last_left)
