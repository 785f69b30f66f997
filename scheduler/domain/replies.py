"""What a text that came in means (I2, I3). In doubt it is a stop.

The words of I2 count in every installation, whatever languages are installed. A wrong
"stop" costs a reminder, which a person puts right; a missed one may cost far more.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from scheduler.domain.disguises import across_gaps, drawn_together, letter_runs
from scheduler.domain.folding import Token, compose, tokens
from scheduler.domain.patterns import Line, Patterns, Written, compiled, line, spans


class ReplyKind(Enum):
    """The category of a reply, shown before its body (I3).

    Every kind but STOP has the effect of OTHER; they differ in what a person is told.
    """

    STOP = "stop"
    START = "start"
    HELP = "help"
    THANKS = "thanks"
    WRONG_NUMBER = "wrong_number"
    OTHER = "other"


STOP_WORDS: Final = (
    *(
        "stop*",
        "stopall",
        "unsubscribe*",
        "cancel*",
        "end{,s,ed,ing}",
        "quit{,s,ted,ting}",
        "revoke*",
    ),
    *("optout", "opt out", "opt{ed,ing} out", "arret", "alto", "basta"),
)
_STOP_SIGNS: Final = frozenset("🛑⛔🚫✋🖐")
_THANKS_SIGNS: Final = frozenset("🙏💐")
_KIND_SIGNS: Final = frozenset(
    "❤♥💕💗💛💚💙💜🧡🤍💖🙂😊😀😄🥰😘☺👍🌸🌷🌻🌼🌹✨🤗\ufe0f"
)
_SKIN_TONES: Final = range(0x1F3FB, 0x1F400)
_PLAIN_MARKS: Final = frozenset(" .,!…'’\"«»“”\u00a0\u202f")


@dataclass(frozen=True, slots=True)
class ReplyWords:
    """One language's words for what replies mean, in the notation of `patterns.py`.

    `stop` asks to stop by itself; `no` and `contact` do so together in one sentence.
    `spared` are expressions in which such a word means something else. `start`, `help`
    and `thanks` count only where nothing else is said, `politeness` aside.
    """

    language: str
    stop: Sequence[str] = ()
    no: Sequence[str] = ()
    contact: Sequence[str] = ()
    spared: Sequence[str] = ()
    start: Sequence[str] = ()
    help: Sequence[str] = ()
    thanks: Sequence[str] = ()
    thanks_with: Sequence[str] = ()
    politeness: Sequence[str] = ()
    wrong_number: Sequence[str] = ()


class _Sense(Enum):
    """What a pattern contributes."""

    STOP = "stop"
    NO = "no"
    CONTACT = "contact"
    SPARED = "spared"
    START = "start"
    HELP = "help"
    THANKS = "thanks"
    THANKS_WITH = "thanks_with"
    POLITENESS = "politeness"
    WRONG_NUMBER = "wrong_number"


@dataclass(frozen=True, slots=True)
class ReplyLists:
    """All installed languages' reply words together. Build with `ReplyLists.of`."""

    patterns: Patterns[_Sense] = field(repr=False)

    @classmethod
    def of(cls, languages: Iterable[ReplyWords]) -> ReplyLists:
        """Compile. Raises BadPattern with the pattern that cannot be read."""
        written = [Written(each, _Sense.STOP) for each in STOP_WORDS]
        for words in languages:
            written += [
                Written(pattern, sense, words.language)
                for sense, some in _by_sense(words)
                for pattern in some
            ]
        return cls(compiled(written))


def _by_sense(words: ReplyWords) -> Iterator[tuple[_Sense, Sequence[str]]]:
    yield _Sense.STOP, words.stop
    yield _Sense.NO, words.no
    yield _Sense.CONTACT, words.contact
    yield _Sense.SPARED, words.spared
    yield _Sense.START, words.start
    yield _Sense.HELP, words.help
    yield _Sense.THANKS, words.thanks
    yield _Sense.THANKS_WITH, words.thanks_with
    yield _Sense.POLITENESS, words.politeness
    yield _Sense.WRONG_NUMBER, words.wrong_number


def read_reply(body: str, lists: ReplyLists) -> ReplyKind:
    """The kind of a reply. Never raises, whatever came in (I2, P8)."""
    text = " ".join(compose(body).split())
    found = tokens(text)
    readings = [_reading(line(each), lists) for each in _spellings(found)]
    if _stops(text, found, readings, lists):
        return ReplyKind.STOP
    if any(_Sense.WRONG_NUMBER in each.senses() for each in readings):
        return ReplyKind.WRONG_NUMBER
    return _nothing_else(text, readings[0])


def _spellings(found: tuple[Token, ...]) -> Iterator[tuple[Token, ...]]:
    yield found
    yield drawn_together(found)
    yield tuple(_letters_for_figures(each) for each in found)


_FIGURES_AS_LETTERS: Final = str.maketrans("01345", "oieas")


def _letters_for_figures(token: Token) -> Token:
    if token.plain.isdigit():
        return token
    word = token.plain.translate(_FIGURES_AS_LETTERS)
    return Token(word, word, token.start, token.end, token.gap)


@dataclass(frozen=True, slots=True)
class _Reading:
    """Where each sense was found in one spelling of the body."""

    laid: Line
    found: tuple[tuple[int, int, _Sense], ...]

    def senses(self) -> frozenset[_Sense]:
        return frozenset(sense for _, _, sense in self.found)

    def covered_by(self, *senses: _Sense) -> bool:
        """Whether every word belongs to one of these senses."""
        places = {
            place
            for begin, end, sense in self.found
            if sense in senses
            for place in range(begin, end)
        }
        return len(places) == len(self.laid.tokens)

    def refuses_contact(self) -> bool:
        """Whether a negation and a word for contact stand in one sentence."""
        sentence, numbers = 0, []
        for opens in self.laid.opens:
            sentence += opens
            numbers.append(sentence)
        no = {numbers[begin] for begin, _, one in self.found if one is _Sense.NO}
        return any(
            numbers[begin] in no
            for begin, _, one in self.found
            if one is _Sense.CONTACT
        )


def _reading(laid: Line, lists: ReplyLists) -> _Reading:
    everything = list(spans(laid, lists.patterns))
    spared = [(begin, end) for begin, end, one in everything if one is _Sense.SPARED]
    kept = (
        (begin, end, sense)
        for begin, end, sense in everything
        if not any(first <= begin and end <= last for first, last in spared)
    )
    return _Reading(laid, tuple(kept))


def _stops(
    text: str, found: Sequence[Token], readings: Sequence[_Reading], lists: ReplyLists
) -> bool:
    if not _STOP_SIGNS.isdisjoint(text):
        return True
    if any(_Sense.STOP in one.senses() or one.refuses_contact() for one in readings):
        return True
    disguised = (
        *across_gaps(found, lists.patterns),
        *letter_runs(found, lists.patterns),
    )
    if any(sense is _Sense.STOP for _, _, sense in disguised):
        return True
    return len(found) == 1 and _slip_of_stop(found[0].plain)


# STOP with one letter lost, swapped, missed or one too many; the first one is right.
_SLIPS: Final = re.compile(
    r"s(?:op|tp|to|otp|tpo|[a-z]op|t[a-z]p|to[a-z]|[a-z]top|t[a-z]op|to[a-z]p|top[a-z])"
)


def _slip_of_stop(word: str) -> bool:
    return _SLIPS.fullmatch(word) is not None


def _nothing_else(text: str, reading: _Reading) -> ReplyKind:
    if "?" in text:
        return ReplyKind.OTHER
    signs = {
        each
        for each in text
        if not (each.isalnum() or each in _PLAIN_MARKS or ord(each) in _SKIN_TONES)
    }
    polite = _Sense.POLITENESS
    has = reading.senses()
    thanks = _Sense.THANKS in has or not signs.isdisjoint(_THANKS_SIGNS)
    if thanks and signs <= _THANKS_SIGNS | _KIND_SIGNS:
        if reading.covered_by(_Sense.THANKS, _Sense.THANKS_WITH):
            return ReplyKind.THANKS
        return ReplyKind.OTHER
    if _Sense.HELP in has and reading.covered_by(_Sense.HELP, polite):
        return ReplyKind.HELP
    if _Sense.START in has and reading.covered_by(_Sense.START, polite):
        return ReplyKind.START
    return ReplyKind.OTHER
