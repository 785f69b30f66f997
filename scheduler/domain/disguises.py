"""Words in disguise: spelled out, cut in two, drawn out (W2)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Final, TypeVar

from scheduler.domain.folding import Token
from scheduler.domain.patterns import LONG, Patterns, Span, squeeze

Tag = TypeVar("Tag")

_DRAWN_OUT: Final = re.compile(r"(.)\1{2,}")
_SHORTEST_RUN: Final = 3
_LONGEST_RUN: Final = 24  # longer than any listed word; keeps long input cheap


def across_gaps(found: Sequence[Token], patterns: Patterns[Tag]) -> Iterator[Span[Tag]]:
    """Long words cut in two by a gap: "coun selling"."""
    for place, (one, two) in enumerate(pairwise(found)):
        joined = one.plain + two.plain
        if len(joined) >= LONG:
            yield from ((place, place + 2, tag) for tag in _long(joined, patterns))


def _long(joined: str, patterns: Patterns[Tag]) -> Iterator[Tag]:
    yield from patterns.words.get(joined, ())
    for stem in patterns.begun_by(joined):
        if len(stem) >= LONG:
            yield from patterns.anywhere.children[f"{stem}*"].tags


def doubled(found: Sequence[Token], patterns: Patterns[Tag]) -> Iterator[Span[Tag]]:
    """Long words with a letter doubled or not: "apointment", "shelterr"."""
    for place, each in enumerate(found):
        if len(each.plain) >= LONG - 1 and each.plain not in patterns.words:
            tags = patterns.squeezed.get(squeeze(each.plain), ())
            yield from ((place, place + 1, tag) for tag in tags)


def letter_runs(found: Sequence[Token], patterns: Patterns[Tag]) -> Iterator[Span[Tag]]:
    """Words spelled out with other single letters around them: "a c o u r t"."""
    for place in range(len(found)):
        joined = ""
        for end in range(place, min(place + _LONGEST_RUN, len(found))):
            if len(found[end].plain) != 1:
                break
            joined += found[end].plain
            if len(joined) >= _SHORTEST_RUN:
                tags = patterns.words.get(joined, ())
                yield from ((place, end + 1, tag) for tag in tags)


def drawn_together(found: Sequence[Token]) -> tuple[Token, ...]:
    """The tokens with spelled-out, hyphenated and drawn-out words put together.

    co-urt, c.o.u.r.t and c o u r t become one word, and so does courrrt. An elided word
    (l’heure) stays apart.
    """
    whole = [_one_word(glued) for glued in _groups(found, _hangs)]
    joined: list[Token] = []
    for letters in _groups(whole, _is_letter, both=True):
        spelled = len(letters) >= _SHORTEST_RUN
        joined += [_one_word(letters)] if spelled else letters
    return tuple(joined)


def _hangs(token: Token) -> bool:
    return token.glued and not token.elided


def _is_letter(token: Token) -> bool:
    return len(token.plain) == 1 and token.plain.isalpha()


def _groups(
    found: Sequence[Token], belongs: Callable[[Token], bool], *, both: bool = False
) -> Iterator[list[Token]]:
    """Neighbours that belong together; `both` if the one before must belong as well."""
    group: list[Token] = []
    for each in found:
        if group and not (belongs(each) and (not both or belongs(group[-1]))):
            yield group
            group = []
        group.append(each)
    if group:
        yield group


def _one_word(group: Sequence[Token]) -> Token:
    first, last = group[0], group[-1]
    return Token(
        _DRAWN_OUT.sub(r"\1", "".join(each.plain for each in group)),
        _DRAWN_OUT.sub(r"\1", "".join(each.accented for each in group)),
        first.start,
        last.end,
        first.gap,
    )
