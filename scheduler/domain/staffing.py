"""Counsellors and what they have already, laid out for a search: what their hours mean
is worked out once for all that ask in the same weeks, and what takes their time is
found by the day."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import lru_cache
from itertools import chain
from typing import Final, NamedTuple

from scheduler.domain.booking import Engagement
from scheduler.domain.cells import Frame, fitting, whole_cells
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.hours import DateSpan, Hours
from scheduler.domain.intervals import Interval, Intervals, from_seconds, to_seconds
from scheduler.domain.plan import Format

DAY: Final = 24 * 60 * 60
WEEK: Final = 7 * DAY
_FRAMES_KEPT: Final = 16


class Taken(NamedTuple):
    """A session or hold that takes a counsellor's time, in whole seconds since 1970.

    `interrupted` says a call broke off in it, which asks for a longer gap after (A2).
    """

    start: int
    end: int
    interrupted: bool = False


class TakenOn:
    """What counsellors have that begins on one day in UTC."""

    def __init__(self, listed: Iterable[tuple[int, Taken]]) -> None:
        self.of: dict[int, list[Taken]] = {}
        for who, taken in listed:
            self.of.setdefault(who, []).append(taken)
        in_order = sorted(
            (taken.start, who) for who, each in self.of.items() for taken in each
        )
        self._starts = [start for start, _ in in_order]
        self._whos = [who for _, who in in_order]

    def with_one_more(self, who: int, taken: Taken) -> TakenOn:
        """The same and this."""
        return self._with(who, [*self.of.get(who, ()), taken])

    def without(self, who: int, taken: Taken) -> TakenOn:
        """The same but this."""
        return self._with(who, [each for each in self.of.get(who, ()) if each != taken])

    def _with(self, who: int, listed: list[Taken]) -> TakenOn:
        """The same, but that she has these."""
        made = TakenOn(())
        made.of = {**self.of, who: listed}
        mine = sorted(each.start for each in listed)
        others = zip(self._starts, self._whos, strict=True)
        in_order = sorted(
            (
                *((start, other) for start, other in others if other != who),
                *((start, who) for start in mine),
            )
        )
        made._starts = [start for start, _ in in_order]
        made._whos = [one for _, one in in_order]
        return made

    def beginning(self, since: int, until: int) -> Sequence[int]:
        """Whose begins in the stretch, once for each."""
        first = bisect_left(self._starts, since)
        return self._whos[first : bisect_left(self._starts, until, first)]


class Staffing:
    """Counsellors in the order of their numbers, with what their hours mean."""

    def __init__(self, counsellors: Iterable[Counsellor]) -> None:
        self.people = tuple(sorted(counsellors, key=lambda each: each.id))
        self.by_id = {each.id: each for each in self.people}
        self._shut_out: dict[str, set[int]] = {}
        for each in self.people:
            for code in each.shut_out:
                self._shut_out.setdefault(code, set()).add(each.id)
        self._fits: dict[tuple[Frame, int, Format], dict[int, int]] = {}

    def with_loads(self, people: Iterable[Counsellor]) -> Staffing:
        """The same counsellors with what they carry, which changes no hours (A2)."""
        made = Staffing(people)
        made._fits = self._fits
        return made

    def shut_out_of(self, code: str) -> Collection[int]:
        """The counsellors for whom a file does not exist (E4)."""
        return self._shut_out.get(code, ())

    def fits(self, frame: Frame, cells: int, format_: Format) -> Mapping[int, int]:
        """The starts at which each counsellor is there for so many cells and holds
        sessions of that format (A1); who has none is left out."""
        key = (frame, cells, format_)
        found = self._fits.get(key)
        if found is None:
            each = ((one.id, _fits(one, frame, cells, format_)) for one in self.people)
            found = {who: bits for who, bits in each if bits}
            if len(self._fits) >= _FRAMES_KEPT:
                self._fits.clear()
            self._fits[key] = found
        return found


def _fits(person: Counsellor, frame: Frame, cells: int, format_: Format) -> int:
    if person.formats and format_ not in person.formats:
        return 0
    longer = Frame(frame.first, frame.count + cells)
    free = free_between(person, longer.second(0), longer.second(longer.count))
    return fitting(whole_cells(free, longer), cells) & frame.every


def free_between(person: Counsellor, since: int, until: int) -> Intervals:
    """Her free time, complete between two instants in seconds, worked out for whole
    weeks. What is kept are hours only: they name nobody, and other hours are another
    key."""
    hours = (person.zone, person.hours, person.leave, person.holidays, person.busy)
    return _free(*hours, since // WEEK, until // WEEK + 1)


@lru_cache(maxsize=8192)
def _free(
    zone: str,
    hours: Hours,
    leave: tuple[DateSpan, ...],
    holidays: tuple[DateSpan, ...],
    busy: Intervals,
    first_week: int,
    last_week: int,
) -> Intervals:
    since, until = from_seconds(first_week * WEEK), from_seconds(last_week * WEEK)
    return Counsellor(0, zone, hours, leave, holidays, busy).free(since, until)


class Diaries:
    """All counsellors and what they have already, complete a day around a search."""

    def __init__(self, staffing: Staffing, taken: Mapping[int, TakenOn]) -> None:
        """`taken` by the day on which it begins, counted since 1970."""
        self.staffing = staffing
        self.taken = taken

    @classmethod
    def of(
        cls,
        counsellors: Iterable[Counsellor],
        engagements: Mapping[int, Iterable[Engagement]],
    ) -> Diaries:
        """From engagements by counsellor."""
        found: dict[int, list[tuple[int, Taken]]] = {}
        for who, listed in engagements.items():
            for taken in map(taken_by, listed):
                found.setdefault(taken.start // DAY, []).append((who, taken))
        days = {day: TakenOn(listed) for day, listed in found.items()}
        return cls(Staffing(counsellors), days)

    def with_one_more(self, who: int, engagement: Engagement) -> Diaries:
        """The same with one session more in them."""
        taken = taken_by(engagement)
        day = taken.start // DAY
        there = self.taken.get(day, TakenOn(()))
        more = there.with_one_more(who, taken)
        return Diaries(self.staffing, {**self.taken, day: more})

    @property
    def people(self) -> tuple[Counsellor, ...]:
        """The counsellors."""
        return self.staffing.people

    def _days(self, since: int, until: int) -> Iterator[TakenOn]:
        """The days that a stretch touches."""
        for day in range(since // DAY, (until - 1) // DAY + 1):
            if day in self.taken:
                yield self.taken[day]

    def near(self, who: int, since: int, until: int) -> list[Taken]:
        """What a counsellor has that begins in the stretch, or a little beyond."""
        days = self._days(since, until)
        return [each for day in days for each in day.of.get(who, ())]

    def anybody_near(self, since: int, until: int) -> set[int]:
        """Who has something that begins in the stretch, or a little beyond."""
        return set(chain.from_iterable(day.of for day in self._days(since, until)))

    def loads(self, since: int, until: int) -> Mapping[int, int]:
        """How many sessions of each counsellor begin in the stretch; none is 0."""
        days = self._days(since, until)
        return Counter(chain.from_iterable(day.beginning(since, until) for day in days))


def taken_by(engagement: Engagement) -> Taken:
    """The same in whole seconds, none of it lost."""
    time = engagement.time
    end = second_after(time.end)
    return Taken(to_seconds(time.start), end, engagement.interrupted)


def second_after(instant: datetime) -> int:
    """The first whole second that is not before an instant."""
    return to_seconds(instant) + bool(instant.microsecond)


def engagement_of(taken: Taken) -> Engagement:
    """The same for a decision on one time."""
    time = Interval(from_seconds(taken.start), from_seconds(taken.end))
    return Engagement("", time, taken.interrupted)


def forget() -> None:
    """Lets go of all that was kept: for measuring, answers are the same."""
    _free.cache_clear()
