"""Repeating events, expanded on one wall clock by `recurring_ical_events`.

A series is put on the wall clock of its first event's zone, without any zone, before
it is expanded, and every time found is turned into instants afterwards: so a meeting
at nine stays at nine, and the library's own ideas about zones (naive RECURRENCE-ID
taken as UTC, X-WR-TIMEZONE applied to UTC times) do not come into it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from icalendar import Calendar, Event
from icalendar.prop import vDDDLists, vDDDTypes
from recurring_ical_events import CalendarQuery

from integrations.calendars.budget import Budget
from integrations.calendars.entries import DAY, Entry, Extra, Moment, outward
from integrations.calendars.places import Place
from integrations.calendars.rules import Rule, end_of, far, midnight, near, read_rules
from integrations.calendars.troubles import Trouble
from integrations.calendars.written import Unwritten, Written


@dataclass(frozen=True, slots=True)
class Window:
    """The wall times to look at, wide enough for every zone."""

    since: datetime
    until: datetime

    @classmethod
    def around(cls, since: datetime, until: datetime) -> Window:
        """From instants, with a margin that no zone's offset exceeds."""
        return cls(
            since.replace(tzinfo=None) - 2 * DAY, until.replace(tzinfo=None) + 2 * DAY
        )


@dataclass(frozen=True, slots=True)
class Found:
    """One time of an event, as instants, and which entry of the file it is from."""

    entry: Entry
    start: datetime
    end: datetime


class Series:
    """One event with its rules and the changes to single times of it.

    `zones` are all zones the file knows, for whole days whose limits are in UTC.
    """

    def __init__(
        self, core: Entry, changes: Iterable[Entry], zones: Sequence[Place]
    ) -> None:
        self.core = core
        self.troubles = set(core.troubles & {Trouble.BAD_DATE})
        self._zones = zones
        self._place = core.start.place
        self._changes: dict[datetime, Entry] = {}
        for change in sorted(changes, key=lambda entry: entry.newness):
            if change.replaces is not None:
                self._changes[self._wall(change.replaces)] = change
        self._rules = self._read_rules()
        self._loose = self._loose_exceptions()

    def times(self, window: Window, budget: Budget) -> list[Found]:
        """Every time of it that touches the window, in no order."""
        if self._over(window):
            return []
        for rule in self._rules:
            budget.rule(rule.steps(self.core.start.wall, window.until))
        try:
            return list(self._expand(window, budget))
        except (ValueError, TypeError, OverflowError):
            # What the library cannot do it says late, in the midst of its work.
            self._rules = []
            self.troubles.add(Trouble.BAD_RULE)
            return list(self._expand(window, budget))

    def _over(self, window: Window) -> bool:
        """Whether all of it ended before the window, as most of an old calendar has."""
        ends = [rule.until for rule in self._rules]
        changes = self._changes.values()
        if not ends or None in ends or self.core.extras:
            return False
        if any(change.and_later for change in changes):
            return False
        last = max(end for end in ends if end) + (
            self.core.wall_end - self.core.start.wall
        )
        return max([last, *(each.wall_end for each in changes)]) < window.since

    def _expand(self, window: Window, budget: Budget) -> Iterator[Found]:
        since, until = far(window.since), far(window.until)
        for series in CalendarQuery(self._calendar()).series:
            for occurrence in series.between(since, until):
                budget.time_found()
                replaced = occurrence.recurrence_ids
                entry = self._changes[near(replaced[0])] if replaced else self.core
                wall = near(occurrence.start)
                if entry is self.core and wall.date() in self._loose:
                    self.troubles.add(Trouble.LOOSE_EXCEPTION)
                yield self._found(entry, wall, near(occurrence.end))

    def _found(self, entry: Entry, wall: datetime, wall_end: datetime) -> Found:
        if wall == entry.start.wall_in(self._place):
            return Found(entry, *entry.span())
        return Found(entry, *outward(self._place, wall, wall_end, entry.lasts))

    def _calendar(self) -> Calendar:
        calendar = Calendar()
        core = self._event(self.core)
        for rule in self._rules:
            core.add("RRULE", rule.property(), encode=False)
        extras = [self._extra(extra) for extra in self.core.extras]
        if extras:
            core.add("RDATE", vDDDLists(extras), encode=False)
        exceptions = self._exceptions()
        if exceptions:
            core.add("EXDATE", vDDDLists(exceptions), encode=False)
        calendar.add_component(core)
        for replaced, change in self._changes.items():
            event = self._event(change)
            scope = {"RANGE": "THISANDFUTURE"} if change.and_later else {}
            which = vDDDTypes(far(replaced), params=scope)
            event.add("RECURRENCE-ID", which, encode=False)
            calendar.add_component(event)
        return calendar

    def _event(self, entry: Entry) -> Event:
        event = Event()
        event.add("UID", "series")
        start = entry.start.wall_in(self._place)
        event.add("DTSTART", far(start))
        event.add("DTEND", far(start + (entry.wall_end - entry.start.wall)))
        return event

    def _read_rules(self) -> list[Rule]:
        read: list[Rule] = []
        for text in self.core.rules:
            try:
                read.extend(read_rules(text, self._last))
            except Unwritten:
                self.troubles.add(Trouble.BAD_RULE)
        if any(rule.until_unread for rule in read):
            self.troubles.add(Trouble.BAD_UNTIL)
        return read

    # --- Onto the wall clock of the series ------------------------------------

    def _last(self, until: Written) -> datetime:
        if self.core.start.dated:
            return end_of(self._last_day(until))
        if until.dated:
            return end_of(until.wall)
        if until.utc:
            return self._place.wall(until.wall.replace(tzinfo=UTC))
        return until.wall

    def _days(self, written: Written) -> list[datetime]:
        """The days an instant may mean for whole days: one a zone it may be in."""
        if not written.utc:
            return [written.wall]
        at = written.wall.replace(tzinfo=UTC)
        return [*(place.wall(at) for place in self._zones), written.wall]

    def _wall(self, moment: Moment) -> datetime:
        """Where on the series' wall clock an exception, change or extra date is."""
        start = self.core.start
        if start.dated:
            return midnight(self._day(moment))
        if moment.dated:
            return datetime.combine(moment.wall.date(), start.wall.time())
        if moment.floating:
            return moment.wall
        return moment.wall_in(self._place)

    def _last_day(self, until: Written) -> datetime:
        """Exchange ends whole days at midnight of its zone, others a second before."""
        days = self._days(until)
        edges = [day for day in days if day in {midnight(day), end_of(day)}]
        return edges[0] if edges else max(days)

    def _day(self, moment: Moment) -> datetime:
        if not moment.utc:
            # Exchange gives midnight in the zone where the event was made.
            return moment.wall
        days = self._days(Written(moment.wall, utc=True))
        at_midnight = [day for day in days if day == midnight(day)]
        return (at_midnight or days)[0]

    def _exceptions(self) -> list[date]:
        """What is excluded: wall times, and dates where a whole day is.

        A time that is changed as well stays: the change says that it takes place.
        """
        found: list[date] = []
        for exception in self.core.exceptions:
            wall = self._wall(exception)
            if exception.dated and not self.core.start.dated:
                found.append(far(wall).date())
            elif wall not in self._changes:
                found.append(far(wall))
        return found

    def _loose_exceptions(self) -> frozenset[date]:
        """Days with an exception at an hour at which the event never takes place."""
        own = self.core.start
        walls = [self._wall(each) for each in self.core.exceptions if not each.dated]
        return frozenset(
            each.date() for each in walls if each.time() != own.wall.time()
        )

    def _extra(
        self, extra: Extra
    ) -> datetime | tuple[datetime, datetime] | tuple[datetime, timedelta]:
        wall = self._wall(extra.start)
        if extra.end is None:
            return far(wall)
        if isinstance(extra.end, timedelta):
            return far(wall), extra.end
        return far(wall), max(far(self._wall(extra.end)), far(wall))


def onsets(
    text: str, first: datetime, last: datetime, budget: Budget
) -> list[datetime]:
    """When a zone described in a file changes its offset, on its own wall clock.

    Raises Unwritten for any rule but a yearly one: no zone has another.
    """
    core = Event()
    core.add("UID", "zone")
    core.add("DTSTART", far(first))
    # UNTIL is in UTC and nothing else happens within the day, so a day more is safe.
    for rule in read_rules(text, lambda until: until.wall + DAY):
        if rule.steps(first, first + 400 * DAY) > 2:  # noqa: PLR2004
            raise Unwritten
        budget.rule(rule.steps(first, last))
        core.add("RRULE", rule.property(), encode=False)
    calendar = Calendar()
    calendar.add_component(core)
    (series,) = CalendarQuery(calendar).series
    return [near(each.start) for each in series.between(far(first), far(last))]
