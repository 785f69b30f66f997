"""A line of a sheet as one client and her plan: read as the forms are read, with a
sentence for each column that cannot be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import Enum
from typing import Final, TypeVar

from scheduler.domain.errors import Misread
from scheduler.domain.fallback import MOST_STEPS, FallbackPlan
from scheduler.domain.hours import Hours
from scheduler.domain.import_columns import EXAMPLE, LANGUAGES, PLAN
from scheduler.domain.import_sheet import Line
from scheduler.domain.people import Person, ServiceKind
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    AgreedFormat,
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    Format,
    LineType,
    Mode,
    Purpose,
    Sure,
    Voicemail,
)
from scheduler.domain.typed_hours import read_date, read_denial, read_weekly
from scheduler.domain.typed_steps import read_step

LONGEST_CELL: Final = 2000
_CODE: Final = re.compile(r"[A-Z0-9][A-Z0-9-]{1,15}")
_WORDS: Final = re.compile(r"[,;\s]+")
_DEVICE: Final = "device"

Read = TypeVar("Read")
Choice = TypeVar("Choice", bound=Enum)


@dataclass(frozen=True, slots=True)
class Brought:
    """One client as a line says. Without a `plan` she contacts us (P1)."""

    number: int
    code: str
    zone: str
    requested_on: date | None
    service: ServiceKind | None
    usual_counsellor: str
    person: Person
    plan: ContactPlan | None
    wrongs: Mapping[str, str]


class _Cells:
    """One line while it is read; what cannot be read has a sentence by column."""

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.wrongs: dict[str, str] = {}

    def text(self, column: str) -> str:
        found = self._cells.get(column, "")
        if len(found) > LONGEST_CELL:
            self.wrong(column, f"This is longer than {LONGEST_CELL} signs. Shorten it.")
        return found

    def wrong(self, column: str, sentence: str) -> None:
        self.wrongs.setdefault(column, sentence)

    def date(self, column: str) -> date | None:
        return next(iter(self.all(column, read_date, "\n")), None)

    def all(
        self, column: str, reader: Callable[[str], Read], separator: str = ";"
    ) -> tuple[Read, ...]:
        """Each part as read; the first that cannot be read has its sentence."""
        found = []
        for part in self.text(column).split(separator):
            if part.strip():
                try:
                    found.append(reader(part))
                except Misread as wrong:
                    self.wrong(column, str(wrong))
        return tuple(found)

    def choices(self, column: str, kinds: type[Choice]) -> tuple[Choice, ...]:
        """Any of a fixed set, by their values."""
        by_value = {each.value: each for each in kinds}
        words = [each for each in _WORDS.split(self.text(column).lower()) if each]
        if any(each not in by_value for each in words):
            self.wrong(column, f"Choose from {', '.join(by_value)}.")
        return tuple(by_value[each] for each in words if each in by_value)

    def choice(self, column: str, kinds: type[Choice], blank: Choice) -> Choice:
        """One of a fixed set."""
        found = self.choices(column, kinds)
        if len(found) > 1:
            self.wrong(column, "Choose one.")
        return found[0] if found else blank

    def answer(self, column: str) -> bool | None:
        """Yes, no, or nothing said."""
        found = self.text(column).lower()
        if found not in ("", "yes", "no"):
            self.wrong(column, "Write yes or no, or leave it blank.")
        return {"yes": True, "no": False}.get(found)


def read_line(
    line: Line, zone_named: Callable[[str], str], today: date, own_zone: str
) -> Brought:
    """One client. `zone_named` knows towns; `own_zone` is the agency's."""
    cells = _Cells(line.cells)
    zone = zone_named(cells.text("zone")) or own_zone
    service = cells.choices("service", ServiceKind)
    if len(service) > 1:
        cells.wrong("service", "Choose one.")
    return Brought(
        number=line.number,
        code=_code(cells),
        zone=zone,
        requested_on=_requested(cells, today),
        service=service[0] if service else None,
        usual_counsellor=cells.text("usual_counsellor"),
        person=_person(cells),
        plan=_plan(cells, zone, today),
        wrongs=cells.wrongs,
    )


def _code(cells: _Cells) -> str:
    code = cells.text("code").upper()
    if code == EXAMPLE:
        cells.wrong("code", "This line came with the sheet. Take it out.")
    elif code and not _CODE.fullmatch(code):
        cells.wrong("code", "A code has 2 to 16 letters, figures and dashes.")
    return code


def _requested(cells: _Cells, today: date) -> date | None:
    found = cells.date("requested_on")
    if found is not None and found > today:
        cells.wrong("requested_on", "This day has not come yet.")
    return found


def _person(cells: _Cells) -> Person:
    return Person(
        session_name=cells.text("session_name"),
        aloud_name=cells.text("aloud_name"),
        pronouns=cells.text("pronouns"),
        contact_language=_language(cells, "contact_language"),
        session_language=_language(cells, "session_language"),
        interpreter=cells.text("interpreter"),
        refuses_interpreter=cells.text("refuses_interpreter"),
        cover_topic=cells.text("cover_topic"),
        line_if_other=cells.text("line_if_other"),
        children_over_two=cells.answer("children_over_two"),
        known_by=cells.text("known_by"),
    )


def _language(cells: _Cells, column: str) -> str:
    found = cells.text(column).lower()
    if found and found not in LANGUAGES:
        cells.wrong(column, f"Choose from {', '.join(LANGUAGES)}.")
    return found


def _plan(cells: _Cells, zone: str, today: date) -> ContactPlan | None:
    if not any(cells.text(each) for each in PLAN):
        return None
    until = cells.date("valid_until")
    if until is None:
        cells.wrong("valid_until", "Give the day through which this holds.")
    devices = _devices(cells)
    device = _DEVICE if devices else ""
    return ContactPlan(
        zone=zone,
        valid_until=until or today,
        channels=tuple(_channels(cells, device)),
        devices=devices,
        formats=_formats(cells, device),
        session_hours=_hours(cells, "session"),
        phrases=tuple(
            Phrase(meaning, text)
            for meaning in Meaning
            for text in cells.all(f"phrase_{meaning.value}", str.strip, "|")
        ),
        cutoff=_cutoff(cells),
    )


def _devices(cells: _Cells) -> tuple[Device, ...]:
    said = [name for name in PLAN if name.startswith(_DEVICE)]
    if not any(cells.text(each) for each in said):
        return ()
    return (
        Device(
            key=_DEVICE,
            kind=cells.text("device"),
            whose=cells.text("device_whose"),
            synced=cells.choice("device_synced", Sure, Sure.NOT_SURE),
            bill_seen=cells.choice("device_bill_seen", Sure, Sure.NOT_SURE),
            monitored=cells.choice("device_monitored", Sure, Sure.NOT_SURE),
        ),
    )


def _channels(cells: _Cells, device: str) -> Iterator[Channel]:
    if _said(cells, "text_"):
        yield Channel(
            key="text",
            kind=ChannelKind.SMS,
            address=cells.text("text_number"),
            line=cells.choice("text_line", LineType, LineType.UNKNOWN),
            shared_ok=bool(cells.answer("text_shared_ok")),
            device=device,
            purposes=frozenset(cells.choices("text_purposes", Purpose)),
            mode=cells.choice("text_mode", Mode, Mode.NONE),
            consent=bool(cells.answer("text_consent")),
            hours=_hours(cells, "text"),
        )
    if _said(cells, "voice"):
        yield Channel(
            key="voice",
            kind=ChannelKind.VOICE,
            address=cells.text("voice_number"),
            line=cells.choice("voice_line", LineType, LineType.UNKNOWN),
            device=device,
            purposes=frozenset(cells.choices("voice_purposes", Purpose)),
            hours=_hours(cells, "voice"),
            voicemail=cells.choice("voicemail", Voicemail, Voicemail.NEVER),
            others=cells.text("voice_others"),
            may_say=cells.text("voice_may_say"),
        )


def _said(cells: _Cells, begins: str) -> bool:
    return any(cells.text(each) for each in PLAN if each.startswith(begins))


def _formats(cells: _Cells, device: str) -> tuple[AgreedFormat, ...]:
    we_dial = bool(cells.answer("we_dial"))
    found = cells.choices("formats", Format)
    if we_dial and Format.PHONE not in found:
        cells.wrong("we_dial", "We ring her only for a session by phone. Add phone.")
    return tuple(
        AgreedFormat(
            each,
            "" if each is Format.IN_PERSON else device,
            we_dial=we_dial and each is Format.PHONE,
        )
        for each in found
    )


def _hours(cells: _Cells, of: str) -> Hours:
    return Hours(
        weekly=cells.all(f"{of}_hours", read_weekly),
        deny=cells.all(f"{of}_never", read_denial),
    )


def _cutoff(cells: _Cells) -> FallbackPlan:
    steps = cells.all("cutoff_steps", read_step)
    if len(steps) > MOST_STEPS:
        cells.wrong("cutoff_steps", f"There are at most {MOST_STEPS} steps (F1).")
    agreed = bool(cells.answer("cutoff_agreed"))
    return FallbackPlan(agreed, steps[:MOST_STEPS])
