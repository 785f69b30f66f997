"""The form of the plan: a plan as fields, and fields as a plan.

Fields are named as the services name what is wrong: `channels.text.address`,
`session_hours.deny`, `phrases.reminder.0`. So a sentence finds its field by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final, TypeVar

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
from scheduler.domain.typed_hours import (
    read_dated,
    read_denial,
    read_rotation_line,
    read_span,
    read_weekly,
    write_dated,
    write_denial,
    write_rotation_line,
    write_span,
    write_weekly,
)
from scheduler.web.forms import Typed

Read = TypeVar("Read")
Fields = dict[str, str | list[str]]

KEYS: Final[Mapping[ChannelKind, str]] = {
    ChannelKind.SMS: "text",
    ChannelKind.VOICE: "voice",
    ChannelKind.EMAIL: "email",
    ChannelKind.IN_PERSON: "in_person",
    ChannelKind.THROUGH_SOMEONE: "through",
}
HOURS: Final = ("", ".once", ".rotations", ".deny")
SPARE_DEVICES: Final = 2
STOPS: Final = (Outcome.SOMEONE_ELSE, Outcome.NO_ANSWER, Outcome.OTHER_REPLY)


@dataclass(frozen=True, slots=True)
class Row:
    """One way to reach her on the form."""

    key: str
    kind: ChannelKind


# --- A plan as fields --------------------------------------------------------


def filled(plan: ContactPlan, based_on: int, settles: Iterable[int] = ()) -> Typed:
    """The form as it is first shown."""
    fields: Fields = {
        "based_on": str(based_on),
        "settles": [str(each) for each in settles],
        "any": _any(plan, based_on),
        "zone": plan.zone,
        "valid_until": plan.valid_until.isoformat(),
        "channel": [f"{each.kind.value}:{each.key}" for each in plan.channels],
        "device": [each.key for each in plan.devices],
        "cutoff.agreed": _tick(plan.cutoff.agreed),
    }
    for channel in plan.channels:
        fields |= _of_channel(channel)
    for device in plan.devices:
        fields |= _of_device(device)
    for each in plan.formats:
        fields |= _of_format(each)
    fields |= _of_hours("session_hours", plan.session_hours)
    fields |= _of_stays(plan.away)
    fields |= _of_phrases(plan)
    fields |= of_steps(plan.cutoff.steps)
    return Typed(fields)


def _any(plan: ContactPlan, based_on: int) -> str:
    """Not yet asked in the plan a file is opened with."""
    if plan.channels:
        return "yes"
    return "no" if based_on > 1 else ""


def _tick(value: bool) -> str:
    return "yes" if value else ""


def _of_channel(of: Channel) -> Fields:
    name = f"channels.{of.key}"
    return {
        f"{name}.address": of.address,
        f"{name}.line": of.line.value,
        f"{name}.shared_ok": _tick(of.shared_ok),
        f"{name}.device": of.device,
        f"{name}.purposes": [each.value for each in Purpose if each in of.purposes],
        f"{name}.mode": of.mode.value,
        f"{name}.consent": _tick(of.consent),
        f"{name}.voicemail": of.voicemail.value,
        f"{name}.others": of.others,
        f"{name}.may_say": of.may_say,
        f"{name}.withdrawn": _tick(of.withdrawn),
        f"{name}.closed": _tick(of.closed),
        **_of_hours(f"{name}.hours", of.hours),
    }


def _of_device(of: Device) -> Fields:
    name = f"devices.{of.key}"
    return {
        name: of.kind,
        f"{name}.whose": of.whose,
        f"{name}.synced": of.synced.value,
        f"{name}.bill_seen": of.bill_seen.value,
        f"{name}.monitored": of.monitored.value,
    }


def _of_format(of: AgreedFormat) -> Fields:
    name = f"formats.{of.format.value}"
    return {
        name: "yes",
        f"{name}.device": of.device,
        f"{name}.we_dial": _tick(of.we_dial),
    }


def _of_hours(name: str, hours: Hours) -> Fields:
    return {
        name: "\n".join(map(write_weekly, hours.weekly)),
        f"{name}.once": "\n".join(map(write_dated, hours.once)),
        f"{name}.rotations": "\n".join(map(write_rotation_line, hours.rotations)),
        f"{name}.deny": "\n".join(map(write_denial, hours.deny)),
    }


def _of_stays(stays: Iterable[Away]) -> Fields:
    fields: Fields = {}
    for number, stay in enumerate(stays):
        fields[f"away.{number}"] = write_span(stay.days)
        fields[f"away.{number}.zone"] = stay.zone
        sessions = map(write_weekly, stay.session_windows)
        fields[f"away.{number}.sessions"] = "\n".join(sessions)
        fields[f"away.{number}.windows"] = "\n".join(map(write_weekly, stay.windows))
    return fields


def _of_phrases(plan: ContactPlan) -> Fields:
    return {
        f"phrases.{meaning.value}.{number}": phrase.text
        for meaning in Meaning
        for number, phrase in enumerate(plan.phrases_for(meaning))
    }


def of_steps(steps: Iterable[Step]) -> Fields:
    """The fields of cut-off steps."""
    fields: Fields = {}
    for number, step in enumerate(steps):
        fields[f"steps.{number}.who"] = step.who.value
        fields[f"steps.{number}.kind"] = step.kind.value
        fields[f"steps.{number}.after"] = str(step.after)
        stops = [each.value for each in Outcome if each in step.stops]
        fields[f"steps.{number}.stops"] = stops
    return fields


def said_in(typed: Typed, names: Iterable[str]) -> bool:
    """Whether something stands, or is not right, in one of these fields."""
    return any(typed.value(each).strip() or typed.said(each) for each in names)


# --- What rows the form has --------------------------------------------------


def ways(typed: Typed) -> list[Row]:
    """The ways in the plan, one of each kind that is not in it, and one more where
    somebody asked for it."""
    rows = [*_named(typed)]
    kinds = {each.kind for each in rows}
    missing = [each for each in ChannelKind if each not in kinds]
    more = [each for each in ChannelKind if each.value == typed.value("more")]
    for kind in (*missing, *more):
        rows.append(Row(_fresh(KEYS[kind], {each.key for each in rows}), kind))
    order = list(ChannelKind)
    return sorted(rows, key=lambda each: order.index(each.kind))


def _named(typed: Typed) -> Iterator[Row]:
    """In the order of the plan, which the diff of two versions looks at."""
    seen = set()
    kinds = {each.value: each for each in ChannelKind}
    for value in typed.values("channel"):
        kind, _, key = value.partition(":")
        if kind in kinds and key and key not in seen:
            seen.add(key)
            yield Row(key, kinds[kind])


def _fresh(stem: str, taken: set[str]) -> str:
    if stem not in taken:
        return stem
    return next(f"{stem}{n}" for n in range(2, 99) if f"{stem}{n}" not in taken)


def device_keys(typed: Typed) -> list[str]:
    """Devices of the plan, and places for more."""
    keys = list(dict.fromkeys(each for each in typed.values("device") if each))
    spare = sum(1 for each in keys if not _about_device(typed, each))
    room = SPARE_DEVICES if len(keys) == spare else 1
    for _ in range(room - spare):
        keys.append(_fresh("device", set(keys)))
    return keys


def device_label(typed: Typed, key: str, number: int) -> str:
    """What a device is called in the lists that choose one."""
    kind, whose = typed.value(f"devices.{key}"), typed.value(f"devices.{key}.whose")
    named = ", ".join(each for each in (kind.strip(), whose.strip()) if each)
    return named or f"device {number}"


def _about_device(typed: Typed, key: str) -> bool:
    name = f"devices.{key}"
    said = (name, f"{name}.whose", f"{name}.monitored")
    return any(typed.value(each).strip() for each in said)


def texts(typed: Typed, meaning: Meaning) -> list[str]:
    """Every sentence typed for one meaning; blank ones left out."""
    found = []
    for number in range(50):
        name = f"phrases.{meaning.value}.{number}"
        if not typed.has(name):
            break
        text = typed.value(name).strip()
        if text:
            found.append(text)
    return found


def stays(typed: Typed) -> list[Mapping[str, str]]:
    """Every stay typed; blank ones left out."""
    parts = ("", ".zone", ".sessions", ".windows")
    found = []
    for number in range(50):
        name = f"away.{number}"
        if not typed.has(name):
            break
        stay = {part: typed.value(name + part) for part in parts}
        if any(each.strip() for each in stay.values()):
            found.append(stay)
    return found


# --- Fields as a plan --------------------------------------------------------


def tidied(posted: Mapping[str, list[str]]) -> Typed:
    """What was posted, with blank lines among phrases and stays closed up, so that a
    number means the same here and in the plan."""
    typed = Typed(posted)
    numbered = ("phrases.", "away.")
    fields: Fields = {
        name: values
        for name, values in posted.items()
        if not name.startswith(numbered) and not name.startswith("word")
    }
    for meaning in Meaning:
        for number, text in enumerate(texts(typed, meaning)):
            fields[f"phrases.{meaning.value}.{number}"] = text
    for number, stay in enumerate(stays(typed)):
        for part, value in stay.items():
            fields[f"away.{number}{part}"] = value
    return Typed(fields)


def with_steps(typed: Typed, steps: Iterable[Step]) -> Typed:
    """The same form with these cut-off steps in it, for her to agree to or not."""
    fields = {
        name: typed.values(name)
        for name in typed.names()
        if not name.startswith("steps.")
    }
    return Typed({**fields, **of_steps(steps)})


def read(typed: Typed, today: date) -> ContactPlan:
    """The plan that was typed; what cannot be read is left out and has a sentence in
    `typed.wrongs`. Without a last day it is `today`."""
    if typed.value("any") not in ("yes", "no"):
        typed.wrong("any", "Ask her, and choose one. “No” is a full plan (P1).")
    until = typed.date("valid_until", missing="Give the day through which this holds.")
    return ContactPlan(
        zone=typed.text("zone", missing="Give her zone, such as America/Toronto."),
        valid_until=until or today,
        channels=tuple(_channels(typed)),
        devices=tuple(_devices(typed)),
        formats=tuple(_formats(typed)),
        session_hours=_hours(typed, "session_hours"),
        away=tuple(_stays(typed)),
        phrases=tuple(
            Phrase(meaning, text)
            for meaning in Meaning
            for text in texts(typed, meaning)
        ),
        cutoff=FallbackPlan(typed.ticked("cutoff.agreed"), tuple(_steps(typed))),
    )


def hours_unread(typed: Typed) -> bool:
    """Whether something about hours could not be read, so that no day is drawn."""
    begins = ("session_hours", "away", "zone", "valid_until")
    return any(each.startswith(begins) or ".hours" in each for each in typed.wrongs)


def _channels(typed: Typed) -> Iterator[Channel]:
    none = typed.value("any") == "no"
    for row in _named(typed):
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
        if not _about_device(typed, key):
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
        zone = typed.text(f"{name}.zone", missing="Give the zone of the stay.")
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
