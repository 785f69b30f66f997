"""The week of Find a time as it is drawn: her windows over counsellors' free time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from scheduler.domain.decision import Reason
from scheduler.domain.intervals import Interval
from scheduler.domain.week import Day, Slot
from scheduler.domain.zones import Edge, instant
from scheduler.services.scheduling.finding import Found
from scheduler.web import here
from scheduler.web.find_form import Chosen
from scheduler.web.shown import place

_HOUR: Final = 60
_OPENS, _CLOSES = 8, 18
_DRAWN: Final = 30
_WORKDAYS: Final = 5
_NEAR: Final = timedelta(minutes=20)
_MIDNIGHT: Final = time()

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

# A weekend on which nothing can be is drawn narrow.
_NARROW: Final[Mapping[Reason, str]] = {
    Reason.OUTSIDE_SESSION_WINDOW: "not hers",
    Reason.TOO_SOON: "over",
}
_CLOSED: Final = "closed"


@dataclass(frozen=True, slots=True)
class SlotShown:
    """One button of the week. A `place` is as `place_of` writes it; `brief`: it is so
    low in the drawing that two lines do not fit."""

    place: str
    minutes: int
    names: tuple[str, ...]
    value: str
    pressed: bool
    words: str
    brief: bool = False


@dataclass(frozen=True, slots=True)
class DayShown:
    """One column of the week, in the reader's clock."""

    day: date
    head: str
    small: str
    hers: str
    note: str
    free: tuple[tuple[str, str], ...]
    bands: tuple[str, ...]
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


def week(found: Found, chosen: Chosen | None, word: str) -> WeekShown:
    """The week of the search as columns; `word` stands on the chosen start."""
    hours = _hours(found.days, chosen)
    ends = _quiet(found.days[_WORKDAYS:], chosen)
    return WeekShown(
        first=found.days[0].day,
        from_hour=hours[0],
        to_hour=hours[1],
        her_shift=her_shift(found) or None,
        ends=ends,
        days=tuple(
            _Column(each, found, hours, chosen, word).shown(
                narrow=ends and number >= _WORKDAYS
            )
            for number, each in enumerate(found.days)
        ),
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


def _quiet(days: Iterable[Day], chosen: Chosen | None) -> bool:
    return not any(each.slots or each.hers or _is_on(chosen, each) for each in days)


def _is_on(chosen: Chosen | None, day: Day) -> bool:
    return chosen is not None and here.shown().wall(chosen.start).date() == day.day


def _hours(days: Iterable[Day], chosen: Chosen | None) -> tuple[int, int]:
    """From eight to six, and farther where something could be booked."""
    shown = here.shown()
    first, last = _OPENS, _CLOSES
    for day in days:
        for each in _with_chosen(day, chosen):
            start = shown.wall(each.start)
            first = min(first, start.hour)
            end = start.hour * _HOUR + start.minute + _DRAWN
            last = max(last, min(24, -(-end // _HOUR)))
    return first, last


def _with_chosen(day: Day, chosen: Chosen | None) -> tuple[Slot, ...]:
    """The starts that are drawn, and the chosen one if it lies between two of them."""
    if chosen is None or not _is_on(chosen, day):
        return day.slots
    if any(each.start == chosen.start for each in day.slots):
        return day.slots
    others = (each for each in day.slots if abs(each.start - chosen.start) >= _NEAR)
    held = Slot(chosen.start, (chosen.counsellor_id,))
    return tuple(sorted((*others, held), key=lambda each: each.start))


@dataclass(frozen=True, slots=True)
class _Column:
    day: Day
    found: Found
    hours: tuple[int, int]
    chosen: Chosen | None
    word: str

    def shown(self, *, narrow: bool) -> DayShown:
        shown = here.shown()
        day = self.day
        hers = (
            shown.span(each.start, each.end, self.found.her_zone) for each in day.hers
        )
        today = shown.wall(here.now()).date()
        return DayShown(
            day=day.day,
            head=shown.day(day.day).rpartition(" ")[0],
            small="today" if day.day == today else "",
            hers=", ".join(hers),
            note=self._note(narrow=narrow),
            free=tuple(self._free()),
            bands=tuple(filter(None, map(self._place, day.hers))),
            slots=tuple(self._slots()),
        )

    def _note(self, *, narrow: bool) -> str:
        closed = self.day.closed
        if closed is None:
            return "" if self.day.reminders else "no reminder"
        return _NARROW.get(closed, _CLOSED) if narrow else SHORT.get(closed, _RING)

    def _place(self, stretch: Interval) -> str:
        """Where it stands within the hours that are drawn; empty outside them."""
        zone_name = here.shown().zone
        opens, closes = (
            instant(
                datetime.combine(self.day.day, _MIDNIGHT) + timedelta(hours=hour),
                zone_name,
                Edge.OPENS,
            )
            for hour in self.hours
        )
        start, end = max(stretch.start, opens), min(stretch.end, closes)
        return place(start, end, zone_name, self.day.day) if start < end else ""

    def _free(self) -> Iterator[tuple[str, str]]:
        shown = here.shown()
        for each in self.day.free:
            drawn = self._place(each.time)
            parts = (
                f"{self.found.names[who]} free {shown.span(part.start, part.end)}"
                for who, part in each.who
            )
            if drawn:
                yield drawn, ", ".join(parts)

    def _slots(self) -> Iterator[SlotShown]:
        shown = here.shown()
        drawn = _with_chosen(self.day, self.chosen)
        for number, each in enumerate(drawn):
            wall = shown.wall(each.start)
            end = each.start + timedelta(minutes=_DRAWN)
            if number + 1 < len(drawn):
                end = min(end, drawn[number + 1].start)
            mine = self.chosen is not None and self.chosen.start == each.start
            value = self.chosen if mine else Chosen(each.start, each.counsellor_ids[0])
            words = self.word if mine else ("waits" if each.waits else "")
            yield SlotShown(
                place=self._place(Interval(each.start, end)),
                minutes=wall.hour * _HOUR + wall.minute,
                names=tuple(self.found.names[one] for one in each.counsellor_ids),
                value=str(value),
                pressed=mine,
                words=words,
                brief=end - each.start < timedelta(minutes=_DRAWN),
            )
