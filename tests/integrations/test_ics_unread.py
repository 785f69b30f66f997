"""What cannot be read in a calendar file: refused whole, or told, never passed over."""

import pytest

from integrations.calendars.content import calendars
from scheduler.domain.errors import UnknownZone
from scheduler.ports import CalendarUnreadable
from tests.integrations.calendar_files import (
    MONDAY,
    MONDAY_CLOSED,
    calendar,
    event,
    read,
    shown,
    told,
)


@pytest.mark.parametrize(
    "source",
    [
        b"",
        b"\x00\xff\x00",
        b"<!DOCTYPE html><html><body>Sign in</body></html>",
        b"Subject,Start Date,Start Time\nLunch,2026-11-09,12:00\n",
        b"BEGIN:VCARD\r\nVERSION:4.0\r\nFN:Mika Tallow\r\nEND:VCARD\r\n",
        event(*MONDAY).encode(),
    ],
)
def test_a_file_that_is_no_calendar_is_refused_with_the_remedy(source: bytes) -> None:
    with pytest.raises(
        CalendarUnreadable, match=r"not a calendar\. Export the calendar"
    ):
        read(source)


@pytest.mark.parametrize("cut", [30, 60, 100, -16, -3])
def test_a_file_that_ends_in_the_middle_is_refused_whole(cut: int) -> None:
    with pytest.raises(CalendarUnreadable, match="ends in the middle"):
        read(calendar(event(*MONDAY))[:cut])


def test_a_calendar_by_another_reckoning_is_refused() -> None:
    with pytest.raises(CalendarUnreadable, match="Gregorian"):
        read(calendar("CALSCALE:HEBREW", event(*MONDAY)))


def test_an_empty_calendar_says_so() -> None:
    reading = read(calendar())

    assert (shown(reading.busy), reading.events) == ([], 0)
    assert told(reading) == ["There are no events in this"]


def test_working_hours_are_told_and_not_read() -> None:
    hours = (
        "BEGIN:VAVAILABILITY\r\nUID:h\r\nDTSTART:20261101T000000Z\r\nEND:VAVAILABILITY"
    )

    assert told(read(calendar(hours, event(*MONDAY)))) == [
        "The file also holds working hours,"
    ]


@pytest.mark.parametrize(
    "source",
    [
        b"\xef\xbb\xbf" + calendar(event(*MONDAY)),
        calendar(event(*MONDAY)).replace(b"\r\n", b"\n"),
        calendar(event(*MONDAY)).replace(b"\r\n", b"\r"),
        calendar(event(*MONDAY)).decode().encode("utf-16"),
        calendar(event("SUMMARY:Caf\u00e9", *MONDAY)).decode().encode("latin-1"),
        calendar(event(*MONDAY))
        .lower()
        .replace(b"t14", b"T14")
        .replace(b"t15", b"T15"),
        b"\r\n\r\n" + calendar(event(*MONDAY)) + b"\r\n\r\n",
        calendar(event("DTSTART:2026-11-09T14:00:00Z", "DTEND:20261109T1500Z")),
        calendar(event(*MONDAY)).replace(b"DTSTART", b"DTST\r\n ART"),
        calendar(event("DTSTART:20261109T090000-0500", "DTEND:20261109T160000+0100")),
        calendar(event(*MONDAY, "X-NOTE;:broken")),
        calendar("X-JUNK", event("SUMMARY:a:b;c", *MONDAY)),
    ],
)
def test_files_are_read_however_they_are_written(source: bytes) -> None:
    reading = read(source)

    assert (shown(reading.busy), reading.events) == (MONDAY_CLOSED, 1)


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        (("DTSTART:20261109T140000Z,20261110T140000Z",), "One event has no readable"),
        (("DTSTART:",), "One event has no readable start and is left out."),
        (
            ("DTSTART:20261309T140000Z",),
            "One event has no readable start and is left out.",
        ),
        (
            ("DTSTART:20261109T250000Z",),
            "One event has no readable start and is left out.",
        ),
        ((*MONDAY, "RRULE:FREQ=DAILY;INTERVAL=0"), "One event repeats in a way"),
        ((*MONDAY, "RRULE:INTERVAL=2"), "One event repeats in a way"),
        ((*MONDAY, "RRULE:FREQ=DAILY;BYEASTER=0"), "One event repeats in a way"),
        ((*MONDAY, "RRULE:FREQ=DAILY;BYHOUR=25"), "One event repeats in a way"),
        (
            (*MONDAY, "RRULE:FREQ=HOURLY;INTERVAL=24;BYHOUR=5"),
            "One event repeats in a way",
        ),
        ((*MONDAY, "RRULE:FREQ=HOURLY;BYSETPOS=2"), "One event repeats in a way"),
        ((*MONDAY, "RRULE:FREQ=YEARLY;RSCALE=CHINESE"), "One event repeats in a way"),
        ((*MONDAY, "RRULE:FREQ=YEARLY;SKIP=FORWARD"), "One event repeats in a way"),
        ((*MONDAY, "RRULE;X:FREQ=DAILY"), "One line of the file is damaged"),
        ((*MONDAY, "RRULE=FREQ=DAILY"), "One line of the file is damaged"),
        ((*MONDAY, "EXRULE:FREQ=DAILY"), "One repeating event has exceptions that"),
        ((*MONDAY, "RECURRENCE-ID:then"), "One repeating event has exceptions that"),
    ],
)
def test_what_cannot_be_read_is_told(lines: tuple[str, ...], sentence: str) -> None:
    reading = read(calendar(event(*lines)))

    (only,) = reading.unread
    assert only.startswith(sentence)
    assert shown(reading.busy) == (MONDAY_CLOSED if lines[0] == MONDAY[0] else [])


def test_a_trouble_is_counted_once_an_event_however_often_it_takes_place() -> None:
    lines = ("DTSTART;TZID=Mars/Olympus:20261109T090000", "RRULE:FREQ=DAILY;COUNT=5")

    reading = read(calendar(event(*lines, "DURATION:PT1H")))

    assert told(reading) == ["One event names a time zone"]


def test_troubles_outside_the_window_are_not_told() -> None:
    lines = ("DTSTART;TZID=Mars/Olympus:20200109T090000", "DURATION:PT1H")

    assert read(calendar(event(*lines))).unread == ()


def test_nothing_of_an_event_gets_out_but_when(
    caplog: pytest.LogCaptureFixture,
) -> None:
    secret = "Zebra-Canary"
    lines = [f"{name}:{secret}" for name in ("SUMMARY", "LOCATION", "DESCRIPTION")]
    lines += [f"ATTENDEE;CN={secret}:MAILTO:{secret}@example.org", f"X-NOTE:{secret}"]
    lines += [f"EXDATE:{secret}", f"RDATE:{secret}", f"RRULE:FREQ={secret}"]
    parts = [
        event(*MONDAY, *lines, uid=secret),
        event(f"DTSTART:{secret}", *lines, uid=f"{secret}2"),
        event(
            f"DTSTART;TZID={secret}:20261110T090000", f"DTEND:{secret}", secret, uid="3"
        ),
    ]

    kept = calendars(calendar(event(*MONDAY, *lines[:5])))
    reading = read(calendar(*parts))

    assert secret not in repr(kept)
    assert len(reading.unread) >= 5
    assert secret not in f"{reading!r} {reading.busy!r} {reading.unread} {caplog.text}"


def test_an_error_says_nothing_of_the_file() -> None:
    with pytest.raises(CalendarUnreadable) as raised:
        read(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:Zebra-Canary\r\n")

    assert "Zebra" not in f"{raised.value!r} {raised.value}"


def test_an_unknown_zone_of_the_counsellor_is_refused() -> None:
    with pytest.raises(UnknownZone):
        read(calendar(event(*MONDAY)), zone="Mars/Olympus")


@pytest.mark.parametrize(
    ("since", "until"), [("2026-11-02", "2026-11-01"), ("2026-11-01",) * 2]
)
def test_an_empty_window_is_a_mistake_of_the_caller(since: str, until: str) -> None:
    with pytest.raises(ValueError, match="ends after it starts"):
        read(calendar(event(*MONDAY)), since=since, until=until)
