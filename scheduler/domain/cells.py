"""Starts as whole numbers: bit `i` is the start `i` five-minute cells after the first.

A rule over weeks and thousands of counsellors is then an `&`, which takes nanoseconds.
Nothing is lost: a start lies on the grid (A3), so of a stretch of starts only those on
the grid are kept, and a session fits a stretch when every cell of it lies in it whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from scheduler.domain.intervals import Intervals

CELL: Final = 5 * 60  # seconds


def cell_after(second: int) -> int:
    """The first cell that does not begin before this second."""
    return -(-second // CELL)


@dataclass(frozen=True, slots=True)
class Frame:
    """A range of starts: the number of its first cell since 1970, and how many."""

    first: int
    count: int

    @classmethod
    def of(cls, since: int, until: int) -> Frame:
        """Every start with `since <= start < until`, in seconds."""
        first = cell_after(since)
        return cls(first, max(0, cell_after(until) - first))

    @property
    def every(self) -> int:
        """All of its starts."""
        return (1 << self.count) - 1

    def between(self, since: int, until: int) -> int:
        """Its starts with `since <= start < until`, in seconds."""
        first = max(cell_after(since) - self.first, 0)
        last = min(cell_after(until) - self.first, self.count)
        return ((1 << (last - first)) - 1) << first if first < last else 0

    def bits(self, allowed: Intervals) -> int:
        """Its starts that a set of starts in seconds holds."""
        found = 0
        for since, until in allowed.pairs:
            found |= self.between(since, until)
        return found

    def second(self, bit: int) -> int:
        """When a start is, in seconds since 1970."""
        return (self.first + bit) * CELL

    def bit(self, second: int) -> int:
        """Which start that is; it lies on the grid."""
        return second // CELL - self.first

    def seconds(self, bits: int) -> Iterator[int]:
        """When each of these starts is, soonest first."""
        for low, length in runs(bits):
            at = self.second(low)
            yield from range(at, at + length * CELL, CELL)


def lowest(bits: int) -> int:
    """The soonest of some starts; there has to be one."""
    return (bits & -bits).bit_length() - 1


def runs(bits: int) -> Iterator[tuple[int, int]]:
    """Starts that follow each other on the grid: where they begin, and how many."""
    while bits:
        low = lowest(bits)
        rest = bits >> low
        length = lowest(rest + 1)
        yield low, length
        bits = (rest >> length) << (low + length)


@lru_cache(maxsize=8192)
def spaced(bits: int, step: int) -> int:
    """Of each run the first start, and then every `step`-th."""
    found = 0
    for low, length in runs(bits):
        for at in range(low, low + length, step):
            found |= 1 << at
    return found


def fitting(free: int, cells: int) -> int:
    """Of free cells those from which on so many are free."""
    have = 1
    while have < cells:
        more = min(have, cells - have)
        free &= free >> more
        have += more
    return free


def whole_cells(free: Intervals, frame: Frame) -> int:
    """The cells of a range that lie in free time from their beginning to their end."""
    found = 0
    for since, until in free.pairs:
        found |= frame.between(since, until - CELL + 1)
    return found
