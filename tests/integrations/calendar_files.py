"""Calendar files for tests, and what they close written so that people can read it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from integrations.calendars.budget import Limits
from integrations.calendars.ics import IcsBusyCalendar
from scheduler.domain.intervals import Intervals
from scheduler.ports import BusyReading

HERE: Final = Path(__file__).resolve().parent / "calendars"
# Files of other programs that lie beside a checkout, and are not part of it.
SHARED: Final = Path(__file__).resolve().parents[3] / "shared" / "calendars"
TORONTO: Final = "America/Toronto"

# A Monday in November, 09:00-10:00 in Toronto, and what it closes.
MONDAY: Final = ("DTSTART:20261109T140000Z", "DTEND:20261109T150000Z")
MONDAY_CLOSED: Final = ["2026-11-09 14:00 / 15:00"]


@dataclass
class PacedClock:
    """Each look at it takes `pace` seconds. Nothing else moves it."""

    pace: float = 0.0
    _seconds: float = field(default=0.0, init=False)

    def now(self) -> datetime:
        return datetime(2026, 11, 1, tzinfo=UTC)

    def monotonic(self) -> float:
        self._seconds += self.pace
        return self._seconds


def at(text: str) -> datetime:
    """An instant, given in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def event(*lines: str, uid: str = "one") -> str:
    """A VEVENT from its lines."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *lines, "END:VEVENT"])


def toronto(start: str, end: str) -> tuple[str, str]:
    """The lines of an event from and to a wall time in Toronto."""
    return f"DTSTART;TZID={TORONTO}:{start}", f"DTEND;TZID={TORONTO}:{end}"


def changed(replaces: str, start: str, end: str, *lines: str) -> str:
    """A change to one time of the event `one`; `replaces` follows RECURRENCE-ID."""
    return event(f"RECURRENCE-ID{replaces}", f"DTSTART:{start}", f"DTEND:{end}", *lines)


def calendar(*parts: str) -> bytes:
    """A VCALENDAR from its parts."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", *parts, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def read(
    source: bytes,
    *,
    zone: str = TORONTO,
    since: str = "2026-10-01",
    until: str = "2026-12-31",
    limits: Limits | None = None,
    pace: float = 0.0,
) -> BusyReading:
    """What the product makes of a file, for a window given in UTC."""
    reader = IcsBusyCalendar(PacedClock(pace), limits)
    return reader.read(source, zone=zone, since=at(since), until=at(until))


def shown(busy: Intervals) -> list[str]:
    """In UTC: `2026-11-09 14:00 / 15:00`, with a date at the end if it is another."""
    return [
        f"{each.start:%Y-%m-%d %H:%M} / "
        + (f"{each.end:%H:%M}" if one_day else f"{each.end:%Y-%m-%d %H:%M}")
        for each in busy
        for one_day in [each.start.date() == each.end.date()]
    ]


def closed(*parts: str, zone: str = TORONTO, until: str = "2027-06-01") -> list[str]:
    """What a calendar of these parts closes."""
    return shown(read(calendar(*parts), zone=zone, until=until).busy)


def told(reading: BusyReading) -> list[str]:
    """The first words of each sentence about what could not be read."""
    return [" ".join(each.split()[:6]) for each in reading.unread]


def daily(days: Iterable[str], hours: str) -> list[str]:
    """The same hours on several days, as `shown` writes them."""
    return [f"{day} {hours}" for day in days]
