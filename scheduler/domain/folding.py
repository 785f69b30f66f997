"""How words are compared: what counts as the same letter, word and sentence.

Two forms of a word are kept. The *plain* form has neither case nor accents; the
*accented* form keeps accents, because an accent can make another word (sûr, sur).
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

# Letters that no decomposition turns into plain ones.
_UNDECOMPOSED: Final = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "\u0131": "i"}
)
_PLAIN_LETTERS: Final = frozenset("abcdefghijklmnopqrstuvwxyz")
_APOSTROPHES: Final = frozenset("'’‘`\u00b4")


@dataclass(frozen=True, slots=True)
class Token:
    """One word or figure: its two forms and where it stands.

    `start` and `end` are positions in the text as composed by `compose`. `gap` is what
    stands between the token before (or the beginning) and this one.
    """

    plain: str
    accented: str
    start: int
    end: int
    gap: str

    @property
    def glued(self) -> bool:
        """Whether it hangs on the token before without a space, as in co-urt."""
        return bool(self.gap) and not any(each.isspace() for each in self.gap)

    @property
    def elided(self) -> bool:
        """Whether only an apostrophe stands before it, as in l'heure."""
        return self.gap in _APOSTROPHES


def compose(text: str) -> str:
    """The text with every accent on its letter (NFC), as it is kept and sent."""
    return unicodedata.normalize("NFC", text)


def plain(word: str) -> str:
    """A word without case and accents; other scripts keep their marks.

    >>> plain("Séance")
    'seance'
    """
    parts = unicodedata.normalize("NFKD", word.casefold()).casefold()
    bare = "".join(each for each in parts if not "\u0300" <= each <= "\u036f")
    return bare.translate(_UNDECOMPOSED)


def fold(text: str) -> str:
    """The canonical form under which two phrases or code words are the same (P9, W6).

    Case, accents, spacing and punctuation are gone; letters, figures and signs such as
    an emoji stay. Text of punctuation alone folds to itself without spaces.
    """
    bare = plain(plain(text))
    kept = "".join(each for each in bare if unicodedata.category(each)[0] in "LMNS")
    return kept or "".join(bare.split())


def latin(letter: str) -> bool:
    """Whether it is a letter that English, French or Spanish write, or a variant."""
    bare = plain(letter)
    return bool(bare) and all(each in _PLAIN_LETTERS for each in bare)


@lru_cache(maxsize=4096)
def _spelled(char: str) -> str:
    """What a character contributes to words: "" for what nobody sees."""
    category = unicodedata.category(char)
    if category[0] == "M" or category in {"Cf", "Cc"}:
        return " " if char in "\t\n\r\v\f\x85" else ""
    if category == "No" and "fraction" in unicodedata.decomposition(char):
        return " "  # ½ would read as 12 beside another figure
    compatible = unicodedata.normalize("NFKC", char).casefold()
    return unicodedata.normalize("NFC", compatible)


def tokens(text: str) -> tuple[Token, ...]:
    """The words and figures of composed text, in order.

    Styled and wide letters count as the plain ones; invisible characters are skipped.
    """
    found: list[Token] = []
    word: list[str] = []
    start = end = closed = 0
    for position, char in enumerate(text):
        spelled = _spelled(char)
        if spelled and not spelled[0].isalnum():
            if word:
                found.append(_token(word, start, end, text[closed:start]))
                word, closed = [], end
            continue
        if spelled and not word:
            start = position
        if spelled:
            word.append(spelled)
            end = position + 1
    if word:
        found.append(_token(word, start, end, text[closed:start]))
    return tuple(found)


def _token(word: list[str], start: int, end: int, gap: str) -> Token:
    accented = "".join(each for each in "".join(word) if each.isalnum())
    return Token(plain(accented), accented, start, end, gap)
