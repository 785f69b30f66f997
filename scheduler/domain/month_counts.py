"""Counts of a month for a funder, in which nobody can be found (E9).

A cell is small with fewer than five sessions, and with fewer than five clients in them:
a woman who comes each week is five sessions. What is withheld beside a small cell is
taken in a fixed order, never by size, so that whoever knows this file learns no more
from what is missing. Docs/decisions/0064 says why that is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import Enum
from typing import Final

from scheduler.domain.booking import LIVE, SessionState

LEAST: Final = 5
_COVER: Final = 2 * LEAST - 1  # the largest small cell and the smallest other
_TWO: Final = 2
OTHER: Final = "other"

# It took place, whether or not somebody said afterwards how it ended.
HELD: Final = LIVE - {SessionState.BOOKED}


class By(Enum):
    """What sessions are counted by, each by itself: never crossed."""

    KIND = "kind"
    FORMAT = "format"
    LANGUAGE = "language"
    REGION = "region"


class Region(Enum):
    """Where a client's clock says she is; nothing closer is kept of anybody."""

    BRITISH_COLUMBIA = "british_columbia"
    ALBERTA = "alberta"
    SASKATCHEWAN = "saskatchewan"
    MANITOBA = "manitoba"
    ONTARIO_QUEBEC = "ontario_quebec"
    MARITIMES = "maritimes"
    NEWFOUNDLAND = "newfoundland"
    NORTH = "north"
    ELSEWHERE = OTHER


_TOWNS: Final = {
    Region.BRITISH_COLUMBIA: "Vancouver Creston Dawson_Creek Fort_Nelson",
    Region.ALBERTA: "Edmonton",
    Region.SASKATCHEWAN: "Regina Swift_Current",
    Region.MANITOBA: "Winnipeg",
    Region.ONTARIO_QUEBEC: "Toronto Montreal Thunder_Bay Nipigon Rainy_River Atikokan "
    "Blanc-Sablon",
    Region.MARITIMES: "Halifax Moncton Glace_Bay",
    Region.NEWFOUNDLAND: "St_Johns Goose_Bay",
    Region.NORTH: "Whitehorse Dawson Inuvik Yellowknife Iqaluit Rankin_Inlet Resolute "
    "Cambridge_Bay Pangnirtung",
}
_REGION_OF: Final = {
    f"America/{town}": region
    for region, towns in _TOWNS.items()
    for town in towns.split()
}


def region_of(zone: str) -> Region:
    """The region of a zone by its name."""
    return _REGION_OF.get(zone, Region.ELSEWHERE)


# --- Months -------------------------------------------------------------------


def following(month: date) -> date:
    """The first day of the month after one that is named by its first day."""
    return (month + timedelta(days=31)).replace(day=1)


def ended_months(today: date, count: int) -> tuple[date, ...]:
    """The first days of the last months that are over, the newest first.

    Only whole months that are over are counted: what two ranges of days have apart
    would be a small cell again.
    """
    found = []
    month = today.replace(day=1)
    for _ in range(count):
        month = (month - timedelta(days=1)).replace(day=1)
        found.append(month)
    return tuple(found)


# --- Counting -----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Held:
    """One session that took place: its category in each way of counting, and the
    numbers of those who had a seat in it."""

    of: Mapping[By, str]
    clients: frozenset[int] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Cell:
    """How many sessions, and whose they were."""

    sessions: int = 0
    clients: frozenset[int] = field(default=frozenset(), repr=False)

    @property
    def least(self) -> int:
        """Sessions or clients, whichever are fewer."""
        return min(self.sessions, len(self.clients))

    @property
    def small(self) -> bool:
        """Whether it may not be told (E9)."""
        return self.least < LEAST

    def with_(self, other: Cell) -> Cell:
        """Both as one."""
        return Cell(self.sessions + other.sessions, self.clients | other.clients)


@dataclass(frozen=True, slots=True)
class Row:
    """A category and its sessions; None is withheld."""

    name: str
    sessions: int | None


@dataclass(frozen=True, slots=True)
class Counts:
    """What may be told of a month. All tables have the same total."""

    total: int | None
    tables: Mapping[By, tuple[Row, ...]]


Catalogue = Mapping[By, Sequence[str]]
"""Every category there is, whether or not anybody is in it: which ones are listed says
nothing. The last takes what none of the others is."""


def counts(held: Iterable[Held], catalogue: Catalogue) -> Counts:
    """What may be told of these sessions. Raises ValueError for a way of counting with
    fewer than two categories, in which nothing can be withheld."""
    sessions = tuple(held)
    total = _sum(Cell(1, each.clients) for each in sessions)
    tables = {by: _table(by, sessions, names) for by, names in catalogue.items()}
    return Counts(None if total.small else total.sessions, tables)


def _table(by: By, sessions: Sequence[Held], names: Sequence[str]) -> tuple[Row, ...]:
    if len(names) < _TWO:
        raise ValueError(f"Counting by {by.value} needs two categories.")
    cells = dict.fromkeys(names, Cell())
    for each in sessions:
        name = each.of[by] if each.of[by] in cells else names[-1]
        cells[name] = cells[name].with_(Cell(1, each.clients))
    hidden = withheld(tuple(cells.values()))
    return tuple(
        Row(name, None if place in hidden else cell.sessions)
        for place, (name, cell) in enumerate(cells.items())
    )


def withheld(cells: Sequence[Cell]) -> frozenset[int]:
    """Which cells of one table may not be told, by their places.

    The small ones, and with them, from the last place on, at least one that is not
    small and as many as it takes until all that is withheld could hide a small cell of
    any size beside one that is none. Fewer would tell those who know that rule that
    two cells which come to eight are four and four.
    """
    hidden = {place for place, cell in enumerate(cells) if cell.small}
    if not hidden:
        return frozenset()
    together = _sum(cells[place] for place in hidden)
    for place in reversed(range(len(cells))):
        if place not in hidden:
            hidden.add(place)
            together = together.with_(cells[place])
            if together.least >= _COVER:
                break
    return frozenset(hidden)


def _sum(cells: Iterable[Cell]) -> Cell:
    found = Cell()
    for each in cells:
        found = found.with_(each)
    return found
