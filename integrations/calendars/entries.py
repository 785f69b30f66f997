"""One VEVENT as what matters of it: when, how it repeats, and whether it closes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Final

from integrations.calendars.content import Block, Line
from integrations.calendars.places import UTC_PLACE, Place, Places
from integrations.calendars.troubles import Trouble
from integrations.calendars.written import (
    LATEST,
    Unwritten,
    Written,
    length,
    moment,
    says_date,
    values,
)
from scheduler.domain.zones import Edge

DAY: Final = timedelta(days=1)
_NONE: Final = timedelta()


@dataclass(frozen=True, slots=True)
class Moment:
    """A wall time somewhere. A date is midnight in the counsellor's own zone.

    `utc` means that it was written as an instant, `floating` that no zone was given,
    `unknown` that the one given is not known and the counsellor's stands in for it.
    """

    wall: datetime
    place: Place
    dated: bool = False
    utc: bool = False
    floating: bool = False
    unknown: bool = False

    def instant(self, edge: Edge = Edge.DENIES_FROM) -> datetime:
        """The instant, rounded outward (T4)."""
        return self.place.instant(self.wall, edge)

    def wall_in(self, place: Place) -> datetime:
        """What the wall clock shows then in another zone."""
        return self.wall if place == self.place else place.wall(self.instant())


def placed(written: Written, tzid: str | None, places: Places) -> Moment:
    """A time as written, in its zone."""
    if written.utc:
        return Moment(written.wall, UTC_PLACE, utc=True)
    if written.dated:
        return Moment(written.wall, places.own, dated=True)
    if tzid is None:
        return Moment(written.wall, places.own, floating=True)
    place = places.named(tzid)
    return Moment(written.wall, place or places.own, unknown=place is None)


@dataclass(frozen=True, slots=True)
class Extra:
    """An RDATE; `end` where it was a period."""

    start: Moment
    end: Moment | timedelta | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One event of the file, one change to an event, or both, without its content.

    `wall_end` is on the wall clock of the start's zone. `lasts` is set where the file
    gives a length and not an end. `newness` orders versions of the same event.
    """

    uid: str | None
    newness: tuple[int, str, int]
    closes: bool
    start: Moment
    end: Moment | None
    wall_end: datetime
    lasts: timedelta | None = None
    replaces: Moment | None = None
    and_later: bool = False
    rules: tuple[str, ...] = ()
    extras: tuple[Extra, ...] = ()
    exceptions: tuple[Moment, ...] = ()
    troubles: frozenset[Trouble] = frozenset()

    @property
    def repeats(self) -> bool:
        """Whether one event stands for several times."""
        return bool(self.rules or self.extras)

    def span(self) -> tuple[datetime, datetime]:
        """Start and end of the time as written, as instants; the end may be no later.

        An end in another zone, or in UTC, is taken where it was written.
        """
        if self.end is None:
            return outward(self.start.place, self.start.wall, self.wall_end, self.lasts)
        start, end = self.start.instant(), self.end.instant(Edge.DENIES_TO)
        return start, _not_lost(start, end, self.wall_end - self.start.wall)


def outward(
    place: Place, wall: datetime, wall_end: datetime, lasts: timedelta | None
) -> tuple[datetime, datetime]:
    """A stretch of wall clock as instants, rounded outward (T4).

    From start to end on the wall clock, as people and all calendar programs have it: a
    night shift until 07:00 ends at 07:00 when the clocks change too, though RFC 5545
    asks for the same number of seconds. `lasts`, if the file gave a length, is kept.
    """
    start = place.instant(wall, Edge.DENIES_FROM)
    end = place.instant(wall_end, Edge.DENIES_TO)
    if lasts is not None and wall_end - wall == lasts:
        exact = place.instant(wall, Edge.DENIES_TO) + lasts
        # P1D is a day on the wall and PT24H is not; icalendar reads both alike.
        end = exact if lasts < DAY else max(exact, end)
    return start, _not_lost(start, end, wall_end - wall)


def _not_lost(start: datetime, end: datetime, wall_length: timedelta) -> datetime:
    # Both ends in the hour that is skipped become one instant; the event takes place.
    return start + wall_length if wall_length > _NONE and end <= start else end


def read_entry(block: Block, places: Places, order: int) -> Entry:
    """An event without its content. Raises Unwritten if it has no readable start."""
    return _Reader(block, places).entry(order)


class _Reader:
    def __init__(self, block: Block, places: Places) -> None:
        self._block = block
        self._places = places
        self._troubles: set[Trouble] = set()

    def entry(self, order: int) -> Entry:
        start = self._one("DTSTART")
        if start is None:
            raise Unwritten
        end, wall_end, lasts = self._end(start)
        wall_end = min(wall_end, LATEST)
        replaces, and_later = self._replaces()
        return Entry(
            uid=(line.value.strip() or None) if (line := self._first("UID")) else None,
            newness=(_number(self._block), self._block.word("DTSTAMP"), order),
            closes=_closes(self._block),
            start=start,
            end=end,
            wall_end=wall_end,
            lasts=lasts,
            replaces=replaces,
            and_later=and_later,
            rules=tuple(line.value for line in self._block.all("RRULE")),
            extras=tuple(self._extras()),
            exceptions=tuple(self._exceptions()),
            troubles=frozenset(self._troubles),
        )

    def _first(self, name: str) -> Line | None:
        return self._block.first(name)

    def _one(self, name: str) -> Moment | None:
        line = self._first(name)
        if line is None:
            return None
        tzid, texts = values(line)
        if len(texts) != 1:
            raise Unwritten
        return self._moment(moment(texts[0], as_date=says_date(line)), tzid)

    def _moment(self, written: Written, tzid: str | None) -> Moment:
        read = placed(written, tzid, self._places)
        if read.unknown:
            self._troubles.add(Trouble.UNKNOWN_ZONE)
        return read

    def _end(self, start: Moment) -> tuple[Moment | None, datetime, timedelta | None]:
        try:
            end = self._one("DTEND")
            lasts = self._lasts() if end is None else None
        except Unwritten:
            return self._rest_of_day(start)
        if end is not None:
            if not start.dated and (end.floating or end.dated):
                # An end without a zone of its own shares the start's.
                end = Moment(end.wall, start.place)
            return self._until(start, end)
        if start.dated:
            days = -(-(lasts or DAY) // DAY)
            return None, start.wall + max(days, 1) * DAY, None
        lasts = lasts or _NONE
        return None, start.wall + lasts, lasts

    def _until(
        self, start: Moment, end: Moment
    ) -> tuple[Moment | None, datetime, timedelta | None]:
        if start.dated and end.dated and end.wall <= start.wall:
            # Many programs write a day's own date as its end.
            return None, start.wall + DAY, None
        if end.instant(Edge.DENIES_TO) < start.instant():
            return self._rest_of_day(start)
        return end, max(end.wall_in(start.place), start.wall), None

    def _lasts(self) -> timedelta | None:
        line = self._first("DURATION")
        return length(line.value) if line else None

    def _rest_of_day(self, start: Moment) -> tuple[Moment, datetime, None]:
        """Until the counsellor's next midnight, wherever the event is."""
        self._troubles.add(Trouble.BAD_END)
        own = self._places.own
        midnight = datetime.combine(start.wall_in(own).date(), time()) + DAY
        end = Moment(midnight, own)
        return end, max(end.wall_in(start.place), start.wall), None

    def _replaces(self) -> tuple[Moment | None, bool]:
        try:
            replaces = self._one("RECURRENCE-ID")
        except Unwritten:
            self._troubles.add(Trouble.BAD_EXCEPTION)
            return None, False
        line = self._first("RECURRENCE-ID")
        scope = line.params.get("RANGE", "") if line else ""
        return replaces, scope.upper() == "THISANDFUTURE"

    def _extras(self) -> list[Extra]:
        found: list[Extra] = []
        for line in self._block.all("RDATE"):
            tzid, texts = values(line)
            for text in texts:
                try:
                    found.append(self._extra(text, tzid, as_date=says_date(line)))
                except Unwritten:
                    self._troubles.add(Trouble.BAD_DATE)
        return found

    def _extra(self, text: str, tzid: str | None, *, as_date: bool) -> Extra:
        start, slash, end = text.partition("/")
        at = self._moment(moment(start, as_date=as_date), tzid)
        if not slash:
            return Extra(at)
        if end.upper().startswith(("P", "+P")):
            return Extra(at, length(end))
        return Extra(at, self._moment(moment(end), tzid))

    def _exceptions(self) -> list[Moment]:
        if self._block.all("EXRULE"):
            self._troubles.add(Trouble.BAD_EXCEPTION)
        found: list[Moment] = []
        for line in self._block.all("EXDATE"):
            tzid, texts = values(line)
            for text in texts:
                try:
                    written = moment(text, as_date=says_date(line))
                except Unwritten:
                    self._troubles.add(Trouble.BAD_EXCEPTION)
                else:
                    found.append(self._moment(written, tzid))
        return found


def _closes(block: Block) -> bool:
    """Tentative, out of office and working elsewhere close; free and cancelled do not.

    Where both are given, Outlook's own word wins over TRANSP, as it does in Outlook.
    """
    if block.word("STATUS") in {"CANCELLED", "CANCELED"}:
        return False
    status = block.word("X-MICROSOFT-CDO-BUSYSTATUS")
    if status:
        return status != "FREE"
    return block.word("TRANSP") != "TRANSPARENT"


def _number(block: Block) -> int:
    digits = block.word("SEQUENCE")[:9]
    return int(digits) if digits.isdecimal() else 0
