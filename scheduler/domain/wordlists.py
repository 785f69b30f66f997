"""The lint's word lists, as values: read elsewhere, compiled here, once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from scheduler.domain.folding import Token, plain
from scheduler.domain.lint_rules import LintRule
from scheduler.domain.patterns import BadPattern, Patterns, Written, compiled


@dataclass(frozen=True, slots=True)
class LanguageWords:
    """One language's lists, in the notation of `patterns.py`.

    `passes` are expressions that a list would catch and that are ordinary ("river
    bank"). `in_language` names, for a listed pattern, the languages in which the same
    letters are an ordinary word ("court" is short in French). `beside` names words in
    whose company a listed pattern is ordinary. `own_words` are small words by which a
    sentence of this language is known. `leads` may stand before a question.
    """

    code: str
    forbidden: Mapping[LintRule, Sequence[str]]
    passes: Sequence[str] = ()
    in_language: Mapping[str, Sequence[str]] = field(default_factory=dict)
    beside: Mapping[str, Sequence[str]] = field(default_factory=dict)
    own_words: Sequence[str] = ()
    leads: Sequence[str] = ()
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Entry:
    """Why a pattern is listed, and where it is ordinary after all."""

    rule: LintRule
    language: str
    in_language: tuple[str, ...] = ()
    beside: frozenset[str] = frozenset()

    def ordinary(self, words: frozenset[str], scores: Mapping[str, int]) -> bool:
        """Whether the words around make it an ordinary word here."""
        own = scores.get(self.language, 0)
        elsewhere = any(scores.get(code, 0) > own for code in self.in_language)
        return elsewhere or not self.beside.isdisjoint(words)


@dataclass(frozen=True, slots=True)
class WordLists:
    """The lists of all installed languages together: each applies to every text (W2).

    Build with `WordLists.of`, once; compiling takes some milliseconds.
    """

    forbidden: Patterns[Entry] = field(repr=False)
    passes: Patterns[bool] = field(repr=False)
    own_words: Mapping[str, str] = field(repr=False)
    leads: frozenset[str] = field(repr=False)
    signs: Mapping[str, LintRule] = field(repr=False)
    languages: tuple[str, ...] = ()

    @classmethod
    def of(
        cls, languages: Sequence[LanguageWords], signs: Mapping[LintRule, str]
    ) -> WordLists:
        """Compile the lists. `signs` are emoji that mean something, under each rule.

        Raises BadPattern with the pattern that cannot be read.
        """
        classes = {each.code: each.classes for each in languages}
        listed = [one for each in languages for one in _entries(each)]
        passes = [
            Written(one, tag=True, language=each.code)
            for each in languages
            for one in each.passes
        ]
        return cls(
            forbidden=compiled(listed, classes),
            passes=compiled(passes, classes),
            own_words=_telling(languages),
            leads=frozenset(plain(one) for each in languages for one in each.leads),
            signs={sign: rule for rule, some in signs.items() for sign in some},
            languages=tuple(each.code for each in languages),
        )

    def scores(self, found: Iterable[Token]) -> Mapping[str, int]:
        """How many words speak for each language."""
        known = (self.own_words.get(each.plain) for each in found)
        return Counter(code for code in known if code is not None)


def _entries(words: LanguageWords) -> Iterator[Written[Entry]]:
    listed = {one for some in words.forbidden.values() for one in some}
    for exception in (*words.in_language, *words.beside):
        if exception not in listed:
            raise BadPattern(f"“{exception}” is excepted but on no list.")
    for rule, patterns in words.forbidden.items():
        for one in patterns:
            beside = frozenset(plain(each) for each in words.beside.get(one, ()))
            codes = tuple(words.in_language.get(one, ()))
            yield Written(one, Entry(rule, words.code, codes, beside), words.code)


def _telling(languages: Sequence[LanguageWords]) -> Mapping[str, str]:
    """The small words that belong to one language only, with that language."""
    owners: dict[str, set[str]] = {}
    for each in languages:
        for word in each.own_words:
            owners.setdefault(plain(word), set()).add(each.code)
    return {word: codes.pop() for word, codes in owners.items() if len(codes) == 1}
