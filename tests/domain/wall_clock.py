"""A second, slow answer to "is this open?", that shares no arithmetic with the product.

An instant is a whole number of minutes since 1970 in UTC. What a wall clock shows is a
whole number of minutes too, as if its dial were UTC. Nothing is turned from wall time
into an instant: every instant of three days is turned into what the wall shows, and
the rest is asking what it has shown so far and what it will still show.

Inside an allowed `[start, end)` is an instant at which the wall shows `start` or
later, after which it never again shows `start` or earlier, and up to which it never
showed `end` or later. Inside a denied one is an instant by which it has shown `start`
or later, and at which it shows something before `end`, or after which it shows `end` or
earlier once more. That is the whole of T4.
"""

from __future__ import annotations

import zoneinfo
from array import array
from bisect import bisect_left, bisect_right
from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from typing import Final

from scheduler.domain.hours import DatedRange, DateSpan, Hours, WeeklyRange
from scheduler.domain.plan import Away, Channel, ContactPlan

DAY: Final = 24 * 60
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
FIRST: Final = date(1970, 1, 1)

_FIRST_ORDINAL: Final = FIRST.toordinal()
_KEPT: Final = 16_384


@cache
def place(name: str) -> zoneinfo.ZoneInfo:
    """The zone, from the packaged data."""
    return zoneinfo.ZoneInfo(name)


def shown(name: str, minute: int) -> int:
    """What the wall shows at an instant."""
    wall = datetime.fromtimestamp(minute * 60, place(name))
    days = wall.toordinal() - _FIRST_ORDINAL
    return days * DAY + wall.hour * 60 + wall.minute


@lru_cache(maxsize=_KEPT)
def _walls(name: str, utc_day: int) -> array[int]:
    first = utc_day * DAY
    return array("q", [shown(name, each) for each in range(first, first + DAY)])


@lru_cache(maxsize=_KEPT)
def _shown_by(name: str, utc_day: int) -> array[int]:
    """The latest the wall has shown up to each minute of a day, since a day before."""
    before = max(_walls(name, utc_day - 1))
    return array("q", accumulate(_walls(name, utc_day), max, initial=before))[1:]


@lru_cache(maxsize=_KEPT)
def _shown_from(name: str, utc_day: int) -> array[int]:
    """The earliest the wall still shows from each minute of a day, to a day after."""
    after = min(_walls(name, utc_day + 1))
    backwards = accumulate(reversed(_walls(name, utc_day)), min, initial=after)
    return array("q", reversed(list(backwards)[1:]))


def has_shown(name: str, minute: int) -> int:
    """The latest the wall has shown up to this instant."""
    return _shown_by(name, minute // DAY)[minute % DAY]


def will_show(name: str, minute: int) -> int:
    """The earliest the wall still shows from this instant on."""
    return _shown_from(name, minute // DAY)[minute % DAY]


def allows(name: str, minute: int, start: int, end: int) -> bool:
    """Whether an allowed range of wall time holds this instant."""
    wall = _walls(name, minute // DAY)[minute % DAY]
    return (
        wall >= start
        and will_show(name, minute + 1) > start
        and has_shown(name, minute) < end
    )


def denies(name: str, minute: int, start: int, end: int) -> bool:
    """Whether a denied range of wall time holds this instant."""
    wall = _walls(name, minute // DAY)[minute % DAY]
    return has_shown(name, minute) >= start and (
        wall < end or will_show(name, minute + 1) <= end
    )


class Around:
    """What the wall shows around an instant, and where ranges begin and end there."""

    def __init__(self, name: str, minute: int, reach: int) -> None:
        self.first = minute - reach
        span = range(self.first, minute + reach)
        self._walls = [shown(name, each) for each in span]
        self._by = list(accumulate(self._walls, max))
        self._from = list(accumulate(reversed(self._walls), min))[::-1]

    def allowed(self, start: int, end: int) -> tuple[int, int]:
        """First instant `allows` holds at, and the first it no longer does."""
        later = bisect_right(self._from, start)
        opens = later - 1 if self._walls[later - 1] >= start else later
        return self.first + opens, self.first + bisect_left(self._by, end)

    def denied(self, start: int, end: int) -> tuple[int, int]:
        """First instant `denies` holds at, and the first it no longer does."""
        later = bisect_right(self._from, end)
        ends = later if self._walls[later - 1] < end else later - 1
        return self.first + bisect_left(self._by, start), self.first + ends


def days_near(name: str, minute: int) -> tuple[int, int, int]:
    """The dates whose ranges, up to two days long, could hold this instant, counted
    from 1970."""
    last = has_shown(name, minute) // DAY
    return last - 2, last - 1, last


def _on(day: date, ranges: tuple[WeeklyRange, ...]) -> list[tuple[int, int]]:
    return [(each.start, each.end) for each in ranges if day.weekday() in each.days]


def _home_windows(hours: Hours, day: date) -> list[tuple[int, int]]:
    found = _on(day, hours.weekly)
    monday = day - timedelta(days=day.weekday())
    for rotation in hours.rotations:
        weeks_since = (monday - rotation.anchor).days // 7
        if (weeks_since % rotation.weeks) in [each - 1 for each in rotation.on]:
            found += _on(day, rotation.windows)
    return found + [(each.start, each.end) for each in hours.once if each.day == day]


def _denied_date(hours: Hours, day: date) -> bool:
    return any(
        each.first <= day <= each.last
        for each in hours.deny
        if isinstance(each, DateSpan)
    )


def _denied_ranges(hours: Hours, day: date) -> list[tuple[int, int]]:
    found = []
    for each in hours.deny:
        if isinstance(each, WeeklyRange):
            found += _on(day, (each,))
        elif isinstance(each, DatedRange) and each.day == day:
            found.append((each.start, each.end))
    if _denied_date(hours, day):
        found += [(0, DAY), *_home_windows(hours, day)]
    return found


Ranges = tuple[tuple[int, int], ...]


def _from_midnight(day: int, ranges: list[tuple[int, int]]) -> Ranges:
    return tuple((day * DAY + start, day * DAY + end) for start, end in ranges)


class Calendar:
    """One set of hours with the stays that lie over it, minute by minute."""

    def __init__(
        self,
        hours: Hours,
        zone: str,
        stays: tuple[tuple[Away, tuple[WeeklyRange, ...]], ...] = (),
    ) -> None:
        self.hours = hours
        self.zone = zone
        self.stays = stays
        self._known: dict[int, bool] = {}
        self._home = cache(self._home_on)
        self._denied = cache(self._denied_on)
        self._stay = cache(self._stay_on)

    @classmethod
    def of_channel(cls, plan: ContactPlan, channel: Channel) -> Calendar:
        """When a channel is open."""
        stays = tuple((each, each.windows) for each in plan.away)
        return cls(channel.hours, plan.zone, stays)

    @classmethod
    def of_sessions(cls, plan: ContactPlan) -> Calendar:
        """When sessions may be."""
        stays = tuple((each, each.session_windows) for each in plan.away)
        return cls(plan.session_hours, plan.zone, stays)

    def _home_on(self, number: int) -> Ranges:
        day = FIRST + timedelta(days=number)
        if any(day in stay.days for stay, _ in self.stays):
            return ()
        return _from_midnight(number, _home_windows(self.hours, day))

    def _denied_on(self, number: int) -> Ranges:
        day = FIRST + timedelta(days=number)
        return _from_midnight(number, _denied_ranges(self.hours, day))

    def _stay_on(self, which: int, number: int) -> Ranges:
        day = FIRST + timedelta(days=number)
        stay, windows = self.stays[which]
        return _from_midnight(number, _on(day, windows) if day in stay.days else [])

    def in_stay(self, stay: Away, minute: int) -> bool:
        """Whether it is one of the stay's days, in either zone (P11)."""
        first = (stay.days.first - FIRST).days * DAY
        after = (stay.days.last - FIRST).days * DAY + DAY
        return any(
            denies(name, minute, first, after) for name in (self.zone, stay.zone)
        )

    def _in_window_of(self, which: int, minute: int) -> bool:
        name = self.stays[which][0].zone
        return any(
            allows(name, minute, start, end)
            for day in days_near(name, minute)
            for start, end in self._stay(which, day)
        )

    def stated(self, minute: int) -> bool:
        """In a window that holds on that day, denials left aside."""
        here = [
            which
            for which, (stay, _) in enumerate(self.stays)
            if self.in_stay(stay, minute)
        ]
        if here:
            return all(self._in_window_of(which, minute) for which in here)
        return any(
            allows(self.zone, minute, start, end)
            for day in days_near(self.zone, minute)
            for start, end in self._home(day)
        )

    def denied(self, minute: int) -> bool:
        """In a denied range, a denied date, or a window that belongs to one."""
        return any(
            denies(self.zone, minute, start, end)
            for day in days_near(self.zone, minute)
            for start, end in self._denied(day)
        ) or any(
            denies(stay.zone, minute, start, end)
            for which, (stay, _) in enumerate(self.stays)
            for day in days_near(stay.zone, minute)
            if _denied_date(self.hours, FIRST + timedelta(days=day))
            for start, end in self._stay(which, day)
        )

    def open(self, minute: int) -> bool:
        """In a window, and not denied."""
        if minute not in self._known:
            self._known[minute] = self.stated(minute) and not self.denied(minute)
        return self._known[minute]

    def open_throughout(self, since: datetime, room: timedelta) -> bool:
        """Open at every minute that `[since, since + room)` touches (T7)."""
        first = (since - EPOCH) // timedelta(minutes=1)
        last = -((EPOCH - since - room) // timedelta(minutes=1))
        return all(self.open(minute) for minute in range(first, last))


def holds_on(plan: ContactPlan, at: datetime) -> bool:
    """Whether the last day of the plan is not over at an instant (P7)."""
    minute = (at - EPOCH) // timedelta(minutes=1)
    return has_shown(plan.zone, minute) // DAY <= (plan.valid_until - FIRST).days


def may_leave(
    plan: ContactPlan, calendar: Calendar, at: datetime, room: timedelta
) -> bool:
    """Whether hours, margin and the end of the plan let something leave (T7, P7).

    The plan has to hold for the least validity (M6), its windows for all the room.
    """
    last = -((EPOCH - at) // timedelta(minutes=1))
    return holds_on(plan, EPOCH + timedelta(minutes=last)) and (
        calendar.open_throughout(at, room)
    )


@cache
def changes(
    name: str, first_year: int = 2024, last_year: int = 2037
) -> tuple[int, ...]:
    """The minutes at which the clock of a zone changes, found by looking (T4)."""
    since = datetime(first_year, 1, 1, tzinfo=UTC)
    until = datetime(last_year + 1, 1, 1, tzinfo=UTC)
    begin, end = (int((each - EPOCH).total_seconds()) // 60 for each in (since, until))
    # No zone changes its clock there and back within two days.
    step = 2 * DAY
    return tuple(
        _change_in(name, at, at + step)
        for at in range(begin, end, step)
        if _offset(name, at) != _offset(name, at + step)
    )


def _offset(name: str, minute: int) -> int:
    return shown(name, minute) - minute


def _change_in(name: str, before: int, after: int) -> int:
    offset = _offset(name, before)
    while after - before > 1:
        middle = (before + after) // 2
        if _offset(name, middle) == offset:
            before = middle
        else:
            after = middle
    return after
