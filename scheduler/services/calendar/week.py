"""Who has a session when, in one week (Week), for the page and for paper."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from scheduler.domain.booking import LIVE, SessionState
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.errors import NotThere
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.domain.zones import Edge, day_starts, instant, local_date, zone
from scheduler.services.counselling.roster import MAY_LOOK_AT_OTHERS
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.storage import accounts, bookings, counsellors, people
from scheduler.storage.accounts import StaffMember
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx

DAYS: Final = 7


@dataclass(frozen=True, slots=True)
class Held:
    """One session of a week. `movable` while it is booked."""

    session_id: str
    codes: tuple[str, ...]
    day: date
    time: Interval
    format: Format
    movable: bool

    @property
    def minutes(self) -> int:
        """Booked length."""
        return int((self.time.end - self.time.start) / timedelta(minutes=1))


@dataclass(frozen=True, slots=True)
class Person:
    """One counsellor's week. `off` are days on which she has no hours, `away` those on
    leave; both in her own clock."""

    id: int
    name: str
    off: frozenset[date]
    away: frozenset[date]
    held: tuple[Held, ...]

    def on(self, day: date) -> tuple[Held, ...]:
        """Her sessions of a day, earliest first."""
        return tuple(each for each in self.held if each.day == day)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from a Monday, in the reader's clock."""

    days: tuple[date, ...]
    holidays: frozenset[date]
    people: tuple[Person, ...]


def of_week(house: House, actor: Actor, monday: date, zone_name: str) -> Week:
    """The week of everybody, or of herself for a counsellor (E2).

    The same number of queries whatever there is, and none that reads what is past.
    """
    days = tuple(monday + timedelta(days=each) for each in range(DAYS))
    since = day_starts(monday, zone_name, Edge.CLOSES)
    until = day_starts(monday + timedelta(days=DAYS), zone_name, Edge.CLOSES)
    own = None if actor.role in MAY_LOOK_AT_OTHERS else [actor.id]
    with house.store.reading() as tx:
        members = [
            each
            for each in accounts.members(tx)
            if each.active
            and each.role is Role.COUNSELLOR
            and (own is None or each.id in own)
        ]
        listed = _sessions(tx, own, since, until)
        codes = _codes(tx, listed)
        shut = people.shut_out_codes(tx, actor.id)
        hours = counsellors.by_ids(tx, own, since)
    held = _held(listed, codes, shut, zone_name)
    return Week(
        days=days,
        holidays=_holidays(hours.values(), days),
        people=tuple(
            _person(each, hours.get(each.id), held.get(each.id, ()), days)
            for each in members
        ),
    )


def _sessions(
    tx: Tx, own: Sequence[int] | None, since: datetime, until: datetime
) -> list[Session]:
    if own is None:
        return bookings.starting(tx, since, until, LIVE)
    mine = bookings.of_counsellors(tx, own, since, until)
    return [each for each in mine if each.state in LIVE]


def _codes(tx: Tx, listed: Iterable[Session]) -> Mapping[int, str]:
    ids = sorted({one for each in listed for one in each.client_ids})
    return {key: each.code for key, each in people.clients_by_ids(tx, ids).items()}


def _held(
    listed: Iterable[Session],
    codes: Mapping[int, str],
    shut: Collection[str],
    zone_name: str,
) -> dict[int, list[Held]]:
    """By counsellor; what she is shut out of is not there for the reader (E4)."""
    found: dict[int, list[Held]] = {}
    for each in listed:
        names = tuple(codes[one] for one in each.client_ids)
        if set(shut).isdisjoint(names):
            found.setdefault(each.counsellor_id, []).append(
                Held(
                    session_id=each.id,
                    codes=names,
                    day=local_date(each.time.start, zone_name),
                    time=each.time,
                    format=each.format,
                    movable=each.state is SessionState.BOOKED,
                )
            )
    return found


def _person(
    member: StaffMember,
    counsellor: Counsellor | None,
    held: Iterable[Held],
    days: Sequence[date],
) -> Person:
    hours = counsellor.hours if counsellor else None
    leave = counsellor.leave if counsellor else ()
    off = (
        day
        for day in days
        if hours is None or hours.denies_date(day) or not any(hours.ranges_on(day))
    )
    away = (day for day in days if any(day in each for each in leave))
    return Person(member.id, member.name, frozenset(off), frozenset(away), tuple(held))


def _holidays(found: Iterable[Counsellor], days: Sequence[date]) -> frozenset[date]:
    closed = next(iter(found), None)
    spans = closed.holidays if closed else ()
    return frozenset(day for day in days if any(day in each for each in spans))


def start_on(
    house: House, actor: Actor, session_id: str, day: date, zone_name: str
) -> datetime:
    """The hour a session has, on another day, in the reader's clock. Raises NotThere,
    also for a file that does not exist for whoever asks (E2, E4)."""
    with house.store.reading() as tx:
        session = bookings.get(tx, session_id)
        if session is None:
            raise NotThere
        files = people.clients_by_ids(tx, session.client_ids)
        for each in files.values():
            file_for(tx, actor, each.code)
    wall: time = session.time.start.astimezone(zone(zone_name)).time()
    return instant(datetime.combine(day, wall), zone_name, Edge.OPENS)
