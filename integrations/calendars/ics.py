"""Busy times from a calendar file, as other programs write them (A1).

What closes time, and how far:
- free, transparent and cancelled events close nothing; tentative ones close;
- whole days are the counsellor's own local days, whoever made the event wherever;
- times without a zone are in the counsellor's zone;
- where clocks change, what is denied rounds outward (T4).

Intervals leave this module and nothing else of an event.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from integrations.calendars.budget import Budget, Limits
from integrations.calendars.troubles import Trouble, sentences
from scheduler.domain import zones
from scheduler.domain.intervals import Interval, Intervals
from scheduler.ports import BusyReading, Clock


class IcsBusyCalendar:
    """`ports.BusyCalendar` for iCalendar files (RFC 5545)."""

    def __init__(self, clock: Clock, limits: Limits | None = None) -> None:
        self._clock = clock
        self._limits = limits or Limits()

    def read(
        self, source: bytes, *, zone: str, since: datetime, until: datetime
    ) -> BusyReading:
        """Busy times in `[since, until)`, in UTC, merged and cut to it.

        `zone` is the counsellor's own. `events` counts what was read, free and
        cancelled ones too. Raises CalendarUnreadable, which says the remedy;
        UnknownZone; ValueError for a window that is naive or empty. A file over a limit
        is refused whole: half of a calendar looks free.
        """
        # The libraries are large: whoever never reads a file does not wait for them.
        from integrations.calendars.content import calendars  # noqa: PLC0415
        from integrations.calendars.sheet import Sheet  # noqa: PLC0415

        window = Interval(since, until)
        zones.zone(zone)
        budget = Budget(self._limits, self._clock)
        budget.size(source)
        blocks = calendars(source)
        sheets = [Sheet(block, zone, window, budget) for block in blocks]
        busy = Intervals.of(each for sheet in sheets for each in sheet.closed())
        troubles = sum((sheet.troubles for sheet in sheets), Counter[Trouble]())
        if not any(block.inner for block in blocks):
            troubles[Trouble.NOTHING] = len(blocks)
        return BusyReading(
            busy=busy.within(since, until),
            events=sum(sheet.events for sheet in sheets),
            unread=sentences(troubles),
        )
