"""A week to be drawn: her windows over the time counsellors are free, with the starts
that can be booked as buttons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_

from scheduler.domain.best_times import Liking, half_hours, whole_day
from scheduler.domain.decision import Reason
from scheduler.domain.intervals import Interval, Intervals, from_seconds, to_seconds
from scheduler.domain.reach import session_reach
from scheduler.domain.slots import ALWAYS, Looking, Search, Seeker, Stretch
from scheduler.domain.staffing import DAY as A_DAY
from scheduler.domain.staffing import free_between

# What takes a counsellor's time into a day began at most this long before it.
LONGEST = A_DAY


@dataclass(frozen=True, slots=True)
class Slot:
    """A start with all who could see her then, the best first.

    `waits`: everything else fits, but something has to be seen to first.
    """

    start: datetime
    counsellor_ids: tuple[int, ...]
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Free:
    """A stretch in which somebody is free, and who in which part of it."""

    time: Interval
    who: tuple[tuple[int, Interval], ...]


@dataclass(frozen=True, slots=True)
class Day:
    """One local day. `hers` are her windows in it; `closed` is the rule that took its
    last start, None when it has one; `reminders` whether any start can be reminded of.
    """

    day: date
    hers: tuple[Interval, ...]
    free: tuple[Free, ...]
    slots: tuple[Slot, ...]
    closed: Reason | None
    reminders: bool


def draw(
    days: Mapping[date, tuple[int, int]],
    bookable: Looking,
    wider: Looking,
    closed: Mapping[date, Reason],
    liking: Liking,
) -> tuple[Day, ...]:
    """These days, each a stretch of seconds, as they are to be drawn. `wider` is the
    same search without what somebody can see to meanwhile."""
    hers = _her_windows(bookable.search, bookable.seekers)
    near = _near_apart(bookable)
    drawn = []
    for day, pair in days.items():
        here = Intervals((pair,))
        sure, waiting = bookable.on(*pair), wider.on(*pair)
        found = _Found(
            sure.everybody(), waiting.everybody() if wider is not bookable else {}
        )
        drawn.append(
            Day(
                day=day,
                hers=tuple(hers & here),
                free=tuple(_stretches(_free(bookable, pair, near))),
                slots=tuple(_slots(found, sure, day, liking)),
                closed=closed.get(day),
                reminders=bool(found.sure & sure.frame.bits(liking.reminded)),
            )
        )
    return tuple(drawn)


class _Found:
    """The starts of one day by counsellor, and all together: those that may be booked,
    and those that could be besides once somebody has seen to what is missing."""

    def __init__(self, bookable: Mapping[int, int], wider: Mapping[int, int]) -> None:
        self.bookable, self.wider = bookable, wider
        self.sure = reduce(or_, set(bookable.values()), 0)
        self.waiting = reduce(or_, set(wider.values()), 0) & ~self.sure


def _her_windows(search: Search, seekers: Sequence[Seeker]) -> Intervals:
    """What is open in every plan that is decided on (P10)."""
    reaches = (
        session_reach(plan, search.since, search.over).open
        for each in seekers
        for plan in each.seat.plans
    )
    return reduce(Intervals.__and__, reaches, ALWAYS)


def _near_apart(looking: Looking) -> Intervals:
    """Around sessions of clients kept apart from these: whom she may not meet closes
    everybody's time like anything else does (E5)."""
    gap = timedelta(minutes=looking.policy.gap_minutes)
    return Intervals.of(
        Interval(time.start - gap, time.end + gap)
        for each in looking.seekers
        for time in each.seat.apart_times
    )


def _free(
    looking: Looking, day: tuple[int, int], near: Intervals
) -> Iterator[tuple[int, Intervals]]:
    """Where each counsellor they may meet is free on a day (E4, E5)."""
    diaries, here = looking.diaries, Intervals((day,))
    engaged = diaries.anybody_near(day[0] - LONGEST, day[1])
    for who in looking.fits:
        free = free_between(diaries.staffing.by_id[who], *day) & here
        if free and who in engaged:
            taken = diaries.near(who, day[0] - LONGEST, day[1])
            free -= Intervals.from_pairs((each.start, each.end) for each in taken)
        free -= near
        if free:
            yield who, free


def _stretches(
    each_free: Iterable[tuple[int, Intervals]],
) -> Iterator[Free]:
    within = dict(each_free)
    together = Intervals.from_pairs(
        pair for each in set(within.values()) for pair in each.pairs
    )
    for stretch in together:
        parts = (
            (who, part)
            for who, each in within.items()
            for part in each.within(stretch.start, stretch.end)
        )
        yield Free(stretch, tuple(parts))


def _slots(found: _Found, part: Stretch, day: date, liking: Liking) -> list[Slot]:
    order = _order(part, day, liking)
    slots = [
        Slot(
            from_seconds(start), tuple(_who(among, part.frame.bit(start), order)), waits
        )
        for among, some, waits in (
            (found.bookable, found.sure, False),
            (found.wider, found.waiting, True),
        )
        for start in half_hours(some, part.frame, liking.zone)
    ]
    return sorted(slots, key=lambda each: to_seconds(each.start))


def _order(part: Stretch, day: date, liking: Liking) -> list[int]:
    """Her usual one first, then whoever has least that day (B9)."""
    loads = part.looking.diaries.loads(*whole_day(day, liking.zone))

    def liked(person: int) -> tuple[bool, int, int]:
        return person not in liking.usual, loads.get(person, 0), person

    return sorted(part.looking.fits, key=liked)


def _who(found: Mapping[int, int], bit: int, order: Sequence[int]) -> Iterator[int]:
    for each in order:
        if found.get(each, 0) >> bit & 1:
            yield each
