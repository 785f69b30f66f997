"""What holds of every calendar file, tried on many."""

from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.zones import Edge, instant
from scheduler.ports import CalendarUnreadable
from tests.integrations.calendar_files import calendar, event, read
from tests.profiles import trials

WINDOW = {"since": "2026-10-20", "until": "2027-04-01"}
ZONES = (
    "America/Toronto",
    "America/Regina",
    "Europe/Berlin",
    "America/St_Johns",
    "UTC",
)

walls = st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 10)).map(  # noqa: DTZ001
    lambda wall: wall.replace(second=0, microsecond=0)
)
zones = st.sampled_from(ZONES)
lengths = st.integers(1, 60 * 60).map(lambda minutes: timedelta(minutes=minutes))


def written(name: str, wall: datetime, zone: str) -> str:
    return f"{name};TZID={zone}:{wall:%Y%m%dT%H%M%S}"


def outward(wall: datetime, length: timedelta, zone: str) -> Interval:
    """Both ends by the domain's own rule; what falls into the gap keeps its length."""
    start = instant(wall, zone, Edge.DENIES_FROM)
    end = instant(wall + length, zone, Edge.DENIES_TO)
    return Interval(start, end if end > start else start + length)


def within(spans: list[Interval]) -> Intervals:
    since, until = (
        datetime.fromisoformat(WINDOW[name]).replace(tzinfo=UTC)
        for name in ("since", "until")
    )
    return Intervals.of(spans).within(since, until)


single = st.builds(
    lambda wall, length, zone: (
        event(written("DTSTART", wall, zone), written("DTEND", wall + length, zone)),
        [outward(wall, length, zone)],
    ),
    walls,
    lengths,
    zones,
)


@st.composite
def repeating(draw: st.DrawFn) -> tuple[str, list[Interval]]:
    """A daily or weekly event, some of whose times are excepted, and its spans."""
    wall, length, zone = draw(walls), draw(lengths), draw(zones)
    weekly, every = draw(st.booleans()), draw(st.integers(1, 5))
    count = draw(st.integers(1, 40))
    excepted = draw(st.sets(st.integers(0, count - 1), max_size=5))
    step = timedelta(days=every * (7 if weekly else 1))
    rule = (
        f"RRULE:FREQ={'WEEKLY' if weekly else 'DAILY'};INTERVAL={every};COUNT={count}"
    )
    lines = [
        written("DTSTART", wall, zone),
        written("DTEND", wall + length, zone),
        rule,
    ]
    lines += [written("EXDATE", wall + step * number, zone) for number in excepted]
    spans = [
        outward(wall + step * number, length, zone)
        for number in range(count)
        if number not in excepted
    ]
    return event(*lines), spans


@settings(max_examples=trials(100, 2000))
@given(one=single | repeating(), own=zones)
def test_an_event_closes_its_times_and_nothing_else(
    one: tuple[str, list[Interval]], own: str
) -> None:
    part, spans = one

    reading = read(calendar(part), zone=own, **WINDOW)  # type: ignore[arg-type]

    assert reading.busy == within(spans)
    assert reading.unread == ()


@settings(max_examples=trials(60, 1000))
@given(parts=st.lists(single | repeating(), min_size=1, max_size=6))
def test_events_close_together_what_they_close_alone(
    parts: list[tuple[str, list[Interval]]],
) -> None:
    texts = [text.replace("UID:one", f"UID:{n}") for n, (text, _) in enumerate(parts)]

    reading = read(calendar(*texts), **WINDOW)  # type: ignore[arg-type]

    assert reading.busy == within([span for _, spans in parts for span in spans])


@settings(max_examples=trials(60, 1000))
@given(
    one=repeating(), word=st.sampled_from(["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
)
def test_what_is_free_never_closes(one: tuple[str, list[Interval]], word: str) -> None:
    part = one[0].replace("END:VEVENT", f"{word}\r\nEND:VEVENT")

    assert not read(calendar(part), **WINDOW).busy  # type: ignore[arg-type]


noise = st.text(
    st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=60
) | st.sampled_from(
    [
        "DTSTART:20261109T140000Z",
        "DTEND:20261109T130000Z",
        "RRULE:FREQ=DAILY;UNTIL=",
        "DURATION:-PT1H",
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20261109T140000Z",
        "EXDATE;VALUE=DATE:20261109",
        "RDATE;VALUE=PERIOD:20261109T140000Z/P",
        "UID:one",
        "BEGIN:VEVENT",
        "END:VEVENT",
        "BEGIN:VTIMEZONE",
        "TZID:A",
        "END:VTIMEZONE",
        "BEGIN:STANDARD",
        "END:STANDARD",
        "TZOFFSETTO:+0100",
        "TZOFFSETFROM:+0200",
        "DTSTART;TZID=A:20261109T090000",
        "RRULE:FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=-1",
        "BEGIN:VFREEBUSY",
        "FREEBUSY:20261109T140000Z/PT1H",
        "END:VFREEBUSY",
        "SEQUENCE:x",
    ]
)


def sentences(source: bytes) -> list[str]:
    """All that is told of a file: why it is refused, or what is not read of it."""
    try:
        return list(read(source, **WINDOW).unread)  # type: ignore[arg-type]
    except CalendarUnreadable as refused:
        return [str(refused)]


@settings(max_examples=trials(300, 10_000))
@given(lines=st.lists(noise, max_size=40))
def test_a_file_of_any_lines_is_read_or_refused_with_a_sentence(
    lines: list[str],
) -> None:
    assert all(told.endswith(".") for told in sentences(calendar(*lines)))


@settings(max_examples=trials(200, 5000))
@given(source=st.binary(max_size=400))
def test_any_bytes_are_read_or_refused_with_a_sentence(source: bytes) -> None:
    framed = b"BEGIN:VCALENDAR\r\n" + source + b"\r\nEND:VCALENDAR\r\n"

    assert all(told.endswith(".") for told in sentences(framed))
