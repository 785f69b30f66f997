"""Taken times as a calendar that other programs read.

Readers differ, so this keeps to what they read alike: UTC, one VEVENT a session, no
RRULE, no VTIMEZONE, no METHOD. icalendar writes the frame and whatever has words in it;
an event without words is four times and numbers, and a thousand of them are put
together as text, because icalendar takes longer for them than everything else does. A
test holds both ways to the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Final

from scheduler.ports import FeedEntry

_PRODUCT: Final = "-//Quietline//Taken times//EN"
_UTC_FORM: Final = "%Y%m%dT%H%M%SZ"
_END: Final = b"END:VCALENDAR\r\n"


class IcsWriter:
    """`ports.CalendarWriter` as iCalendar (RFC 5545)."""

    def write(
        self, entries: Iterable[FeedEntry], *, title: str, stamped_at: datetime
    ) -> bytes:
        """See the port."""
        head, summary = _frame(title)
        stamp = _utc(stamped_at)
        events = "".join(_event(each, summary, stamp) for each in entries)
        return head + events.encode() + _END


def _frame(title: str) -> tuple[bytes, str]:
    """What stands before the events, and the one line with words, folded and escaped
    by icalendar."""
    # The library is large: whoever starts the program does not wait for it.
    from icalendar import Calendar, Event  # noqa: PLC0415

    calendar = Calendar()
    calendar.add("version", "2.0")
    calendar.add("prodid", _PRODUCT)
    event = Event()
    event.add("summary", title)
    text = event.to_ical().decode()
    begin, end = "BEGIN:VEVENT\r\n", "END:VEVENT\r\n"
    summary = text.removeprefix(begin).removesuffix(end)
    return calendar.to_ical().removesuffix(_END), summary


def _event(entry: FeedEntry, summary: str, stamp: str) -> str:
    status = "CANCELLED" if entry.cancelled else "CONFIRMED"
    free = "TRANSPARENT" if entry.cancelled else "OPAQUE"
    return (
        "BEGIN:VEVENT\r\n"
        f"{summary}"
        f"DTSTART:{_utc(entry.time.start)}\r\n"
        f"DTEND:{_utc(entry.time.end)}\r\n"
        f"DTSTAMP:{stamp}\r\n"
        f"UID:{entry.uid}\r\n"
        f"SEQUENCE:{entry.sequence}\r\n"
        "CLASS:PRIVATE\r\n"
        f"STATUS:{status}\r\n"
        f"TRANSP:{free}\r\n"
        "END:VEVENT\r\n"
    )


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).strftime(_UTC_FORM)
