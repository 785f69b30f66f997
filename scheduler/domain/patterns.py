"""Word patterns: how the lists of words are written, and where they match.

A pattern is one or more words. It matches whole words without regard to case and
accents, never a piece of a word, and never across a comma or the end of a sentence.

=mot       accents count: `=sûr` is found in "sûr" and not in "sur"
mot*       every word that begins so
{a,b,}     one of these, inside a word or for one: `court{,s,room}`
<class>    a word of a class of this language; `<number>` also figures up to 99
^ first    only where a sentence begins
last $     only where a sentence or a clause ends
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise, product
from typing import Final, Generic, TypeVar

from scheduler.domain.folding import Token, compose, plain, tokens

Tag = TypeVar("Tag")
Span = tuple[int, int, Tag]

# W2: only words this long are also looked for across a gap, and with a letter doubled
# or not, so that short ones do not turn up wherever two ordinary words meet.
LONG: Final = 7
SHORTEST_STEM: Final = 3

_SENTENCE_ENDS: Final = re.compile(r"[.!?;:…\n](?:\s|$)|[—–\n]|\s-\s")
_CLAUSE_ENDS: Final = re.compile(r"[,()«»“”\"]")
_ALTERNATIVES: Final = re.compile(r"\{([^{}]*)\}")
_PIECES: Final = re.compile(r"<\w+>|=?[\w’']+\*?|[\^$]")
_DOUBLED: Final = re.compile(r"(.)\1+")
_FIGURE: Final = re.compile(r"[0-9]{1,2}")


class BadPattern(ValueError):
    """A pattern in a word list cannot be read. Mend the line it names."""


@dataclass(slots=True)
class Node(Generic[Tag]):
    """What may come next, and the tags of what is complete here."""

    children: dict[str, Node[Tag]] = field(default_factory=dict)
    tags: list[Tag] = field(default_factory=list)
    last: list[Tag] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Patterns(Generic[Tag]):
    """Compiled patterns. Built once by `compiled`; never changed afterwards."""

    anywhere: Node[Tag]
    first: Node[Tag]
    words: Mapping[str, tuple[Tag, ...]]
    squeezed: Mapping[str, tuple[Tag, ...]]
    stems: frozenset[str]
    classes: Mapping[str, tuple[str, ...]]
    figures: tuple[str, ...]

    def begun_by(self, word: str) -> Iterator[str]:
        """The stems a word begins with."""
        return (stem for stem in _beginnings(word) if stem in self.stems)

    def labels(self, token: Token) -> tuple[str, ...]:
        """All that a token may be called in a pattern."""
        word = token.plain
        named = [word, f"={token.accented}", *self.classes.get(word, ())]
        named += [f"{stem}*" for stem in self.begun_by(word)]
        if _FIGURE.fullmatch(word):
            named += self.figures
        return tuple(named)


def _beginnings(word: str) -> Iterator[str]:
    return (word[:length] for length in range(SHORTEST_STEM, len(word) + 1))


@dataclass(frozen=True, slots=True)
class Written(Generic[Tag]):
    """A pattern as it stands in a list, its tag, and the classes it may name."""

    pattern: str
    tag: Tag
    language: str = ""


def compiled(
    written: Iterable[Written[Tag]],
    classes: Mapping[str, Mapping[str, Sequence[str]]] | None = None,
) -> Patterns[Tag]:
    """Patterns ready to be matched. `classes` is by language, then by name.

    Raises BadPattern with the offending pattern.
    """
    anywhere: Node[Tag] = Node()
    first: Node[Tag] = Node()
    words: dict[str, tuple[Tag, ...]] = {}
    stems: set[str] = set()
    for each in written:
        for labels in _readings(each.pattern, each.language):
            starts, ends, inner = _anchors(labels, each.pattern)
            _plant(first if starts else anywhere, inner, each.tag, ends=ends)
            stems |= {label[:-1] for label in inner if label.endswith("*")}
            joined = _joinable(inner)
            if starts or ends or not joined:
                continue
            if len(inner) == 1:
                words[joined] = (*words.get(joined, ()), each.tag)
            else:
                _plant(anywhere, [joined], each.tag, ends=False)
    named, figures = _members(classes or {})
    slips = {squeeze(word): tags for word, tags in words.items() if len(word) >= LONG}
    return Patterns(anywhere, first, words, slips, frozenset(stems), named, figures)


def squeeze(word: str) -> str:
    """A word with doubled letters once: shelterr and shelter are the same."""
    return _DOUBLED.sub(r"\1", word)


def _members(
    classes: Mapping[str, Mapping[str, Sequence[str]]],
) -> tuple[dict[str, tuple[str, ...]], tuple[str, ...]]:
    members: dict[str, tuple[str, ...]] = {}
    for language, of_language in classes.items():
        for name, some in of_language.items():
            label = f"<{language}:{name}>"
            for word in some:
                members[plain(word)] = (*members.get(plain(word), ()), label)
    return members, tuple(f"<{language}:number>" for language in classes)


def _expanded(pattern: str) -> Iterator[str]:
    parts = _ALTERNATIVES.split(pattern)
    choices = [
        part.split(",") if place % 2 else [part] for place, part in enumerate(parts)
    ]
    return ("".join(chosen) for chosen in product(*choices))


def _readings(pattern: str, language: str) -> Iterator[list[str]]:
    for one in _expanded(compose(pattern)):
        pieces = _PIECES.findall(one)
        if not pieces or _PIECES.sub("", one).strip(" -"):
            raise BadPattern(f"“{pattern}” is no pattern.")
        yield [label for piece in pieces for label in _labels(piece, language)]


def _labels(piece: str, language: str) -> list[str]:
    if piece in {"^", "$"}:
        return [piece]
    if piece.startswith("<"):
        return [f"<{language}:{piece[1:-1]}>"]
    if piece.startswith("="):
        return [f"={each.accented}" for each in tokens(piece)]
    found = [each.plain for each in tokens(piece)]
    if piece.endswith("*"):
        found[-1] += "*"
    return found


def _anchors(labels: list[str], pattern: str) -> tuple[bool, bool, list[str]]:
    starts, ends = labels[0] == "^", labels[-1] == "$"
    inner = labels[starts : len(labels) - ends]
    if not inner or "^" in inner or "$" in inner:
        raise BadPattern(f"“{pattern}” has an anchor in the wrong place.")
    return starts, ends, inner


def _plant(node: Node[Tag], labels: list[str], tag: Tag, *, ends: bool) -> None:
    for label in labels:
        node = node.children.setdefault(label, Node())
    (node.last if ends else node.tags).append(tag)


def _joinable(labels: list[str]) -> str:
    if any(label[0] in "=<" or label.endswith("*") for label in labels):
        return ""
    joined = "".join(labels)
    return joined if len(labels) == 1 or len(joined) >= LONG else ""


@dataclass(frozen=True, slots=True)
class Line:
    """Tokens with where sentences open, and where they or their clauses close."""

    tokens: tuple[Token, ...]
    opens: tuple[bool, ...]
    closes: tuple[bool, ...]


def line(found: Sequence[Token], leads: frozenset[str] = frozenset()) -> Line:
    """Lay tokens out in sentences.

    After one of `leads` ("hi", "so") a sentence still counts as beginning.
    """
    gaps = [each.gap for each in found[1:]]
    ends = [_SENTENCE_ENDS.search(each) is not None for each in gaps]
    opens = [True, *ends][: len(found)]
    for place, (before, _) in enumerate(pairwise(found)):
        if opens[place] and before.plain in leads:
            opens[place + 1] = True
    pauses = [_CLAUSE_ENDS.search(each) is not None for each in gaps]
    closes = [end or pause for end, pause in zip(ends, pauses, strict=True)]
    return Line(tuple(found), tuple(opens), (*closes, True)[: len(found)])


def spans(laid: Line, patterns: Patterns[Tag]) -> Iterator[Span[Tag]]:
    """Every match, as (first token, one after the last token, tag)."""
    labels = [patterns.labels(each) for each in laid.tokens]
    for place, opens in enumerate(laid.opens):
        yield from _walk(patterns.anywhere, laid, labels, place)
        if opens:
            yield from _walk(patterns.first, laid, labels, place)


def _walk(
    root: Node[Tag], laid: Line, labels: Sequence[tuple[str, ...]], begin: int
) -> Iterator[Span[Tag]]:
    open_, place = [root], begin
    while open_:
        following = [
            node.children[label]
            for node in open_
            for label in labels[place]
            if label in node.children
        ]
        closes = laid.closes[place]
        for node in following:
            for tag in (*node.tags, *(node.last if closes else ())):
                yield begin, place + 1, tag
        place += 1
        open_ = [] if closes else following
