"""When a client can be reached or seen: her hours with stays elsewhere laid over them
(P11) and the time a text may leave in them (T7).

Hours are worked out for whole weeks and the latest kept, for most questions about a
plan fall into the same few weeks. The key is the hours themselves, so that a changed
plan never meets what was kept of an older one; what is kept names nobody.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final

from scheduler.domain.hours import (
    DateSpan,
    Hours,
    WeeklyRange,
    allowed_pair,
    days_around,
    denied_pair,
    openings,
)
from scheduler.domain.intervals import NOTHING, Intervals, from_seconds, to_seconds
from scheduler.domain.plan import Channel, ContactPlan
from scheduler.domain.zones import Edge, day_starts

_WEEK: Final = 7 * 24 * 60 * 60
_KEPT: Final = 2048


@dataclass(frozen=True, slots=True)
class Reach:
    """Hours as instants: what is open, and why the rest is not.

    `away` is closed by a stay and not opened again by the windows stated for it.
    """

    open: Intervals
    denied: Intervals
    away: Intervals

    def until(self, end: datetime) -> Reach:
        """Cut off at an instant; what is left ends there (T7)."""
        cut = Intervals.from_pairs([(to_seconds(end), 1 << 50)])
        return replace(self, open=self.open - cut)

    def sendable(self, room: timedelta) -> Intervals:
        """The instants at which something may leave: `room` is left of the window (T7).

        The last such instant is in it, so each stretch ends one second after it.
        """
        needed = room // timedelta(seconds=1)
        return Intervals(
            tuple(
                (start, end - needed + 1)
                for start, end in self.open.pairs
                if start <= end - needed
            )
        )


@dataclass(frozen=True, slots=True)
class Stay:
    """Days elsewhere with the windows stated for one channel, or for sessions (P11)."""

    days: DateSpan
    zone: str
    windows: tuple[WeeklyRange, ...]


def channel_reach(
    plan: ContactPlan, channel: Channel, since: datetime, until: datetime
) -> Reach:
    """When a channel is open, complete within `[since, until)`."""
    return _in_weeks(channel.hours, plan.zone, _stays(plan), *_weeks(since, until))


def session_reach(plan: ContactPlan, since: datetime, until: datetime) -> Reach:
    """When sessions can be, complete within `[since, until)`."""
    stays = tuple(
        Stay(each.days, each.zone, each.session_windows) for each in plan.away
    )
    return _in_weeks(plan.session_hours, plan.zone, stays, *_weeks(since, until))


def sending_reach(
    plan: ContactPlan,
    channel: Channel,
    room: timedelta,
    since: datetime,
    until: datetime,
    ends_at: datetime | None,
) -> tuple[Reach, Intervals]:
    """When a channel is open before `ends_at`, and when something may leave in it with
    `room` left of the window; complete within `[since, until)`."""
    return _sending_in_weeks(
        channel.hours, plan.zone, _stays(plan), room, ends_at, *_weeks(since, until)
    )


def _stays(plan: ContactPlan) -> tuple[Stay, ...]:
    if not plan.away:
        return ()
    return tuple(Stay(each.days, each.zone, each.windows) for each in plan.away)


def _weeks(since: datetime, until: datetime) -> tuple[int, int]:
    return to_seconds(since) // _WEEK, to_seconds(until) // _WEEK + 1


@lru_cache(maxsize=_KEPT)
def _sending_in_weeks(
    hours: Hours,
    zone_name: str,
    stays: tuple[Stay, ...],
    room: timedelta,
    ends_at: datetime | None,
    first: int,
    last: int,
) -> tuple[Reach, Intervals]:
    reach = _in_weeks(hours, zone_name, stays, first, last)
    if ends_at is not None:
        reach = reach.until(ends_at)
    return reach, reach.sendable(room)


@lru_cache(maxsize=_KEPT)
def _in_weeks(
    hours: Hours, zone_name: str, stays: tuple[Stay, ...], first: int, last: int
) -> Reach:
    since, until = from_seconds(first * _WEEK), from_seconds(last * _WEEK)
    return work_out(hours, zone_name, stays, since, until)


def forget() -> None:
    """Lets go of all that was kept: for measuring, answers are the same."""
    _sending_in_weeks.cache_clear()
    _in_weeks.cache_clear()


def work_out(
    hours: Hours,
    zone_name: str,
    stays: tuple[Stay, ...],
    since: datetime,
    until: datetime,
) -> Reach:
    """Hours with stays laid over them, complete within `[since, until)`, nothing kept.

    On the days of a stay, taken in either zone, only its own windows hold (P11).
    """
    home = openings(
        hours, zone_name, since, until, away=tuple(each.days for each in stays)
    )
    stated, shut, away = home.stated, home.denied, NOTHING
    for stay in stays:
        days, windows, denied = _there(stay, hours, zone_name, since, until)
        stated |= days & windows
        shut, away = shut | denied, away | (days - windows)
    return Reach(open=stated - away - shut, denied=shut, away=away)


def _there(
    stay: Stay, hours: Hours, home: str, since: datetime, until: datetime
) -> tuple[Intervals, Intervals, Intervals]:
    """The days of a stay, the windows that hold in them, and those a denied date
    closes."""
    stated: list[tuple[int, int]] = []
    denied: list[tuple[int, int]] = []
    for day, start, end in _stay_ranges(stay, since, until):
        stated.append(allowed_pair(day, start, end, stay.zone))
        if hours.denies_date(day):
            denied.append(denied_pair(day, start, end, stay.zone))
    days = Intervals.from_pairs(_days_in_either_zone(stay, home))
    return days, Intervals.from_pairs(stated), Intervals.from_pairs(denied)


def _days_in_either_zone(stay: Stay, home: str) -> Iterator[tuple[int, int]]:
    following = stay.days.last + timedelta(days=1)
    for zone_name in (home, stay.zone):
        yield (
            to_seconds(day_starts(stay.days.first, zone_name, Edge.DENIES_FROM)),
            to_seconds(day_starts(following, zone_name, Edge.DENIES_TO)),
        )


def _stay_ranges(
    stay: Stay, since: datetime, until: datetime
) -> Iterator[tuple[date, int, int]]:
    for day in days_around(since, until):
        if day not in stay.days:
            continue
        for window in stay.windows:
            if day.weekday() in window.days:
                yield day, window.start, window.end
