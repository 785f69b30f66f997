"""Hours as people say them, and what they mean as instants (T1–T6, A1).

A wall range belongs to the day it starts on, even when it ends past midnight. What is
allowed rounds inward at a clock change, what is denied outward (T4).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from scheduler.domain.intervals import Intervals, to_seconds
from scheduler.domain.zones import Edge, instant

DAY = 24 * 60
_MIDNIGHT = time()


@dataclass(frozen=True, slots=True, order=True)
class WeeklyRange:
    """Minutes of the day on some weekdays (0 is Monday); `end` may pass 1440."""

    days: tuple[int, ...]
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class DatedRange:
    """Minutes of one date."""

    day: date
    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class DateSpan:
    """Whole dates, first to last, both in it."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Rotation:
    """Windows in some weeks of a cycle that is counted from an anchor Monday (T5)."""

    anchor: date
    weeks: int
    on: tuple[int, ...]
    windows: tuple[WeeklyRange, ...]

    def runs_in_week_of(self, day: date) -> bool:
        """Whether the week of that day is one of the weeks that are on, from 1."""
        return (day - self.anchor).days // 7 % self.weeks + 1 in self.on


Denial = WeeklyRange | DatedRange | DateSpan


@dataclass(frozen=True, slots=True)
class Hours:
    """Allowed and denied hours in one zone; nothing in it means never."""

    weekly: tuple[WeeklyRange, ...] = ()
    once: tuple[DatedRange, ...] = ()
    rotations: tuple[Rotation, ...] = ()
    deny: tuple[Denial, ...] = ()

    def denies_date(self, day: date) -> bool:
        """Whether that whole date is denied."""
        return any(isinstance(each, DateSpan) and day in each for each in self.deny)

    def ranges_on(self, day: date) -> Iterator[tuple[int, int]]:
        """The allowed ranges that belong to that day, denials not counted."""
        weekday = day.weekday()
        weekly = list(self.weekly)
        for rotation in self.rotations:
            if rotation.runs_in_week_of(day):
                weekly.extend(rotation.windows)
        for each in weekly:
            if weekday in each.days:
                yield each.start, each.end
        for dated in self.once:
            if dated.day == day:
                yield dated.start, dated.end


NEVER = Hours()


@dataclass(frozen=True, slots=True)
class Openings:
    """What hours mean in a range of time.

    `stated` is what was allowed, merged; `denied` what is closed in it and around it;
    `open` what is left. A closing instant of `open` is "the window end" of T7.
    """

    stated: Intervals
    denied: Intervals

    @property
    def open(self) -> Intervals:
        """Stated and not denied."""
        return self.stated - self.denied


def days_around(since: datetime, until: datetime) -> Iterator[date]:
    """Every local date, in any zone, whose windows could reach into the range.

    Two days on either side: a window may last into the next day, a zone may be most of
    a day away from UTC, and a zone has skipped a whole day.
    """
    day = since.date() - timedelta(days=3)
    while day <= until.date() + timedelta(days=2):
        yield day
        day += timedelta(days=1)


def openings(
    hours: Hours,
    zone_name: str,
    since: datetime,
    until: datetime,
    away: tuple[DateSpan, ...] = (),
) -> Openings:
    """The hours as instants, complete within `[since, until)` (T1–T6).

    Windows that belong to a day of `away` are left out, past midnight too (P11).
    """
    stated: list[tuple[int, int]] = []
    denied: list[tuple[int, int]] = []
    for day in days_around(since, until):
        closed = hours.denies_date(day)
        if closed:
            denied.append(denied_pair(day, 0, DAY, zone_name))
        elsewhere = any(day in span for span in away)
        for start, end in hours.ranges_on(day):
            if not elsewhere:
                stated.append(allowed_pair(day, start, end, zone_name))
            if closed:
                denied.append(denied_pair(day, start, end, zone_name))
        denied.extend(
            denied_pair(day, start, end, zone_name)
            for start, end in _denied_ranges_on(hours.deny, day)
        )
    return Openings(Intervals.from_pairs(stated), Intervals.from_pairs(denied))


def _denied_ranges_on(deny: Iterable[Denial], day: date) -> Iterator[tuple[int, int]]:
    for each in deny:
        if (isinstance(each, WeeklyRange) and day.weekday() in each.days) or (
            isinstance(each, DatedRange) and each.day == day
        ):
            yield each.start, each.end


def allowed_pair(day: date, start: int, end: int, zone_name: str) -> tuple[int, int]:
    """One allowed range of one day in seconds, rounded inward; may be empty."""
    return (
        to_seconds(instant(_wall(day, start), zone_name, Edge.OPENS)),
        to_seconds(instant(_wall(day, end), zone_name, Edge.CLOSES)),
    )


def denied_pair(day: date, start: int, end: int, zone_name: str) -> tuple[int, int]:
    """One denied range of one day in seconds, rounded outward."""
    return (
        to_seconds(instant(_wall(day, start), zone_name, Edge.DENIES_FROM)),
        to_seconds(instant(_wall(day, end), zone_name, Edge.DENIES_TO)),
    )


def _wall(day: date, minutes: int) -> datetime:
    return datetime.combine(day, _MIDNIGHT) + timedelta(minutes=minutes)
