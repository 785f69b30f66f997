"""The calendars of other programs that lie beside a checkout, as far as they do.

Each list was worked out by hand, in UTC; how stands above it.
"""

from datetime import timedelta
from typing import Final

import pytest

from tests.integrations.calendar_files import SHARED, TORONTO, daily, read, shown, told
from tests.needs import need

TEN_HOURS: Final = timedelta(hours=10)


def shared(name: str) -> bytes:
    file = SHARED / name
    if not SHARED.is_dir():
        pytest.skip("The calendars of other programs do not lie beside this checkout.")
    need(file.exists(), f"the calendar {name}")
    return file.read_bytes()


def test_a_customised_zone() -> None:
    """Tue and Thu 10:35-11:50, Eastern by the file's own rules (1601, first Sunday of
    November, second of March): -4 until 1 November 2020, then -5. The end, 17 December
    15:35Z, is the last meeting's start and lets it in."""
    reading = read(shared("bad_ms_tz.ics"), since="2020-10-22", until="2021-01-15")

    summer = ["2020-10-22", "2020-10-27", "2020-10-29"]
    winter = ["2020-11-03", "2020-11-05", "2020-11-10", "2020-11-12", "2020-11-17"]
    winter += ["2020-11-19", "2020-11-24", "2020-11-26", "2020-12-01", "2020-12-03"]
    winter += ["2020-12-08", "2020-12-10", "2020-12-15", "2020-12-17"]
    assert shown(reading.busy) == [
        *daily(summer, "14:35 / 15:50"),
        *daily(winter, "15:35 / 16:50"),
    ]
    assert reading.unread == ()


def test_every_other_week() -> None:
    """Mon and Thu 09:00-19:00 in US/Central (-5) every other week from the week of
    12 February 2017: weeks of 4 and 18 June, 2, 16 and 30 July, 13 August. Excepted: 6,
    17 and 20 July, 3 August. 14 August 14:00Z is after the end (04:59:59Z), but the
    second event starts there: Mon and Tue 14:00Z-00:00Z every other week for good. Its
    exceptions are at 06:00 and on a Thursday and fit nothing: 18 and 19 December stay
    closed, which is told."""
    source = shared("biweekly-exdate-until.ics")
    reading = read(source, since="2017-06-01", until="2018-01-10")

    first = ["2017-06-05", "2017-06-08", "2017-06-19", "2017-06-22", "2017-07-03"]
    first += ["2017-07-31"]
    second = ["2017-08-14", "2017-08-15", "2017-08-28", "2017-08-29", "2017-09-11"]
    second += ["2017-09-12", "2017-09-25", "2017-09-26", "2017-10-09", "2017-10-10"]
    second += ["2017-10-23", "2017-10-24", "2017-11-06", "2017-11-07", "2017-11-20"]
    second += ["2017-11-21", "2017-12-04", "2017-12-05", "2017-12-18", "2017-12-19"]
    second += ["2018-01-01", "2018-01-02"]
    starts = [each.start.strftime("%Y-%m-%d") for each in reading.busy]
    assert starts == first + second
    assert {each.start.strftime("%H:%M") for each in reading.busy} == {"14:00"}
    assert {each.end - each.start for each in reading.busy} == {TEN_HOURS}
    assert told(reading) == ["One repeating event has exceptions at"]


def test_whole_days_from_exchange_that_are_free() -> None:
    """Both events are transparent and FREE: nothing is closed, nothing to be told."""
    source = shared("exchange_whole_day_moved_recurrence.ics")
    reading = read(source, zone="Europe/Berlin", since="2026-02-01", until="2026-09-01")

    assert (shown(reading.busy), reading.events, reading.unread) == ([], 2, ())


def test_whole_days_from_exchange_if_they_were_busy() -> None:
    """The same made busy. Tue and Thu from 19 February 2026, with the 26th moved to the
    27th; the end, 17 August 22:00Z, is midnight in Berlin, so Tuesday the 18th is in.
    Berlin is at +1 until 29 March and +2 after."""
    source = shared("exchange_whole_day_moved_recurrence.ics")
    source = source.replace(b":TRANSPARENT", b":OPAQUE").replace(b":FREE", b":BUSY")

    spring = read(source, zone="Europe/Berlin", since="2026-02-15", until="2026-03-06")
    august = read(source, zone="Europe/Berlin", since="2026-08-10", until="2026-09-01")
    assert shown(spring.busy) == [
        "2026-02-18 23:00 / 2026-02-19 23:00",
        "2026-02-23 23:00 / 2026-02-24 23:00",
        "2026-02-26 23:00 / 2026-02-27 23:00",
        "2026-03-02 23:00 / 2026-03-03 23:00",
        "2026-03-04 23:00 / 2026-03-05 23:00",
    ]
    assert shown(august.busy) == [
        "2026-08-10 22:00 / 2026-08-11 22:00",
        "2026-08-12 22:00 / 2026-08-13 22:00",
        "2026-08-17 22:00 / 2026-08-18 22:00",
    ]


@pytest.mark.parametrize(
    ("zone", "worked_out", "unread"),
    [
        # The file's only zone is Toronto's by another name: nothing to be told.
        (TORONTO, ["2025-06-10 18:00 / 19:00"], []),
        # At -7 in June 2025.
        (
            "America/Vancouver",
            ["2025-06-10 21:00 / 22:00"],
            ["One event names no time zone,"],
        ),
    ],
)
def test_a_floating_time(zone: str, worked_out: list[str], unread: list[str]) -> None:
    """14:00-15:00 on 10 June 2025 wherever the counsellor is."""
    source = shared("floating-dtstart-custom-vtimezone.ics")
    reading = read(source, zone=zone, since="2025-06-01", until="2025-07-01")

    assert (shown(reading.busy), told(reading)) == (worked_out, unread)


def test_a_free_event_in_a_zone_nobody_knows() -> None:
    """Transparent, so that its zone does not matter."""
    source = shared("germany_at_end_of_day_repeating.ics")
    reading = read(source, since="2024-10-01", until="2024-11-01")

    assert (shown(reading.busy), reading.events, reading.unread) == ([], 1, ())


def test_a_busy_event_in_a_zone_nobody_knows() -> None:
    """The same made busy: 23:00-00:00 four nights from 22 October 2024, read in Toronto
    (-4), where it is 03:00Z to 04:00Z of the next day."""
    source = shared("germany_at_end_of_day_repeating.ics")
    source = source.replace(b"TRANSPARENT", b"OPAQUE")
    reading = read(source, since="2024-10-01", until="2024-11-01")

    days = ["2024-10-23", "2024-10-24", "2024-10-25", "2024-10-26"]
    assert shown(reading.busy) == daily(days, "03:00 / 04:00")
    assert told(reading) == ["One event names a time zone"]


def test_one_time_cancelled() -> None:
    """22:00-23:00 in Berlin (+1) on 28, 29 and 30 January 2020, the 29th cancelled."""
    source = shared("issue_18_cancel_status.ics")
    reading = read(source, since="2020-01-01", until="2020-03-01")

    days = ["2020-01-28", "2020-01-30"]
    assert shown(reading.busy) == daily(days, "21:00 / 22:00")


def test_thunderbird() -> None:
    """09:00-10:00 in London (+1) on 23 to 27 April 2025, the 24th at 11:00 instead; the
    change to the 25th is one of place only. The end is the last one's start."""
    source = shared("issue_223_thunderbird.ics")
    reading = read(source, since="2025-04-01", until="2025-05-15")

    assert shown(reading.busy) == [
        "2025-04-23 08:00 / 09:00",
        "2025-04-24 10:00 / 11:00",
        "2025-04-25 08:00 / 09:00",
        "2025-04-26 08:00 / 09:00",
        "2025-04-27 08:00 / 09:00",
    ]


def test_this_and_future() -> None:
    """12:00Z-14:00Z every other day from 1 September 2024. From the 13th on three hours
    earlier and seven hours long: that holds for the extra date, the 14th at 09:00, too,
    which is at 06:00 then. The 15th alone is at 17:00 for two hours. From the 21st on a
    day, two hours and 22 minutes later than at first, for 1:51. The end is a date, 20
    September 2025, and an even number of days (384) after the first: it is in, as a
    date closes its day, and is on the 21st."""
    source = shared("issue_75_range_parameter.ics")
    reading = read(source, since="2024-09-01", until="2024-10-01")
    ending = read(source, since="2025-09-18", until="2025-10-01")

    assert shown(reading.busy) == [
        "2024-09-01 12:00 / 14:00",
        "2024-09-03 12:00 / 14:00",
        "2024-09-05 12:00 / 14:00",
        "2024-09-07 12:00 / 14:00",
        "2024-09-09 12:00 / 14:00",
        "2024-09-11 12:00 / 14:00",
        "2024-09-13 09:00 / 16:00",
        "2024-09-14 06:00 / 13:00",
        "2024-09-15 17:00 / 19:00",
        "2024-09-17 09:00 / 16:00",
        "2024-09-19 09:00 / 16:00",
        "2024-09-22 14:22 / 16:13",
        "2024-09-24 14:22 / 16:13",
        "2024-09-26 14:22 / 16:13",
        "2024-09-28 14:22 / 16:13",
        "2024-09-30 14:22 / 16:13",
    ]
    assert shown(ending.busy) == daily(["2025-09-19", "2025-09-21"], "14:22 / 16:13")


def test_an_end_in_local_time() -> None:
    """14:00-15:00 in New York daily, 1 to 15 March 2024: -5 until the 10th, then -4.
    The end, the 15th at 14:00 there, lets the 15th in."""
    source = shared("non-utc-until-ny.ics")
    reading = read(source, since="2024-02-15", until="2024-04-01")

    winter = [f"2024-03-{day:02}" for day in range(1, 10)]
    summer = [f"2024-03-{day:02}" for day in range(10, 16)]
    assert shown(reading.busy) == [
        *daily(winter, "19:00 / 20:00"),
        *daily(summer, "18:00 / 19:00"),
    ]


def test_a_quoted_windows_zone() -> None:
    """12:00 Eastern (-4, 16:00Z) until 13:00 in Los Angeles (-7, 20:00Z), ten days from
    6 July 2015. The exceptions are at 12:00 in Los Angeles, 19:00Z, when nothing
    starts: the 8th and the 10th stay closed, and that is told."""
    source = shared("windows-quoted-tz-rrule.ics")
    reading = read(source, since="2015-07-01", until="2015-08-01")

    days = [f"2015-07-{day:02}" for day in range(6, 16)]
    assert shown(reading.busy) == daily(days, "16:00 / 20:00")
    assert told(reading) == ["One repeating event has exceptions at"]
