"""No file, however it is made, keeps a page waiting or is used by half."""

from datetime import MAXYEAR, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integrations.calendars.budget import Limits
from integrations.calendars.rules import far, near
from scheduler.ports import CalendarUnreadable
from tests.integrations.calendar_files import MONDAY, calendar, event, read, shown, told

LONG_AGO = ("DTSTART:16010101T140000Z", "DTEND:16010101T150000Z")
NEVER = "BYMONTH=2;BYMONTHDAY=30"


def many(number: int, *lines: str) -> bytes:
    return calendar(*(event(*lines, uid=str(each)) for each in range(number)))


def test_a_file_over_the_size_is_refused_before_it_is_read() -> None:
    source = calendar(event(*MONDAY, f"DESCRIPTION:{'x' * 10_000_000}"))

    with pytest.raises(
        CalendarUnreadable, match=r"larger than 2 MB\. Export a shorter"
    ):
        read(source)


def test_a_file_of_just_the_size_is_read() -> None:
    source = calendar(event(*MONDAY))

    assert read(source, limits=Limits(size=len(source))).events == 1
    with pytest.raises(CalendarUnreadable, match="larger than"):
        read(source, limits=Limits(size=len(source) - 1))


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY",
        "FREQ=SECONDLY;INTERVAL=30;COUNT=1000000000",
        (
            "FREQ=DAILY;BYHOUR=0,1,2,3,4,5,6,7,8,9;BYMINUTE=0,5,10,15,20,25,30,35,40,45;"
            "BYSECOND=0,5,10,15,20,25,30,35,40,45"
        ),
    ],
)
@pytest.mark.parametrize("lines", [MONDAY, LONG_AGO])
def test_a_rule_without_measure_is_refused(lines: tuple[str, str], rule: str) -> None:
    with pytest.raises(
        CalendarUnreadable, match=r"(repeats so often|more than 20,000)"
    ):
        read(calendar(event(*lines, f"RRULE:{rule}")), until="2027-12-01")


def test_a_short_run_by_the_second_is_no_harm() -> None:
    lines = (
        "DTSTART:20261109T140000Z",
        "DURATION:PT1S",
        "RRULE:FREQ=SECONDLY;COUNT=60",
    )

    assert shown(read(calendar(event(*lines))).busy) == ["2026-11-09 14:00 / 14:01"]


@pytest.mark.parametrize("lines", [MONDAY, LONG_AGO])
@pytest.mark.parametrize(
    "rule",
    [
        *(f"FREQ={freq};{NEVER}" for freq in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")),
        "FREQ=YEARLY;BYWEEKNO=53;BYMONTH=6",
        "FREQ=DAILY;INTERVAL=7;BYDAY=SU",
        "FREQ=DAILY;INTERVAL=99999999999999999999",
        f"FREQ=SECONDLY;BYHOUR=23;{NEVER};UNTIL=20261110T000000Z",
        f"FREQ=MINUTELY;BYHOUR=23;{NEVER};UNTIL=20261110T000000Z",
        f"FREQ=HOURLY;{NEVER};COUNT=9;UNTIL=20261110T000000Z",
        "FREQ=HOURLY;BYSETPOS=99;UNTIL=20261110T000000Z",
    ],
)
def test_a_rule_that_fits_no_day_comes_to_an_end(
    lines: tuple[str, str], rule: str
) -> None:
    """Each of these keeps the library busy for seconds, or for days, if it is let."""
    try:
        busy = shown(read(calendar(event(*lines, f"RRULE:{rule}"))).busy)
    except CalendarUnreadable:
        assert lines is LONG_AGO
        assert "HOURLY" in rule
    else:
        assert busy == (["2026-11-09 14:00 / 15:00"] if lines is MONDAY else [])


def test_more_times_than_the_limit_are_refused_not_cut_off() -> None:
    lines = (*MONDAY, "RRULE:FREQ=DAILY")

    assert len(read(calendar(event(*lines)), limits=Limits(times=60)).busy) == 52
    with pytest.raises(
        CalendarUnreadable, match=r"more than 50 times\. Export a shorter"
    ):
        read(calendar(event(*lines)), limits=Limits(times=50))


def test_busy_times_without_events_are_counted_too() -> None:
    lines = [f"FREEBUSY:20261109T14{minute:02}00Z/PT1M" for minute in range(30)]
    block = "\r\n".join(["BEGIN:VFREEBUSY", *lines, "END:VFREEBUSY"])

    assert shown(read(calendar(block)).busy) == ["2026-11-09 14:00 / 14:30"]
    assert read(calendar(block), limits=Limits(times=30)).busy
    with pytest.raises(CalendarUnreadable, match="more than 29 times"):
        read(calendar(block), limits=Limits(times=29))


def test_all_rules_together_have_a_limit() -> None:
    source = many(10, *MONDAY, "RRULE:FREQ=WEEKLY")

    assert read(source, limits=Limits(steps=100)).events == 10
    with pytest.raises(CalendarUnreadable, match="repeats so often"):
        read(source, limits=Limits(steps=50))


def test_what_ended_long_ago_costs_nothing() -> None:
    lines = ("DTSTART:20000101T140000Z", "RRULE:FREQ=DAILY;UNTIL=20110101T000000Z")

    assert read(many(10, *lines), limits=Limits(steps=10)).events == 10


@given(wall=st.datetimes(datetime(1604, 1, 1), datetime(2396, 12, 31)))  # noqa: DTZ001
def test_the_far_years_are_like_ours_and_near_the_last(wall: datetime) -> None:
    """There a rule that fits no day is tried for four centuries, not for eighty."""
    assert far(wall).isocalendar()[1:] == wall.isocalendar()[1:]
    assert far(wall) - far(datetime(2026, 1, 1)) == wall - datetime(2026, 1, 1)  # noqa: DTZ001
    assert MAXYEAR - far(datetime(2026, 1, 1)).year < 400  # noqa: DTZ001
    assert near(far(wall)) == wall


@pytest.mark.parametrize("lines", [MONDAY, (*MONDAY, "RRULE:FREQ=DAILY")])
def test_a_file_that_takes_too_long_is_refused(lines: tuple[str, ...]) -> None:
    """A clock on which every look takes a tenth of a second."""
    assert read(many(20, *lines), pace=0.1).events == 20
    with pytest.raises(CalendarUnreadable, match="takes too long"):
        read(many(200, *lines), pace=0.1)


@pytest.mark.parametrize("kind", ["X-A", "VALARM", "VCALENDAR"])
def test_boxes_within_boxes_are_refused(kind: str) -> None:
    source = b"BEGIN:VCALENDAR\r\n" + f"BEGIN:{kind}\r\n".encode() * 100_000

    with pytest.raises(CalendarUnreadable, match="damaged"):
        read(source)


@pytest.mark.parametrize(
    "line",
    [
        "DTSTART" + ";X=1" * 300_000 + ":20261109T140000Z",
        "DTSTART;X=" + '"a",' * 300_000 + '"b":20261109T140000Z',
        "DTSTART;X=" + " " * 1_500_000 + "b:20261109T140000Z",
        "\r\n " * 500_000 + "DTSTART:20261109T140000Z",
        "\r\n" * 900_000 + "DTSTART:20261109T140000Z",
    ],
)
def test_lines_of_great_length_are_read_in_good_time(line: str) -> None:
    assert read(calendar(event(line))).events <= 1


def test_a_file_full_of_exceptions_is_read_in_good_time() -> None:
    lines = (*MONDAY, "RRULE:FREQ=DAILY;COUNT=3")
    exceptions = "EXDATE:" + ",".join(["20261110T140000Z"] * 100_000)

    assert shown(read(calendar(event(*lines, exceptions))).busy) == [
        "2026-11-09 14:00 / 15:00",
        "2026-11-11 14:00 / 15:00",
    ]


def test_years_that_stand_for_always_are_no_trouble() -> None:
    lines = ("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=DAILY;UNTIL=99991231")
    reading = read(calendar(event(*lines)), since="2026-11-09", until="2026-11-10")

    assert shown(reading.busy) == ["2026-11-09 00:00 / 2026-11-10 00:00"]
    leap = event("DTSTART;VALUE=DATE:99960229", "DTEND;VALUE=DATE:99991231")
    assert told(read(calendar(leap))) == []
    far_off = event("DTSTART:99991231T000000Z", "DURATION:P9999W", "RRULE:FREQ=YEARLY")
    assert told(read(calendar(far_off))) == []
