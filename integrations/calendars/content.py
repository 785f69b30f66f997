"""From the bytes of a calendar file to the few lines that can matter.

Only what says *when* is kept: titles, places, people and notes are dropped here and
reach nothing else (A1). Lines are unfolded and taken apart by icalendar; a line that
cannot be taken apart costs that line, not the file, which is why the file is not
handed to ``Calendar.from_ical`` whole. That would also put the zones of one person's
file into icalendar's cache for everybody's.
"""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from icalendar.parser import Contentline, Contentlines

from scheduler.ports import CalendarUnreadable

_WANTED: Final[Mapping[str, frozenset[str]]] = {
    "VCALENDAR": frozenset({"METHOD", "X-WR-TIMEZONE", "CALSCALE"}),
    "VEVENT": frozenset(
        {"DTSTART", "DTEND", "DURATION", "RECURRENCE-ID"}
        | {"RRULE", "RDATE", "EXDATE", "EXRULE"}
        | {"STATUS", "TRANSP", "X-MICROSOFT-CDO-BUSYSTATUS"}
        | {"UID", "SEQUENCE", "DTSTAMP"}
    ),
    "VFREEBUSY": frozenset({"FREEBUSY"}),
    "VTIMEZONE": frozenset({"TZID", "X-LIC-LOCATION"}),
    "STANDARD": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
    "DAYLIGHT": frozenset({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RRULE", "RDATE"}),
}
# A calendar holds events, and an event alarms; nothing goes deeper than a few.
_DEEPEST: Final = 16
_TOP: Final = frozenset({"VEVENT", "VFREEBUSY", "VTIMEZONE", "VAVAILABILITY"})

NOT_A_CALENDAR: Final = (
    "This file is not a calendar. Export the calendar again as iCalendar (.ics) and "
    "import that file."
)
_CUT_OFF: Final = (
    "This file ends in the middle, so some busy times may be missing from it. Export "
    "the calendar again and import the new file."
)
_DAMAGED: Final = (
    "This file is damaged: its parts do not fit together. Export the calendar again "
    "and import the new file."
)
_OTHER_CALENDAR: Final = (
    "This file counts its days by another calendar than the Gregorian one. Export it "
    "with Gregorian dates and import that file."
)


@dataclass(frozen=True, slots=True)
class Line:
    """One property: its name in capitals, its parameters, its value as written."""

    name: str
    params: Mapping[str, str]
    value: str


@dataclass(slots=True)
class Block:
    """One component, with the lines that were wanted and the blocks inside it.

    `broken` counts the lines in it that could not be taken apart.
    """

    kind: str
    lines: list[Line] = field(default_factory=list)
    inner: list[Block] = field(default_factory=list)
    broken: int = 0

    def all(self, name: str) -> list[Line]:
        """Every line of that name, in the order of the file."""
        return [line for line in self.lines if line.name == name]

    def first(self, name: str) -> Line | None:
        """The first line of that name; a second one is against the standard."""
        return next((line for line in self.lines if line.name == name), None)

    def word(self, name: str) -> str:
        """The first value of that name in capitals, or an empty string."""
        line = self.first(name)
        return line.value.strip().upper() if line else ""

    def kinds(self, kind: str) -> list[Block]:
        """The blocks of one kind directly inside."""
        return [block for block in self.inner if block.kind == kind]


def calendars(source: bytes) -> list[Block]:
    """The VCALENDAR blocks of a file. Raises CalendarUnreadable, with the remedy."""
    sheets: list[Block] = []
    stack: list[Block] = []
    lines: list[Contentline] = Contentlines.from_ical(  # type: ignore[no-untyped-call]
        _text(source)
    )
    for text in lines:
        name, value = _name(text), text.partition(":")[2]
        if name == "BEGIN":
            _begin(value.strip().upper(), stack, sheets)
        elif name == "END":
            _end(value.strip().upper(), stack)
        elif stack:
            _keep(text, name, stack[-1])
    if not sheets:
        raise CalendarUnreadable(NOT_A_CALENDAR)
    if stack:
        raise CalendarUnreadable(_CUT_OFF)
    if any(each.word("CALSCALE") not in {"", "GREGORIAN"} for each in sheets):
        raise CalendarUnreadable(_OTHER_CALENDAR)
    return sheets


def _text(source: bytes) -> str:
    encoding = "utf-8-sig"
    if source.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        encoding = "utf-16"
    # What is kept is ASCII; a title in another encoding need not be understood.
    text = source.decode(encoding, errors="replace")
    return text if "\n" in text else text.replace("\r", "\n")


def _name(text: str) -> str:
    for at, character in enumerate(text):
        if character in ":;":
            return text[:at].strip().upper()
    return ""


def _begin(kind: str, stack: list[Block], sheets: list[Block]) -> None:
    if kind in _TOP:
        # An event inside an event: the first one's end is missing, not its times.
        while len(stack) > 1:
            stack[1].broken += 1
            stack.pop()
    if len(stack) >= _DEEPEST:
        raise CalendarUnreadable(_DAMAGED)
    block = Block(kind)
    if stack:
        stack[-1].inner.append(block)
        stack.append(block)
    elif kind == "VCALENDAR":
        sheets.append(block)
        stack.append(block)


def _end(kind: str, stack: list[Block]) -> None:
    if not any(block.kind == kind for block in stack):
        if stack:
            stack[-1].broken += 1
        return
    while stack[-1].kind != kind:
        stack.pop().broken += 1
    stack.pop()


def _keep(text: Contentline, name: str, block: Block) -> None:
    if not name:
        block.broken += bool(text.strip()) and block.kind in _TOP
        return
    if name not in _WANTED.get(block.kind, ()):
        return
    try:
        _, params, value = text.raw_parts()
    except ValueError:
        block.broken += 1
        return
    block.lines.append(
        Line(name, {key.upper(): _one(given) for key, given in params.items()}, value)
    )


def _one(given: str | list[str]) -> str:
    # A zone named "Bogota, Lima, Quito" without quotes arrives as a list.
    return given if isinstance(given, str) else ",".join(given)
