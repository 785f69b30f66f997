"""What of a calendar file closes a counsellor's time, and how far."""

import pytest

from integrations.calendars.ics import IcsBusyCalendar
from scheduler.ports import BusyCalendar
from tests.integrations.calendar_files import (
    MONDAY,
    MONDAY_CLOSED,
    PacedClock,
    at,
    calendar,
    closed,
    daily,
    event,
    read,
    shown,
    told,
    toronto,
)


def test_it_is_what_the_port_asks_for() -> None:
    reader: BusyCalendar = IcsBusyCalendar(PacedClock())

    busy = reader.read(
        calendar(event(*MONDAY)),
        zone="America/Toronto",
        since=at("2026-11-01"),
        until=at("2026-12-01"),
    ).busy

    assert shown(busy) == MONDAY_CLOSED


# --- What closes ------------------------------------------------------------------


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("STATUS:CONFIRMED",),
        ("STATUS:TENTATIVE",),
        ("TRANSP:OPAQUE",),
        ("TRANSP:opaque ",),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY",),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF",),
        ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE", "TRANSP:TRANSPARENT"),
        ("X-MICROSOFT-CDO-BUSYSTATUS:SOMETHING-NEW",),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "TRANSP:TRANSPARENT"),
        ("X-MICROSOFT-CDO-INTENDEDSTATUS:FREE",),
        ("CLASS:PRIVATE",),
    ],
)
def test_what_is_not_plainly_free_closes(lines: tuple[str, ...]) -> None:
    assert closed(event(*MONDAY, *lines)) == MONDAY_CLOSED


@pytest.mark.parametrize(
    "lines",
    [
        ("TRANSP:TRANSPARENT",),
        ("transp:transparent",),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE",),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", "TRANSP:OPAQUE"),
        ("STATUS:CANCELLED",),
        ("STATUS:CANCELLED", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY"),
        ("STATUS:Canceled",),
    ],
)
def test_what_is_free_or_cancelled_closes_nothing(lines: tuple[str, ...]) -> None:
    reading = read(calendar(event(*MONDAY, *lines)))

    assert (shown(reading.busy), reading.events, reading.unread) == ([], 1, ())


def test_a_message_that_cancels_closes_nothing() -> None:
    assert closed("METHOD:CANCEL", event(*MONDAY)) == []


def test_tasks_journals_and_alarms_close_nothing() -> None:
    task = (
        "BEGIN:VTODO\r\nUID:t\r\nDTSTART:20261110T140000Z\r\nDURATION:PT1H\r\nEND:VTODO"
    )

    assert closed(task, event(*MONDAY)) == MONDAY_CLOSED


def test_what_touches_or_overlaps_is_one_stretch() -> None:
    parts = [
        event("DTSTART:20261109T140000Z", "DTEND:20261109T150000Z", uid="a"),
        event("DTSTART:20261109T150000Z", "DTEND:20261109T160000Z", uid="b"),
        event("DTSTART:20261109T143000Z", "DTEND:20261109T144500Z", uid="c"),
    ]

    assert closed(*parts) == ["2026-11-09 14:00 / 16:00"]


def test_only_what_lies_in_the_window_is_given() -> None:
    source = calendar(
        event("DTSTART:20261101T000000Z", "RRULE:FREQ=DAILY", "DURATION:P1D")
    )

    busy = read(source, since="2026-11-05T09:00", until="2026-11-07T10:30").busy

    assert shown(busy) == ["2026-11-05 09:00 / 2026-11-07 10:30"]


def test_what_began_long_before_the_window_still_closes_it() -> None:
    parts = event("DTSTART;VALUE=DATE:20250101", "DTEND;VALUE=DATE:99991231")

    assert shown(
        read(calendar(parts), since="2026-11-05", until="2026-11-06").busy
    ) == ["2026-11-05 00:00 / 2026-11-06 00:00"]


TWO_PM = "DTSTART:20261109T140000Z"


@pytest.mark.parametrize(
    ("lines", "worked_out"),
    [
        ((TWO_PM, "DTEND:20261110"), "2026-11-09 14:00 / 2026-11-10 00:00"),
        ((TWO_PM, "DTEND:20261109T150000"), "2026-11-09 14:00 / 15:00"),
        ((TWO_PM, "DTEND:20261109T240000Z"), "2026-11-09 14:00 / 2026-11-10 00:00"),
        ((TWO_PM, "DTEND:20261109T145960Z"), "2026-11-09 14:00 / 14:59"),
        ((TWO_PM, "DURATION:P1W"), "2026-11-09 14:00 / 2026-11-16 14:00"),
        (("DTSTART:20261109", "DTEND:20261109T150000Z"), "2026-11-09 05:00 / 15:00"),
        (
            ("DTSTART:20261109", "DURATION:PT1H"),
            "2026-11-09 05:00 / 2026-11-10 05:00",
        ),
        (
            ("DTSTART;VALUE=DATE:20261109T000000",),
            "2026-11-09 05:00 / 2026-11-10 05:00",
        ),
    ],
)
def test_dates_and_times_may_be_mixed(lines: tuple[str, ...], worked_out: str) -> None:
    assert closed(event(*lines)) == [worked_out]


@pytest.mark.parametrize("length", ["soon", "-PT1H", "P99999999W"])
def test_a_length_that_cannot_be_read_closes_the_rest_of_the_day(length: str) -> None:
    reading = read(calendar(event(TWO_PM, f"DURATION:{length}")))

    # The day is the counsellor's, in Toronto.
    assert shown(reading.busy) == ["2026-11-09 14:00 / 2026-11-10 05:00"]
    assert told(reading) == ["One event has no readable end"]


def test_several_calendars_in_one_file_are_all_read() -> None:
    first = calendar(event(*MONDAY))
    second = calendar(event("DTSTART:20261110T140000Z", "DTEND:20261110T150000Z"))

    reading = read(first + second)

    assert shown(reading.busy) == daily(["2026-11-09", "2026-11-10"], "14:00 / 15:00")
    assert reading.events == 2


# --- Where clocks change (T4) -------------------------------------------------------


def test_an_hour_that_happens_twice_is_closed_from_the_first_to_the_second() -> None:
    # 1 November, 02:00 becomes 01:00: 01:15 is 05:15Z first, 01:45 is 06:45Z second.
    assert closed(event(*toronto("20261101T011500", "20261101T014500"))) == [
        "2026-11-01 05:15 / 06:45"
    ]


def test_an_end_that_does_not_exist_is_the_instant_of_the_change() -> None:
    # 14 March 2027, 02:00 becomes 03:00 at 07:00Z.
    assert closed(event(*toronto("20270314T013000", "20270314T023000"))) == [
        "2027-03-14 06:30 / 07:00"
    ]


def test_a_start_that_does_not_exist_is_the_instant_of_the_change() -> None:
    assert closed(event(*toronto("20270314T023000", "20270314T033000"))) == [
        "2027-03-14 07:00 / 07:30"
    ]


def test_an_event_inside_the_missing_hour_is_not_lost() -> None:
    assert closed(event(*toronto("20270314T021500", "20270314T024500"))) == [
        "2027-03-14 07:00 / 07:30"
    ]


@pytest.mark.parametrize(
    ("day", "worked_out"),
    [
        ("20261101", "2026-11-01 04:00 / 2026-11-02 05:00"),
        ("20270314", "2027-03-14 05:00 / 2027-03-15 04:00"),
    ],
)
def test_a_whole_day_is_25_or_23_hours_long(day: str, worked_out: str) -> None:
    assert closed(event(f"DTSTART;VALUE=DATE:{day}")) == [worked_out]


def test_a_night_shift_ends_by_the_clock_on_the_wall() -> None:
    # Saturdays 23:00-07:00. 31 October: 03:00Z until 07:00 at -5, nine hours.
    lines = toronto("20261024T230000", "20261025T070000")

    assert closed(event(*lines, "RRULE:FREQ=WEEKLY;COUNT=3")) == [
        "2026-10-25 03:00 / 11:00",
        "2026-11-01 03:00 / 12:00",
        "2026-11-08 04:00 / 12:00",
    ]


def test_instants_stay_instants_when_clocks_change() -> None:
    # A series in UTC, though Google says where the calendar is shown.
    lines = ("DTSTART:20261026T140000Z", "DTEND:20261026T150000Z")

    assert closed(
        "X-WR-TIMEZONE:America/Toronto", event(*lines, "RRULE:FREQ=WEEKLY;COUNT=2")
    ) == daily(["2026-10-26", "2026-11-02"], "14:00 / 15:00")


def test_busy_times_without_a_zone_are_the_counsellors_and_round_outward() -> None:
    lines = ["BEGIN:VFREEBUSY", "FREEBUSY:20261101T011500/20261101T014500"]

    assert closed("\r\n".join([*lines, "END:VFREEBUSY"])) == [
        "2026-11-01 05:15 / 06:45"
    ]


def test_an_instant_in_the_hour_that_happens_twice_is_not_widened() -> None:
    lines = ("DTSTART:20261101T061500Z", "DTEND:20261101T064500Z")

    assert closed(event(*lines)) == ["2026-11-01 06:15 / 06:45"]
