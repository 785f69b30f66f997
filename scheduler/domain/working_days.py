"""When one working day is over (F6)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, time, timedelta

from scheduler.domain.hours import DateSpan
from scheduler.domain.zones import Edge, instant, local_date

_WEEKEND = frozenset({5, 6})
_CLOSES = time(17)


def end_of_next_working_day(
    now: datetime, zone_name: str, holidays: Sequence[DateSpan]
) -> datetime:
    """17:00, agency time, on the next day that is neither weekend nor holiday."""
    day = local_date(now, zone_name) + timedelta(days=1)
    while day.weekday() in _WEEKEND or any(day in each for each in holidays):
        day += timedelta(days=1)
    return instant(datetime.combine(day, _CLOSES), zone_name, Edge.CLOSES)
