"""When something is open: windows, denials, rotations, stays (T3–T6, P11).

To know about an instant, the wall clock of the zone is read at that instant, the
occurrences of every window on the day before, that day and the day after are
listed, and it is seen whether the instant lies in one. Between two edges (a window
begins or ends, a local day begins) the answer is the same, so it is read at every edge
and kept.
"""

import functools
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Any

from tests.oracle.wall_time import (
    DAY,
    allowed_minutes,
    day_number,
    denied_minutes,
    midnights,
    wall_date,
)

WEEKDAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
A_DATE = re.compile(r"^\d{4}-\d{2}-\d{2}$")
DATES = re.compile(r"^(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})$")
HOURS = re.compile(r"^(\S+) (\d{2}):(\d{2})-(\d{2}):(\d{2})$")


def weekday_of(day: int) -> int:
    """Monday is 0. The first of January 1970 was a Thursday."""
    return (day + 3) % 7


@dataclass(frozen=True)
class Span:
    """Wall times on certain days: weekdays, or dates, and hours within the day."""

    weekdays: frozenset[int]
    first: int
    last: int
    start: int
    end: int

    def on(self, day: int) -> bool:
        """Whether an occurrence belongs to this day."""
        return self.first <= day <= self.last and weekday_of(day) in self.weekdays


def _weekdays(text: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        ends = part.split("-")
        at, last = WEEKDAYS.index(ends[0]), WEEKDAYS.index(ends[-1])
        found.add(at)
        while at != last:
            at = (at + 1) % 7
            found.add(at)
    return frozenset(found)


def _dates(text: str) -> tuple[int, int] | None:
    if A_DATE.match(text):
        day = day_number(date.fromisoformat(text))
        return day, day
    both = DATES.match(text)
    if both:
        return (
            day_number(date.fromisoformat(both[1])),
            day_number(date.fromisoformat(both[2])),
        )
    return None


@functools.cache
def read_dates(text: str) -> tuple[int, int] | None:
    """Whole dates (`2026-12-29`, `2026-12-24..2026-12-26`), or None."""
    return _dates(text)


@functools.cache
def read_span(text: str) -> Span:
    """Read `Tue 09:00-11:30`, `Fri 22:00-01:00`, `2026-12-05 10:00-12:00`."""
    whole = _dates(text)
    if whole:
        return Span(frozenset(range(7)), whole[0], whole[1], 0, DAY)
    found = HOURS.match(text)
    if not found:
        raise ValueError(f"not a window: {text}")
    start = int(found[2]) * 60 + int(found[3])
    end = int(found[4]) * 60 + int(found[5])
    if end <= start:
        end += DAY
    dates = _dates(found[1])
    if dates:
        return Span(frozenset(range(7)), dates[0], dates[1], start, end)
    return Span(_weekdays(found[1]), -(10**9), 10**9, start, end)


@dataclass(frozen=True)
class Rotation:
    """The weeks of a cycle that are on, counted from an anchor Monday (T5)."""

    anchor: int
    weeks: int
    on_weeks: frozenset[int]
    spans: tuple[Span, ...]

    def on(self, day: int) -> bool:
        """Whether the week of this day is one that is on."""
        return (day - self.anchor) // 7 % self.weeks + 1 in self.on_weeks


@dataclass(frozen=True)
class Stay:
    """Away: dates, the zone there, and the only windows that hold then (P11)."""

    first: int
    last: int
    zone: str
    spans: tuple[Span, ...]


@dataclass(eq=False)
class Opening:
    """The hours of one channel, of her sessions, or of a counsellor."""

    zone: str
    spans: tuple[Span, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    deny_spans: tuple[Span, ...] = ()
    deny_dates: tuple[tuple[int, int], ...] = ()
    stays: tuple[Stay, ...] = ()
    _days: dict[int, tuple[bytes, bytes, bytes]] = field(default_factory=dict)
    _starts: dict[tuple[int, int], tuple[int, ...]] = field(default_factory=dict)

    def windows_of_home(self, day: int) -> Iterator[range]:
        """Instants of each home window that belongs to this local day."""
        for span in self.spans:
            if span.on(day):
                yield _inward(self.zone, day, span)
        for rotation in self.rotations:
            for span in rotation.spans:
                if rotation.on(day) and span.on(day):
                    yield _inward(self.zone, day, span)

    def windows_of_stay(self, stay: Stay, day: int) -> Iterator[range]:
        """Instants of each window of a stay that belongs to this day there."""
        if stay.first <= day <= stay.last:
            for span in stay.spans:
                if span.on(day):
                    yield _inward(stay.zone, day, span)

    def stay_at(self, minute: int) -> Stay | None:
        """The stay whose days, in either zone, this instant belongs to."""
        for stay in self.stays:
            for name in (self.zone, stay.zone):
                if stay.first <= wall_date(name, minute) <= stay.last:
                    return stay
        return None

    def _home_covers(self, minute: int) -> bool:
        today = wall_date(self.zone, minute)
        for day in (today - 1, today, today + 1):
            if any(stay.first <= day <= stay.last for stay in self.stays):
                continue
            if any(minute in window for window in self.windows_of_home(day)):
                return True
        return False

    def _stay_covers(self, stay: Stay, minute: int) -> bool:
        today = wall_date(stay.zone, minute)
        return any(
            minute in window
            for day in (today - 1, today, today + 1)
            for window in self.windows_of_stay(stay, day)
        )

    def read_covered(self, minute: int) -> bool:
        """`covered`, read anew."""
        stay = self.stay_at(minute)
        if stay is None:
            return self._home_covers(minute)
        return self._stay_covers(stay, minute)

    def _date_is_denied(self, day: int) -> bool:
        return any(first <= day <= last for first, last in self.deny_dates)

    def _closed_with_day(self, day: int) -> Iterator[range]:
        yield denied_minutes(self.zone, day * DAY, (day + 1) * DAY)
        yield from self.windows_of_home(day)
        for stay in self.stays:
            yield from self.windows_of_stay(stay, day)

    def read_denied(self, minute: int) -> bool:
        """`denied`, read anew."""
        today = wall_date(self.zone, minute)
        for day in (today - 1, today, today + 1):
            for span in self.deny_spans:
                if span.on(day) and minute in _outward(self.zone, day, span):
                    return True
            if self._date_is_denied(day) and any(
                minute in closed for closed in self._closed_with_day(day)
            ):
                return True
        return False

    def _ranges_near(self, day: int) -> Iterator[range]:
        for near in range(day - 3, day + 4):
            yield from self._closed_with_day(near)
            for span in self.deny_spans:
                if span.on(near):
                    yield _outward(self.zone, near, span)

    def _edges(self, utc_day: int) -> list[int]:
        """The minutes of a UTC day at which an answer may change."""
        minutes = range(utc_day * DAY, (utc_day + 1) * DAY)
        found = {minutes.start}
        for one in self._ranges_near(utc_day):
            found |= {one.start, one.stop}
        for name in {self.zone} | {stay.zone for stay in self.stays}:
            found |= set(midnights(name, utc_day))
        return sorted(one for one in found if one in minutes)

    def _day(self, utc_day: int) -> tuple[bytes, bytes, bytes]:
        """Covered, denied and open, for each minute of a UTC day."""
        if utc_day not in self._days:
            edges = self._edges(utc_day)
            covered, denied, both = b"", b"", b""
            for edge, after in pairwise([*edges, (utc_day + 1) * DAY]):
                held, cut = self.read_covered(edge), self.read_denied(edge)
                covered += bytes([held]) * (after - edge)
                denied += bytes([cut]) * (after - edge)
                both += bytes([held and not cut]) * (after - edge)
            self._days[utc_day] = covered, denied, both
        return self._days[utc_day]

    def covered(self, minute: int) -> bool:
        """In a window that holds at this instant, denials left aside."""
        return self._day(minute // DAY)[0][minute % DAY] == 1

    def denied(self, minute: int) -> bool:
        """In a denied range, a denied date, or a window that belongs to one."""
        return self._day(minute // DAY)[1][minute % DAY] == 1

    def is_open(self, minute: int) -> bool:
        """Covered by a window, and not denied."""
        return self._day(minute // DAY)[2][minute % DAY] == 1

    def closes(self, minute: int, last: int) -> int:
        """The first closed minute from this one on, at most `last`."""
        while minute < last:
            found = self._day(minute // DAY)[2].find(0, minute % DAY)
            if found >= 0:
                return min(last, minute // DAY * DAY + found)
            minute = (minute // DAY + 1) * DAY
        return last

    def open_throughout(self, start: int, end: int) -> bool:
        """Open at every minute of `[start, end)`."""
        return start >= end or self.closes(start, end) == end

    def _starts_on(self, utc_day: int, length: int) -> tuple[int, ...]:
        if (utc_day, length) not in self._starts:
            minutes = range(utc_day * DAY, (utc_day + 1) * DAY)
            self._starts[utc_day, length] = tuple(
                one for one in minutes if self.open_throughout(one, one + length)
            )
        return self._starts[utc_day, length]

    def starts(self, first: int, last: int, length: int) -> Iterator[int]:
        """The minutes from `first` to `last` after which it is open so long."""
        for utc_day in range(first // DAY, last // DAY + 1):
            for minute in self._starts_on(utc_day, length):
                if first <= minute <= last:
                    yield minute


def _inward(name: str, day: int, span: Span) -> range:
    return allowed_minutes(name, day * DAY + span.start, day * DAY + span.end)


def _outward(name: str, day: int, span: Span) -> range:
    return denied_minutes(name, day * DAY + span.start, day * DAY + span.end)


@functools.cache
def _opening(
    zone: str,
    spans: tuple[Span, ...],
    rotations: tuple[Rotation, ...],
    deny_spans: tuple[Span, ...],
    deny_dates: tuple[tuple[int, int], ...],
    stays: tuple[Stay, ...],
) -> Opening:
    """Equal hours are one object: what was read of them is read once."""
    return Opening(zone, spans, rotations, deny_spans, deny_dates, stays)


def read_opening(
    name: str,
    windows: list[str],
    once: list[str],
    rotations: list[dict[str, Any]],
    deny: list[str],
    stays: tuple[Stay, ...],
) -> Opening:
    """Put together what a scenario says about one set of hours."""
    dates = [found for found in map(read_dates, deny) if found]
    return _opening(
        name,
        tuple(map(read_span, [*windows, *once])),
        tuple(map(_read_rotation, rotations)),
        tuple(read_span(text) for text in deny if not read_dates(text)),
        tuple(dates),
        stays,
    )


def _read_rotation(raw: dict[str, Any]) -> Rotation:
    return Rotation(
        anchor=day_number(raw["anchor"]),
        weeks=raw["weeks"],
        on_weeks=frozenset(raw["on"]),
        spans=tuple(map(read_span, raw["windows"])),
    )


def read_stays(raw: list[dict[str, Any]], key: str) -> tuple[Stay, ...]:
    """The stays, with the windows under `key` (`windows`, `session_windows`)."""
    return tuple(
        Stay(
            first=day_number(stay["from"]),
            last=day_number(stay["to"]),
            zone=stay["zone"],
            spans=tuple(map(read_span, stay.get(key, []))),
        )
        for stay in raw
    )
