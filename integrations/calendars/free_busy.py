"""Busy times published without events (VFREEBUSY)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from integrations.calendars.content import Block, Line
from integrations.calendars.entries import outward, placed
from integrations.calendars.places import Places
from integrations.calendars.written import Unwritten, length, moment, values
from scheduler.domain.zones import Edge


def busy_times(
    block: Block, places: Places
) -> Iterator[tuple[datetime, datetime] | None]:
    """Every period that is not free, tentative ones too; None for one unread."""
    for line in block.all("FREEBUSY"):
        if line.params.get("FBTYPE", "").strip().upper() != "FREE":
            for text in values(line)[1]:
                yield _period(line, text, places)


def _period(line: Line, text: str, places: Places) -> tuple[datetime, datetime] | None:
    tzid, _ = values(line)
    first, _, last = text.partition("/")
    try:
        start = placed(moment(first), tzid, places)
        if last.strip().upper().startswith(("P", "+P")):
            lasts = length(last)
            return outward(start.place, start.wall, start.wall + lasts, lasts)
        end = placed(moment(last), tzid, places)
    except Unwritten:
        return None
    return start.instant(), end.instant(Edge.DENIES_TO)
