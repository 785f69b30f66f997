"""Times, dates and lengths as pages show them: in the reader's clock, and in hers.

Templates use these as filters; see `README.md` for the list.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from math import ceil

from scheduler.domain.zones import zone as zone_data

_DAYS = (
    "Monday",
    "Tuesday",
    "Wednesday",
    "Thursday",
    "Friday",
    "Saturday",
    "Sunday",
)
MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_NOON = 12
_HOUR = 60
_DAY = 24 * _HOUR
_GRID = 5
_TIED = "\N{NO-BREAK SPACE}"


@dataclass(frozen=True, slots=True)
class Shown:
    """How one reader sees time. `zone` is hers, `twelve` the agency's setting.

    Every method that takes an instant also takes another zone, for the client's clock.
    """

    zone: str
    twelve: bool = False

    def wall(self, at: datetime, zone: str = "") -> datetime:
        """The instant on the wall clock of a zone, the reader's when none is given."""
        return at.astimezone(zone_data(zone or self.zone))

    def clock(self, at: datetime | time, zone: str = "") -> str:
        """`09:05`, or `9:05 am`."""
        wall = self.wall(at, zone) if isinstance(at, datetime) else at
        return self.clock_of(wall.hour * _HOUR + wall.minute)

    def clock_of(self, minutes: int) -> str:
        """Minutes since midnight as a clock time; 1440 is `24:00`, or `midnight`."""
        hour, minute = divmod(minutes, _HOUR)
        if not self.twelve:
            return f"{hour:02}:{minute:02}"
        if minutes == _DAY:
            return "midnight"
        half = "am" if hour < _NOON else "pm"
        return f"{hour % _NOON or _NOON}:{minute:02}{_TIED}{half}"

    def hour(self, hour: int) -> str:
        """A mark on the side of a drawing: `09`, or `9 am`."""
        if not self.twelve:
            return f"{hour:02}"
        return f"{hour % _NOON or _NOON}{_TIED}{'am' if hour % 24 < _NOON else 'pm'}"

    def span(self, start: datetime, end: datetime, zone: str = "") -> str:
        """`10:00–10:50`, or `10:00–10:50 am`. A range that ends at midnight says 24."""
        first, last = self.wall(start, zone), self.wall(end, zone)
        closing = last.hour * _HOUR + last.minute
        if closing == 0 and last > first:
            closing = _DAY
        return self.span_of(first.hour * _HOUR + first.minute, closing)

    def span_of(self, start: int, end: int) -> str:
        """A range of minutes since midnight, the half of the day said once."""
        opening, closing = self.clock_of(start), self.clock_of(end)
        same_half = self.twelve and end < _DAY and opening[-2:] == closing[-2:]
        return f"{opening[:-3] if same_half else opening}–{closing}"

    def day(self, at: datetime | date, zone: str = "") -> str:
        """`Mon 7 Dec`."""
        on = self._date(at, zone)
        return f"{_DAYS[on.weekday()][:3]} {on.day} {MONTHS[on.month - 1][:3]}"

    def long_day(self, at: datetime | date, zone: str = "") -> str:
        """`Monday 7 December 2026`."""
        on = self._date(at, zone)
        return f"{_DAYS[on.weekday()]} {on.day} {MONTHS[on.month - 1]} {on.year}"

    def moment(
        self, at: datetime, zone: str = "", *, near: datetime | None = None
    ) -> str:
        """`Tue 8 Dec 09:30`; only `09:30` on the day of `near`."""
        if near and self._date(at, zone) == self._date(near, zone):
            return self.clock(at, zone)
        return f"{self.day(at, zone)} {self.clock(at, zone)}"

    def hers(self, at: datetime, her_zone: str) -> str:
        """Her clock when it differs, with the weekday when that differs; else empty."""
        ours, her = self.wall(at), self.wall(at, her_zone)
        if ours.replace(tzinfo=None) == her.replace(tzinfo=None):
            return ""
        if ours.date() == her.date():
            return self.clock(at, her_zone)
        return f"{_DAYS[her.weekday()][:3]} {self.clock(at, her_zone)}"

    def _date(self, at: datetime | date, zone: str) -> date:
        return self.wall(at, zone).date() if isinstance(at, datetime) else at


def length(minutes: float) -> str:
    """`50 min`, `1 h`, `1 h 10 min`, `3 days`."""
    whole = round(minutes)
    if whole >= 2 * _DAY:
        return f"{whole // _DAY} days"
    hours, rest = divmod(whole, _HOUR)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest else [])
    return " ".join(parts) or "0 min"


def left(until: datetime, now: datetime) -> str:
    """`24 min left`, rounded up; `over` once it is."""
    seconds = (until - now).total_seconds()
    return f"{length(ceil(seconds / 60))} left" if seconds > 0 else "over"


def countdown(until: datetime, now: datetime) -> str:
    """`3:41`, as the page shows it before a script takes over; never below `0:00`."""
    seconds = max(0, ceil((until - now).total_seconds()))
    hours, rest = divmod(seconds, 3600)
    minutes, second = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{second:02}" if hours else f"{minutes}:{second:02}"


def iso(at: datetime) -> str:
    """An instant for scripts and `datetime` attributes: `2026-12-07T17:20:00Z`."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def place(start: datetime, end: datetime, zone: str, on: date) -> str:
    """Where a stretch stands in the drawing of a day: `h9 m30 e10 n20`.

    Rounded outward to five minutes and cut at the ends of the local day `on`; empty
    when nothing of it lies in that day. Drawn by wall clock, so an hour that happens
    twice is drawn once.
    """
    place_data = zone_data(zone)
    first, last = start.astimezone(place_data), end.astimezone(place_data)
    if last.date() < on or first.date() > on:
        return ""
    opening = 0 if first.date() < on else first.hour * _HOUR + first.minute
    closing = (
        _DAY
        if last.date() > on
        else ceil((last.hour * 3600 + last.minute * 60 + last.second) / 60)
    )
    return place_of(opening, closing)


def place_of(start: int, end: int) -> str:
    """The same for minutes since midnight; empty when there is nothing to draw."""
    opening = start - start % _GRID
    closing = min(_DAY, end + -end % _GRID)
    if closing <= opening:
        return ""
    names = (("h", opening // _HOUR), ("m", opening % _HOUR))
    ends = (("e", closing // _HOUR), ("n", closing % _HOUR))
    return " ".join(
        f"{letter}{figure}"
        for letter, figure in (*names, *ends)
        if figure or letter in "he"
    )


def town(zone_name: str) -> str:
    """`Winnipeg` for `America/Winnipeg`: what a person calls that clock."""
    return zone_name.rpartition("/")[2].replace("_", " ")


def week_of(on: date) -> list[date]:
    """The seven days from the Monday of that week."""
    monday = on - timedelta(days=on.weekday())
    return [monday + timedelta(days=each) for each in range(7)]
