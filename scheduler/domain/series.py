"""A series: the same hour on her clock, week after week (B4).

Wall time is hers, because her windows are: when clocks change, she keeps her hour.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import Enum

from scheduler.domain.hours import Rotation, WeeklyRange
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import ContactPlan
from scheduler.domain.zones import Edge, instant, zone

_WEEK = timedelta(days=7)

# A rotation is looked through this far ahead; the longest cycle has far fewer weeks.
_LOOKS_AHEAD = 520


class Every(Enum):
    """How often: each week, each other week, or in the weeks of her rotation (T5)."""

    WEEK = "week"
    TWO_WEEKS = "two_weeks"
    ROTATION = "rotation"


def occurrences(
    first: datetime, every: Every, count: int, plan: ContactPlan
) -> tuple[datetime, ...]:
    """The first start and those that follow it, in UTC, at most `count`.

    On a rotation: in the weeks in which a rotation of hers has a window then. Without
    one there is the first start only. A start her clock leaves out is the instant of
    the change (T4).
    """
    wall = _wall(first, plan.zone)
    found: list[datetime] = []
    for each in _weeks(wall, every, plan):
        if len(found) == count:
            break
        found.append(first if each == wall else _instant(each, plan.zone))
    return tuple(found)


def _weeks(wall: datetime, every: Every, plan: ContactPlan) -> Iterator[datetime]:
    if every is not Every.ROTATION:
        step = _WEEK if every is Every.WEEK else 2 * _WEEK
        for number in range(_LOOKS_AHEAD):
            yield wall + number * step
        return
    yield wall
    rotations = rotations_at(wall, plan)
    for number in range(1, _LOOKS_AHEAD):
        then = wall + number * _WEEK
        if any(each.runs_in_week_of(then.date()) for each in rotations):
            yield then


def rotations_at(wall: datetime, plan: ContactPlan) -> tuple[Rotation, ...]:
    """Her rotations that have a window at this weekday and hour, in the weeks that are
    on. `wall` is naive, on her clock."""
    minute = wall.hour * 60 + wall.minute
    return tuple(
        each
        for each in plan.session_hours.rotations
        if any(_holds(one, wall.weekday(), minute) for one in each.windows)
    )


def _holds(window: WeeklyRange, weekday: int, minute: int) -> bool:
    return weekday in window.days and window.start <= minute < window.end


def turns_with_her(first: datetime, plan: ContactPlan) -> bool:
    """Whether a series may follow her rotation from this start on."""
    return bool(rotations_at(_wall(first, plan.zone), plan))


def shifted(start: datetime, old: datetime, new: datetime, zone_name: str) -> datetime:
    """Where an occurrence goes when another moves from `old` to `new`: as many days on,
    and as much earlier or later on her clock."""
    by = _wall(new, zone_name) - _wall(old, zone_name)
    return new if start == old else _instant(_wall(start, zone_name) + by, zone_name)


def in_order_of_moving(
    times: dict[str, Interval], old: datetime, new: datetime
) -> tuple[str, ...]:
    """Whom to move first so that nobody moves onto one who is about to leave: the last
    one when they go forward, the first one when they go back."""
    by_time = sorted(times, key=lambda each: (times[each].start, each))
    return tuple(reversed(by_time) if new > old else by_time)


def week_of(start: datetime, zone_name: str) -> tuple[date, date]:
    """Monday and Sunday of the week a start lies in, on that clock."""
    day = _wall(start, zone_name).date()
    monday = day - timedelta(days=day.weekday())
    return monday, monday + timedelta(days=6)


def _wall(at: datetime, zone_name: str) -> datetime:
    return at.astimezone(zone(zone_name)).replace(tzinfo=None)


def _instant(wall: datetime, zone_name: str) -> datetime:
    # A start: of two instants the second, as for a window that opens (T4).
    return instant(wall, zone_name, Edge.OPENS)


def nearest(
    found: Iterable[datetime], wanted: datetime, most: int, apart: timedelta
) -> tuple[datetime, ...]:
    """The starts nearest to one that is wanted, some minutes from each other, in order
    of time: a handful to choose from, not every five minutes."""
    chosen: list[datetime] = []
    for each in sorted(found, key=lambda start: (abs(start - wanted), start)):
        if len(chosen) == most:
            break
        if all(abs(each - other) >= apart for other in chosen):
            chosen.append(each)
    return tuple(sorted(chosen))
