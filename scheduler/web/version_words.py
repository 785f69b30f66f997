"""The words for versions of a plan: their state, and which fields changed."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from scheduler.domain.phrases import Meaning
from scheduler.domain.plan_words import MEANINGS

STATES: Final = {
    "current": ("go", "in force"),
    "conflicting": ("look", "in force beside another"),
    "old": ("none", "replaced"),
}
_FIELDS: Final = {
    "valid_until": "until when it holds",
    "zone": "her clock",
    "away": "stays elsewhere",
    "channels": "which ways there are",
    "devices": "which devices there are",
    "formats": "how sessions are held",
    "session_hours": "session hours",
    "phrases": "order of phrases",
    "cutoff": "if a call breaks off",
}
_GROUPS: Final = {
    "devices": "devices",
    "formats": "sessions",
    "phrases": "words",
}
_ATTRIBUTES: Final = {
    "shared_ok": "all right though shared",
    "purposes": "for what",
    "mode": "how texts leave",
    "others": "who else may answer",
    "may_say": "what may be said to them",
    "once": "single days",
    "rotations": "in turn",
    "deny": "never",
    "agreed": "talked through",
    "in_person": "in person",
    **{each.value: f"“{MEANINGS[each]}”" for each in Meaning},
}


def fields(names: Iterable[str]) -> str:
    """`way text: hours, consent; devices: phone; until when it holds`."""
    grouped: dict[str, list[str]] = {}
    for head, part in map(_split, names):
        grouped.setdefault(head, []).extend([part] if part else [])
    said = (
        f"{head}: {', '.join(parts)}" if parts else head
        for head, parts in grouped.items()
    )
    return "; ".join(said) or "nothing"


def _split(name: str) -> tuple[str, str]:
    head, *rest = name.split(".")
    if head == "channels" and rest:
        return f"way {_said(rest[0])}", " ".join(map(_said, rest[1:]))
    if head in _GROUPS and rest:
        return _GROUPS[head], _said(rest[0])
    return _FIELDS.get(head, head), " ".join(map(_said, rest))


def _said(part: str) -> str:
    return _ATTRIBUTES.get(part, part.replace("_", " "))
