"""The words of the session page."""

from __future__ import annotations

from scheduler.domain.code_words import WordFor
from scheduler.domain.decision import Reason
from scheduler.domain.fallback import (
    Actor,
    Branch,
    FallbackPlan,
    Outcome,
    Step,
    StepKind,
)
from scheduler.domain.plan import Format
from scheduler.domain.reason_words import in_short
from scheduler.services.counselling.session_view import SessionView, StepNow

FORMATS = {
    Format.VIDEO: "video",
    Format.PHONE: "phone",
    Format.IN_PERSON: "in person",
}

TICKS = {
    "alone": "She says she is alone",
    "identity": "It is she: word heard",
    "place": "Where she is today, deleted after the session",
    "read_aloud": "Read aloud what we do if it breaks off",
    "next_talk": "Agreed when to talk next",
}

_WHO = {
    Actor.CLIENT: "She",
    Actor.COUNSELLOR: "You",
    Actor.SUPERVISOR: "The supervisor",
}

_DOES = {
    (Actor.CLIENT, StepKind.WAIT): "She waits in the room.",
    (Actor.CLIENT, StepKind.REJOIN): "She joins again by herself.",
    (Actor.CLIENT, StepKind.CALL_IN): "She calls in. Keep the line free.",
    (Actor.COUNSELLOR, StepKind.WAIT): "You wait in the room.",
    (Actor.COUNSELLOR, StepKind.TEXT): "The text “join again” leaves.",
    (Actor.COUNSELLOR, StepKind.CALL): "You call her once.",
    (Actor.SUPERVISOR, StepKind.CALL): "The supervisor calls her once.",
    (Actor.SUPERVISOR, StepKind.HAND_OVER): "The supervisor takes over.",
    (Actor.COUNSELLOR, StepKind.HAND_OVER): "You hand over to the supervisor.",
}

_ANY = {
    StepKind.WAIT: "waits in the room.",
    StepKind.REJOIN: "joins again.",
    StepKind.CALL_IN: "calls in.",
    StepKind.TEXT: "sends the text “join again”.",
    StepKind.CALL: "calls once.",
    StepKind.HAND_OVER: "hands over to the supervisor.",
    StepKind.END: "ends it. The next contact is hers.",
}

_OUTCOMES = {
    Outcome.DONE: "done",
    Outcome.ANSWERED: "she answered",
    Outcome.NO_ANSWER: "no answer",
    Outcome.SOMEONE_ELSE: "someone else answered",
    Outcome.REJOINED: "she is back",
    Outcome.STOP: "she said stop",
    Outcome.OTHER_REPLY: "another reply",
    Outcome.NOT_DONE: "not done",
}

_ENTRIES = {
    "dropped": "broke off",
    "branch": "what it was",
    "told": "the supervisor is told",
    "closed": "over",
    "note": "note",
    "correction": "correction",
}


def step(of: Step) -> str:
    """What a step is, as a sentence."""
    if of.kind is StepKind.END:
        return "It ends. The next contact is hers."
    return _DOES.get((of.who, of.kind), f"{_WHO[of.who]} {_ANY[of.kind]}")


def wait(of: Step) -> str:
    """`5 min`, or `at once`."""
    return f"{of.after} min" if of.after else "at once"


def choices(of: Step) -> list[tuple[str, str, str, str]]:
    """The outcomes of a step on offer: (value, words, kind, key)."""
    if of.kind is StepKind.CALL:
        return [
            ("answered", "She answered", "", "y"),
            ("no_answer", "No answer", "", "n"),
            ("someone_else", "Someone else answered", "halt", "s"),
            ("not_done", "I did not call", "", ""),
        ]
    if of.kind in (StepKind.WAIT, StepKind.REJOIN, StepKind.CALL_IN):
        return [("no_answer", "Not back", "", "n")]
    return [("done", "Done", "", "n")]


def turn(of: StepNow) -> str:
    """When a step to come has its turn, and whether it would be skipped (F4)."""
    when = f"after {of.step.after} min" if of.step.after else "at once"
    if of.may is None or of.may.yes:
        return when
    return f"{when}; as it stands it will be skipped: {why(of.may.reasons)}"


_HERS = frozenset({StepKind.WAIT, StepKind.REJOIN, StepKind.CALL_IN})


def outcome(of: Outcome | None, step: Step | None = None) -> str:
    """An outcome in words; who was waited for is not back."""
    if of is Outcome.NO_ANSWER and step is not None and step.kind in _HERS:
        return "not back"
    return _OUTCOMES[of] if of else ""


def entry(
    line_entry: str, line_step: int | None, of: Outcome | None, plan: FallbackPlan
) -> str:
    """A line of the log in words."""
    if line_entry == "step":
        known = line_step is not None and line_step <= len(plan.steps)
        step = plan.steps[(line_step or 1) - 1] if known else None
        return f"step {line_step} · {outcome(of, step)}"
    if line_entry == "skipped":
        return f"step {line_step} skipped"
    said = _ENTRIES.get(line_entry, line_entry)
    return f"{said} · {outcome(of)}" if of else said


def why(reasons: tuple[Reason, ...]) -> str:
    """Why a step was skipped, in a few words."""
    return in_short(reasons)


def branches(on_call: str) -> list[tuple[str, str, str]]:
    """The four, with what each brings (F3)."""
    her = on_call or "the supervisor"
    return [
        (
            "technical",
            "Technical drop",
            "The line broke. The steps she agreed to begin.",
        ),
        (
            "not_safe",
            "Not safe now",
            f"Covers the screen, offers no call back, tells {her}, stops her plan.",
        ),
        (
            "get_help",
            "Get help",
            "Shows what she chose and the place she gave today. People carry it out.",
        ),
        ("no_answer", "No answer", f"Brings {her} in, within two minutes."),
    ]


WORDS = {
    WordFor.NOT_SAFE: "not safe now",
    WordFor.GET_HELP: "get help",
    WordFor.IDENTITY: "it is me",
}

BRANCHES = {
    Branch.TECHNICAL: "Technical drop",
    Branch.NOT_SAFE: "Not safe now",
    Branch.GET_HELP: "Get help",
    Branch.NO_ANSWER: "No answer",
}


def state(view: SessionView) -> str:
    """Where the session stands, in words."""
    return {
        "booked": "not started",
        "in_session": "in session",
        "interrupted": "it broke off",
        "resumed": "going on again",
        "completed": "held",
        "ended_early": "ended early",
        "cancelled": "cancelled",
        "not_joined": "not joined",
    }[view.session.state.value]
