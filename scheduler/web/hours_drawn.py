"""Weekly hours as a drawing, and what can be painted on it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from scheduler.domain.hours import DAY, Denial, Hours, WeeklyRange
from scheduler.domain.plan import ContactPlan
from scheduler.domain.typed_hours import DAYS
from scheduler.web import shown

Stretch = tuple[str, str]
Days = list[tuple[str, list[Stretch]]]


def of_plan(plan: ContactPlan) -> Days:
    """Each day of the week and what is drawn in it: sessions, contact, never. What runs
    in some weeks only is drawn apart; single days are not drawn."""
    ways = [each.hours for each in plan.channels if not each.withdrawn]
    return _drawn(
        *_of(plan.session_hours, ""),
        *(part for way in ways for part in _of(way, "txt")),
    )


def of_hours(hours: Hours) -> Days:
    """The same for one person's working hours."""
    return _drawn(*_of(hours, ""))


def _of(hours: Hours, kind: str) -> Iterator[tuple[str, Iterable[WeeklyRange]]]:
    yield kind, hours.weekly
    yield f"{kind} turn".strip(), [w for each in hours.rotations for w in each.windows]
    yield f"{kind} off".strip(), _every_week(hours.deny)


def _every_week(denials: Iterable[Denial]) -> list[WeeklyRange]:
    return [each for each in denials if isinstance(each, WeeklyRange)]


def _drawn(*parts: tuple[str, Iterable[WeeklyRange]]) -> Days:
    drawn: list[list[Stretch]] = [[] for _ in DAYS]
    for kind, ranges in parts:
        for place, day in _places(ranges):
            drawn[day].append((place, kind))
    return list(zip(DAYS, drawn, strict=True))


def _places(ranges: Iterable[WeeklyRange]) -> Iterator[tuple[str, int]]:
    for each in ranges:
        for day in each.days:
            yield shown.place_of(each.start, min(each.end, DAY)), day
            if each.end > DAY:
                yield shown.place_of(0, each.end - DAY), (day + 1) % 7
