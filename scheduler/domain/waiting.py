"""Who waits for a time: which formats and hours she wants, and whom a freed time suits
(B9). Nothing is ever sent because of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.hours import Hours, WeeklyRange, openings
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format

# A freed time is put before a person for so many; the others go on waiting.
MOST_OFFERED = 3

# So many are looked at by every rule of a booking before that; a list may be long.
MOST_ASKED = 12


@dataclass(frozen=True, slots=True)
class Wanted:
    """What she waits for. No formats and no windows mean any; windows are on her
    clock."""

    formats: frozenset[Format] = frozenset()
    windows: tuple[WeeklyRange, ...] = ()

    def suits(self, time: Interval, format_: Format, zone_name: str) -> bool:
        """Whether a time lies whole in what she wants."""
        if self.formats and format_ not in self.formats:
            return False
        if not self.windows:
            return True
        hours = Hours(weekly=self.windows)
        return openings(hours, zone_name, time.start, time.end).open.covers(time)


@dataclass(frozen=True, slots=True)
class Waiting:
    """One client who waits. `hers` says that the freed time is with the counsellor she
    usually sees."""

    client_id: int
    since: datetime
    wanted: Wanted
    zone: str
    hers: bool = False


def in_turn(
    waiting: Iterable[Waiting], time: Interval, formats: Iterable[Format]
) -> tuple[tuple[Waiting, Format], ...]:
    """Those whom the time suits, each with the first format that does: whoever usually
    sees that counsellor first, then whoever waits longest."""
    offered = tuple(formats)
    suited = [
        (each, format_)
        for each in waiting
        for format_ in offered
        if each.wanted.suits(time, format_, each.zone)
    ]
    return tuple(sorted(suited, key=_turn))


def _turn(of: tuple[Waiting, Format]) -> tuple[bool, datetime, int]:
    waiting, _ = of
    return not waiting.hers, waiting.since, waiting.client_id
