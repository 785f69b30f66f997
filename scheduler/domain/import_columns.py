"""The columns of a sheet of clients and plans, each with what stands in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `says` is read by people; `example` is of nobody."""

    name: str
    says: str
    example: str = ""


# Refused as a line: it came with the sheet.
EXAMPLE: Final = "EXAMPLE"
LANGUAGES: Final = ("en", "fr", "es", "asl", "lsq", "other")

_HOURS = "Hours, several with “;”: Tue 09:00-11:30; Thu,Fri 13:00-15:00"
_NEVER = "Never then, several with “;”: 2026-12-24..2026-12-26; Sun 00:00-24:00"
_PURPOSES = "What she said yes to: reminder, change, call_back, session. Blank is no"
_LINE = "own_mobile, shared_mobile, landline, work, voip or unknown"
_PHRASES = "Her sentences for it, several with “|”"

COLUMNS: Final = (
    Column("code", "A code to keep, such as C2041. Blank: a new one", EXAMPLE),
    Column("zone", "Her clock: a town or America/Toronto. Blank: yours", "Toronto"),
    Column("requested_on", "The day she asked. Blank: today", "2026-11-02"),
    Column(
        "service",
        "safety_planning, counselling, psycho_education, group or intake",
        "counselling",
    ),
    Column("usual_counsellor", "The sign-in name of her counsellor"),
    Column("session_name", "The name used in sessions", "Robin"),
    Column("aloud_name", "The name that may be said aloud"),
    Column("known_by", "One more thing by which she is found", "the red bicycle"),
    Column("pronouns", "Her pronouns"),
    Column("contact_language", "en, fr, es, asl, lsq or other", "en"),
    Column("session_language", "The same for sessions", "en"),
    Column("interpreter", "Which interpreter"),
    Column("refuses_interpreter", "Whom she refuses"),
    Column("cover_topic", "What to talk of when somebody comes in", "the garden"),
    Column("line_if_other", "What to say if somebody else answers"),
    Column("children_over_two", "yes, no or blank: over two and present"),
    Column("valid_until", "The day through which the plan holds", "2026-12-20"),
    Column("device", "The device, such as phone. One to a line", "phone"),
    Column("device_whose", "Whose it is", "hers"),
    Column("device_synced", "yes, no or not_sure. Blank: not sure", "no"),
    Column("device_bill_seen", "yes, no or not_sure. Blank: not sure", "no"),
    Column("device_monitored", "yes, no or not_sure. Blank counts as yes", "no"),
    Column("text_number", "The number for texts", "(416) 555-0142"),
    Column("text_line", _LINE, "own_mobile"),
    Column("text_shared_ok", "yes if she accepts texts on a shared mobile"),
    Column("text_mode", "none, assisted or automatic. Blank: none", "assisted"),
    Column("text_consent", "yes if what automatic asks for is recorded"),
    Column("text_purposes", _PURPOSES, "reminder, change"),
    Column("text_hours", _HOURS, "Tue 09:00-11:30"),
    Column("text_never", _NEVER, "2026-12-24..2026-12-26"),
    Column("voice_number", "The number for calls"),
    Column("voice_line", _LINE),
    Column("voice_purposes", _PURPOSES),
    Column("voice_hours", _HOURS),
    Column("voice_never", _NEVER),
    Column("voicemail", "never or no_content. Blank: never"),
    Column("voice_others", "Who else may answer"),
    Column("voice_may_say", "What may be said to them"),
    Column("formats", "What she agreed to: video, phone, in_person", "in_person"),
    Column("we_dial", "yes if we ring her for a session by phone"),
    Column("session_hours", _HOURS, "Tue 09:00-12:00"),
    Column("session_never", _NEVER),
    Column("phrase_reminder", _PHRASES, "The tomatoes want water"),
    Column("phrase_changed", _PHRASES),
    Column("phrase_cancelled", _PHRASES),
    Column("phrase_call_us", _PHRASES),
    Column("phrase_rejoin", _PHRASES),
    Column("cutoff_agreed", "yes if it was talked through what happens after a drop"),
    Column(
        "cutoff_steps",
        "Who, what, after how many minutes, several with “;”: client rejoin 5",
    ),
)
NAMES: Final = tuple(each.name for each in COLUMNS)
PERSON: Final = NAMES[: NAMES.index("valid_until")]
PLAN: Final = NAMES[NAMES.index("valid_until") :]

# Fields of a plan that are not called as their column.
_OF_FIELD: Final[Mapping[str, str]] = {
    "channels.text.address": "text_number",
    "channels.voice.address": "voice_number",
    "channels.voice.voicemail": "voicemail",
    "session_hours.deny": "session_never",
    "devices": "device",
    "devices.device": "device",
    "formats.phone": "we_dial",
    "cutoff": "cutoff_steps",
    "steps": "cutoff_steps",
}


def column_of(field: str) -> str:
    """The column of a plan's field, such as `channels.text.hours.deny`; empty where
    it is about the whole line."""
    if field in NAMES:
        return field
    if field in _OF_FIELD:
        return _OF_FIELD[field]
    first, *rest = field.split(".")
    if first == "channels" and rest:
        never = rest[-1] == "deny"
        last = "never" if never else rest[1] if len(rest) > 1 else "number"
        named = f"{rest[0]}_{last}"
    elif first == "phrases" and rest:
        named = f"phrase_{rest[0]}"
    else:
        named = _OF_FIELD.get(first, first)
    return named if named in NAMES else ""
