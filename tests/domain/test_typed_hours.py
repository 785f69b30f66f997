"""Hours as they are typed: reading and writing are inverse, and what cannot be read is
answered with what can (T3, T5)."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.errors import Misread
from scheduler.domain.hours import (
    DAY,
    DatedRange,
    DateSpan,
    Denial,
    Rotation,
    WeeklyRange,
)
from scheduler.domain.typed_hours import (
    read_date,
    read_dated,
    read_dates,
    read_denial,
    read_once,
    read_rotation,
    read_rotation_line,
    read_span,
    read_weekly,
    write_dated,
    write_days,
    write_denial,
    write_rotation_line,
    write_span,
    write_weekly,
)

MONDAY = date(2026, 11, 30)
FIFTH = date(2026, 12, 5)

dates = st.dates(date(2024, 1, 1), date(2037, 12, 31))


@st.composite
def minutes(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, DAY - 1))
    return start, start + draw(st.integers(1, DAY - 1))


@st.composite
def weekly(draw: st.DrawFn) -> WeeklyRange:
    days = draw(st.sets(st.integers(0, 6), min_size=1))
    return WeeklyRange(tuple(sorted(days)), *draw(minutes()))


@st.composite
def dated(draw: st.DrawFn) -> DatedRange:
    return DatedRange(draw(dates), *draw(minutes()))


@st.composite
def spans(draw: st.DrawFn) -> DateSpan:
    first = draw(dates)
    return DateSpan(first, first + timedelta(days=draw(st.integers(0, 40))))


@given(weekly())
def test_a_weekly_range_reads_as_it_was_written(given_: WeeklyRange) -> None:
    assert read_weekly(write_weekly(given_)) == given_


@given(dated())
def test_a_dated_range_reads_as_it_was_written(given_: DatedRange) -> None:
    assert read_dated(write_dated(given_)) == given_


@given(spans())
def test_dates_read_as_they_were_written(given_: DateSpan) -> None:
    assert read_span(write_span(given_)) == given_


@given(st.one_of(weekly(), dated(), spans()))
def test_a_denial_reads_as_it_was_written(given_: Denial) -> None:
    assert read_denial(write_denial(given_)) == given_


def test_a_whole_day_can_be_written() -> None:
    whole = WeeklyRange((0,), 0, DAY)
    assert read_weekly("Mon 00:00-24:00") == whole
    assert write_weekly(whole) == "Mon 00:00-24:00"


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Tue 09:00-11:30", WeeklyRange((1,), 540, 690)),
        ("Fri 22:00-01:00", WeeklyRange((4,), 1320, 1500)),
        ("Fri 22:00-00:00", WeeklyRange((4,), 1320, 1440)),
        ("Fri 22:00-24:00", WeeklyRange((4,), 1320, 1440)),
        ("Mon-Fri 9:00-17:00", WeeklyRange((0, 1, 2, 3, 4), 540, 1020)),
        ("Mon,Wed 09:00-10:00", WeeklyRange((0, 2), 540, 600)),
        ("Sat-Mon 09:00-10:00", WeeklyRange((0, 5, 6), 540, 600)),
        ("Tue-Mon 09:00-10:00", WeeklyRange((0, 1, 2, 3, 4, 5, 6), 540, 600)),
        ("Wed-Wed 09:00-10:00", WeeklyRange((2,), 540, 600)),
        ("  tuesday 09:00 – 10:00 ", WeeklyRange((1,), 540, 600)),
        ("Mon–Wed 09:00–10:00", WeeklyRange((0, 1, 2), 540, 600)),
    ],
)
def test_hours_are_read_as_people_write_them(typed: str, read: WeeklyRange) -> None:
    assert read_weekly(typed) == read


@pytest.mark.parametrize(
    ("days", "written"),
    [
        ((0, 1, 2, 3, 4), "Mon-Fri"),
        ((0, 1), "Mon,Tue"),
        ((0, 2, 3, 4, 6), "Mon,Wed-Fri,Sun"),
        ((5, 6, 0), "Mon,Sat,Sun"),
    ],
)
def test_three_days_in_a_row_are_joined(days: tuple[int, ...], written: str) -> None:
    assert write_days(days) == written


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "Tue",
        "09:00-10:00",
        "Tue 9-10",
        "Tue 09:00",
        "Tue 09:60-10:00",
        "Tue 09:00-10:61",
        "Tue 24:00-25:00",
        "Tue 24:00-01:00",
        "Tue 09:00-24:30",
        "Tue 09:00-09:00",
        "Tue 00:00-00:00",
        "Tu 09:00-10:00",
        "Someday 09:00-10:00",
        "Mon- 09:00-10:00",
        "Mon,,Tue 09:00-10:00",
        "Tue 09:00-10:00 Wed",
    ],
)
def test_hours_that_cannot_be_read_are_answered_with_what_can(typed: str) -> None:
    with pytest.raises(Misread, match=r"09:00|00:00-24:00"):
        read_weekly(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "tomorrow",
        "2026-13-01",
        "2026-02-30",
        "20261229",
        "2026-W53-1",
        "29.12.2026",
    ],
)
def test_a_date_that_cannot_be_read_is_answered_with_one_that_can(typed: str) -> None:
    with pytest.raises(Misread, match="2026-12-29"):
        read_date(typed)


def test_a_calendar_week_is_no_date() -> None:
    # Python reads it as that week's Monday: six days of it would stay open (T5).
    with pytest.raises(Misread, match="2026-12-29"):
        read_denial("2026-W53")


def test_dates_that_are_turned_round_are_refused() -> None:
    with pytest.raises(Misread, match="Turn the dates round"):
        read_span("2026-12-26..2026-12-24")


@pytest.mark.parametrize(
    ("typed", "kind"),
    [
        ("2026-12-29", DateSpan),
        ("2026-12-24..2026-12-26", DateSpan),
        ("2026-12-05 10:00-12:00", DatedRange),
        ("Sat-Sun 00:00-24:00", WeeklyRange),
    ],
)
def test_a_denial_is_dates_a_time_on_a_date_or_a_weekly_range(
    typed: str, kind: type
) -> None:
    assert isinstance(read_denial(typed), kind)


def test_an_empty_denial_cannot_be_read() -> None:
    with pytest.raises(Misread):
        read_denial(" ")


def test_a_rotation_keeps_its_weeks_in_order_and_once() -> None:
    window = WeeklyRange((2,), 780, 900)
    read = read_rotation(MONDAY, 3, [3, 1, 3], [window])
    assert (read.anchor, read.weeks, read.on) == (MONDAY, 3, (1, 3))
    assert read.windows == (window,)


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    weeks = draw(st.integers(1, 52))
    on = draw(st.sets(st.integers(1, weeks), min_size=1, max_size=8))
    return Rotation(
        anchor=MONDAY + timedelta(weeks=draw(st.integers(-100, 100))),
        weeks=weeks,
        on=tuple(sorted(on)),
        windows=tuple(draw(st.lists(weekly(), min_size=1, max_size=3))),
    )


@given(rotations())
def test_a_rotation_reads_as_it_was_written(given_: Rotation) -> None:
    assert read_rotation_line(write_rotation_line(given_)) == given_


@pytest.mark.parametrize(
    "typed", ["", "every other Monday", "2026-11-30 2 weeks: Wed 13:00-15:00"]
)
def test_a_rotation_that_cannot_be_read_is_answered_with_one_that_can(
    typed: str,
) -> None:
    with pytest.raises(Misread, match="2 weeks, 1: Wed"):
        read_rotation_line(typed)


@pytest.mark.parametrize(
    ("wrong", "remedy"),
    [
        (lambda: read_rotation(date(2026, 12, 1), 2, [1], []), "Monday of week 1"),
        (lambda: read_rotation(MONDAY, 0, [1], []), "1 to 52 weeks"),
        (lambda: read_rotation(MONDAY, 53, [1], []), "1 to 52 weeks"),
        (lambda: read_rotation(MONDAY, 2, [], []), "from 1 to 2"),
        (lambda: read_rotation(MONDAY, 2, [0], []), "from 1 to 2"),
        (lambda: read_rotation(MONDAY, 2, [3], []), "from 1 to 2"),
    ],
)
def test_a_rotation_that_cannot_be_is_refused(
    wrong: Callable[[], object], remedy: str
) -> None:
    with pytest.raises(Misread, match=remedy):
        wrong()


def test_whole_days_may_be_allowed_once() -> None:
    assert read_once("2026-12-05 10:00-12:00") == (DatedRange(FIFTH, 600, 720),)
    assert read_once("2026-12-05") == (DatedRange(FIFTH, 0, 1440),)
    assert read_once("2026-12-05..2026-12-06") == (
        DatedRange(FIFTH, 0, 1440),
        DatedRange(date(2026, 12, 6), 0, 1440),
    )


def test_more_than_a_year_of_days_is_not_once() -> None:
    assert len(read_once("2026-01-01..2027-01-01")) == 366
    with pytest.raises(Misread, match="366 days at most"):
        read_once("2026-01-01..2027-01-02")


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("2026-12-05", DateSpan(FIFTH, FIFTH)),
        ("2026-12-05..2026-12-06", DateSpan(FIFTH, date(2026, 12, 6))),
        ("2026-12-05 10:00-12:00", DatedRange(FIFTH, 600, 720)),
    ],
)
def test_dates_are_read_with_hours_and_without(
    typed: str, read: DateSpan | DatedRange
) -> None:
    assert read_dates(typed) == read


@pytest.mark.parametrize("typed", ["0001-01-01", "1999-12-31", "2101-01-01"])
def test_a_year_nobody_plans_in_is_refused(typed: str) -> None:
    with pytest.raises(Misread, match="from 2000 to 2100"):
        read_date(typed)
