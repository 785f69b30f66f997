"""Whole files, each with the list of what it closes worked out by hand.

The lists are in UTC. How each came about stands above it. Offsets used: Toronto -4
until 1 November 2026 06:00Z and -5 after; Berlin +2 until 25 October 2026 and +1 after;
Chicago -5 and -6 on Toronto's dates; Vancouver -7 all winter, from 2026 on.
"""

from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest

from tests.integrations.calendar_files import (
    HERE,
    SHARED,
    TORONTO,
    daily,
    read,
    shown,
    told,
)
from tests.needs import need

TEN_HOURS: Final = timedelta(hours=10)


def test_an_exchange_meeting_with_a_windows_zone_an_exception_and_a_move() -> None:
    """Tue and Thu 10:35-11:50 Eastern from 13 October until 12 November inclusive.

    27 October is excepted; 5 November is moved to Friday the 6th, 13:00-14:15 (-5).
    Tentative on the 9th, out of office on the 16th and working elsewhere on the 17th
    close; free on the 9th and cancelled on the 18th do not. The alarm's own DURATION
    is not the meeting's.
    """
    reading = read(
        (HERE / "exchange_weekly.ics").read_bytes(),
        since="2026-10-20",
        until="2026-12-01",
    )

    assert shown(reading.busy) == [
        "2026-10-20 14:35 / 15:50",
        "2026-10-22 14:35 / 15:50",
        "2026-10-29 14:35 / 15:50",
        "2026-11-03 15:35 / 16:50",
        "2026-11-06 18:00 / 19:15",
        "2026-11-09 14:00 / 15:00",
        "2026-11-10 15:35 / 16:50",
        "2026-11-12 15:35 / 16:50",
        "2026-11-16 13:00 / 22:00",
        "2026-11-17 14:00 / 15:00",
    ]
    assert reading.events == 7
    assert reading.unread == ()


@pytest.mark.parametrize(
    ("zone", "worked_out"),
    [
        (
            "Europe/Berlin",
            [
                "2026-10-12 22:00 / 2026-10-13 22:00",
                "2026-10-14 22:00 / 2026-10-15 22:00",
                "2026-10-22 22:00 / 2026-10-23 22:00",
                "2026-10-26 23:00 / 2026-10-27 23:00",
            ],
        ),
        (
            TORONTO,
            [
                "2026-10-13 04:00 / 2026-10-14 04:00",
                "2026-10-15 04:00 / 2026-10-16 04:00",
                "2026-10-23 04:00 / 2026-10-24 04:00",
                "2026-10-27 04:00 / 2026-10-28 04:00",
            ],
        ),
    ],
)
def test_whole_days_from_exchange_are_the_counsellors_own_days(
    zone: str, worked_out: list[str]
) -> None:
    """Tue and Thu from 13 October; the 20th excepted, the 22nd moved to the 23rd.

    All of that is given as midnight in Berlin, and so is the end: 26 October 23:00Z is
    midnight there (+1), so that the 27th is the last day, for whoever reads it.
    """
    source = (HERE / "exchange_whole_days.ics").read_bytes()

    assert shown(read(source, zone=zone).busy) == worked_out


def test_the_packaged_zone_wins_over_the_one_that_thunderbird_wrote() -> None:
    """09:00-10:00 in Vancouver, 30 November until 4 December, the 1st at 11:00.

    The file still puts Vancouver at -8 in winter. The law says -7: 09:00 is 16:00Z. The
    last day's limit of 17:00Z, reckoned with -8, lets the 4th in all the same.
    """
    reading = read((HERE / "thunderbird_daily.ics").read_bytes())

    assert shown(reading.busy) == [
        "2026-11-30 16:00 / 17:00",
        "2026-12-01 18:00 / 19:00",
        "2026-12-02 16:00 / 17:00",
        "2026-12-03 16:00 / 17:00",
        "2026-12-04 16:00 / 17:00",
    ]
    assert reading.unread == ()


def test_a_zone_described_in_the_file_and_times_without_any() -> None:
    """Wednesdays 14:00 in the file's own zone: -4 on 28 October, -5 on 4 November.

    The event without a zone is at 14:00 in Edmonton, which is at -6 from 2026 on. The
    file describes another zone, so the counsellor is told.
    """
    reading = read(
        (HERE / "floating_and_own_zone.ics").read_bytes(), zone="America/Edmonton"
    )

    assert shown(reading.busy) == [
        "2026-10-28 18:00 / 19:00",
        "2026-11-04 19:00 / 20:00",
        "2026-11-10 20:00 / 21:00",
    ]
    assert told(reading) == ["One event names no time zone,"]


def test_changes_to_this_and_all_later_times() -> None:
    """Mondays 09:00 from 5 October; from the 19th on Tuesdays 13:30-15:00 instead.

    2 November alone is Wednesday the 4th, 08:00-08:30; from the 16th on all is
    cancelled. The shift is one of wall time: 13:30 is 17:30Z before 1 November and
    18:30Z after.
    """
    reading = read((HERE / "this_and_future.ics").read_bytes(), until="2027-06-01")

    assert shown(reading.busy) == [
        "2026-10-05 13:00 / 14:00",
        "2026-10-12 13:00 / 14:00",
        "2026-10-20 17:30 / 19:00",
        "2026-10-27 17:30 / 19:00",
        "2026-11-04 13:00 / 13:30",
        "2026-11-10 18:30 / 20:00",
    ]


def test_what_is_cancelled_closes_nothing() -> None:
    """22:00-23:00 in Berlin (+1) on 9, 10 and 11 November, the 10th cancelled."""
    reading = read((HERE / "one_time_cancelled.ics").read_bytes())

    assert shown(reading.busy) == [
        "2026-11-09 21:00 / 22:00",
        "2026-11-11 21:00 / 22:00",
    ]
    assert reading.events == 3


def test_every_other_week_with_a_folded_list_of_exceptions() -> None:
    """Mon and Thu 09:00-10:00 in Chicago every other week, weeks from Sunday.

    Weeks of 4 and 18 October, 1, 15 and 29 November. 5 October is before the first;
    19 October and 2 November are excepted; 30 November 15:00Z is after the end
    (05:59:59Z). Whole days 11, 12 and 13 November in Toronto (-5). Tuesdays 20:00Z
    four times from 3 November: the 10th is excepted as a date; the exception on the
    17th is at 06:00, when nothing takes place, so that day stays closed, and is told.
    """
    reading = read((HERE / "google_biweekly.ics").read_bytes())

    assert shown(reading.busy) == [
        "2026-10-08 14:00 / 15:00",
        "2026-10-22 14:00 / 15:00",
        "2026-11-03 20:00 / 21:00",
        "2026-11-05 15:00 / 16:00",
        "2026-11-11 05:00 / 2026-11-14 05:00",
        "2026-11-16 15:00 / 16:00",
        "2026-11-17 20:00 / 21:00",
        "2026-11-19 15:00 / 16:00",
        "2026-11-24 20:00 / 21:00",
    ]
    assert told(reading) == ["One repeating event has exceptions at"]


def test_zones_by_the_names_that_outlook_shows() -> None:
    """12:00 Eastern is 17:00Z, 10:00 in Los Angeles (-8) is 18:00Z; 9, 10, 11 November.

    The exception is 09:00 in Los Angeles on the 10th: the same instant, so it counts.
    Saskatchewan is at -6: 15:00Z. 20:00 in Berlin is 19:00Z.
    """
    reading = read((HERE / "outlook_shown_names.ics").read_bytes())

    assert shown(reading.busy) == [
        "2026-11-09 15:00 / 16:00",
        "2026-11-09 17:00 / 18:00",
        "2026-11-09 19:00 / 20:00",
        "2026-11-09 22:00 / 22:30",
        "2026-11-11 17:00 / 18:00",
    ]
    assert reading.unread == ()


def test_busy_times_published_without_events() -> None:
    """14:00-15:00Z and the half hour after it on the 9th are one stretch."""
    reading = read((HERE / "free_busy.ics").read_bytes())

    assert shown(reading.busy) == [
        "2026-11-09 14:00 / 15:30",
        "2026-11-10 14:00 / 15:00",
        "2026-11-11 14:00 / 15:00",
    ]
    assert told(reading) == ["One busy time cannot be read"]


def test_lengths_of_all_kinds() -> None:
    """In Toronto.

    A day from 31 October 22:00 (-4) ends on 1 November at 22:00 (-5): 25 hours. Eight
    hours from 13 March 23:00 (-5) are eight hours, until 12:00Z. What ends before it
    starts (13 November, 15:00) and what has no readable end (the 16th, 15:00) close
    the rest of the day. Nothing long and no end on the 3rd close nothing.
    """
    reading = read((HERE / "lengths.ics").read_bytes(), until="2027-04-01")

    assert shown(reading.busy) == [
        "2026-11-01 02:00 / 2026-11-02 03:00",
        "2026-11-02 14:00 / 15:30",
        "2026-11-04 05:00 / 2026-11-05 05:00",
        "2026-11-06 05:00 / 2026-11-07 05:00",
        "2026-11-10 23:00 / 2026-11-12 17:00",
        "2026-11-13 20:00 / 2026-11-14 05:00",
        "2026-11-16 20:00 / 2026-11-17 05:00",
        "2026-11-18 05:00 / 2026-11-20 05:00",
        "2027-03-14 04:00 / 12:00",
    ]
    assert told(reading) == [
        "2 events have no length and",
        "2 events have no readable end,",
    ]


def test_a_damaged_file_gives_what_can_be_read_and_says_what_cannot() -> None:
    """With a byte order mark and bare line feeds.

    The zone nobody knows is read as Toronto's: 09:00 is 14:00Z. The rule nobody knows
    closes its first time; the one until "Christmas" goes on, Mondays 14:00Z.
    """
    reading = read((HERE / "damaged.ics").read_bytes(), until="2026-12-01")

    assert shown(reading.busy) == daily(
        [
            "2026-11-09",
            "2026-11-10",
            "2026-11-11",
            "2026-11-12",
            "2026-11-13",
            "2026-11-16",
            "2026-11-17",
            "2026-11-18",
            "2026-11-23",
            "2026-11-30",
        ],
        "14:00 / 15:00",
    )
    assert reading.events == 8
    assert reading.unread == (
        "2 events have no readable start and are left out. Block that time by hand.",
        (
            "One event names a time zone not known here and is read in yours. "
            "Compare with your calendar."
        ),
        (
            "One event repeats in a way that cannot be read; its first time is closed. "
            "Block the other times by hand."
        ),
        (
            "One repeating event has no readable last day and goes on without an end. "
            "Compare with your calendar."
        ),
        (
            "One repeating event has extra dates that cannot be read and are left out. "
            "Block those times by hand."
        ),
        (
            "One repeating event has exceptions that cannot be read; they stay closed. "
            "Compare with your calendar."
        ),
        "2 lines of the file are damaged and are skipped. Compare with your calendar.",
    )


def shared(name: str) -> bytes:
    file = SHARED / name
    if not SHARED.is_dir():
        pytest.skip("The calendars of other programs do not lie beside this checkout.")
    need(file.exists(), f"the calendar {name}")
    return Path(file).read_bytes()


def test_shared_a_customised_zone() -> None:
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


def test_shared_every_other_week() -> None:
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


def test_shared_whole_days_from_exchange_that_are_free() -> None:
    """Both events are transparent and FREE: nothing is closed, nothing to be told."""
    source = shared("exchange_whole_day_moved_recurrence.ics")
    reading = read(source, zone="Europe/Berlin", since="2026-02-01", until="2026-09-01")

    assert (shown(reading.busy), reading.events, reading.unread) == ([], 2, ())


def test_shared_whole_days_from_exchange_if_they_were_busy() -> None:
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
def test_shared_a_floating_time(
    zone: str, worked_out: list[str], unread: list[str]
) -> None:
    """14:00-15:00 on 10 June 2025 wherever the counsellor is."""
    source = shared("floating-dtstart-custom-vtimezone.ics")
    reading = read(source, zone=zone, since="2025-06-01", until="2025-07-01")

    assert (shown(reading.busy), told(reading)) == (worked_out, unread)


def test_shared_a_free_event_in_a_zone_nobody_knows() -> None:
    """Transparent, so that its zone does not matter."""
    source = shared("germany_at_end_of_day_repeating.ics")
    reading = read(source, since="2024-10-01", until="2024-11-01")

    assert (shown(reading.busy), reading.events, reading.unread) == ([], 1, ())


def test_shared_a_busy_event_in_a_zone_nobody_knows() -> None:
    """The same made busy: 23:00-00:00 four nights from 22 October 2024, read in Toronto
    (-4), where it is 03:00Z to 04:00Z of the next day."""
    source = shared("germany_at_end_of_day_repeating.ics")
    source = source.replace(b"TRANSPARENT", b"OPAQUE")
    reading = read(source, since="2024-10-01", until="2024-11-01")

    days = ["2024-10-23", "2024-10-24", "2024-10-25", "2024-10-26"]
    assert shown(reading.busy) == daily(days, "03:00 / 04:00")
    assert told(reading) == ["One event names a time zone"]


def test_shared_one_time_cancelled() -> None:
    """22:00-23:00 in Berlin (+1) on 28, 29 and 30 January 2020, the 29th cancelled."""
    source = shared("issue_18_cancel_status.ics")
    reading = read(source, since="2020-01-01", until="2020-03-01")

    days = ["2020-01-28", "2020-01-30"]
    assert shown(reading.busy) == daily(days, "21:00 / 22:00")


def test_shared_thunderbird() -> None:
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


def test_shared_this_and_future() -> None:
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


def test_shared_an_end_in_local_time() -> None:
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


def test_shared_a_quoted_windows_zone() -> None:
    """12:00 Eastern (-4, 16:00Z) until 13:00 in Los Angeles (-7, 20:00Z), ten days from
    6 July 2015. The exceptions are at 12:00 in Los Angeles, 19:00Z, when nothing
    starts: the 8th and the 10th stay closed, and that is told."""
    source = shared("windows-quoted-tz-rrule.ics")
    reading = read(source, since="2015-07-01", until="2015-08-01")

    days = [f"2015-07-{day:02}" for day in range(6, 16)]
    assert shown(reading.busy) == daily(days, "16:00 / 20:00")
    assert told(reading) == ["One repeating event has exceptions at"]
