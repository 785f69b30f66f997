"""Names and code words that no text may hold (W2)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from scheduler.domain.folding import compose, fold, tokens
from scheduler.domain.lint_rules import LintRule
from scheduler.domain.patterns import Patterns, Written, compiled

# Parts of a person's name that are no name by themselves.
_PARTICLES: Final = frozenset(
    (
        *("and", "ben", "bin", "das", "del", "della", "den", "der", "des", "dos"),
        *("ibn", "las", "les", "los", "mac", "saint", "san", "sainte", "santa", "ste"),
        *("the", "van", "von"),
    )
)
# A part this short is an ordinary word too often ("An", "Le", "My").
_SHORTEST_PART: Final = 3


@dataclass(frozen=True, slots=True)
class ForbiddenNames:
    """All that must not appear, as each is written. Nothing of it shows in a `repr`.

    Of agency, programmes and places the whole name counts; of people also each part of
    three letters or more. Short forms and acronyms are names of their own.
    """

    agency: tuple[str, ...] = field(default=(), repr=False)
    programmes: tuple[str, ...] = field(default=(), repr=False)
    places: tuple[str, ...] = field(default=(), repr=False)
    staff: tuple[str, ...] = field(default=(), repr=False)
    client: tuple[str, ...] = field(default=(), repr=False)
    code_words: tuple[str, ...] = field(default=(), repr=False)
    file_codes: tuple[str, ...] = field(default=(), repr=False)
    patterns: Patterns[LintRule] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "patterns", compiled(self._written()))

    def _written(self) -> Iterator[Written[LintRule]]:
        whole = (
            (LintRule.AGENCY_NAME, (*self.agency, *self.programmes)),
            (LintRule.PLACE, self.places),
            (LintRule.PERSON_NAME, (*self.staff, *self.client)),
            (LintRule.CODE_WORD, self.code_words),
            (LintRule.FILE_CODE, self.file_codes),
        )
        for rule, names in whole:
            for name in names:
                yield from _as_patterns(_words(name), rule)
        for name in (*self.staff, *self.client):
            for part in _words(name):
                if len(part) >= _SHORTEST_PART and part not in _PARTICLES:
                    yield from _as_patterns([part], LintRule.PERSON_NAME)

    def unspoken(self) -> Iterable[str]:
        """Code words without letters or figures, folded: an emoji, for one."""
        return [fold(each) for each in self.code_words if not _words(each)]


def _words(name: str) -> list[str]:
    return [each.plain for each in tokens(compose(name))]


def _as_patterns(words: list[str], rule: LintRule) -> Iterator[Written[LintRule]]:
    if words:
        yield Written(" ".join(words), rule)
        yield Written(" ".join(words) + "s", rule)
