"""Zones: the one place where a zone's name becomes its data (T2), and where a wall
time becomes an instant on the day a clock changes (T4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache, lru_cache
from typing import Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from scheduler.domain.errors import UnknownZone


class Edge(Enum):
    """Which way a wall time rounds when it happens twice (T4)."""

    OPENS = "opens"
    CLOSES = "closes"
    DENIES_FROM = "denies from"
    DENIES_TO = "denies to"


_SECOND_OF_TWO: Final = frozenset({Edge.OPENS, Edge.DENIES_TO})


@cache
def zone(name: str) -> ZoneInfo:
    """The zone's data as packaged, never the host's. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as unknown:
        raise UnknownZone(name) from unknown


@lru_cache(maxsize=65536)
def instant(wall: datetime, zone_name: str, edge: Edge) -> datetime:
    """A naive wall time in a zone as an instant in UTC.

    A wall time that does not exist is the instant of the change, whatever the edge; one
    that happens twice is the second for what opens or ends a denial, the first for what
    closes or begins one (T4).
    """
    place = zone(zone_name)
    first = wall.replace(tzinfo=place, fold=0).astimezone(UTC)
    second = wall.replace(tzinfo=place, fold=1).astimezone(UTC)
    if first > second:
        return _change_between(second, first, place)
    return second if edge in _SECOND_OF_TWO else first


def _change_between(before: datetime, after: datetime, place: ZoneInfo) -> datetime:
    offset = before.astimezone(place).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(place).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after


def local_date(at: datetime, zone_name: str) -> date:
    """The calendar date an instant has in a zone."""
    return at.astimezone(zone(zone_name)).date()


@lru_cache(maxsize=4096)
def day_starts(day: date, zone_name: str, edge: Edge = Edge.CLOSES) -> datetime:
    """When a local day begins; of two midnights, unless an edge says otherwise, the
    first, from which on the date is that day. Days are 23, 24 or 25 hours long."""
    return instant(datetime.combine(day, time()), zone_name, edge)


@dataclass(frozen=True, slots=True)
class KnownAnswer:
    """A wall time whose instant is known, for the check of T2."""

    zone: str
    wall: datetime
    utc: datetime


def _known(zone_name: str, wall: str, utc: str) -> KnownAnswer:
    return KnownAnswer(
        zone_name, datetime.fromisoformat(wall), datetime.fromisoformat(utc)
    )


KNOWN_ANSWERS: Final = (
    _known("America/Winnipeg", "2026-12-08T09:00", "2026-12-08T14:00+00:00"),
    _known("America/Edmonton", "2026-12-08T09:00", "2026-12-08T15:00+00:00"),
    _known("America/Regina", "2026-12-08T09:00", "2026-12-08T15:00+00:00"),
    _known("America/Vancouver", "2026-12-08T09:00", "2026-12-08T16:00+00:00"),
    _known("America/Toronto", "2026-12-08T09:00", "2026-12-08T14:00+00:00"),
    _known("America/Inuvik", "2026-12-08T09:00", "2026-12-08T15:00+00:00"),
    _known("America/St_Johns", "2026-12-08T09:15", "2026-12-08T12:45+00:00"),
    _known("America/Toronto", "2027-03-15T09:00", "2027-03-15T13:00+00:00"),
)


def wrong_answers(
    known: tuple[KnownAnswer, ...] = KNOWN_ANSWERS,
) -> tuple[KnownAnswer, ...]:
    """The known answers this machine's zone data gets wrong; empty is right (T2)."""
    return tuple(
        each for each in known if instant(each.wall, each.zone, Edge.OPENS) != each.utc
    )
