"""The fields of the plan's form as a plan, with a sentence for what cannot be read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeVar

from scheduler.domain.errors import Misread
from scheduler.domain.fallback import (
    LONGEST_WAIT,
    MOST_STEPS,
    SHE_IS_BACK,
    Actor,
    FallbackPlan,
    Outcome,
    Step,
    StepKind,
)
from scheduler.domain.hours import Hours
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    AgreedFormat,
    Away,
    Channel,
    ContactPlan,
    Device,
    Format,
    LineType,
    Mode,
    Purpose,
    Sure,
    Voicemail,
)
from scheduler.domain.typed_hours import (
    read_dated,
    read_denial,
    read_rotation_line,
    read_span,
    read_weekly,
)
from scheduler.web.forms import Typed
from scheduler.web.plan_form import HOURS, about_device, named_ways, stays, texts

Read = TypeVar("Read")


def read(typed: Typed, today: date) -> ContactPlan:
    """The plan that was typed; what cannot be read is left out and has a sentence in
    `typed.wrongs`. Without a last day it is `today`."""
    if typed.value("any") not in ("yes", "no"):
        typed.wrong("any", "Ask her, and choose one. “No” is a full plan (P1).")
    until = typed.date("valid_until", missing="Give the day through which this holds.")
    return ContactPlan(
        zone=typed.zone("zone", missing="Give her zone, such as America/Toronto."),
        valid_until=until or today,
        channels=tuple(_channels(typed)),
        devices=tuple(_devices(typed)),
        formats=tuple(_formats(typed)),
        session_hours=_hours(typed, "session_hours"),
        away=tuple(_stays(typed)),
        phrases=tuple(
            Phrase(meaning, text)
            for meaning in _meanings(typed)
            for text in texts(typed, meaning)
        ),
        cutoff=FallbackPlan(typed.ticked("cutoff.agreed"), tuple(_steps(typed))),
    )


def _meanings(typed: Typed) -> list[Meaning]:
    """In the order of the plan it was begun from, which is no change by itself."""
    order = typed.values("order")
    return sorted(
        Meaning,
        key=lambda each: order.index(each.value) if each.value in order else len(order),
    )


def hours_unread(typed: Typed) -> bool:
    """Whether something about hours could not be read, so that no day is drawn."""
    begins = ("session_hours", "away", "zone", "valid_until")
    return any(each.startswith(begins) or ".hours" in each for each in typed.wrongs)


def _channels(typed: Typed) -> Iterator[Channel]:
    none = typed.value("any") == "no"
    for row in named_ways(typed):
        name = f"channels.{row.key}"
        purposes = typed.choices(f"{name}.purposes", Purpose)
        mode = typed.choice(f"{name}.mode", Mode) or Mode.NONE
        channel = Channel(
            key=row.key,
            kind=row.kind,
            address=typed.text(f"{name}.address"),
            line=typed.choice(f"{name}.line", LineType) or LineType.UNKNOWN,
            shared_ok=typed.ticked(f"{name}.shared_ok"),
            device=typed.value(f"{name}.device"),
            purposes=frozenset() if none else purposes,
            mode=Mode.NONE if none else mode,
            consent=typed.ticked(f"{name}.consent"),
            hours=_hours(typed, f"{name}.hours"),
            voicemail=typed.choice(f"{name}.voicemail", Voicemail) or Voicemail.NEVER,
            others=typed.text(f"{name}.others"),
            may_say=typed.text(f"{name}.may_say"),
            withdrawn=typed.ticked(f"{name}.withdrawn"),
        )
        if not _blank(typed, channel):
            yield channel


def _blank(typed: Typed, of: Channel) -> bool:
    """Nothing was said about this way: it is no part of the plan."""
    name = f"channels.{of.key}.hours"
    hours = any(typed.value(name + part).strip() for part in HOURS)
    return not (of.address or of.purposes or of.withdrawn or of.others or hours)


def _devices(typed: Typed) -> Iterator[Device]:
    for key in dict.fromkeys(typed.values("device")):
        if not about_device(typed, key):
            continue
        name = f"devices.{key}"
        monitored = typed.choice(
            f"{name}.monitored",
            Sure,
            missing="Ask her whether somebody may be watching this device, and choose "
            "one. “Not sure” counts as yes (P5).",
        )
        yield Device(
            key=key,
            kind=typed.text(name),
            whose=typed.text(f"{name}.whose"),
            synced=typed.choice(f"{name}.synced", Sure) or Sure.NOT_SURE,
            bill_seen=typed.choice(f"{name}.bill_seen", Sure) or Sure.NOT_SURE,
            monitored=monitored or Sure.NOT_SURE,
        )


def _formats(typed: Typed) -> Iterator[AgreedFormat]:
    for each in Format:
        name = f"formats.{each.value}"
        if typed.ticked(name):
            dial = each is Format.PHONE and typed.ticked(f"{name}.we_dial")
            yield AgreedFormat(each, typed.value(f"{name}.device"), we_dial=dial)


def lines(
    typed: Typed, name: str, reader: Callable[[str], Read], field: str = ""
) -> tuple[Read, ...]:
    """Each line of a field as read; the first that cannot be read has its sentence."""
    found = []
    for line in typed.value(name).splitlines():
        if line.strip():
            try:
                found.append(reader(line))
            except Misread as wrong:
                typed.wrong(field or name, str(wrong))
    return tuple(found)


def _hours(typed: Typed, name: str) -> Hours:
    return Hours(
        weekly=lines(typed, name, read_weekly),
        once=lines(typed, f"{name}.once", read_dated),
        rotations=lines(typed, f"{name}.rotations", read_rotation_line),
        deny=lines(typed, f"{name}.deny", read_denial),
    )


def _stays(typed: Typed) -> Iterator[Away]:
    for number, _ in enumerate(stays(typed)):
        name = f"away.{number}"
        zone = typed.zone(f"{name}.zone", missing="Give the zone of the stay.")
        windows = lines(typed, f"{name}.windows", read_weekly)
        sessions = lines(typed, f"{name}.sessions", read_weekly)
        text = typed.text(name, missing="Give the days, such as 2026-12-07..2026-12-12")
        try:
            days = read_span(text)
        except Misread as wrong:
            typed.wrong(name, str(wrong))
        else:
            yield Away(days, zone, sessions, windows)


def _steps(typed: Typed) -> Iterator[Step]:
    for number in range(MOST_STEPS):
        name = f"steps.{number}"
        kind = typed.choice(f"{name}.kind", StepKind)
        if kind is None:
            continue
        who = typed.choice(f"{name}.who", Actor, missing="Choose who does it.")
        after = typed.number(f"{name}.after", lowest=0, highest=LONGEST_WAIT)
        stops = typed.choices(f"{name}.stops", Outcome) | SHE_IS_BACK
        yield Step(who or Actor.CLIENT, kind, after or 0, stops)
