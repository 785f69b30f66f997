"""The week of Find a time as it is drawn: her windows over counsellors' free time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from scheduler.domain.decision import Reason
from scheduler.domain.intervals import Interval
from scheduler.domain.week import Day, Free, Slot
from scheduler.services.finding import Found
from scheduler.web import here
from scheduler.web.find_form import Chosen

_HOUR: Final = 60
_OPENS, _CLOSES = 8, 18
_DRAWN: Final = 30
_WORKDAYS: Final = 5

# Above a day in the drawing there is room for few words.
SHORT: Final[Mapping[Reason, str]] = {
    Reason.OUTSIDE_SESSION_WINDOW: "none of her windows",
    Reason.AWAY: "she is away",
    Reason.DENIED_TIME: "she said no to it",
    Reason.CLIENT_BUSY: "she has a session",
    Reason.TOO_SOON: "over, or too soon",
    Reason.COUNSELLOR_UNAVAILABLE: "nobody available",
    Reason.COUNSELLOR_BUSY: "all taken",
    Reason.GAP: "too near other sessions",
    Reason.DAILY_MAXIMUM: "the day is full",
    Reason.NO_ON_CALL: "nobody on call",
    Reason.NO_SUITABILITY: "video not recorded as suitable",
    Reason.NO_CUTOFF_PLAN: "no steps agreed",
    Reason.FORMAT_NOT_ALLOWED: "not agreed this way",
    Reason.MONITORED_DEVICE: "device may be watched",
    Reason.CLOCK_UNVERIFIED: "clock not right",
    Reason.OFF_GRID: "not a length to book",
    Reason.KEPT_APART: "files kept apart",
    Reason.NOT_YOUR_FILE: "shut out of the file",
}
_RING: Final = "she may not be rung"


@dataclass(frozen=True, slots=True)
class SlotShown:
    """One button of the week."""

    start: datetime
    end: datetime
    minutes: int
    names: tuple[str, ...]
    value: str
    pressed: bool
    words: str


@dataclass(frozen=True, slots=True)
class DayShown:
    """One column of the week, in the reader's clock."""

    day: date
    head: str
    small: str
    hers: str
    note: str
    free: tuple[tuple[Interval, str], ...]
    bands: tuple[Interval, ...]
    slots: tuple[SlotShown, ...]


@dataclass(frozen=True, slots=True)
class WeekShown:
    """The drawing: its hours, how far off her clock is, and its days."""

    first: date
    from_hour: int
    to_hour: int
    her_shift: int | None
    ends: bool
    days: tuple[DayShown, ...]


def week(found: Found, chosen: Chosen | None) -> WeekShown:
    """The week of the search as columns."""
    days = tuple(_day(each, found, chosen) for each in found.days)
    first, last = _hours(found.days)
    return WeekShown(
        first=found.days[0].day,
        from_hour=first,
        to_hour=last,
        her_shift=her_shift(found) or None,
        ends=_quiet(days[_WORKDAYS:]),
        days=days,
    )


def her_shift(found: Found) -> int:
    """Minutes her clock is ahead of the reader's in that week; negative is behind."""
    at = found.days[0].hers[0].start if found.days and found.days[0].hers else None
    near = next((each.hers[0].start for each in found.days if each.hers), at)
    instant = near or here.now()
    shown = here.shown()
    ours = shown.wall(instant).replace(tzinfo=None)
    hers = shown.wall(instant, found.her_zone).replace(tzinfo=None)
    return int((hers - ours).total_seconds() // 60)


def _quiet(days: Iterable[DayShown]) -> bool:
    return not any(each.slots or each.bands for each in days)


def _hours(days: Iterable[Day]) -> tuple[int, int]:
    """From eight to six, and farther where something could be booked."""
    shown = here.shown()
    first, last = _OPENS, _CLOSES
    for day in days:
        for each in day.slots:
            start = shown.wall(each.start)
            first = min(first, start.hour)
            end = start.hour * _HOUR + start.minute + _DRAWN
            last = max(last, min(24, -(-end // _HOUR)))
    return first, last


def _day(day: Day, found: Found, chosen: Chosen | None) -> DayShown:
    shown = here.shown()
    hers = ", ".join(
        shown.span(each.start, each.end, found.her_zone) for each in day.hers
    )
    today = shown.wall(here.now()).date()
    return DayShown(
        day=day.day,
        head=f"{shown.day(day.day).rpartition(' ')[0]}",
        small="today" if day.day == today else "",
        hers=hers,
        note=_note(day),
        free=tuple((each.time, _free(each, found)) for each in day.free),
        bands=day.hers,
        slots=tuple(_slots(day, found, chosen)),
    )


def _note(day: Day) -> str:
    if day.closed is not None:
        return SHORT.get(day.closed, _RING)
    return "" if day.reminders else "no reminder"


def _free(free: Free, found: Found) -> str:
    shown = here.shown()
    parts = (
        f"{found.names[who]} free {shown.span(part.start, part.end)}"
        for who, part in free.who
    )
    return ", ".join(parts)


def _slots(day: Day, found: Found, chosen: Chosen | None) -> Iterator[SlotShown]:
    shown = here.shown()
    drawn = _with_chosen(day, chosen)
    for number, each in enumerate(drawn):
        wall = shown.wall(each.start)
        following = drawn[number + 1].start if number + 1 < len(drawn) else None
        end = each.start + timedelta(minutes=_DRAWN)
        mine = chosen is not None and chosen.start == each.start
        who = chosen.counsellor_id if mine and chosen else each.counsellor_ids[0]
        yield SlotShown(
            start=each.start,
            end=min(end, following) if following else end,
            minutes=wall.hour * _HOUR + wall.minute,
            names=tuple(found.names[one] for one in each.counsellor_ids),
            value=str(Chosen(each.start, who)),
            pressed=mine,
            words="held" if mine else ("waits" if each.waits else ""),
        )


def _with_chosen(day: Day, chosen: Chosen | None) -> tuple[Slot, ...]:
    """The starts that are drawn, and the chosen one if it lies between two of them."""
    if chosen is None or here.shown().wall(chosen.start).date() != day.day:
        return day.slots
    if any(each.start == chosen.start for each in day.slots):
        return day.slots
    near = timedelta(minutes=20)
    others = (each for each in day.slots if abs(each.start - chosen.start) >= near)
    held = Slot(chosen.start, (chosen.counsellor_id,))
    return tuple(sorted((*others, held), key=lambda each: each.start))
