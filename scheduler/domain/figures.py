"""Figures, links and addresses in a text (W2): what can be told by shape alone.

Words that make a time or a date of a figure ("at 3", "room 4") are in the word lists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from scheduler.domain.folding import Token
from scheduler.domain.lint_rules import Finding, LintRule
from scheduler.domain.patterns import Line

_LINK: Final = re.compile(
    r"(?:[a-z]{2,9}:)?//\S*|\bwww\.\S*|\bhttps?\b"
    r"|\b[\w-]+\.(?:com|ca|org|net|info|biz|gov|gouv|edu|app|dev|ly|link|online|site"
    r"|xyz|tel|chat|co|qc|gl|gg|mx)\b\S*"
    r"|\b[\w-]+\.[a-z]{2,6}/\S*"
    r"|\b(?:dot|point|punto)\s+(?:com|ca|org|net|qc|co)\b",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"\S*[@\uff20\ufe6b]\S*")
_FEW_FIGURES: Final = 2
_PHONE_FIGURES: Final = 7
_CODE_FIGURES: Final = 3

_CLOCK: Final = re.compile(r"[0-9]{1,2}(?:h(?:[0-9]{2})?|hrs?|hs|am|pm|[ap])")
_ORDINAL: Final = re.compile(r"[0-9]{1,2}(?:st|nd|rd|th|er|ere|re|eme|e|o|a)")
_AMOUNT: Final = re.compile(r"[0-9]{1,2}(?:k?g|[cdm]?l|[cm]?m|km|lbs?|oz|x)")
_CODE: Final = re.compile(r"[a-z]{1,3}[0-9]{3,}[a-z0-9]*")
_SHORT_LETTERS: Final = re.compile(r"[a-z]{1,3}")


def links(text: str) -> Iterator[Finding]:
    """Links and e-mail addresses, also half written."""
    for match in _LINK.finditer(text):
        yield Finding(LintRule.LINK, match.group().strip(), match.start())
    for match in _EMAIL.finditer(text):
        yield Finding(LintRule.EMAIL, match.group(), match.start())


def figures(text: str, laid: Line) -> Iterator[Finding]:
    """Figures that are not a small count of things.

    “2 cups” counts; “2” at the end of a sentence, three figures in a row and anything
    written like a clock, a date or a code do not.
    """
    numbers = [each for each in laid.tokens if _holds_figure(each)]
    if sum(_count(each) for each in numbers) >= _PHONE_FIGURES:
        start, end = numbers[0].start, numbers[-1].end
        yield Finding(LintRule.PHONE_NUMBER, text[start:end], start)
        return
    yield from _pairs(text, laid.tokens)
    for place, each in enumerate(laid.tokens):
        if _holds_figure(each):
            counts = not laid.closes[place] and _is_word(laid.tokens, place + 1)
            rule = _rule(each.plain, counts=counts)
            if rule is not None:
                yield Finding(rule, text[each.start : each.end], each.start)


def _holds_figure(token: Token) -> bool:
    return any(each.isnumeric() for each in token.plain)


def _count(token: Token) -> int:
    return sum(each.isnumeric() for each in token.plain)


def _is_word(found: Sequence[Token], place: int) -> bool:
    return place < len(found) and found[place].plain.isalpha()


def _rule(word: str, *, counts: bool) -> LintRule | None:
    if _CLOCK.fullmatch(word):
        return LintRule.CLOCK_TIME
    if _ORDINAL.fullmatch(word):
        return LintRule.DATE
    if _CODE.fullmatch(word):
        return LintRule.FILE_CODE
    if _AMOUNT.fullmatch(word):
        return None
    few = word.isascii() and word.isdigit() and len(word) <= _FEW_FIGURES
    return None if few and counts else LintRule.NUMBER


def _pairs(text: str, found: Sequence[Token]) -> Iterator[Finding]:
    for one, two in pairwise(found):
        rule = _pair_rule(one, two)
        if rule is not None:
            yield Finding(rule, text[one.start : two.end], one.start)


def _pair_rule(one: Token, two: Token) -> LintRule | None:
    joined = two.gap.strip()
    if not two.plain[0].isnumeric():
        return None
    if _SHORT_LETTERS.fullmatch(one.plain) and _count(two) >= _CODE_FIGURES:
        return LintRule.FILE_CODE
    if not one.plain[-1].isnumeric():
        return None
    if joined in {":", "."} or (joined == "" and one.plain.endswith("h")):
        return LintRule.CLOCK_TIME
    return LintRule.DATE if joined in {"/", "-", "–"} else None
