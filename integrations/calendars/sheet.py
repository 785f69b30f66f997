"""One VCALENDAR of a file: its events put together, and what they close."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from integrations.calendars.budget import Budget
from integrations.calendars.content import Block
from integrations.calendars.entries import Entry, read_entry
from integrations.calendars.free_busy import busy_times
from integrations.calendars.places import Place, Places
from integrations.calendars.recurring import Found, Series, Window, onsets
from integrations.calendars.troubles import Trouble
from integrations.calendars.written import Unwritten
from scheduler.domain.intervals import Interval

_TWO_YEARS: Final = timedelta(days=731)


class Sheet:
    """Read `closed` once; `troubles` and `events` are complete afterwards."""

    def __init__(
        self, block: Block, own_zone: str, window: Interval, budget: Budget
    ) -> None:
        self._block = block
        self._budget = budget
        self._since = window.start.astimezone(UTC)
        self._until = window.end.astimezone(UTC)
        self._window = Window.around(self._since, self._until)
        self._places = Places(own_zone, block.kinds("VTIMEZONE"), self._onsets)
        self._told: set[tuple[int, Trouble]] = set()
        self.troubles: Counter[Trouble] = Counter()
        self.events = 0

    def closed(self) -> Iterator[Interval]:
        """What the events and busy times of it close, in no order."""
        self.troubles[Trouble.DAMAGED] = _damaged(self._block)
        if self._block.kinds("VAVAILABILITY"):
            self.troubles[Trouble.AVAILABILITY] = 1
        for block in self._block.kinds("VFREEBUSY"):
            self.events += 1
            yield from self._busy(block)
        for entries in self._by_event().values():
            for found in self._times(entries):
                if found.entry.closes:
                    yield from self._close(found)

    def _onsets(self, rule: str, first: datetime) -> list[datetime]:
        return onsets(rule, first, self._window.until + _TWO_YEARS, self._budget)

    def _by_event(self) -> dict[str | int, list[Entry]]:
        """Versions of and changes to one event have one UID; none means alone."""
        cancelled = self._block.word("METHOD") == "CANCEL"
        found: dict[str | int, list[Entry]] = defaultdict(list)
        for order, block in enumerate(self._block.kinds("VEVENT")):
            self._budget.tick()
            try:
                entry = read_entry(block, self._places, order)
            except Unwritten:
                self.troubles[Trouble.NO_START] += 1
                continue
            self.events += 1
            if not cancelled:
                found[entry.uid or order].append(entry)
        return found

    def _times(self, entries: list[Entry]) -> Iterator[Found]:
        cores = [entry for entry in entries if entry.replaces is None]
        changes = [entry for entry in entries if entry.replaces is not None]
        if not cores:
            for change in changes:
                yield Found(change, *change.span())
                if change.and_later:
                    self._tell(change, Trouble.NO_SERIES)
            return
        # Of two versions the newer counts. Where none is newer, programs have given
        # one UID to two events, and both take place.
        newest = max(core.newness[0] for core in cores)
        for core in cores:
            if core.newness[0] == newest:
                yield from self._series(core, changes)

    def _series(self, core: Entry, changes: list[Entry]) -> Iterator[Found]:
        if not core.repeats and not changes:
            yield Found(core, *core.span())
            return
        series = Series(core, changes, self._zones())
        yield from series.times(self._window, self._budget)
        for trouble in series.troubles:
            # Times that cannot be found are missing although none lies in the window.
            if core.closes and core.start.wall < self._window.until:
                self._tell(core, trouble)

    def _close(self, found: Found) -> Iterator[Interval]:
        entry = found.entry
        empty = found.start >= found.end
        if found.start >= self._until or max(found.start, found.end) < self._since:
            return
        for trouble in entry.troubles:
            self._tell(entry, trouble)
        if entry.start.floating and self._named_elsewhere(found.start):
            self._tell(entry, Trouble.NO_ZONE)
        if empty:
            self._tell(entry, Trouble.NO_LENGTH)
        else:
            yield Interval(found.start, found.end)

    def _tell(self, entry: Entry, trouble: Trouble) -> None:
        """Count a trouble once an event, however often the event takes place."""
        if (entry.newness[2], trouble) not in self._told:
            self._told.add((entry.newness[2], trouble))
            self.troubles[trouble] += 1

    def _zones(self) -> list[Place]:
        line = self._block.first("X-WR-TIMEZONE")
        meant = self._places.named(line.value) if line else None
        inside = self._places.in_file()
        return [*([meant] if meant else []), *inside, self._places.own]

    def _named_elsewhere(self, at: datetime) -> bool:
        own = self._places.own.wall(at)
        return any(place.wall(at) != own for place in self._zones())

    def _busy(self, block: Block) -> Iterator[Interval]:
        for period in busy_times(block, self._places):
            self._budget.time_found()
            if period is None:
                self.troubles[Trouble.BAD_BUSY] += 1
            elif period[0] < period[1]:
                yield Interval(*period)


def _damaged(block: Block) -> int:
    return block.broken + sum(_damaged(inner) for inner in block.inner)
