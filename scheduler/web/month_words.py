"""The words of month-end counts, on the page and in its file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Final

from scheduler.domain import csv_cells
from scheduler.domain.month_counts import OTHER, By, Region
from scheduler.domain.plan_words import FORMATS
from scheduler.services.in_and_out.month_counts import Month
from scheduler.web.file_words import SERVICES
from scheduler.web.roster_words import LANGUAGES
from scheduler.web.shown import MONTHS

HEADS: Final = {
    By.KIND: "Kind of service",
    By.FORMAT: "Format",
    By.LANGUAGE: "Language",
    By.REGION: "Region",
}
WITHHELD: Final = "withheld"

_REGIONS: Final = {
    Region.BRITISH_COLUMBIA: "British Columbia",
    Region.ALBERTA: "Alberta",
    Region.SASKATCHEWAN: "Saskatchewan",
    Region.MANITOBA: "Manitoba",
    Region.ONTARIO_QUEBEC: "Ontario and Quebec",
    Region.MARITIMES: "the Maritimes",
    Region.NEWFOUNDLAND: "Newfoundland and Labrador",
    Region.NORTH: "the North",
    Region.ELSEWHERE: "elsewhere, or several",
}
_NAMES: Final[Mapping[By, Mapping[str, str]]] = {
    By.KIND: {each.value: word for each, word in SERVICES.items()}
    | {OTHER: "not written down"},
    By.FORMAT: {each.value: word for each, word in FORMATS.items()},
    By.LANGUAGE: {**LANGUAGES, OTHER: "another, or not written down"},
    By.REGION: {each.value: word for each, word in _REGIONS.items()},
}


def month(first: date) -> str:
    """`November 2026`."""
    return f"{MONTHS[first.month - 1]} {first.year}"


def named(by: By, name: str) -> str:
    """A category as people say it."""
    return _NAMES[by][name]


def as_file(seen: Month, taken_by: str, at: datetime) -> str:
    """The month as CSV. Its last line says who took it and when."""
    rows: list[Sequence[str | int | None]] = [("Month", "By", "Of these", "Sessions")]
    which = f"{seen.first:%Y-%m}"
    rows.append((which, "All", "all", _told(seen.counts.total)))
    for by, table in seen.counts.tables.items():
        rows += [
            (which, HEADS[by], named(by, each.name), _told(each.sessions))
            for each in table
        ]
    rows.append((which, "Taken", taken_by, f"{at:%Y-%m-%d %H:%M} UTC"))
    return csv_cells.lines(rows)


def _told(sessions: int | None) -> str | int:
    return WITHHELD if sessions is None else sessions
