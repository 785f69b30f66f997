"""Recurrence rules: made fit for the library that expands them, and bounded.

`recurring_ical_events` (over dateutil) expands; here a rule is put on one wall clock
first. Left alone it goes wrong, or never comes back, where
- UNTIL is in local time: it takes it for UTC and loses the last time;
- UNTIL is a date: it ends at the start of that day, though the day is meant;
- UNTIL is in UTC and the event is whole days: it cuts off the time of day, so that an
  end at midnight in Berlin loses the last day;
- INTERVAL is 0, or the rule fits no day: dateutil looks on until the year 9999.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from icalendar.prop import vRecur

from integrations.calendars.written import Unwritten, Written, moment

_SECONDS: Final = {
    "SECONDLY": 1,
    "MINUTELY": 60,
    "HOURLY": 3600,
    "DAILY": 86_400,
    "WEEKLY": 7 * 86_400,
    "MONTHLY": 28 * 86_400,
    "YEARLY": 365 * 86_400,
}
# dateutil knows more, such as BYEASTER; the standard does not.
_KNOWN: Final = frozenset(vRecur.canonical_order)
# Nineteen cycles of 400 years, after each of which days, weeks and leap years repeat.
# A rule that never fits is tried until the year 9999; from here that is soon.
_CYCLES: Final = 19 * 400


def far(wall: datetime) -> datetime:
    """The same wall time 7600 years on: same weekday, same month, same leap year."""
    return wall.replace(year=wall.year + _CYCLES)


def near(wall: datetime) -> datetime:
    """Back from `far`."""
    return wall.replace(year=wall.year - _CYCLES)


@dataclass(frozen=True, slots=True)
class Rule:
    """One RRULE without its UNTIL, which is a wall time of its own here."""

    parts: tuple[tuple[str, str], ...]
    until: datetime | None = None
    until_unread: bool = False

    def _values(self, name: str) -> list[str]:
        return next((text.split(",") for key, text in self.parts if key == name), [])

    def property(self) -> vRecur:
        """For the library, in the far years."""
        text = ";".join(f"{key}={value}" for key, value in self.parts)
        if self.until is not None:
            text += f";UNTIL={far(self.until):%Y%m%dT%H%M%S}"
        read: vRecur = vRecur.from_ical(text)
        return read

    def steps(self, first: datetime, last: datetime) -> int:
        """How many times the library will look at, at most, between two wall times."""
        interval = int((self._values("INTERVAL") or ["1"])[0])
        last = min(last, self.until) if self.until else last
        seconds = max((last - first).total_seconds(), 0)
        every = _SECONDS[self._values("FREQ")[0]] * interval
        steps = int(seconds // every) + 1
        for name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            steps *= max(len(self._values(name)), 1)
        count = self._values("COUNT")
        if count and not any(key.startswith("BY") for key, _ in self.parts):
            steps = min(steps, int(count[0]))
        return steps


# UNTIL as written -> the last wall time it allows, inclusive.
Until = Callable[[Written], datetime]


def read_rules(text: str, until: Until) -> Iterator[Rule]:
    """One RRULE as rules to unite. Raises Unwritten.

    COUNT and UNTIL together are against the standard: each becomes a rule, so that the
    later end holds.
    """
    pairs = [pair.partition("=") for pair in text.strip().upper().split(";")]
    parts = {key.strip(): value.strip() for key, equals, value in pairs if equals}
    last = parts.pop("UNTIL", None)
    if parts.pop("RSCALE", "GREGORIAN") != "GREGORIAN":
        raise Unwritten
    if parts.pop("SKIP", "OMIT") != "OMIT":
        raise Unwritten
    _check(parts)
    if last is not None and "COUNT" in parts:
        yield Rule(tuple(parts.items()))
        del parts["COUNT"]
    if last is None:
        yield Rule(tuple(parts.items()))
        return
    try:
        yield Rule(tuple(parts.items()), until(moment(last)))
    except Unwritten:
        yield Rule(tuple(parts.items()), until_unread=True)


def _check(parts: dict[str, str]) -> None:
    try:
        vRecur.from_ical(";".join(f"{key}={value}" for key, value in parts.items()))
        small = min(int(parts.get(name, "1")) for name in ("INTERVAL", "COUNT"))
    except ValueError as wrong:
        raise Unwritten from wrong
    if not parts.keys() <= _KNOWN or parts.get("FREQ") not in _SECONDS or small < 1:
        raise Unwritten
    finer = {key for key in parts if key.startswith("BY")}
    if parts["FREQ"] in {"SECONDLY", "MINUTELY"} and finer:
        # Where such a rule fits nothing, dateutil looks at every second of four
        # centuries. No calendar program writes one.
        raise Unwritten
    if parts["FREQ"] == "HOURLY" and "BYSETPOS" in finer:
        raise Unwritten


def midnight(wall: datetime) -> datetime:
    """The start of a wall time's day."""
    return datetime.combine(wall.date(), time())


def end_of(wall: datetime) -> datetime:
    """The last second of a wall time's day."""
    return midnight(wall) + timedelta(hours=23, minutes=59, seconds=59)
