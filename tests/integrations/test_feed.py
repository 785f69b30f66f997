"""The feed as text: the same bytes as icalendar alone writes, and nothing besides."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Event

from integrations.calendars.feed import IcsWriter
from scheduler.domain.intervals import Interval
from scheduler.ports import FeedEntry
from tests.profiles import trials

STAMP = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)
PROPERTIES = {
    "SUMMARY", "DTSTART", "DTEND", "DTSTAMP", "UID", "SEQUENCE", "CLASS", "STATUS",
    "TRANSP",
}  # fmt: skip


def by_icalendar(entries: list[FeedEntry], title: str) -> bytes:
    """The slow way."""
    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", "-//Quietline//Taken times//EN")
    for each in entries:
        event = Event()
        event.add("uid", each.uid)
        event.add("sequence", each.sequence)
        event.add("dtstamp", STAMP)
        event.add("dtstart", each.time.start.astimezone(UTC))
        event.add("dtend", each.time.end.astimezone(UTC))
        event.add("summary", title)
        event.add("class", "PRIVATE")
        event.add("status", "CANCELLED" if each.cancelled else "CONFIRMED")
        event.add("transp", "TRANSPARENT" if each.cancelled else "OPAQUE")
        calendar.add_component(event)
    return calendar.to_ical()


def entry(minutes: int = 0, *, cancelled: bool = False, sequence: int = 0) -> FeedEntry:
    start = datetime(2026, 12, 1, 15, 0, tzinfo=UTC) + timedelta(minutes=minutes)
    return FeedEntry("0" * 32, sequence, Interval.lasting(start, 50), cancelled)


ENTRIES = st.builds(
    entry,
    st.integers(-600_000, 600_000),
    cancelled=st.booleans(),
    sequence=st.integers(0, 99),
)


@settings(max_examples=trials(30, 500))
@given(
    st.lists(ENTRIES, max_size=4),
    st.text(st.characters(categories=("L", "P", "S", "Zs")), max_size=90),
)
def test_it_is_what_icalendar_writes_byte_for_byte(
    entries: list[FeedEntry], title: str
) -> None:
    written = IcsWriter().write(entries, title=title, stamped_at=STAMP)
    assert written == by_icalendar(entries, title)


def test_an_event_says_when_and_nothing_else() -> None:
    written = IcsWriter().write(
        [entry(), entry(60, cancelled=True, sequence=2)],
        title="Busy",
        stamped_at=STAMP,
    )
    calendar = Calendar.from_ical(written)
    first, second = calendar.walk("VEVENT")
    assert {*first} == {*second} == PROPERTIES
    assert {*calendar} == {"VERSION", "PRODID"}
    assert first.decoded("dtstart") == datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
    assert (first["status"], second["status"]) == ("CONFIRMED", "CANCELLED")
    assert (first["sequence"], second["sequence"]) == (0, 2)


@pytest.mark.parametrize("zone_of_it", ["-05:00", "+05:30"])
def test_an_instant_in_any_clock_is_written_in_utc(zone_of_it: str) -> None:
    start = datetime.fromisoformat(f"2026-11-01T01:30:00{zone_of_it}")
    one = FeedEntry("a", 0, Interval.lasting(start, 50), cancelled=False)
    written = IcsWriter().write([one], title="Busy", stamped_at=STAMP)
    assert f"DTSTART:{start.astimezone(UTC):%Y%m%dT%H%M%SZ}".encode() in written
