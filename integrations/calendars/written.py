"""Dates, times and lengths as they are written in a calendar file.

Only the text is read here; where it is comes later (`places`). Programs write more
than the standard allows, and a time left out is a time that looks free: so dashes,
colons, missing seconds, `T240000` and an unquoted zone with a colon in it are read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from icalendar.prop import vDuration

from integrations.calendars.content import Line

_MOMENT: Final = re.compile(
    r"(\d{4})-?(\d{2})-?(\d{2})(?:T(\d{2}):?(\d{2})(?::?(\d{2}))?(?:\.\d+)?(Z|[+-]\d{4})?)?",
    re.ASCII,
)
# Dates such as 0001-01-01 and 9999-12-31 stand for "always". Held to four centuries
# on either side, in leap years, they can be reckoned with and mean the same.
_EARLIEST: Final = 1604
_LATEST: Final = 2396
LATEST: Final = datetime(_LATEST, 12, 31)  # noqa: DTZ001


class Unwritten(ValueError):
    """A value that cannot be read. Its text is not kept: it may hold anything."""


@dataclass(frozen=True, slots=True)
class Written:
    """A wall time (naive), whether it is a date only, and whether it is in UTC."""

    wall: datetime
    dated: bool = False
    utc: bool = False


def zone_and_value(line: Line) -> tuple[str | None, str]:
    """The TZID of a line, if it has one, and the value without it."""
    tzid, value = line.params.get("TZID"), line.value.strip()
    rest, colon, tail = value.rpartition(":")
    if tzid and colon and not _MOMENT.match(value):
        return f"{tzid}:{rest}", tail
    return tzid or None, value


def moment(text: str, *, as_date: bool = False) -> Written:
    """One date or time. Raises Unwritten."""
    match = _MOMENT.fullmatch(text.strip().upper())
    if match is None:
        raise Unwritten
    year, month, day, hour, minute, second, zone = match.groups()
    kept = min(max(int(year), _EARLIEST), _LATEST)
    try:
        wall = datetime(kept, int(month), int(day))  # noqa: DTZ001
        if hour is not None and not as_date:
            wall += _since_midnight(int(hour), int(minute), int(second or 0))
            wall -= _offset(zone)
    except ValueError as wrong:
        raise Unwritten from wrong
    return Written(wall, dated=hour is None or as_date, utc=bool(zone) and not as_date)


def _offset(zone: str | None) -> timedelta:
    """`Z`, or an offset such as -0500, which the standard does not have."""
    if zone is None or zone == "Z":
        return timedelta()
    offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:]))
    return -offset if zone[0] == "-" else offset


def _since_midnight(hour: int, minute: int, second: int) -> timedelta:
    if (hour, minute, second) == (24, 0, 0):
        return timedelta(days=1)
    of_day = time(hour, minute, 59 if second == 60 else second)  # noqa: PLR2004
    return timedelta(hours=of_day.hour, minutes=of_day.minute, seconds=of_day.second)


def values(line: Line) -> tuple[str | None, list[str]]:
    """The zone of a line and its values, which commas part."""
    tzid, value = zone_and_value(line)
    return tzid, [text.strip() for text in value.split(",") if text.strip()]


def says_date(line: Line) -> bool:
    """Whether the line says that it holds dates, not times."""
    return line.params.get("VALUE", "").strip().upper() == "DATE"


def length(text: str) -> timedelta:
    """A length of time, not negative. Raises Unwritten."""
    try:
        read: timedelta = vDuration.from_ical(  # type: ignore[no-untyped-call]
            text.strip().upper()
        )
    except (ValueError, OverflowError) as wrong:
        raise Unwritten from wrong
    if not timedelta() <= read < timedelta(days=150_000):
        raise Unwritten
    return read
