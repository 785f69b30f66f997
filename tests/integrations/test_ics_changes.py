"""Versions of an event, and changes to single times of it or to all later ones."""

from tests.integrations.calendar_files import (
    MONDAY,
    MONDAY_CLOSED,
    calendar,
    changed,
    closed,
    daily,
    event,
    read,
    shown,
    toronto,
)


def test_a_change_is_found_by_its_instant_in_whatever_zone_it_is_given() -> None:
    parts = [
        event(
            *toronto("20261109T090000", "20261109T100000"), "RRULE:FREQ=DAILY;COUNT=2"
        ),
        changed(":20261110T140000Z", "20261110T200000Z", "20261110T210000Z"),
    ]

    assert closed(*parts) == [*MONDAY_CLOSED, "2026-11-10 20:00 / 21:00"]


def test_a_change_given_as_a_date_replaces_that_days_time() -> None:
    parts = [
        event(
            *toronto("20261109T090000", "20261109T100000"), "RRULE:FREQ=DAILY;COUNT=2"
        ),
        changed(";VALUE=DATE:20261110", "20261110T200000Z", "20261110T210000Z"),
    ]

    assert closed(*parts) == [*MONDAY_CLOSED, "2026-11-10 20:00 / 21:00"]


def test_a_change_may_free_one_time_of_a_busy_series() -> None:
    parts = [
        event(*MONDAY, "RRULE:FREQ=DAILY;COUNT=2"),
        changed(
            ":20261110T140000Z",
            "20261110T140000Z",
            "20261110T150000Z",
            "TRANSP:TRANSPARENT",
        ),
    ]

    assert closed(*parts) == MONDAY_CLOSED


def test_a_change_may_take_place_in_a_cancelled_series() -> None:
    parts = [
        event(*MONDAY, "RRULE:FREQ=DAILY;COUNT=2", "STATUS:CANCELLED"),
        changed(":20261110T140000Z", "20261110T200000Z", "20261110T210000Z"),
    ]

    assert closed(*parts) == ["2026-11-10 20:00 / 21:00"]


def test_a_time_excepted_and_changed_takes_place_as_changed() -> None:
    # Some programs write both for a time that was moved.
    parts = [
        event(*MONDAY, "RRULE:FREQ=DAILY;COUNT=2", "EXDATE:20261110T140000Z"),
        changed(":20261110T140000Z", "20261110T200000Z", "20261110T210000Z"),
    ]

    assert closed(*parts) == [*MONDAY_CLOSED, "2026-11-10 20:00 / 21:00"]


def test_the_newest_of_several_changes_to_one_time_counts() -> None:
    parts = [
        event(*MONDAY, "RRULE:FREQ=DAILY;COUNT=1"),
        changed(
            ":20261109T140000Z", "20261109T180000Z", "20261109T190000Z", "SEQUENCE:10"
        ),
        changed(
            ":20261109T140000Z", "20261109T160000Z", "20261109T170000Z", "SEQUENCE:9"
        ),
    ]

    assert closed(*parts) == ["2026-11-09 18:00 / 19:00"]


def test_a_change_without_its_series_closes_its_own_time() -> None:
    reading = read(
        calendar(changed(":20261110T140000Z", "20261110T200000Z", "20261110T210000Z"))
    )

    assert shown(reading.busy) == ["2026-11-10 20:00 / 21:00"]
    assert reading.unread == ()


def test_a_change_to_all_later_times_without_its_series_is_told() -> None:
    change = changed(
        ";RANGE=THISANDFUTURE:20261110T140000Z", "20261110T200000Z", "20261110T210000Z"
    )

    reading = read(calendar(change))

    assert shown(reading.busy) == ["2026-11-10 20:00 / 21:00"]
    assert reading.unread == (
        (
            "One change is for all later times of an event that is not in the file. "
            "Block those later times by hand."
        ),
    )


def test_a_change_to_all_later_times_keeps_its_length_on_the_wall() -> None:
    # 09:00 becomes 10:30 for a length of 45 minutes from 26 October on (-4, then -5).
    parts = [
        event(
            *toronto("20261019T090000", "20261019T100000"), "RRULE:FREQ=WEEKLY;COUNT=3"
        ),
        event(
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Toronto:20261026T090000",
            "DTSTART;TZID=America/Toronto:20261026T103000",
            "DURATION:PT45M",
        ),
    ]

    assert closed(*parts) == [
        "2026-10-19 13:00 / 14:00",
        "2026-10-26 14:30 / 15:15",
        "2026-11-02 15:30 / 16:15",
    ]


def test_a_change_to_all_later_times_keeps_a_length_given_as_one() -> None:
    # From 24 October on eight hours from 23:00; on the 31st until 06:00 at -5.
    parts = [
        event(
            *toronto("20261017T230000", "20261018T070000"), "RRULE:FREQ=WEEKLY;COUNT=3"
        ),
        event(
            "RECURRENCE-ID;RANGE=THISANDFUTURE;TZID=America/Toronto:20261024T230000",
            "DTSTART;TZID=America/Toronto:20261024T230000",
            "DURATION:PT8H",
        ),
    ]

    assert closed(*parts) == [
        "2026-10-18 03:00 / 11:00",
        "2026-10-25 03:00 / 11:00",
        "2026-11-01 03:00 / 11:00",
    ]


def test_the_newer_version_of_an_event_counts() -> None:
    parts = [
        event(*MONDAY, "SEQUENCE:2"),
        event("DTSTART:20261109T180000Z", "DTEND:20261109T190000Z", "SEQUENCE:1"),
    ]

    assert closed(*parts) == MONDAY_CLOSED


def test_two_events_that_were_given_one_uid_both_close() -> None:
    parts = [
        event(*MONDAY),
        event("DTSTART:20261110T140000Z", "DTEND:20261110T150000Z"),
    ]

    assert closed(*parts) == daily(["2026-11-09", "2026-11-10"], "14:00 / 15:00")


def test_events_without_a_uid_are_events_of_their_own() -> None:
    part = "\r\n".join(["BEGIN:VEVENT", *MONDAY, "END:VEVENT"])

    assert closed(part, part.replace("1109T", "1110T")) == daily(
        ["2026-11-09", "2026-11-10"], "14:00 / 15:00"
    )


def test_a_change_given_as_an_instant_is_not_widened() -> None:
    # The second 01:30 of 1 November is 06:30Z.
    parts = [
        event(
            *toronto("20261101T090000", "20261101T100000"), "RRULE:FREQ=DAILY;COUNT=1"
        ),
        changed(":20261101T140000Z", "20261101T063000Z", "20261101T064500Z"),
    ]

    assert closed(*parts) == ["2026-11-01 06:30 / 06:45"]


OVER = (
    "DTSTART:20100104T140000Z",
    "DTEND:20100104T150000Z",
    "RRULE:FREQ=WEEKLY;UNTIL=20110101T000000Z",
)


def test_a_time_of_a_series_long_over_may_be_moved_to_now() -> None:
    change = changed(":20101227T140000Z", "20261109T140000Z", "20261109T150000Z")

    assert closed(event(*OVER), change) == MONDAY_CLOSED


def test_all_later_times_of_a_series_long_over_may_be_moved_to_now() -> None:
    replaces = ";RANGE=THISANDFUTURE:20101220T140000Z"
    change = changed(replaces, "20261109T140000Z", "20261109T150000Z")

    assert closed(event(*OVER), change) == daily(
        ["2026-11-09", "2026-11-16"], "14:00 / 15:00"
    )


def test_later_times_may_be_moved_to_now_though_the_change_itself_is_past() -> None:
    # From 7 June 2010 on 5971 days later, on Monday 12 October 2026; weekly from there.
    replaces = ";RANGE=THISANDFUTURE:20100607T140000Z"
    change = changed(replaces, "20261012T140000Z", "20261012T150000Z")

    reading = read(
        calendar(event(*OVER), change), since="2026-11-08", until="2026-11-22"
    )

    assert shown(reading.busy) == daily(["2026-11-09", "2026-11-16"], "14:00 / 15:00")
