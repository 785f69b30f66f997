"""When a client can be reached or seen: her hours with stays elsewhere laid over them
(P11) and the time a text may leave in them (T7)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from scheduler.domain.hours import (
    Hours,
    WeeklyRange,
    allowed_pair,
    days_around,
    denied_pair,
    openings,
)
from scheduler.domain.intervals import Intervals, to_seconds
from scheduler.domain.plan import Away, Channel, ContactPlan
from scheduler.domain.zones import Edge, day_starts


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


def channel_reach(
    plan: ContactPlan, channel: Channel, since: datetime, until: datetime
) -> Reach:
    """When a channel is open, complete within `[since, until)`."""
    stays = tuple((stay, stay.windows) for stay in plan.away)
    return _reach(channel.hours, plan.zone, stays, since, until)


def session_reach(plan: ContactPlan, since: datetime, until: datetime) -> Reach:
    """When sessions can be, complete within `[since, until)`."""
    stays = tuple((stay, stay.session_windows) for stay in plan.away)
    return _reach(plan.session_hours, plan.zone, stays, since, until)


def _reach(
    hours: Hours,
    zone_name: str,
    stays: tuple[tuple[Away, tuple[WeeklyRange, ...]], ...],
    since: datetime,
    until: datetime,
) -> Reach:
    spans = tuple(stay.days for stay, _ in stays)
    home = openings(hours, zone_name, since, until, away=spans)
    closed = Intervals.from_pairs(
        pair for stay, _ in stays for pair in _days_in_either_zone(stay, zone_name)
    )
    stated: list[tuple[int, int]] = []
    denied: list[tuple[int, int]] = []
    for stay, windows in stays:
        for day, start, end in _stay_ranges(stay, windows, since, until):
            stated.append(allowed_pair(day, start, end, stay.zone))
            if hours.denies_date(day):
                denied.append(denied_pair(day, start, end, stay.zone))
    there = Intervals.from_pairs(stated)
    shut = home.denied | Intervals.from_pairs(denied)
    return Reach(
        open=((home.stated - closed) | there) - shut, denied=shut, away=closed - there
    )


def _days_in_either_zone(stay: Away, home: str) -> Iterator[tuple[int, int]]:
    following = stay.days.last + timedelta(days=1)
    for zone_name in (home, stay.zone):
        yield (
            to_seconds(day_starts(stay.days.first, zone_name, Edge.DENIES_FROM)),
            to_seconds(day_starts(following, zone_name, Edge.DENIES_TO)),
        )


def _stay_ranges(
    stay: Away, windows: tuple[WeeklyRange, ...], since: datetime, until: datetime
) -> Iterator[tuple[date, int, int]]:
    for day in days_around(since, until):
        if day not in stay.days:
            continue
        for window in windows:
            if day.weekday() in window.days:
                yield day, window.start, window.end
