"""Whole files, each with the list of what it closes worked out by hand.

The lists are in UTC. How each came about stands above it. Offsets used: Toronto -4
until 1 November 2026 06:00Z and -5 after; Berlin +2 until 25 October 2026 and +1 after;
Chicago -5 and -6 on Toronto's dates; Vancouver -7 all winter, from 2026 on.
"""

import pytest

from tests.integrations.calendar_files import (
    HERE,
    TORONTO,
    daily,
    read,
    shown,
    told,
)


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
