"""A counsellor's hours and leave (A1); `calendars` has her busy times."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.counsellor import Counsellor
from scheduler.domain.errors import NotThere
from scheduler.domain.hours import DateSpan, Hours
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.domain.zones import day_starts, local_date
from scheduler.services.calendar import closed_over
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, counsellors
from scheduler.storage.engine import Tx

MAY_SET_OTHERS = frozenset({Role.SUPERVISOR, Role.ADMINISTRATOR})


@dataclass(frozen=True, slots=True)
class Available:
    """What opens and closes a counsellor's time, for the page."""

    counsellor: Counsellor
    name: str
    coming: tuple[Interval, ...]


def may_set(actor: Actor, staff_id: int) -> None:
    """Her own, or anybody's for who leads. Raises NotThere."""
    if actor.id != staff_id and actor.role not in MAY_SET_OTHERS:
        raise NotThere


def see(house: House, actor: Actor, staff_id: int, days: int = 14) -> Available:
    """Hours, leave, busy times, and what is open soon. Raises NotThere."""
    may_set(actor, staff_id)
    now = house.now()
    until = now + timedelta(days=days)
    with house.store.reading() as tx:
        found, name = of(tx, staff_id, now)
    return Available(found, name, _by_day(found, now, until))


def _by_day(found: Counsellor, now: datetime, until: datetime) -> tuple[Interval, ...]:
    """What is open, cut at her midnights."""
    free = found.free(now, until).within(now, until)
    pieces: list[Interval] = []
    day = local_date(now, found.zone)
    while day_starts(day, found.zone) < until:
        following = day + timedelta(days=1)
        pieces.extend(
            free.within(day_starts(day, found.zone), day_starts(following, found.zone))
        )
        day = following
    return tuple(pieces)


def of(tx: Tx, staff_id: int, now: datetime) -> tuple[Counsellor, str]:
    """A counsellor and her name. Raises NotThere."""
    member = accounts.member(tx, staff_id)
    if member is None or member.role is not Role.COUNSELLOR:
        raise NotThere
    found = counsellors.by_ids(tx, [staff_id], now).get(staff_id)
    return found or Counsellor(staff_id, member.zone), member.name


def set_hours(
    house: House,
    actor: Actor,
    staff_id: int,
    hours: Hours,
    *,
    languages: tuple[str, ...],
    formats: tuple[Format, ...],
    most_a_day: int | None,
    specialities: tuple[str, ...] = (),
) -> None:
    """Weekly hours, rotations and exceptions. Booked sessions stay, and those outside
    stand on the list (A1). Raises NotThere."""
    may_set(actor, staff_id)
    now = house.now()
    with house.store.begin() as tx:
        of(tx, staff_id, now)
        counsellors.set_profile(
            tx,
            staff_id,
            hours,
            languages=languages,
            formats=formats,
            most_a_day=most_a_day,
            specialities=specialities,
        )
        audit.record(
            tx,
            now,
            actor.id,
            "set hours",
            "counsellor",
            str(staff_id),
            fields=("hours",),
        )
        closed_over.look(tx, house, now, staff_id)


def add_leave(house: House, actor: Actor, staff_id: int, span: DateSpan) -> None:
    """Whole days she is not there; those that are there already are not written again
    (B8). Booked sessions in them stay, and stand on the list. Raises NotThere."""
    may_set(actor, staff_id)
    now = house.now()
    with house.store.begin() as tx:
        found, _ = of(tx, staff_id, now)
        if span in found.leave:
            return
        counsellors.add_leave(tx, staff_id, span)
        audit.record(tx, now, actor.id, "set leave", "counsellor", str(staff_id))
        closed_over.look(tx, house, now, staff_id)


def take_leave_back(house: House, actor: Actor, staff_id: int, span: DateSpan) -> None:
    """She is there after all; pressing twice is once (B8). Raises NotThere."""
    may_set(actor, staff_id)
    now = house.now()
    with house.store.begin() as tx:
        of(tx, staff_id, now)
        if counsellors.remove_leave(tx, staff_id, span):
            audit.record(
                tx, now, actor.id, "took leave back", "counsellor", str(staff_id)
            )
            closed_over.look(tx, house, now, staff_id)
