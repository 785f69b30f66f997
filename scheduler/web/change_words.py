"""What moving or cancelling a session brings, in words."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.domain.explain import Context
from scheduler.domain.phrases import Meaning
from scheduler.services.scheduling.booking_preview import PreviewOfChange
from scheduler.services.scheduling.what_leaves import Leaving
from scheduler.web.booking_words import Fact, context, leaving
from scheduler.web.find_words import Why, in_words


@dataclass(frozen=True, slots=True)
class Telling:
    """What happens if the agency does it: a text, or somebody has to be there (B6)."""

    code: str
    fact: Fact
    phrases: tuple[str, ...]
    told: bool


def telling(change: PreviewOfChange, meaning: Meaning) -> tuple[Telling, ...]:
    """For each client, what would tell her."""
    found = []
    for each in change.clients:
        answer = each.changed if meaning is Meaning.CHANGED else each.cancelled
        told = isinstance(answer, Leaving)
        phrases = answer.phrases if isinstance(answer, Leaving) else ()
        found.append(
            Telling(each.code, leaving("Text", answer, each, meaning), phrases, told)
        )
    return tuple(found)


def whys_of(change: PreviewOfChange, code: str) -> tuple[Why, ...]:
    """What stands against a move or a cancellation."""
    if change.possible.yes:
        return ()
    known: Context = {"who": code, "counsellor": change.counsellor}
    if change.after is not None:
        known = context(change.after, code)
    return tuple(in_words(each, known, code) for each in change.possible.reasons)
