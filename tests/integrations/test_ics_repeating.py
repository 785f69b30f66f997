"""Repeating events: their rules, exceptions and extra dates."""

import pytest

from tests.integrations.calendar_files import (
    MONDAY,
    MONDAY_CLOSED,
    at,
    calendar,
    closed,
    daily,
    event,
    read,
    shown,
    toronto,
)


def test_an_extra_period_keeps_its_own_length() -> None:
    lines = (MONDAY[0], "DURATION:PT1H", "RDATE;VALUE=PERIOD:20261113T140000Z/PT3H")

    assert closed(event(*lines)) == [*MONDAY_CLOSED, "2026-11-13 14:00 / 17:00"]


def test_an_exception_without_a_zone_is_in_the_zone_of_its_event() -> None:
    lines = ("DTSTART;TZID=Europe/Berlin:20261109T150000", "DURATION:PT1H")
    lines += ("RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20261110T150000")

    assert closed(event(*lines)) == MONDAY_CLOSED


def test_extra_dates_close_as_times_days_and_periods() -> None:
    extras = (
        "RDATE:20261111T140000Z,20261112T140000Z",
        "RDATE;VALUE=PERIOD:20261113T140000Z/PT3H,20261116T100000Z/20261116T103000Z",
        "RDATE;VALUE=DATE:20261118",
    )

    assert closed(event(*MONDAY, *extras)) == [
        *daily(["2026-11-09", "2026-11-11", "2026-11-12"], "14:00 / 15:00"),
        "2026-11-13 14:00 / 17:00",
        "2026-11-16 10:00 / 10:30",
        "2026-11-18 14:00 / 15:00",
    ]


def test_two_rules_are_united() -> None:
    rules = ("RRULE:FREQ=WEEKLY;COUNT=2", "RRULE:FREQ=DAILY;COUNT=2")

    assert closed(event(*MONDAY, *rules)) == daily(
        ["2026-11-09", "2026-11-10", "2026-11-16"], "14:00 / 15:00"
    )


@pytest.mark.parametrize(
    ("rule", "days"),
    [
        # In UTC, and the last start itself.
        ("UNTIL=20261111T140000Z", ["2026-11-09", "2026-11-10", "2026-11-11"]),
        ("UNTIL=20261111T135959Z", ["2026-11-09", "2026-11-10"]),
        # In local time, against the standard: 09:00 in Toronto is 14:00Z.
        ("UNTIL=20261111T090000", ["2026-11-09", "2026-11-10", "2026-11-11"]),
        ("UNTIL=20261111T085959", ["2026-11-09", "2026-11-10"]),
        # A date is the whole of that day.
        ("UNTIL=20261111", ["2026-11-09", "2026-11-10", "2026-11-11"]),
        # Both, against the standard: the later end holds.
        ("COUNT=1;UNTIL=20261110T140000Z", ["2026-11-09", "2026-11-10"]),
        ("COUNT=3;UNTIL=20261110T140000Z", ["2026-11-09", "2026-11-10", "2026-11-11"]),
        ("COUNT=2;", ["2026-11-09", "2026-11-10"]),
        ("COUNT=2;RSCALE=GREGORIAN;SKIP=OMIT", ["2026-11-09", "2026-11-10"]),
    ],
)
def test_a_series_ends_where_its_rule_says(rule: str, days: list[str]) -> None:
    lines = toronto("20261109T090000", "20261109T100000")
    reading = read(calendar(event(*lines, f"RRULE:FREQ=DAILY;{rule}")))

    assert shown(reading.busy) == daily(days, "14:00 / 15:00")
    assert reading.unread == ()


@pytest.mark.parametrize(
    ("until", "last"),
    [
        ("20261111", "2026-11-11"),
        # Midnight of the 12th in Toronto, as Exchange has it.
        ("20261112T050000Z", "2026-11-12"),
        # A second before midnight, in UTC or in Toronto.
        ("20261111T235959Z", "2026-11-11"),
        ("20261112T045959Z", "2026-11-11"),
        # Nothing in particular: the later of the days it may mean.
        ("20261112T030000Z", "2026-11-12"),
    ],
)
def test_whole_days_end_on_the_day_that_is_meant(until: str, last: str) -> None:
    busy = read(
        calendar(
            event("DTSTART;VALUE=DATE:20261109", f"RRULE:FREQ=DAILY;UNTIL={until}")
        )
    ).busy

    (stretch,) = busy
    assert stretch.start == at("2026-11-09T05:00")
    assert stretch.end - at(f"{last}T05:00") == at("2026-11-02") - at("2026-11-01")


@pytest.mark.parametrize(
    "excepted", ["20261110", "20261110T000000", "20261110T000000Z", "20261110T050000Z"]
)
def test_a_whole_day_is_excepted_by_its_date_or_by_a_midnight(excepted: str) -> None:
    lines = ("DTSTART;VALUE=DATE:20261109", "RRULE:FREQ=DAILY;COUNT=3")

    assert closed(event(*lines, f"EXDATE:{excepted}")) == [
        "2026-11-09 05:00 / 2026-11-10 05:00",
        "2026-11-11 05:00 / 2026-11-12 05:00",
    ]


def test_the_last_day_of_the_month_and_the_second_tuesday() -> None:
    last = event(
        *toronto("20261031T200000", "20261031T210000"),
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=3",
        uid="a",
    )
    second = event(
        *toronto("20261110T090000", "20261110T100000"),
        "RRULE:FREQ=MONTHLY;BYDAY=2TU;COUNT=2",
        uid="b",
    )

    assert closed(last, second) == [
        "2026-11-01 00:00 / 01:00",
        "2026-11-10 14:00 / 15:00",
        "2026-12-01 01:00 / 02:00",
        "2026-12-08 14:00 / 15:00",
        "2027-01-01 01:00 / 02:00",
    ]


def test_an_old_series_that_has_ended_says_nothing() -> None:
    lines = ("DTSTART:20100101T140000Z", "RRULE:FREQ=DAILY;UNTIL=20110101T000000Z")
    reading = read(calendar(event(*lines, "EXDATE:nonsense")))

    assert (shown(reading.busy), reading.unread) == ([], ())
