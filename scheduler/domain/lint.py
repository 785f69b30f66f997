"""The lint: what a text that leaves may not say (W2, W3).

Every list of every installed language applies to every text. Where it is not sure, it
refuses; what passes is bland, not proved harmless. The text is taken as composed (NFC),
so that two spellings of the same letters get the same answer.

Where W2 leaves room:

- "today" and "tonight" are days like "tomorrow"; a day gone by ("last night") announces
  nothing and passes, and so does how long something takes ("simmers for two hours").
- Figures up to 99 pass where a word for what they count follows. All other figures do
  not, nor does a word that mixes letters and figures.
- Rooms and things of a home are no place; towns, streets and meeting points are.
- A trade word that is an ordinary word of another language ("court" is short in French)
  passes only where more small words around it speak for that language than for its own.
- A letter that is not Latin is refused, whatever script the rest of the text is in.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Final

from scheduler.domain.disguises import across_gaps, doubled, drawn_together, letter_runs
from scheduler.domain.figures import figures, links
from scheduler.domain.folding import Token, compose, fold, latin, tokens
from scheduler.domain.lint_rules import Finding, LintRule
from scheduler.domain.names import ForbiddenNames
from scheduler.domain.patterns import Line, Span, line, spans
from scheduler.domain.segments import GSM7_LIMIT, UCS2_LIMIT, measure
from scheduler.domain.wordlists import Entry, WordLists

NO_NAMES: Final = ForbiddenNames()

_QUESTION: Final = re.compile(r"[^\s?¿]*\s?[?¿\uff1f؟⁇⁈⁉‽⸮\ufe56]")
_PRESSING: Final = re.compile(r"\S*(?:[!¡\uff01]\s*){2,}$|\S*[!\uff01]{2,}|\S*‼")
_SPACES: Final = frozenset(" \u00a0\u202f")  # French sets the last two before ! and :
_STYLE_OF_AN_EMOJI: Final = frozenset("\ufe0e\ufe0f")
# Seven times what fits. Longer input is refused for its length alone, and cheaply.
_NOT_READ_BEYOND: Final = 1000
_BLANK_SIGNS: Final = frozenset("\u2800\ufffc\ufffd")
# Letters drawn as signs: boxed letters, and the pairs that make flags.
_DRAWN_LETTERS: Final = range(0x1F100, 0x1F200)


def lint(
    text: str,
    lists: WordLists,
    names: ForbiddenNames = NO_NAMES,
    *,
    gsm7: int = GSM7_LIMIT,
    ucs2: int = UCS2_LIMIT,
) -> tuple[Finding, ...]:
    """Everything in a text that W2 and W3 forbid, in order; empty means it passes."""
    composed = compose(text)
    found = list(_length(composed, gsm7, ucs2))
    if found and len(composed) > _NOT_READ_BEYOND:
        return tuple(found)
    found += [
        *_characters(composed, lists),
        *links(composed),
        *_marks(composed),
    ]
    laid = line(tokens(composed), lists.leads)
    found += figures(composed, laid)
    found += _words(composed, laid, lists, names)
    found += _unspoken(composed, names)
    return _once_each(composed, found)


def _once_each(text: str, found: Iterable[Finding]) -> tuple[Finding, ...]:
    """Findings of one rule that touch are one; in the order of the text."""
    merged: list[Finding] = []
    for each in sorted(found, key=lambda one: (one.rule.value, one.at, one.fragment)):
        before = merged[-1] if merged else None
        if before and before.rule is each.rule and each.at <= _last(before) + 1:
            end = max(_last(before), _last(each)) + 1
            whole = text[before.at : end] if each.fragment else each.fragment
            merged[-1] = Finding(each.rule, whole, before.at)
        else:
            merged.append(each)
    return tuple(sorted(merged, key=lambda one: (one.at, one.rule.value)))


def _last(found: Finding) -> int:
    return found.at + max(len(found.fragment), 1) - 1


def _characters(text: str, lists: WordLists) -> Iterator[Finding]:
    before = " "
    for at, char in enumerate(text):
        if _unseen(char, before):
            yield Finding(LintRule.CONTROL_CHARACTER, char, at)
        elif ord(char) in _DRAWN_LETTERS or (char.isalpha() and not latin(char)):
            yield Finding(LintRule.MIXED_SCRIPT, char, at)
        elif char in lists.signs:
            yield Finding(lists.signs[char], char, at)
        before = char


def _unseen(char: str, before: str) -> bool:
    category = unicodedata.category(char)
    if char in _STYLE_OF_AN_EMOJI:
        return not unicodedata.category(before).startswith("S")
    if category == "Zs":
        return char not in _SPACES
    return category[0] in "CMZ" or char in _BLANK_SIGNS


def _length(text: str, gsm7: int, ucs2: int) -> Iterator[Finding]:
    length = measure(text, gsm7, ucs2)
    if not length.fits:
        yield Finding(LintRule.TOO_LONG, str(length.units - length.limit))
    if not any(unicodedata.category(each)[0] in "LNS" for each in text):
        yield Finding(LintRule.EMPTY, "")


def _marks(text: str) -> Iterator[Finding]:
    for match in _QUESTION.finditer(text):
        yield Finding(LintRule.QUESTION, match.group(), match.start())
    for match in _PRESSING.finditer(text):
        yield Finding(LintRule.URGENCY, match.group().strip(), match.start())


def _words(
    text: str, laid: Line, lists: WordLists, names: ForbiddenNames
) -> Iterator[Finding]:
    scores = lists.scores(laid.tokens)
    words = frozenset(each.plain for each in laid.tokens)
    together = line(drawn_together(laid.tokens), lists.leads)
    for each in (laid, together):
        known = frozenset(() if each is laid else laid.tokens)
        listed: list[Span[LintRule]] = [
            (begin, end, entry.rule)
            for begin, end, entry in _not_passed(each, lists)
            if not entry.ordinary(words, scores)
        ]
        for begin, end, rule in (*listed, *spans(each, names.patterns)):
            if not known.issuperset(each.tokens[begin:end]):
                yield _finding(text, each.tokens, begin, end, rule)
    for found in {laid.tokens, together.tokens}:
        for begin, end, rule in _in_disguise(found, lists, names):
            yield _finding(text, found, begin, end, rule)


def _in_disguise(
    found: tuple[Token, ...], lists: WordLists, names: ForbiddenNames
) -> Iterator[Span[LintRule]]:
    for disguised in (across_gaps, doubled, letter_runs):
        for begin, end, entry in disguised(found, lists.forbidden):
            yield begin, end, entry.rule
        yield from disguised(found, names.patterns)


def _not_passed(laid: Line, lists: WordLists) -> Iterator[Span[Entry]]:
    passed = [(begin, end) for begin, end, _ in spans(laid, lists.passes)]
    for begin, end, entry in spans(laid, lists.forbidden):
        if not any(first <= begin and end <= last for first, last in passed):
            yield begin, end, entry


def _finding(
    text: str, found: tuple[Token, ...], begin: int, end: int, rule: LintRule
) -> Finding:
    start, stop = found[begin].start, found[end - 1].end
    shown = "" if rule is LintRule.CODE_WORD else text[start:stop]
    return Finding(rule, shown, start)


def _unspoken(text: str, names: ForbiddenNames) -> Iterator[Finding]:
    folded = fold(text)
    if any(each in folded for each in names.unspoken()):
        yield Finding(LintRule.CODE_WORD, "")
