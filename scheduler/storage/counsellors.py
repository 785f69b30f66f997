"""Counsellors with all that opens and closes their time, and the on-call rota."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy import bindparam, delete, insert, select, update

from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Reason
from scheduler.domain.hours import DateSpan, Hours
from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.plan import Format
from scheduler.domain.set_aside import SetAside
from scheduler.domain.typed_hours import (
    read_date,
    read_dated,
    read_denial,
    read_rotation,
    read_weekly,
    write_dated,
    write_denial,
    write_weekly,
)
from scheduler.storage.agency import holidays
from scheduler.storage.engine import Tx
from scheduler.storage.tables import (
    busy_time,
    client,
    counsellor,
    leave,
    on_call,
    set_aside,
    shut_out,
    staff,
)


def hours_document(hours: Hours) -> dict[str, Any]:
    """Hours as the plain values that are kept."""
    return {
        "weekly": [write_weekly(each) for each in hours.weekly],
        "once": [write_dated(each) for each in hours.once],
        "rotations": [
            {
                "anchor": each.anchor.isoformat(),
                "weeks": each.weeks,
                "on": list(each.on),
                "windows": [write_weekly(window) for window in each.windows],
            }
            for each in hours.rotations
        ],
        "deny": [write_denial(each) for each in hours.deny],
    }


def hours_from_document(document: dict[str, Any]) -> Hours:
    """The inverse of `hours_document`."""
    return Hours(
        weekly=tuple(map(read_weekly, document.get("weekly", ()))),
        once=tuple(map(read_dated, document.get("once", ()))),
        rotations=tuple(
            read_rotation(
                read_date(each["anchor"]),
                each["weeks"],
                each["on"],
                map(read_weekly, each["windows"]),
            )
            for each in document.get("rotations", ())
        ),
        deny=tuple(map(read_denial, document.get("deny", ()))),
    )


# Put together once, since they are used again and again.
_ALL: Final = (
    select(counsellor, staff.c.zone)
    .join(staff, staff.c.id == counsellor.c.staff_id)
    .where(staff.c.active)
    .order_by(counsellor.c.staff_id)
)
_BY_IDS: Final = _ALL.where(
    counsellor.c.staff_id.in_(bindparam("these", expanding=True))
)
_LEAVES: Final = select(leave).where(
    leave.c.staff_id.in_(bindparam("these", expanding=True)),
    leave.c.last_day >= bindparam("day"),
)
_BUSY: Final = select(busy_time).where(
    busy_time.c.staff_id.in_(bindparam("these", expanding=True)),
    busy_time.c.ends_at > bindparam("since"),
)
_SHUT_OUT: Final = (
    select(shut_out.c.staff_id, client.c.code)
    .join(client, client.c.id == shut_out.c.client_id)
    .where(shut_out.c.staff_id.in_(bindparam("these", expanding=True)))
)
_SET_ASIDE: Final = select(set_aside).where(
    set_aside.c.staff_id.in_(bindparam("these", expanding=True)),
    set_aside.c.last_day >= bindparam("day"),
)
_DUTIES: Final = (
    select(on_call)
    .join(staff, staff.c.id == on_call.c.supervisor_id)
    .where(
        on_call.c.starts_at < bindparam("until"),
        on_call.c.ends_at > bindparam("since"),
        staff.c.active,
    )
    .order_by(on_call.c.starts_at, on_call.c.id)
)


def by_ids(tx: Tx, ids: Sequence[int] | None, since: datetime) -> dict[int, Counsellor]:
    """Counsellors who still work here, by id; `ids` None is all of them.

    Leave and busy times from `since` on. The number of queries does not grow with them.
    """
    rows = (
        tx.conn.execute(_ALL)
        if ids is None
        else tx.conn.execute(_BY_IDS, {"these": list(ids)})
    ).all()
    found = [row.staff_id for row in rows]
    day = since.date() - timedelta(days=2)
    leaves = _leaves(tx, found, day)
    busy = _busy(tx, found, since)
    shut = _shut_out(tx, found)
    aside = _set_aside(tx, found, day)
    closed = holidays(tx, day)
    return {
        row.staff_id: Counsellor(
            id=row.staff_id,
            zone=row.zone,
            hours=hours_from_document(row.hours),
            leave=leaves.get(row.staff_id, ()),
            holidays=closed,
            busy=busy.get(row.staff_id, Intervals()),
            languages=frozenset(row.languages),
            formats=frozenset(map(Format, row.formats)),
            specialities=frozenset(row.specialities),
            most_a_day=row.most_a_day,
            set_aside=aside.get(row.staff_id, ()),
            shut_out=shut.get(row.staff_id, frozenset()),
        )
        for row in rows
    }


def _leaves(tx: Tx, ids: Sequence[int], day: date) -> dict[int, tuple[DateSpan, ...]]:
    found: dict[int, tuple[DateSpan, ...]] = {}
    for row in tx.conn.execute(_LEAVES, {"these": list(ids), "day": day}):
        span = DateSpan(row.first_day, row.last_day)
        found[row.staff_id] = (*found.get(row.staff_id, ()), span)
    return found


def _busy(tx: Tx, ids: Sequence[int], since: datetime) -> dict[int, Intervals]:
    found: dict[int, list[Interval]] = {}
    for row in tx.conn.execute(_BUSY, {"these": list(ids), "since": since}):
        found.setdefault(row.staff_id, []).append(Interval(row.starts_at, row.ends_at))
    return {staff_id: Intervals.of(listed) for staff_id, listed in found.items()}


def _shut_out(tx: Tx, ids: Sequence[int]) -> dict[int, frozenset[str]]:
    found: dict[int, frozenset[str]] = {}
    for row in tx.conn.execute(_SHUT_OUT, {"these": list(ids)}):
        found[row.staff_id] = found.get(row.staff_id, frozenset()) | {row.code}
    return found


def _set_aside(
    tx: Tx, ids: Sequence[int], day: date
) -> dict[int, tuple[SetAside, ...]]:
    found: dict[int, tuple[SetAside, ...]] = {}
    for row in tx.conn.execute(_SET_ASIDE, {"these": list(ids), "day": day}):
        one = SetAside(Reason(row.rule), row.last_day)
        found[row.staff_id] = (*found.get(row.staff_id, ()), one)
    return found


def set_profile(
    tx: Tx,
    staff_id: int,
    hours: Hours,
    *,
    languages: Sequence[str] = (),
    formats: Sequence[Format] = (),
    specialities: Sequence[str] = (),
    most_a_day: int | None = None,
) -> None:
    """Write what a counsellor offers; the row is made if there is none."""
    values = {
        "hours": hours_document(hours),
        "languages": sorted(languages),
        "formats": sorted(each.value for each in formats),
        "specialities": sorted(specialities),
        "most_a_day": most_a_day,
    }
    changed = tx.conn.execute(
        update(counsellor)
        .where(counsellor.c.staff_id == staff_id)
        .values(version=counsellor.c.version + 1, **values)
    )
    if changed.rowcount == 0:
        tx.conn.execute(insert(counsellor).values(staff_id=staff_id, **values))


def add_leave(tx: Tx, staff_id: int, span: DateSpan) -> None:
    """Whole days a counsellor is not there."""
    tx.conn.execute(
        insert(leave).values(
            staff_id=staff_id, first_day=span.first, last_day=span.last
        )
    )


def remove_leave(tx: Tx, staff_id: int, span: DateSpan) -> bool:
    """Take leave back that was written with just these days; whether there was one."""
    removed = tx.conn.execute(
        delete(leave).where(
            leave.c.staff_id == staff_id,
            leave.c.first_day == span.first,
            leave.c.last_day == span.last,
        )
    )
    return removed.rowcount > 0


def replace_busy(
    tx: Tx, staff_id: int, busy: Intervals, *, since: datetime, read_at: datetime
) -> None:
    """Take over imported busy times from `since` on; what was imported goes (A1)."""
    tx.conn.execute(
        delete(busy_time).where(
            busy_time.c.staff_id == staff_id, busy_time.c.ends_at > since
        )
    )
    if busy:
        tx.conn.execute(
            insert(busy_time),
            [
                {
                    "staff_id": staff_id,
                    "starts_at": each.start,
                    "ends_at": each.end,
                    "read_at": read_at,
                }
                for each in busy
            ],
        )


@dataclass(frozen=True, slots=True)
class Duty:
    """A supervisor's turn on call (A4)."""

    id: int
    supervisor_id: int
    time: Interval
    acknowledged_at: datetime | None


def duties(tx: Tx, since: datetime, until: datetime) -> list[Duty]:
    """Turns that touch the range, earliest first."""
    rows = tx.conn.execute(_DUTIES, {"since": since, "until": until})
    return [
        Duty(
            row.id,
            row.supervisor_id,
            Interval(row.starts_at, row.ends_at),
            row.acknowledged_at,
        )
        for row in rows
    ]


def duty_at(tx: Tx, at: datetime) -> Duty | None:
    """Who is on call at an instant; an acknowledged turn first."""
    found = duties(tx, at, at + timedelta(seconds=1))
    return min(
        found, key=lambda each: (each.acknowledged_at is None, each.id), default=None
    )


def add_duty(tx: Tx, supervisor_id: int, time: Interval, *, set_by: int) -> int:
    """Write a turn on the rota; its row number."""
    made = tx.conn.execute(
        insert(on_call).values(
            supervisor_id=supervisor_id,
            starts_at=time.start,
            ends_at=time.end,
            set_by=set_by,
        )
    )
    key = made.inserted_primary_key
    if key is None:
        raise AssertionError("A new row has a number.")
    return int(key[0])


def change_duty(tx: Tx, duty_id: int, **values: Any) -> None:
    """Acknowledge a turn, end it early, or give it to another supervisor."""
    tx.conn.execute(update(on_call).where(on_call.c.id == duty_id).values(**values))
