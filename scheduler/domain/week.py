"""A week to be drawn: her windows over the time counsellors are free, with the starts
that can be booked as buttons."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce

from scheduler.domain.best_times import Liking, half_hours, load
from scheduler.domain.decision import Reason
from scheduler.domain.intervals import (
    NOTHING,
    Interval,
    Intervals,
    from_seconds,
    to_seconds,
)
from scheduler.domain.policy import Policy
from scheduler.domain.reach import session_reach
from scheduler.domain.slots import ALWAYS, Diary, Search, Seeker, free_of


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


@dataclass(frozen=True, slots=True)
class Starts:
    """By counsellor: what may be booked, and what could be once somebody has seen to
    what is missing."""

    bookable: Mapping[int, Intervals]
    wider: Mapping[int, Intervals]


def draw(
    days: Mapping[date, tuple[int, int]],
    search: Search,
    diaries: Sequence[Diary],
    seekers: Sequence[Seeker],
    starts: Starts,
    closed: Mapping[date, Reason],
    liking: Liking,
    policy: Policy,
) -> tuple[Day, ...]:
    """These days, each a stretch of seconds, as they are to be drawn."""
    hers = _her_windows(search, seekers)
    free = {
        each.counsellor.id: _free(search, each, seekers, policy) for each in diaries
    }
    drawn = []
    for day, pair in days.items():
        here = Intervals((pair,))
        order = _order(diaries, here, liking)
        bookable = _together(starts.bookable) & here
        drawn.append(
            Day(
                day=day,
                hers=tuple(hers & here),
                free=tuple(_stretches(free, here)),
                slots=tuple(_slots(starts, here, order, liking.zone)),
                closed=closed.get(day),
                reminders=bool(bookable & liking.reminded),
            )
        )
    return tuple(drawn)


def _her_windows(search: Search, seekers: Sequence[Seeker]) -> Intervals:
    """What is open in every plan that is decided on (P10)."""
    reaches = (
        session_reach(plan, search.since, search.over).open
        for each in seekers
        for plan in each.seat.plans
    )
    return reduce(Intervals.__and__, reaches, ALWAYS)


def _free(
    search: Search, diary: Diary, seekers: Sequence[Seeker], policy: Policy
) -> Intervals:
    """Where she is free for these clients. Whom she may not meet closes her time like
    anything else does (E4, E5)."""
    person = diary.counsellor
    if any(
        each.seat.code in person.shut_out or person.id in each.seat.apart_counsellors
        for each in seekers
    ):
        return NOTHING
    gap = timedelta(minutes=policy.gap_minutes)
    near = (
        Interval(time.start - gap, time.end + gap)
        for each in seekers
        for time in each.seat.apart_times
    )
    taken = (each.time for each in diary.engagements)
    free = free_of(person, search)
    return free - Intervals.of(taken) - Intervals.of(near)


def _order(diaries: Iterable[Diary], day: Intervals, liking: Liking) -> list[int]:
    def liked(diary: Diary) -> tuple[bool, int, int]:
        person = diary.counsellor.id
        return person not in liking.usual, load(diary, day), person

    return [each.counsellor.id for each in sorted(diaries, key=liked)]


def _together(found: Mapping[int, Intervals]) -> Intervals:
    return Intervals.from_pairs(pair for each in found.values() for pair in each.pairs)


def _stretches(free: Mapping[int, Intervals], day: Intervals) -> Iterator[Free]:
    within = {who: each & day for who, each in free.items()}
    for stretch in _together(within):
        parts = (
            (who, part)
            for who, each in within.items()
            for part in each.within(stretch.start, stretch.end)
        )
        yield Free(stretch, tuple(parts))


def _slots(
    starts: Starts, day: Intervals, order: Sequence[int], zone: str
) -> list[Slot]:
    bookable = _together(starts.bookable) & day
    waiting = (_together(starts.wider) & day) - bookable
    found = [
        Slot(from_seconds(start), tuple(_who(among, start, order)), waits)
        for among, some, waits in (
            (starts.bookable, bookable, False),
            (starts.wider, waiting, True),
        )
        for start in half_hours(some, zone)
    ]
    return sorted(found, key=lambda each: to_seconds(each.start))


def _who(
    found: Mapping[int, Intervals], start: int, order: Sequence[int]
) -> Iterator[int]:
    for each in order:
        if each in found and found[each].pair_around(start) is not None:
            yield each
