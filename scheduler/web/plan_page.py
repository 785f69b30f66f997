"""The words and drawings of the plan's page."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scheduler.domain.fallback import Actor, Outcome, StepKind
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import (
    ChannelKind,
    Format,
    LineType,
    Mode,
    Purpose,
    Sure,
    Voicemail,
)
from scheduler.domain.plan_words import (
    DOES,
    FORMATS,
    KINDS,
    LINES,
    MODES,
    PURPOSES,
    SURE,
    VOICEMAIL,
    WHO,
)
from scheduler.domain.preview import PreviewDay
from scheduler.domain.reason_words import in_short
from scheduler.domain.segments import GSM7_LIMIT, UCS2_LIMIT, measure
from scheduler.domain.zones import local_date
from scheduler.services.house import Starters
from scheduler.services.safe_contact.preview import Fate, ReminderLine
from scheduler.web import hours_drawn
from scheduler.web.forms import Typed
from scheduler.web.plan_form import Row, device_keys, device_label

__all__ = ["in_short"]

bars = hours_drawn.of_plan

Option = tuple[str, str]

MEANINGS: Final[Mapping[Meaning, str]] = {
    Meaning.REMINDER: "Reminder: she has a session",
    Meaning.CHANGED: "Moved: the time is another one",
    Meaning.CANCELLED: "Cancelled: it does not take place",
    Meaning.CALL_US: "Call us when you can",
    Meaning.REJOIN: "Join again, after a call broke off",
}
# The reminder is used most, so that it wants two to take turns.
ROOM: Final[Mapping[Meaning, int]] = {
    **dict.fromkeys(Meaning, 1),
    Meaning.REMINDER: 2,
}
SUSPENDS: Final[Mapping[str, str]] = {
    "new_number": "There is a number she had not named before.",
    "new_device": "There is a device she had not named before.",
}
SEVERAL: Final[Mapping[ChannelKind, str]] = {
    ChannelKind.SMS: "Texts",
    ChannelKind.VOICE: "Voice calls",
    ChannelKind.EMAIL: "E-mails",
}
SOMETIMES: Final[Mapping[Outcome, str]] = {
    Outcome.SOMEONE_ELSE: "somebody else answers",
    Outcome.NO_ANSWER: "nobody answers",
    Outcome.OTHER_REPLY: "another reply comes",
}
LANGUAGES: Final[Mapping[str, str]] = {
    "en": "English",
    "fr": "French",
    "es": "Spanish",
}
first_meaning: Final = Meaning.REMINDER
_EMPTY: Final[Option] = ("", "not said")


def purposes(kind: ChannelKind) -> list[Option]:
    """What a way may be used for; only a call can hold a session."""
    return [
        (each.value, PURPOSES[each])
        for each in Purpose
        if each is not Purpose.SESSION or kind is ChannelKind.VOICE
    ]


def modes() -> list[Option]:
    """How texts leave (P6)."""
    return [
        (Mode.NONE.value, MODES[Mode.NONE]),
        (Mode.ASSISTED.value, "by hand, when I am asked"),
        (Mode.AUTOMATIC.value, MODES[Mode.AUTOMATIC]),
    ]


def line_types() -> list[Option]:
    """Whose line it is, as she states it (P3); not known until she does."""
    unknown = (LineType.UNKNOWN.value, LINES[LineType.UNKNOWN])
    stated = [each for each in LineType if each is not LineType.UNKNOWN]
    return [unknown, *((each.value, LINES[each]) for each in stated)]


def voicemails() -> list[Option]:
    """What may be left at the tone."""
    return [(each.value, VOICEMAIL[each]) for each in Voicemail]


def sure(*, asked: bool = True) -> list[Option]:
    """Yes, no, not sure; where it has to be asked, nothing is chosen beforehand."""
    options = [(each.value, SURE[each]) for each in Sure]
    return [("", "ask her"), *options] if asked else options


def devices(typed: Typed) -> list[Option]:
    """The devices of the form, for the lists that choose one."""
    keys = device_keys(typed)
    named = ((key, device_label(typed, key, n)) for n, key in enumerate(keys, start=1))
    return [_EMPTY, *named]


def formats() -> list[tuple[Format, str]]:
    """The ways to hold a session."""
    return [(each, FORMATS[each]) for each in Format]


def who() -> list[Option]:
    """Who acts in a step."""
    return [("", "–"), *((each.value, WHO[each]) for each in Actor)]


def does() -> list[Option]:
    """What a step is."""
    return [("", "no step"), *((each.value, DOES[each]) for each in StepKind)]


def stops() -> list[Option]:
    """What ends the steps besides her being back."""
    return [(each.value, said) for each, said in SOMETIMES.items()]


def way(row: Row, rows: Sequence[Row], *, many: bool = False) -> str:
    """`Text`, or `Text (2)`; of `many`, `Texts`."""
    same = [each.key for each in rows if each.kind is row.kind]
    name = SEVERAL.get(row.kind, KINDS[row.kind]) if many else KINDS[row.kind]
    return name if len(same) == 1 else f"{name} ({same.index(row.key) + 1})"


def summary(typed: Typed, row: Row) -> str:
    """One line on a way that is folded: its address and what it is for."""
    name = f"channels.{row.key}"
    address = typed.value(f"{name}.address").strip()
    for_what = [
        said
        for value, said in purposes(row.kind)
        if value in typed.values(f"{name}.purposes")
    ]
    said = [address, ", ".join(for_what)]
    return " · ".join(each for each in said if each) or "not talked of"


def is_open(typed: Typed, row: Row) -> bool:
    """Whether a way is shown unfolded: what is agreed, and what is not right."""
    name = f"channels.{row.key}."
    wrong = any(each.startswith(name) for each in typed.wrongs)
    agreed = f"{row.kind.value}:{row.key}" in typed.values("channel")
    said = typed.value(f"{name}address") or typed.values(f"{name}purposes")
    most = (
        row.kind in (ChannelKind.SMS, ChannelKind.VOICE) and not row.key[-1:].isdigit()
    )
    return wrong or bool(said) or (agreed and most) or most


def paints(rows: Sequence[Row]) -> list[Option]:
    """The fields with hours every week that can be painted, and what each holds."""
    ways = [(f"channels.{row.key}.hours", way(row, rows, many=True)) for row in rows]
    open_in = [("session_hours", "Sessions"), *ways]
    never = [(f"{name}.deny", f"Never: {said.lower()}") for name, said in open_in]
    return [*open_in, *never]


def hours_of(rows: Iterable[Row]) -> list[str]:
    """The names of the fields with their hours."""
    return [f"channels.{row.key}.hours" for row in rows]


def tongue(language: str) -> str:
    """For `lang`: the language of her texts, where it is one of those installed."""
    return language if language in LANGUAGES else ""


def starters(
    shipped: Starters, language: str
) -> dict[Meaning, list[tuple[str, str, Sequence[str]]]]:
    """For each meaning, the shipped phrases in the language of her texts (W5), as code,
    name and phrases; in every language while hers is not said or has none."""
    codes = [language] if language in shipped else list(shipped)
    return {
        meaning: [
            (code, LANGUAGES.get(code, code), shipped[code].get(meaning, ()))
            for code in codes
        ]
        for meaning in (Meaning if shipped else ())
    }


@dataclass(frozen=True, slots=True)
class Count:
    """How long a phrase is on the network."""

    mark: str
    words: str


def count(text: str) -> Count:
    """`22 of 136 signs, plain alphabet` (W3)."""
    found = measure(text)
    if found.alphabet == "gsm7":
        plain = f"{found.units} of {GSM7_LIMIT} signs, plain alphabet"
        return Count("go" if found.fits else "stop", plain)
    signs = " ".join(found.offending[:5])
    wide = f"{found.units} of {UCS2_LIMIT} signs: {signs} needs the wide alphabet"
    return Count("look" if found.fits else "stop", wide)


# --- The fortnight and what changes ------------------------------------------


@dataclass(frozen=True, slots=True)
class DayLine:
    """One line of the fortnight. Ranges are instants, for her clock."""

    day: PreviewDay
    reminders: tuple[ReminderLine, ...]

    @property
    def nothing(self) -> str:
        """Why nothing leaves, in a word; empty where something could."""
        if self.reminders or self.day.could:
            return ""
        if self.day.lapsed:
            return "the plan has ended"
        return "nothing more" if self.day.full else "nothing"


def fortnight(
    days: Iterable[PreviewDay], reminders: Iterable[ReminderLine]
) -> list[DayLine]:
    """Her days, with the reminders that would leave in each."""
    listed = list(reminders)
    return [
        DayLine(
            each,
            tuple(
                line
                for line in listed
                if line.will is not None
                and line.fate is not Fate.HAS_LEFT
                and local_date(line.will.earliest, each.zone) == each.day
            ),
        )
        for each in days
    ]


FATES: Final[Mapping[Fate, Option]] = {
    Fate.STAYS: ("go", "stays as it is"),
    Fate.MOVES: ("look", "moves:"),
    Fate.NEW: ("planned", "new:"),
    Fate.GOES: ("look", "goes:"),
    Fate.NONE: ("none", "still none:"),
    Fate.HAS_LEFT: ("go", "has left"),
}


def sample(reminders: Iterable[ReminderLine], now: datetime) -> datetime:
    """The instant a lock screen shows: when the next reminder may leave."""
    coming = [each.will.earliest for each in reminders if each.will is not None]
    return min((each for each in coming if each > now), default=now)
