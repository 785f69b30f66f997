"""Stretches of time, half-open and in UTC.

`Intervals` keeps whole seconds since the epoch inside, because the search over many
counsellors lives on integers; times with a zone appear at its edge only.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = 24 * 60 * 60
_FOREVER: Final = 1 << 62


def to_seconds(instant: datetime) -> int:
    """Whole seconds since the epoch. Raises ValueError for a naive instant (T1)."""
    if instant.tzinfo is None:
        raise ValueError(f"{instant.isoformat()} has no zone; pass an instant in UTC.")
    since = instant - _EPOCH
    return since.days * _DAY + since.seconds


def from_seconds(seconds: int) -> datetime:
    """The instant in UTC that many seconds after the epoch."""
    return _EPOCH + timedelta(seconds=seconds)


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """`[start, end)` in UTC. Raises ValueError when naive or not longer than zero."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        if self.start.tzinfo is None or self.end.tzinfo is None:
            raise ValueError("An interval has a zone; pass instants in UTC.")
        if self.start >= self.end:
            raise ValueError("An interval ends after it starts.")

    @classmethod
    def lasting(cls, start: datetime, minutes: int) -> Interval:
        """From `start`, `minutes` long."""
        return cls(start, start + timedelta(minutes=minutes))

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in it; the end does not."""
        return self.start <= instant < self.end

    def overlaps(self, other: Interval) -> bool:
        """Whether they share time. Touching ends share none."""
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Intervals:
    """Sorted, disjoint, not touching. Build it with `of`, `between` or algebra."""

    pairs: tuple[tuple[int, int], ...] = ()

    @classmethod
    def of(cls, intervals: Iterable[Interval]) -> Intervals:
        """Merge what overlaps or touches (T3)."""
        return cls.from_pairs(
            (to_seconds(each.start), to_seconds(each.end)) for each in intervals
        )

    @classmethod
    def from_pairs(cls, pairs: Iterable[tuple[int, int]]) -> Intervals:
        """The same from seconds; pairs that are empty or turned round are dropped."""
        merged: list[tuple[int, int]] = []
        for start, end in sorted(pairs):
            if start >= end:
                continue
            if merged and start <= merged[-1][1]:
                merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
            else:
                merged.append((start, end))
        return cls(tuple(merged))

    @classmethod
    def between(cls, start: datetime, end: datetime) -> Intervals:
        """One stretch, or nothing if it would be empty."""
        return cls.from_pairs([(to_seconds(start), to_seconds(end))])

    def __iter__(self) -> Iterator[Interval]:
        for start, end in self.pairs:
            yield Interval(from_seconds(start), from_seconds(end))

    def __len__(self) -> int:
        return len(self.pairs)

    def __bool__(self) -> bool:
        return bool(self.pairs)

    def __or__(self, other: Intervals) -> Intervals:
        if not other.pairs:
            return self
        return Intervals.from_pairs((*self.pairs, *other.pairs))

    def __sub__(self, other: Intervals) -> Intervals:
        if not other.pairs:
            return self
        left: list[tuple[int, int]] = []
        cuts = other.pairs
        first = 0
        for start, end in self.pairs:
            while first < len(cuts) and cuts[first][1] <= start:
                first += 1
            at, cut = start, first
            while cut < len(cuts) and cuts[cut][0] < end:
                if cuts[cut][0] > at:
                    left.append((at, cuts[cut][0]))
                at = max(at, cuts[cut][1])
                cut += 1
            if at < end:
                left.append((at, end))
        return Intervals(tuple(left))

    def __and__(self, other: Intervals) -> Intervals:
        shared: list[tuple[int, int]] = []
        mine, theirs = 0, 0
        while mine < len(self.pairs) and theirs < len(other.pairs):
            start = max(self.pairs[mine][0], other.pairs[theirs][0])
            end = min(self.pairs[mine][1], other.pairs[theirs][1])
            if start < end:
                shared.append((start, end))
            if self.pairs[mine][1] < other.pairs[theirs][1]:
                mine += 1
            else:
                theirs += 1
        return Intervals(tuple(shared))

    def around(self, instant: datetime) -> Interval | None:
        """The stretch that holds the instant, or None."""
        pair = self.pair_around(to_seconds(instant))
        return pair and Interval(from_seconds(pair[0]), from_seconds(pair[1]))

    def pair_around(self, second: int) -> tuple[int, int] | None:
        """The same in seconds."""
        at = bisect_right(self.pairs, (second, _FOREVER)) - 1
        if at >= 0 and self.pairs[at][0] <= second < self.pairs[at][1]:
            return self.pairs[at]
        return None

    def holds(self, instant: datetime) -> bool:
        """Whether the instant lies in one of them."""
        return self.pair_around(to_seconds(instant)) is not None

    def covers(self, interval: Interval) -> bool:
        """Whether one stretch holds the whole interval."""
        pair = self.pair_around(to_seconds(interval.start))
        return pair is not None and to_seconds(interval.end) <= pair[1]

    def meets(self, interval: Interval) -> bool:
        """Whether any of it shares time with the interval."""
        return bool(self.within(interval.start, interval.end))

    def within(self, start: datetime, end: datetime) -> Intervals:
        """What of it lies in `[start, end)`."""
        return Intervals(tuple(self.pairs_within(to_seconds(start), to_seconds(end))))

    def pairs_within(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        """The same in seconds, one after the other."""
        at = max(bisect_right(self.pairs, (start, _FOREVER)) - 1, 0)
        while at < len(self.pairs) and self.pairs[at][0] < end:
            first, last = max(self.pairs[at][0], start), min(self.pairs[at][1], end)
            if first < last:
                yield first, last
            at += 1

    def seconds(self) -> int:
        """How long all of it is together."""
        return sum(end - start for start, end in self.pairs)


NOTHING: Final = Intervals()
