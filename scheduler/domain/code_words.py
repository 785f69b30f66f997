"""The words a client chose: that it is she, not safe now, get help (P9).

No sentence here repeats a word: what is wrong with one is said without it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from itertools import combinations

from scheduler.domain.folding import compose, fold, tokens
from scheduler.domain.phrases import Phrase

MOST_TRIES = 3
LONGEST = 60
LEAST_FOR_HELP = 2

# After a failed check nothing typed counts for so long; a supervisor may know her
# voice.
CLOSED_AFTER_FAILURE = timedelta(hours=1)

_AGENCY = (
    "The name of the agency stands in this. Choose a word that has nothing to do with "
    "the agency."
)
_SAME = (
    "This is the same as another of her words. Choose one that cannot be taken for it."
)
_IN_PHRASE = (
    "This stands in a phrase that is texted to her. Choose another word, or change the "
    "phrase first."
)
_ALONE = "One word alone is said by accident. Choose two words for “get help”."


class WordFor(Enum):
    """What a code word says."""

    IDENTITY = "identity"
    NOT_SAFE = "not_safe"
    GET_HELP = "get_help"


@dataclass(frozen=True, slots=True)
class CodeWord:
    """One word as it is kept. `used_at` says that it was used in earnest."""

    id: int
    purpose: WordFor
    word: str = field(repr=False)
    set_at: datetime
    used_at: datetime | None = None


class Heard(Enum):
    """What a typed word is among hers."""

    MATCH = "match"
    NOT_SAFE = "not_safe"
    GET_HELP = "get_help"
    NO_MATCH = "no_match"


def hear(typed: str, words: Iterable[CodeWord]) -> Heard:
    """What was typed, with case, accents and spacing folded (P9).

    A word that was used in earnest still says what it says; only that it must be
    replaced.
    """
    folded = fold(typed)
    said = {fold(each.word): each.purpose for each in words}
    if not folded or folded not in said:
        return Heard.NO_MATCH
    return {
        WordFor.IDENTITY: Heard.MATCH,
        WordFor.NOT_SAFE: Heard.NOT_SAFE,
        WordFor.GET_HELP: Heard.GET_HELP,
    }[said[folded]]


Chosen = Mapping[WordFor, Sequence[str]]


def what_is_wrong(
    chosen: Chosen,
    *,
    agency_names: Iterable[str],
    phrases: Iterable[Phrase] = (),
    used_before: Iterable[str] = (),
) -> dict[str, str]:
    """A sentence for each field that cannot stay, by `get_help.0` and the like (P9).

    `chosen` is all she would have afterwards; `used_before` are words used in earnest,
    which are not chosen again.
    """
    fields = {
        f"{purpose.value}.{number}": word
        for purpose, words in chosen.items()
        for number, word in enumerate(words)
    }
    wrong: dict[str, str] = {}
    for name, sentence in (
        *_each_alone(fields, agency_names, used_before),
        *_equal(fields),
        *_in_phrases(fields, phrases),
        *_too_few(chosen),
    ):
        wrong.setdefault(name, sentence)
    return wrong


def _each_alone(
    fields: Mapping[str, str], agency_names: Iterable[str], used_before: Iterable[str]
) -> Iterator[tuple[str, str]]:
    agency = [fold(each) for each in agency_names]
    used = {fold(each) for each in used_before}
    for name, word in fields.items():
        folded = fold(word)
        if not _words(word):
            yield name, "This has no letters in it. Choose a word that can be said."
        elif len(word) > LONGEST:
            yield name, f"This is longer than {LONGEST} characters. Choose a short one."
        elif any(each and each in folded for each in agency):
            yield name, _AGENCY
        elif folded in used:
            yield name, "This was used in earnest before. Choose a new one."


def _equal(fields: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for (first, one), (second, other) in combinations(fields.items(), 2):
        if fold(one) == fold(other):
            yield first, _SAME
            yield second, _SAME


def _in_phrases(
    fields: Mapping[str, str], phrases: Iterable[Phrase]
) -> Iterator[tuple[str, str]]:
    texts = [f" {' '.join(_words(each.text))} " for each in phrases]
    for name, word in fields.items():
        wanted = _words(word)
        if wanted and any(f" {' '.join(wanted)} " in each for each in texts):
            yield name, _IN_PHRASE


def _too_few(chosen: Chosen) -> Iterator[tuple[str, str]]:
    helping = chosen.get(WordFor.GET_HELP, ())
    if helping and sum(len(_words(each)) for each in helping) < LEAST_FOR_HELP:
        yield f"{WordFor.GET_HELP.value}.{len(helping) - 1}", _ALONE


def _words(text: str) -> list[str]:
    return [each.plain for each in tokens(compose(text))]
