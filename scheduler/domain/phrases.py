"""The phrasebook: sentences that stand for a meaning (W1), and how one is chosen.

What a phrase may say is in `lint.py`, how long it may be in `segments.py`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from enum import Enum
from typing import Final

from scheduler.domain.folding import compose, fold, tokens


class Meaning(Enum):
    """What a phrase stands for (W1)."""

    REMINDER = "reminder"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    CALL_US = "call_us"
    REJOIN = "rejoin"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence for one meaning, as it is kept and sent: composed, trimmed."""

    meaning: Meaning
    text: str = field(repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", compose(self.text).strip())


def by_meaning(phrases: Iterable[Phrase]) -> Mapping[Meaning, tuple[str, ...]]:
    """The sentences under each meaning, in the order of the plan."""
    book: dict[Meaning, tuple[str, ...]] = {}
    for phrase in phrases:
        book[phrase.meaning] = (*book.get(phrase.meaning, ()), phrase.text)
    return book


def pick(phrases: Sequence[str], last_used: str | None, choice: int) -> str | None:
    """The sentence to use: never the one used last while another exists (W1).

    `choice` is a random number from 0 up, of any size. A lone sentence is used again;
    with none the answer is None. Two that read the same count as one.
    """
    if not phrases:
        return None
    last = "" if last_used is None else fold(last_used)
    others = [each for each in phrases if fold(each) != last]
    open_ = others or list(phrases)
    return open_[choice % len(open_)]


# Found by reading: below these a sentence is her own, above them it is the shipped one
# with a word changed. Both are tried in test_phrases.py.
_SHARED_WORDS: Final = 0.75
_SAME_LETTERS: Final = 0.85


def close_to(text: str, starters: Iterable[str]) -> bool:
    """Whether a sentence equals a shipped one, or is close enough to look it up (W6).

    Close: at least three quarters of all words of the two are common to both, in any
    order, or at least 85 in 100 letters stand in the same order.
    """
    letters, words = fold(text), _words(text)
    return any(_close(letters, words, fold(one), _words(one)) for one in starters)


def _words(text: str) -> frozenset[str]:
    return frozenset(each.plain for each in tokens(compose(text)))


def _close(
    letters: str, words: frozenset[str], their_letters: str, their_words: frozenset[str]
) -> bool:
    if letters == their_letters:
        return True
    everything = words | their_words
    if everything and len(words & their_words) / len(everything) >= _SHARED_WORDS:
        return True
    # The order decides the ratio by a hair: the same pair gives the same answer.
    first, second = sorted((letters, their_letters))
    matcher = SequenceMatcher(None, first, second, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _SAME_LETTERS
        and matcher.quick_ratio() >= _SAME_LETTERS
        and matcher.ratio() >= _SAME_LETTERS
    )
