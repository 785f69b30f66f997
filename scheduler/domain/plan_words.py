"""A plan's values in words, for pages, diffs and previews; a number never in full."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from scheduler.domain.fallback import Actor, Step, StepKind
from scheduler.domain.hours import Rotation, WeeklyRange
from scheduler.domain.phrases import Meaning
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
from scheduler.domain.typed_hours import DAYS, write_span, write_weekly

KINDS: Final[Mapping[ChannelKind, str]] = {
    ChannelKind.SMS: "Text",
    ChannelKind.VOICE: "Voice call",
    ChannelKind.EMAIL: "E-mail",
    ChannelKind.IN_PERSON: "In person",
    ChannelKind.THROUGH_SOMEONE: "Through someone",
}
LINES: Final[Mapping[LineType, str]] = {
    LineType.OWN_MOBILE: "her own mobile",
    LineType.SHARED_MOBILE: "a shared mobile",
    LineType.LANDLINE: "a landline",
    LineType.WORK: "a line at work",
    LineType.VOIP: "an internet line",
    LineType.UNKNOWN: "not known",
}
PURPOSES: Final[Mapping[Purpose, str]] = {
    Purpose.REMINDER: "reminder",
    Purpose.CHANGE: "change",
    Purpose.CALL_BACK: "call back",
    Purpose.SESSION: "session",
}
MODES: Final[Mapping[Mode, str]] = {
    Mode.NONE: "never",
    Mode.ASSISTED: "by hand",
    Mode.AUTOMATIC: "by themselves",
}
VOICEMAIL: Final[Mapping[Voicemail, str]] = {
    Voicemail.NEVER: "never",
    Voicemail.NO_CONTENT: "without content",
}
FORMATS: Final[Mapping[Format, str]] = {
    Format.VIDEO: "by video",
    Format.PHONE: "by phone",
    Format.IN_PERSON: "in person",
}
SURE: Final[Mapping[Sure, str]] = {
    Sure.NO: "no",
    Sure.YES: "yes",
    Sure.NOT_SURE: "not sure",
}
MEANINGS: Final[Mapping[Meaning, str]] = {
    Meaning.REMINDER: "reminder",
    Meaning.CHANGED: "moved",
    Meaning.CANCELLED: "cancelled",
    Meaning.CALL_US: "call us",
    Meaning.REJOIN: "join again",
}
WHO: Final[Mapping[Actor, str]] = {
    Actor.CLIENT: "she",
    Actor.COUNSELLOR: "the counsellor",
    Actor.SUPERVISOR: "the supervisor",
}
DOES: Final[Mapping[StepKind, str]] = {
    StepKind.WAIT: "waits in the room",
    StepKind.REJOIN: "joins again",
    StepKind.CALL_IN: "calls in",
    StepKind.TEXT: "sends the text “join again”",
    StepKind.CALL: "rings her",
    StepKind.HAND_OVER: "takes over",
    StepKind.END: "ends, and contacts nobody",
}

_COVERED = 2
_SHORTEST_SHOWN = 5


def channel_name(plan: ContactPlan, channel: Channel) -> str:
    """`Text`, or `Text (2)` when there are several of a kind."""
    same = [each.key for each in plan.channels if each.kind is channel.kind]
    name = KINDS[channel.kind]
    return name if len(same) == 1 else f"{name} ({same.index(channel.key) + 1})"


def device_name(plan: ContactPlan, key: str) -> str:
    """What a device is called, or nothing."""
    return next((each.kind or key for each in plan.devices if each.key == key), "")


def masked(address: str) -> str:
    """An address of which the last two signs are covered."""
    if len(address) < _SHORTEST_SHOWN:
        return "•" * len(address)
    return address[:-_COVERED] + "•" * _COVERED


def written_day(day: date) -> str:
    """`Tue 2026-12-15`: a date always has its weekday."""
    return f"{DAYS[day.weekday()]} {day.isoformat()}"


def yes_or_no(value: bool) -> str:
    """`yes` or `no`."""
    return "yes" if value else "no"


def windows(of: Iterable[WeeklyRange]) -> str:
    """Weekly ranges in one line."""
    return ", ".join(map(write_weekly, of)) or "no hours"


def rotation(of: Rotation) -> str:
    """`week 1 of 2 from Mon 2026-11-30: Wed 13:00-15:00`."""
    weeks = ", ".join(map(str, of.on))
    return f"week {weeks} of {of.weeks} from {written_day(of.anchor)}: " + windows(
        of.windows
    )


def away(of: Away) -> str:
    """A stay with the hours stated for it (P11)."""
    return (
        f"{write_span(of.days)} in {of.zone}: sessions {windows(of.session_windows)}; "
        f"contact {windows(of.windows)}"
    )


def agreed_format(plan: ContactPlan, of: AgreedFormat) -> str:
    """`yes, on her phone, we ring her`."""
    where = device_name(plan, of.device)
    parts = ["yes", f"on {where}" if where else "", "we ring her" if of.we_dial else ""]
    return ", ".join(each for each in parts if each)


def device(of: Device) -> str:
    """A device with what is known of who sees it (P5)."""
    return (
        f"{of.kind or 'a device'}, {of.whose or 'whose is not said'}; "
        f"synced: {SURE[of.synced]}; bill or account seen: {SURE[of.bill_seen]}; "
        f"monitoring suspected: {SURE[of.monitored]}"
    )


def step(of: Step) -> str:
    """`the counsellor rings her, after 10 min`."""
    wait = f", after {of.after} min" if of.after else ""
    return f"{WHO[of.who]} {DOES[of.kind]}{wait}"
