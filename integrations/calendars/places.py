"""Where a wall time of a calendar file is: a zone by name, or one the file describes.

A name that IANA or Windows knows is read from the packaged tzdata even where the file
describes a zone of that name: what programs write into files is frozen at their last
update (and often only this year's rule), while laws move on (T2). The file's own
description counts where the name says nothing outside it ("Customized Time Zone").
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final, Protocol

from icalendar.prop import vUTCOffset

from integrations.calendars.content import Block
from integrations.calendars.windows_zones import iana_name
from integrations.calendars.written import Unwritten, moment, values
from scheduler.domain.zones import Edge, instant, zone

_TWO_DAYS: Final = timedelta(days=2)
# "GMT-0500", "UTC+01:00", as Apple and others name a zone that has no name.
_FIXED: Final = re.compile(r"(?:GMT|UTC)?([+-])(\d{1,2}):?(\d{2})?", re.IGNORECASE)


class Place(Protocol):
    """A zone, however it came to be known."""

    def instant(self, wall: datetime, edge: Edge) -> datetime:
        """A naive wall time as an instant in UTC, rounded as T4 says."""
        ...

    def wall(self, at: datetime) -> datetime:
        """What the wall clock shows at an instant; naive."""
        ...


@dataclass(frozen=True, slots=True)
class NamedPlace:
    """A zone of the packaged tzdata."""

    name: str

    def instant(self, wall: datetime, edge: Edge) -> datetime:
        """Rule T4, as the domain has it."""
        return instant(wall, self.name, edge)

    def wall(self, at: datetime) -> datetime:
        """The wall clock there."""
        return at.astimezone(zone(self.name)).replace(tzinfo=None)


UTC_PLACE: Final = NamedPlace("UTC")


@dataclass(frozen=True, slots=True)
class Onset:
    """From this instant on (naive, UTC) the offset is another one."""

    at: datetime
    before: timedelta
    after: timedelta


@dataclass(frozen=True, slots=True)
class DescribedPlace:
    """A zone as the file itself describes it. `onsets` are sorted and not empty."""

    onsets: tuple[Onset, ...]

    def _offset(self, at: datetime) -> timedelta:
        number = bisect_right(self.onsets, at, key=lambda onset: onset.at)
        return self.onsets[number - 1].after if number else self.onsets[0].before

    def instant(self, wall: datetime, edge: Edge) -> datetime:
        """Rule T4: the first of two for a start, the second for an end."""
        offsets = {self._offset(wall - _TWO_DAYS), self._offset(wall + _TWO_DAYS)}
        right = [wall - each for each in offsets if self._offset(wall - each) == each]
        if not right:
            return self._change_in(wall - max(offsets), wall - min(offsets))
        at = max(right) if edge is Edge.DENIES_TO else min(right)
        return at.replace(tzinfo=UTC)

    def _change_in(self, earliest: datetime, latest: datetime) -> datetime:
        inside = [each.at for each in self.onsets if earliest <= each.at <= latest]
        return (inside[0] if inside else latest).replace(tzinfo=UTC)

    def wall(self, at: datetime) -> datetime:
        """The wall clock there."""
        naive = at.astimezone(UTC).replace(tzinfo=None)
        return naive + self._offset(naive)


# Expands a rule from a first wall time: (rule, first) -> wall times, naive.
Expand = Callable[[str, datetime], Iterable[datetime]]


class Places:
    """The zones one calendar may name. `own` is the counsellor's."""

    def __init__(self, own: str, described: Sequence[Block], expand: Expand) -> None:
        self.own: Place = NamedPlace(own)
        self._described = {
            line.value.strip(): block
            for block in reversed(described)
            if (line := block.first("TZID"))
        }
        self._expand = expand
        self._found: dict[str, Place | None] = {}

    def named(self, tzid: str) -> Place | None:
        """The zone a TZID stands for, or None if nothing says."""
        if tzid not in self._found:
            self._found[tzid] = self._look_up(tzid)
        return self._found[tzid]

    def in_file(self) -> list[Place]:
        """Every zone the file describes and that can be read."""
        found = (self.named(tzid) for tzid in self._described)
        return [place for place in found if place is not None]

    def _look_up(self, tzid: str) -> Place | None:
        name = iana_name(tzid)
        block = self._described.get(tzid.strip())
        if name is None and block is not None:
            place = block.first("X-LIC-LOCATION")
            name = iana_name(place.value) if place else None
        if name is not None:
            return NamedPlace(name)
        return self._describe(block) if block is not None else _fixed(tzid)

    def _describe(self, block: Block) -> Place | None:
        try:
            onsets = [
                onset
                for part in block.inner
                if part.kind in {"STANDARD", "DAYLIGHT"}
                for onset in self._onsets(part)
            ]
        except (Unwritten, IndexError, ValueError, OverflowError):
            return None
        onsets.sort(key=lambda onset: onset.at)
        return DescribedPlace(tuple(onsets)) if onsets else None

    def _onsets(self, part: Block) -> Iterable[Onset]:
        before, after = _offset_in(part, "TZOFFSETFROM"), _offset_in(part, "TZOFFSETTO")
        start = part.first("DTSTART")
        if start is None:
            raise Unwritten
        first = moment(values(start)[1][0]).wall
        walls = {first}
        for line in part.all("RDATE"):
            walls.update(moment(text).wall for text in values(line)[1])
        for line in part.all("RRULE"):
            walls.update(self._expand(line.value, first))
        return [Onset(wall - before, before, after) for wall in walls]


def _fixed(tzid: str) -> Place | None:
    match = _FIXED.fullmatch(tzid.strip())
    if match is None:
        return None
    sign, hours, minutes = match.groups()
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset >= timedelta(hours=24):
        return None
    offset = -offset if sign == "-" else offset
    return DescribedPlace((Onset(datetime(1970, 1, 1), offset, offset),))  # noqa: DTZ001


def _offset_in(part: Block, name: str) -> timedelta:
    line = part.first(name)
    if line is None:
        raise Unwritten
    # Thunderbird writes seconds too: +010000.
    offset: timedelta = vUTCOffset.from_ical(  # type: ignore[no-untyped-call]
        line.value.strip()
    )
    return offset
