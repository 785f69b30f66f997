"""Words of all that is kept about a client, as one would say them to her (E7)."""

from __future__ import annotations

from datetime import date
from typing import Final

from scheduler.domain.fallback import Outcome
from scheduler.domain.people import Person
from scheduler.domain.policy import Policy
from scheduler.domain.retention import Matter
from scheduler.domain.suitability import Suitability
from scheduler.domain.typed_hours import write_weekly
from scheduler.domain.waiting import Wanted
from scheduler.web import retention_words
from scheduler.web.person_form import CONNECTIONS, LANGUAGES

_LANGUAGES: Final = dict(LANGUAGES)
_CONNECTIONS: Final = dict(CONNECTIONS)
_KINDS: Final = {"stop": "a stop", "thanks": "a thanks", "help": "a call for help"}

_ENTRIES: Final = {
    "dropped": "it broke off",
    "branch": "it was said what it was",
    "told": "the supervisor was told",
    "closed": "it was over",
}

# What of hers goes by a clock of its own, in the order of the page.
_GOES: Final = (
    Matter.PLACE,
    Matter.STAY,
    Matter.REPLY,
    Matter.SEND_LOG,
    Matter.OLD_PLAN,
    Matter.CLOSED_PLAN,
    Matter.CLOSED_FILE,
    Matter.TRAIL,
)


def person(of: Person) -> list[tuple[str, str]]:
    """What she chose to be known by; what is blank is left out."""
    said = [
        ("Name used in session", of.session_name),
        ("Name that may be said aloud", of.aloud_name),
        ("Pronouns", of.pronouns),
        ("Language of contact", _LANGUAGES.get(of.contact_language, "")),
        ("Language of session", _LANGUAGES.get(of.session_language, "")),
        ("Interpreter", of.interpreter),
        ("Whom you refuse", of.refuses_interpreter),
        ("What we talk of when somebody listens", of.cover_topic),
        ("If someone else answers, we say", of.line_if_other),
        ("Children over two present", _yes_no(of.children_over_two)),
        ("One more thing to find you by", of.known_by),
    ]
    return [(term, words) for term, words in said if words and words != "not said"]


def video(of: Suitability) -> list[tuple[str, str]]:
    """The record about video."""
    said = [
        ("Talked through", _day(of.recorded_on)),
        ("Asked again", _day(of.review_on)),
        ("Wants video", _yes_no(of.wants_video)),
        ("Knows that other ways are equal", _yes_no(of.knows_equal)),
        ("Where", of.where),
        ("Usually there", of.usually_there),
        ("Device", of.device),
        ("Connection", _CONNECTIONS[of.connection.value]),
        ("Comfort, from 1 to 5", str(of.comfort or "")),
        ("Headphones", _yes_no(of.headphones)),
        ("A practice call was held", _yes_no(of.practice_held)),
        ("Risk has changed since", _yes_no(of.risk_changed)),
    ]
    return [(term, words) for term, words in said if words]


def waits(wanted: Wanted) -> str:
    """What she waits for."""
    formats = sorted(each.value.replace("_", " ") for each in wanted.formats)
    hours = ", ".join(write_weekly(each) for each in wanted.windows)
    return f"{' or '.join(formats) or 'any way'}, {hours or 'at any time'}"


def reply(kind: str) -> str:
    """What came in."""
    return _KINDS.get(kind, "a text")


def line(entry: str, step: int | None, outcome: Outcome | None) -> str:
    """A line of what was done after a call broke off."""
    if entry in {"step", "skipped"}:
        said = f"step {step} {'was skipped' if entry == 'skipped' else 'was done'}"
    else:
        said = _ENTRIES.get(entry, entry)
    return f"{said}, {outcome.value.replace('_', ' ')}" if outcome else said


def goes(policy: Policy) -> list[tuple[str, str]]:
    """What is kept how long."""
    return [
        (retention_words.what(each), retention_words.kept(each, policy))
        for each in _GOES
    ]


def _day(on: date) -> str:
    return f"{on:%Y-%m-%d}"


def _yes_no(value: bool | None) -> str:
    return "" if value is None else ("yes" if value else "no")
