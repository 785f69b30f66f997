"""Busy times from a counsellor's calendar: read, shown, and only then in force (A1).

A file is read once, an address every hour (docs/decisions). What counts is always whole
and comes from one reading; while an address cannot be read, what it last gave counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from scheduler.domain.booking import SessionState
from scheduler.domain.calendar_trouble import CalendarTrouble
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.errors import Misconfigured, NotThere, Outdated
from scheduler.domain.intervals import Interval, Intervals
from scheduler.ports import BusyReading, CalendarUnreachable, CalendarUnreadable
from scheduler.services.calendar import closed_over
from scheduler.services.calendar.availability import may_set, of
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import bookings, calendars, counsellors
from scheduler.storage.calendars import Reading, Source
from scheduler.storage.engine import Tx

# What a calendar closes is read this far ahead.
READ_AHEAD: Final = timedelta(days=370)
EVERY: Final = timedelta(hours=1)
STALE_AFTER: Final = timedelta(hours=3)
# So many are read in one tick, so that the tick ends.
AT_ONCE: Final = 20
# A change that closes more of her open hours than this in the coming four weeks waits
# for somebody to look: nobody is ill that suddenly by calendar.
SUDDEN: Final = timedelta(hours=8)
SUDDEN_WITHIN: Final = timedelta(weeks=4)


@dataclass(frozen=True, slots=True)
class Imported:
    """How a counsellor's calendars stand, for the page.

    `waiting` is what was read and does not count yet; `closes` what of her open hours
    it would close that is open now; `booked` the sessions that lie in it.
    """

    source: Source | None
    stale: bool
    waiting: Reading | None
    closes: tuple[Interval, ...]
    booked: tuple[Interval, ...]


def see(house: House, actor: Actor, staff_id: int) -> Imported:
    """What is read, and what waits. Raises NotThere."""
    may_set(actor, staff_id)
    now = house.now()
    with house.store.reading() as tx:
        found, _ = of(tx, staff_id, now)
        source, waiting = calendars.source(tx, staff_id), calendars.kept(tx, staff_id)
        booked = _booked_in(tx, staff_id, waiting, now)
    closes = _newly_closed(found, waiting.busy, now, READ_AHEAD) if waiting else ()
    stale = source is not None and now - source.read_at > STALE_AFTER
    return Imported(source, stale, waiting, tuple(closes), booked)


def _newly_closed(
    found: Counsellor, busy: Intervals, now: datetime, ahead: timedelta
) -> Intervals:
    return found.free(now, now + ahead).within(now, now + ahead) & busy


def _booked_in(
    tx: Tx, staff_id: int, waiting: Reading | None, now: datetime
) -> tuple[Interval, ...]:
    if waiting is None:
        return ()
    held = bookings.of_counsellors(tx, [staff_id], now, now + READ_AHEAD)
    return tuple(
        each.time
        for each in held
        if each.state is SessionState.BOOKED and waiting.busy.meets(each.time)
    )


# --- Reading, and taking over --------------------------------------------------


def read_file(house: House, actor: Actor, staff_id: int, content: bytes) -> None:
    """Read a file; it waits for a look. Raises CalendarUnreadable, NotThere."""
    _wait(house, actor, staff_id, lambda: content, "")


def read_address(house: House, actor: Actor, staff_id: int, address: str) -> None:
    """Read an address; it waits for a look. Raises CalendarUnreachable,
    CalendarUnreadable, NotThere."""
    address = address.strip()
    _wait(house, actor, staff_id, lambda: _fetched(house, address), address)


def _fetched(house: House, address: str) -> bytes:
    if house.fetch is None:
        raise Misconfigured("This installation fetches no calendars.")
    return house.fetch.fetch(address)


def _wait(
    house: House,
    actor: Actor,
    staff_id: int,
    content: Callable[[], bytes],
    address: str,
) -> None:
    may_set(actor, staff_id)
    now = house.now()
    with house.store.reading() as tx:
        zone = of(tx, staff_id, now)[0].zone
    reading = _read(house, content(), zone, now)
    with house.store.begin() as tx:
        calendars.keep(tx, staff_id, _kept(house, reading, now, address))
        audit.record(tx, now, actor.id, "read calendar", "counsellor", str(staff_id))


def _read(house: House, content: bytes, zone: str, now: datetime) -> BusyReading:
    if house.calendars is None:
        raise Misconfigured("This installation reads no calendars.")
    return house.calendars.read(content, zone=zone, since=now, until=now + READ_AHEAD)


def _kept(house: House, reading: BusyReading, now: datetime, address: str) -> Reading:
    return Reading(
        house.tokens.uuid(), reading.busy, reading.events, reading.unread, now, address
    )


def take(house: House, actor: Actor, staff_id: int, reading_id: str) -> None:
    """What was shown counts from now on, and its address is read every hour.

    Sessions booked in it stay, and are put on the attention list. Raises Outdated when
    it is not what waits any more, NotThere.
    """
    may_set(actor, staff_id)
    now = house.now()
    with house.store.begin() as tx:
        of(tx, staff_id, now)
        waiting = calendars.kept(tx, staff_id)
        if waiting is None or waiting.id != reading_id:
            raise Outdated(
                "The calendar was read again meanwhile. Look at what it closes now."
            )
        _count(tx, house, staff_id, waiting.busy, now)
        calendars.drop(tx, staff_id)
        if waiting.address:
            calendars.follow(tx, staff_id, waiting.address, now)
        else:
            calendars.forget(tx, staff_id)
        attention.settle(
            tx, now, by=actor.id, choice="closed", matter=_matter(staff_id)
        )
        audit.record(tx, now, actor.id, "took calendar", "counsellor", str(staff_id))


def _count(tx: Tx, house: House, staff_id: int, busy: Intervals, now: datetime) -> None:
    counsellors.replace_busy(tx, staff_id, busy, since=now, read_at=now)
    closed_over.look(tx, house, now, staff_id)


def put_aside(house: House, actor: Actor, staff_id: int) -> None:
    """What waits does not count; twice is once (B8). Raises NotThere."""
    may_set(actor, staff_id)
    now = house.now()
    with house.store.begin() as tx:
        of(tx, staff_id, now)
        if calendars.drop(tx, staff_id):
            matter = _matter(staff_id)
            attention.settle(tx, now, by=actor.id, choice="closed", matter=matter)
            audit.record(
                tx, now, actor.id, "set calendar aside", "counsellor", str(staff_id)
            )


def stop(house: House, actor: Actor, staff_id: int) -> None:
    """No calendar is read any more, and what was closed by one opens. Raises
    NotThere."""
    may_set(actor, staff_id)
    now = house.now()
    with house.store.begin() as tx:
        of(tx, staff_id, now)
        calendars.forget(tx, staff_id)
        calendars.drop(tx, staff_id)
        _count(tx, house, staff_id, Intervals(), now)
        attention.settle(
            tx, now, by=actor.id, choice="closed", matter=_matter(staff_id)
        )
        audit.record(tx, now, actor.id, "ended calendar", "counsellor", str(staff_id))


# --- Every hour ----------------------------------------------------------------


def refresh(house: House, stopping: Callable[[], bool] = lambda: False) -> int:
    """Read the addresses that are due; how many were. No transaction is open while
    anybody outside is asked."""
    if house.fetch is None or house.calendars is None:
        return 0
    with house.store.reading() as tx:
        waiting = calendars.due(tx, house.now() - EVERY, AT_ONCE)
    done = 0
    for staff_id in waiting:
        if stopping():
            break
        done += _refresh_one(house, staff_id)
    return done


def _refresh_one(house: House, staff_id: int) -> bool:
    now = house.now()
    with house.store.begin() as tx:
        address = calendars.claim(tx, staff_id, now - EVERY, now)
        if address is None:
            return False
        try:
            zone = of(tx, staff_id, now)[0].zone
        except NotThere:
            return False
    found = _tried(house, address, zone, now)
    trouble = found if isinstance(found, CalendarTrouble) else None
    with house.store.begin() as tx:
        if calendars.address_of(tx, staff_id) != address:
            return True
        calendars.went(tx, staff_id, now, trouble)
        if isinstance(found, BusyReading):
            _changed(tx, house, staff_id, found, address, now)
    return True


def _tried(
    house: House, address: str, zone: str, now: datetime
) -> BusyReading | CalendarTrouble:
    try:
        return _read(house, _fetched(house, address), zone, now)
    except CalendarUnreachable as wrong:
        return wrong.trouble
    except CalendarUnreadable:
        return CalendarTrouble.UNREADABLE


def _changed(
    tx: Tx,
    house: House,
    staff_id: int,
    reading: BusyReading,
    address: str,
    now: datetime,
) -> None:
    """In force at once, unless it closes suddenly much or has nothing left."""
    found, _ = of(tx, staff_id, now)
    closes = _newly_closed(found, reading.busy, now, SUDDEN_WITHIN)
    emptied = not reading.busy and bool(found.busy.within(now, now + READ_AHEAD))
    matter = _matter(staff_id)
    if timedelta(seconds=closes.seconds()) <= SUDDEN and not emptied:
        _count(tx, house, staff_id, reading.busy, now)
        calendars.drop(tx, staff_id)
        attention.settle(tx, now, by=None, choice="closed", matter=matter)
        return
    before = calendars.kept(tx, staff_id)
    if before is None or _differ(before, reading.busy, now):
        calendars.keep(tx, staff_id, _kept(house, reading, now, address))
    attention.raise_item(
        tx, house, "calendar_waits", matter, now, due_at=now + timedelta(days=1)
    )


def _differ(before: Reading, busy: Intervals, now: datetime) -> bool:
    """Whether it closes other times; that time has passed is no difference."""
    until = before.read_at + READ_AHEAD
    return before.busy.within(now, until) != busy.within(now, until)


def _matter(staff_id: int) -> str:
    return f"calendar_waits:{staff_id}"
