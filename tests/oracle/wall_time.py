"""Instants and wall clocks, by looking at every minute (T1, T3, T4).

An instant is a whole number of minutes since 1970 in UTC. A wall time is a whole
number of minutes since 1970 as a clock on the wall in some zone shows it. Nothing
here calculates with offsets: whole days are scanned, minute by minute where a clock
changes, and what the wall showed is written down.
"""

import functools
import zoneinfo
from datetime import UTC, date, datetime, timedelta

zoneinfo.reset_tzpath(to=())

DAY = 24 * 60
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FIRST_DAY = date(1970, 1, 1)


@functools.cache
def zone(name: str) -> zoneinfo.ZoneInfo:
    """The zone from the packaged data, never the host's (T2)."""
    return zoneinfo.ZoneInfo(name)


@functools.cache
def walls_of_day(name: str, utc_day: int) -> tuple[int, ...]:
    """What the wall in `name` shows at each of the 1440 minutes of a UTC day."""
    shown: list[int] = []
    for hour in range(utc_day * DAY, (utc_day + 1) * DAY, 60):
        first, last = _shown(name, hour), _shown(name, hour + 59)
        if last - first == 59:  # no change in this hour: the wall ran on
            shown.extend(range(first, last + 1))
        else:
            shown.extend(_shown(name, minute) for minute in range(hour, hour + 60))
    return tuple(shown)


def _shown(name: str, minute: int) -> int:
    local = (EPOCH + timedelta(minutes=minute)).astimezone(zone(name))
    naive = local.replace(tzinfo=UTC)
    return int((naive - EPOCH).total_seconds()) // 60


def wall_of(name: str, minute: int) -> int:
    """The wall time at an instant."""
    return walls_of_day(name, minute // DAY)[minute % DAY]


def wall_date(name: str, minute: int) -> int:
    """The local date at an instant, as days since 1970."""
    return wall_of(name, minute) // DAY


@functools.cache
def midnights(name: str, utc_day: int) -> tuple[int, ...]:
    """The minutes of a UTC day at which the local date is another than before."""
    first = utc_day * DAY
    dates = [wall_date(name, first - 1)]
    dates += [wall // DAY for wall in walls_of_day(name, utc_day)]
    return tuple(
        first + index for index in range(DAY) if dates[index] != dates[index + 1]
    )


@functools.cache
def _when_shown(name: str, utc_day: int) -> dict[int, list[int]]:
    seen: dict[int, list[int]] = {}
    for index, wall in enumerate(walls_of_day(name, utc_day)):
        seen.setdefault(wall, []).append(utc_day * DAY + index)
    return seen


@functools.cache
def instants_of(name: str, wall: int) -> tuple[int, ...]:
    """Every instant at which the wall shows this: none, one or two."""
    around = wall // DAY
    found: list[int] = []
    for utc_day in (around - 1, around, around + 1):
        found.extend(_when_shown(name, utc_day).get(wall, []))
    return tuple(sorted(found))


@functools.cache
def edge(name: str, wall: int, second: bool) -> int:
    """The instant of an edge (T4).

    An edge that does not exist is the instant of the change: the first instant at
    which the wall shows something later. Of two, the second or the first.
    """
    found = instants_of(name, wall)
    later = wall
    while not found:
        later += 1
        found = instants_of(name, later)
    if later != wall:
        return found[0]
    return found[-1] if second else found[0]


def allowed_minutes(name: str, start: int, end: int) -> range:
    """Instants inside `[start, end)` of wall time, rounded inward. May be empty."""
    return range(edge(name, start, True), edge(name, end, False))


def denied_minutes(name: str, start: int, end: int) -> range:
    """Instants inside `[start, end)` of wall time, rounded outward."""
    return range(edge(name, start, False), edge(name, end, True))


def day_number(day: date) -> int:
    """Days since 1970."""
    return (day - FIRST_DAY).days


def day_of_number(number: int) -> date:
    """The date that is so many days after 1970 began."""
    return FIRST_DAY + timedelta(days=number)


def second_of(value: datetime, name: str) -> int:
    """The instant, in seconds, that a scenario's time means.

    A time without an offset is wall time in `name`; one that the clock skips or
    shows twice is malformed (ValueError).
    """
    if value.tzinfo is not None:
        return int((value - EPOCH).total_seconds())
    wall = int((value.replace(tzinfo=UTC) - EPOCH).total_seconds())
    found = instants_of(name, wall // 60)
    if len(found) != 1:
        raise ValueError(f"{value} is not one instant in {name}")
    return found[0] * 60 + wall % 60


def stamp(second: int) -> str:
    """An instant in seconds, for people."""
    return (EPOCH + timedelta(seconds=second)).strftime("%Y-%m-%dT%H:%M:%SZ")
