"""The form of the plan: a plan as fields, and fields as a plan.

Fields are named as the services name what is wrong: `channels.text.address`,
`session_hours.deny`, `phrases.reminder.0`. So a sentence finds its field by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

from scheduler.domain.fallback import (
    Outcome,
    Step,
)
from scheduler.domain.hours import Hours
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import (
    AgreedFormat,
    Away,
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    Purpose,
)
from scheduler.domain.typed_hours import (
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
        "order": list(dict.fromkeys(each.meaning.value for each in plan.phrases)),
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
    rows = [*named_ways(typed)]
    kinds = {each.kind for each in rows}
    missing = [each for each in ChannelKind if each not in kinds]
    more = [each for each in ChannelKind if each.value == typed.value("more")]
    for kind in (*missing, *more):
        rows.append(Row(_fresh(KEYS[kind], {each.key for each in rows}), kind))
    order = list(ChannelKind)
    return sorted(rows, key=lambda each: order.index(each.kind))


def named_ways(typed: Typed) -> Iterator[Row]:
    """The ways that were posted, in the order of the plan, which a diff looks at."""
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
    spare = sum(1 for each in keys if not about_device(typed, each))
    room = SPARE_DEVICES if len(keys) == spare else 1
    for _ in range(room - spare):
        keys.append(_fresh("device", set(keys)))
    return keys


def device_label(typed: Typed, key: str, number: int) -> str:
    """What a device is called in the lists that choose one."""
    kind, whose = typed.value(f"devices.{key}"), typed.value(f"devices.{key}.whose")
    named = ", ".join(each for each in (kind.strip(), whose.strip()) if each)
    return named or f"device {number}"


def about_device(typed: Typed, key: str) -> bool:
    """Whether anything was said about a device."""
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


def stays(typed: Typed) -> Sequence[Mapping[str, str]]:
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
