"""Reads config/phrases: starter phrases, the lint's word lists, words of replies."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

from scheduler.domain.errors import Misconfigured
from scheduler.domain.lint_rules import LintRule
from scheduler.domain.patterns import BadPattern
from scheduler.domain.phrases import Meaning
from scheduler.domain.replies import ReplyLists, ReplyWords
from scheduler.domain.wordlists import LanguageWords, WordLists

FOLDER: Final = Path(__file__).with_name("phrases")
LANGUAGES: Final = ("en", "fr", "es")
_EMOJI_STYLE: Final = "\ufe0f"


@dataclass(frozen=True, slots=True)
class Words:
    """All that the files say. `starters` is by language, then by meaning (W5)."""

    lists: WordLists
    replies: ReplyLists
    starters: Mapping[str, Mapping[Meaning, tuple[str, ...]]]

    def all_starters(self) -> tuple[str, ...]:
        """Every shipped phrase, of every language and meaning (W6)."""
        return tuple(
            text
            for by_meaning in self.starters.values()
            for texts in by_meaning.values()
            for text in texts
        )


def load(folder: Path = FOLDER, languages: tuple[str, ...] = LANGUAGES) -> Words:
    """Read and compile the lists of the installed languages. About 0.1 s; do it once.

    Raises Misconfigured, naming the file and what in it cannot be read.
    """
    tables = {code: _table(folder / f"{code}.toml") for code in languages}
    signs = _table(folder / "signs.toml")
    try:
        return Words(
            WordLists.of(
                [_language(table) for table in tables.values()],
                {
                    LintRule(rule): some.replace(_EMOJI_STYLE, "")
                    for rule, some in signs["signs"].items()
                },
            ),
            ReplyLists.of([_replies(table) for table in tables.values()]),
            {code: _starters(table) for code, table in tables.items()},
        )
    except (BadPattern, KeyError, ValueError) as wrong:
        raise Misconfigured(
            f"The word lists in {folder.name} cannot be used: {wrong}. Mend that entry."
        ) from wrong


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as wrong:
        raise Misconfigured(
            f"The word list {path.name} cannot be read ({wrong}). Mend it, or put the"
            " shipped one back."
        ) from wrong


def _language(table: Mapping[str, Any]) -> LanguageWords:
    passes = table["passes"]
    return LanguageWords(
        code=table["language"],
        forbidden={
            LintRule(rule): tuple(patterns)
            for rule, patterns in table["forbidden"].items()
        },
        passes=tuple(passes["phrases"]),
        in_language=passes["in_language"],
        beside=passes["beside"],
        own_words=tuple(table["own_words"]),
        leads=tuple(table["leads"]),
        classes=table["classes"],
    )


def _replies(table: Mapping[str, Any]) -> ReplyWords:
    known = {each.name for each in fields(ReplyWords)} - {"language"}
    given = table["replies"]
    if given.keys() != known:
        raise ValueError(f"replies in {table['language']} need {sorted(known)}")
    return ReplyWords(table["language"], **{key: tuple(given[key]) for key in known})


def _starters(table: Mapping[str, Any]) -> Mapping[Meaning, tuple[str, ...]]:
    return {
        Meaning(meaning): tuple(texts) for meaning, texts in table["starters"].items()
    }
