"""Stretches of time against `portion`, a library of intervals (T3, T7)."""

from datetime import UTC, datetime, timedelta, timezone

import portion  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.intervals import (
    NOTHING,
    Interval,
    Intervals,
    from_seconds,
    to_seconds,
)
from tests.domain.builders import utc

NINE = utc("2026-12-01 09:00")
HOUR = timedelta(hours=1)

# A small world, so that touching and equal ends come up often.
seconds = st.integers(0, 24)
pairs = st.lists(st.tuples(seconds, seconds), max_size=6)


def other(found: list[tuple[int, int]]) -> portion.Interval:
    """The same as `portion` says it; it too drops what is empty."""
    whole = portion.empty()
    for start, end in found:
        whole |= portion.closedopen(start, end)
    return whole


def same(ours: Intervals, theirs: portion.Interval) -> bool:
    return ours.pairs == tuple((each.lower, each.upper) for each in theirs if each)


@given(pairs)
def test_what_overlaps_or_touches_is_one_stretch(given_: list[tuple[int, int]]) -> None:
    assert same(Intervals.from_pairs(given_), other(given_))


@given(pairs, pairs)
def test_union_cut_and_common_part_are_those_of_sets(
    one: list[tuple[int, int]], two: list[tuple[int, int]]
) -> None:
    first, second = Intervals.from_pairs(one), Intervals.from_pairs(two)
    assert same(first | second, other(one) | other(two))
    assert same(first & second, other(one) & other(two))
    assert same(first - second, other(one) - other(two))


@given(pairs)
def test_a_stretch_holds_its_start_and_not_its_end(
    given_: list[tuple[int, int]],
) -> None:
    ours, theirs = Intervals.from_pairs(given_), other(given_)
    for second in range(-1, 26):
        at = from_seconds(second)
        assert ours.holds(at) == (second in theirs)
        around = ours.around(at)
        assert (around is not None) == ours.holds(at)
        if around is not None:
            assert around.holds(at)
            assert ours.covers(around)


@given(pairs, seconds, seconds)
def test_within_covers_and_meets_are_those_of_sets(
    given_: list[tuple[int, int]], start: int, end: int
) -> None:
    ours, theirs = Intervals.from_pairs(given_), other(given_)
    part = portion.closedopen(start, end)
    assert same(ours.within(from_seconds(start), from_seconds(end)), theirs & part)
    if start < end:
        interval = Interval(from_seconds(start), from_seconds(end))
        assert ours.covers(interval) == (part in theirs)
        assert ours.meets(interval) == bool(theirs & part)


@given(pairs)
def test_length_truth_and_seconds_agree(given_: list[tuple[int, int]]) -> None:
    ours = Intervals.from_pairs(given_)
    assert len(ours) == len(list(ours))
    assert bool(ours) == (len(ours) > 0)
    assert ours.seconds() == sum(
        (each.end - each.start) // timedelta(seconds=1) for each in ours
    )
    assert Intervals.of(list(ours)) == ours


@given(st.integers(-(2**33), 2**36))
def test_seconds_and_instants_are_inverse(second: int) -> None:
    assert to_seconds(from_seconds(second)) == second


@given(st.datetimes(timezones=st.just(UTC)))
def test_a_part_of_a_second_counts_for_the_second_it_lies_in(at: datetime) -> None:
    assert from_seconds(to_seconds(at)) == at.replace(microsecond=0)


def test_an_instant_in_another_zone_is_the_same_instant() -> None:
    there = NINE.astimezone(timezone(timedelta(hours=-3, minutes=-30)))
    assert to_seconds(there) == to_seconds(NINE)


def test_a_naive_instant_is_refused_everywhere() -> None:
    naive = NINE.replace(tzinfo=None)
    with pytest.raises(ValueError, match="no zone"):
        to_seconds(naive)
    with pytest.raises(ValueError, match="zone"):
        Interval(naive, NINE)
    with pytest.raises(ValueError, match="zone"):
        Interval(NINE, naive + HOUR)


@pytest.mark.parametrize("end", [NINE, NINE - HOUR])
def test_an_interval_ends_after_it_starts(end: datetime) -> None:
    with pytest.raises(ValueError, match="ends after"):
        Interval(NINE, end)


def test_sessions_that_touch_do_not_overlap() -> None:
    first = Interval.lasting(NINE, 60)
    assert not first.overlaps(Interval.lasting(NINE + HOUR, 60))
    assert not Interval.lasting(NINE + HOUR, 60).overlaps(first)
    assert first.overlaps(Interval.lasting(NINE + HOUR - timedelta(minutes=1), 60))


def test_an_interval_holds_its_start_and_not_its_end() -> None:
    hour = Interval.lasting(NINE, 60)
    assert hour.holds(NINE)
    assert hour.holds(NINE + HOUR - timedelta(microseconds=1))
    assert not hour.holds(NINE + HOUR)
    assert not hour.holds(NINE - timedelta(microseconds=1))


def test_nothing_between_an_instant_and_an_earlier_one() -> None:
    assert Intervals.between(NINE, NINE) == NOTHING
    assert Intervals.between(NINE + HOUR, NINE) == NOTHING
    assert Intervals.between(NINE, NINE + HOUR).seconds() == 3600
    assert not NOTHING
