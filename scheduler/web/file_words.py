"""The words of a file's page."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from scheduler.domain.closing import CLOSE_IN_WORDS
from scheduler.domain.code_words import WordFor
from scheduler.domain.fallback import Outcome
from scheduler.domain.fallback_words import in_one_line
from scheduler.domain.hours import WeeklyRange
from scheduler.domain.legal_hold import END_IN_WORDS, HOLD_IN_WORDS
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.people import ServiceKind
from scheduler.domain.plan import ChannelKind, ContactPlan, PlanState, Purpose
from scheduler.domain.plan_words import (
    FORMATS,
    KINDS,
    PURPOSES,
    channel_name,
)
from scheduler.domain.reason_words import in_short
from scheduler.domain.reveals import IN_WORDS, LIFT_IN_WORDS
from scheduler.domain.typed_hours import write_weekly
from scheduler.web import here

__all__ = ["in_short"]

SERVICES: Final = {
    ServiceKind.SAFETY_PLANNING: "safety planning",
    ServiceKind.COUNSELLING: "counselling",
    ServiceKind.PSYCHO_EDUCATION: "psycho-education",
    ServiceKind.GROUP: "group",
    ServiceKind.INTAKE: "intake",
}
STATES: Final = {
    PlanState.ACTIVE: ("go", "The plan holds"),
    PlanState.SUSPENDED: ("stop", "The plan is suspended, nothing leaves"),
    PlanState.LAPSED: ("look", "The plan has ended, nothing leaves"),
}
SUSPENDED: Final = {
    "stop": "a stop came",
    "reply": "a reply came",
    "someone_else": "somebody else answered",
    "other_reply": "another reply came",
    "identity_failed": "a check of identity failed",
    "imported": "it came in a sheet, and nobody has talked it through with her here",
    "not_safe": "she said “not safe now”",
    "get_help": "she said “get help”",
    "late_receipt": "a text arrived after her hours",
    "new_number": "a number came that she had not named before",
    "new_device": "a device came that she had not named before",
    "staff": "a member of staff said so",
    "reopened": "the file was closed, and the plan is not talked through anew yet",
}
SESSIONS: Final = {
    "booked": ("planned", "booked"),
    "in_session": ("go", "in session"),
    "interrupted": ("look", "broke off"),
    "resumed": ("go", "going on again"),
    "completed": ("go", "held"),
    "ended_early": ("none", "ended early"),
    "cancelled": ("none", "cancelled"),
    "not_joined": ("none", "not joined"),
}
BRANCHES: Final = {
    "technical": "a technical drop",
    "not_safe": "not safe now",
    "get_help": "get help",
    "no_answer": "no answer",
}
MESSAGES: Final = {
    MessageKind.REMINDER: "reminder",
    MessageKind.CHANGED: "moved",
    MessageKind.CANCELLED: "cancelled",
    MessageKind.CALL_US: "call us",
    MessageKind.REJOIN: "join again",
    MessageKind.CALL: "call by hand",
}
_M = MessageState
MESSAGE_STATES: Final = {
    _M.PLANNED: ("planned", "planned"),
    _M.DUE: ("planned", "due"),
    _M.PROMPTED: ("look", "in somebody’s hands"),
    _M.CLAIMED: ("planned", "about to leave"),
    _M.SENDING: ("planned", "leaving"),
    _M.ACCEPTED: ("go", "taken by the network"),
    _M.SENT: ("go", "sent"),
    _M.DELIVERED: ("go", "delivered"),
    _M.UNDELIVERED: ("look", "did not arrive"),
    _M.FAILED: ("look", "failed"),
    _M.UNCERTAIN: ("look", "not known whether it left"),
    _M.SENT_BY_HAND: ("go", "done by hand"),
    _M.NOT_SENT: ("none", "not done"),
    _M.SETTLED: ("none", "settled"),
    _M.CANCELLED: ("none", "taken back"),
    _M.EXPIRED: ("none", "expired, never sent"),
    _M.WITHHELD: ("none", "withheld"),
}
CALLS: Final = (
    (Outcome.ANSWERED, "She answered", ""),
    (Outcome.NO_ANSWER, "No answer", ""),
    (Outcome.SOMEONE_ELSE, "Somebody else answered", "halt"),
    (Outcome.STOP, "She said stop", "halt"),
    (Outcome.NOT_DONE, "I did not ring", ""),
)
RINGS_FOR: Final = (
    (Purpose.CALL_BACK, "Call back"),
    (Purpose.CHANGE, "Tell of a change"),
    (Purpose.REMINDER, "Remind"),
    (Purpose.SESSION, "Hold a session"),
)
WORDS: Final = {
    WordFor.IDENTITY: "It is me",
    WordFor.NOT_SAFE: "Not safe now",
    WordFor.GET_HELP: "Get help",
}
FIELDS: Final = {
    "word_identity_0": "It is me",
    "word_not_safe_0": "Not safe now",
    "word_get_help_0": "Get help, first word",
    "word_get_help_1": "Get help, second word",
}
_VERBS: Final = {
    "opened": "opened the file",
    "corrected": "put right what was written at the start",
    "described": "wrote what she is known by",
    "read": "saw what she is known by",
    "recorded video": "wrote whether video suits her",
    "read video": "saw whether video suits her",
    "noted place": "noted where she is",
    "saved plan": "saved the plan",
    "saved beside": "saved a second plan beside it",
    "read plan": "looked at the plan",
    "read file": "looked at the file",
    "read versions": "looked through the versions of the plan",
    "read version": "read a version of the plan",
    "read number": "saw a number outside a permitted act",
    "revealed number": "was shown a number to ring or text",
    "read code words": "saw code words",
    "set code words": "set code words",
    "used code word": "marked a code word as used",
    "unused code word": "took back that a code word was used",
    "suspended": "suspended the plan",
    "confirmed": "confirmed the plan",
    "lifted": "lifted the suspension",
    "looked for": "looked for her as a caller",
    "sought file": "found the file by its code",
    "broke glass": "opened the file for two hours without working with it",
    "changed": "changed the file",
    "withdrew": "wrote that she took a way back",
    "shut out": "shut somebody out of the file",
    "let in": "let somebody in again",
    "kept apart": "kept the file apart from another",
    "let meet": "no longer keeps it apart",
    "read her data": "went through all that is kept with her",
    "closed": "closed the file",
    "reopened": "reopened the file",
    "handed over": "handed the file over to another counsellor",
    "laid hold": "laid a legal hold on the file",
    "reviewed hold": "looked at the legal hold again",
    "ended hold": "ended the legal hold",
    "read hold": "read about the legal hold",
    "previewed erasure": "looked at what erasing it would take",
}
_REASONS: Final = {
    **{each.value: said for each, said in IN_WORDS.items()},
    **{each.value: said for each, said in LIFT_IN_WORDS.items()},
    **{each.value: f"for: {said}" for each, said in PURPOSES.items()},
    **{each.value: said for each, said in HOLD_IN_WORDS.items()},
    **{each.value: said for each, said in END_IN_WORDS.items()},
    **{each.value: said for each, said in CLOSE_IN_WORDS.items()},
    **SUSPENDED,
    "assisted_send": "for a text by hand",
}


def reasons() -> list[tuple[str, str]]:
    """The listed reasons for a reveal (E2)."""
    return [
        ("", "Choose a reason"),
        *((each.value, said) for each, said in IN_WORDS.items()),
    ]


def lift_reasons() -> list[tuple[str, str]]:
    """Why a reply is her own plain thanks (P8)."""
    return [
        ("", "Choose a reason"),
        *((each.value, said) for each, said in LIFT_IN_WORDS.items()),
    ]


def services() -> list[tuple[str, str]]:
    """The kinds of service."""
    return [("", "not said"), *((each.value, said) for each, said in SERVICES.items())]


def done(verb: str, reason: str) -> str:
    """One line of the trail in words."""
    said = _VERBS.get(verb, verb)
    why = _REASONS.get(reason, reason)
    return f"{said} · {why}" if why else said


def plan_lines(plan: ContactPlan) -> list[tuple[str, str]]:
    """The plan in a few lines: ways, hours, sessions, steps, until when."""
    rows = [
        (channel_name(plan, each), _way(each.purposes, each.hours.weekly))
        for each in plan.channels
        if not each.withdrawn
    ]
    formats = ", ".join(FORMATS[each.format] for each in plan.formats)
    hours = ", ".join(map(write_weekly, plan.session_hours.weekly))
    return [
        *(rows or [("Contact", "she contacts us")]),
        ("Sessions", f"{formats or 'no way agreed'} · {hours or 'no hours'}"),
        ("Breaks off", in_one_line(plan.cutoff)),
        ("Holds", f"through {here.shown().day(plan.valid_until)}"),
    ]


def _way(purposes: frozenset[Purpose], hours: Sequence[WeeklyRange]) -> str:
    said = ", ".join(PURPOSES[each] for each in Purpose if each in purposes)
    when = ", ".join(write_weekly(each) for each in hours)
    return f"{said or 'for nothing'} · {when or 'no hours every week'}"


def channel_words(kind: ChannelKind) -> str:
    """`text`, `voice call`."""
    return KINDS[kind].lower()
