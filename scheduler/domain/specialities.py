"""What a counsellor is known for, in the agency's own few words (A1). It narrows a
search, and is kept with nobody's file (E6)."""

from __future__ import annotations

import re
from typing import Final

from scheduler.domain.errors import Misread

MOST: Final = 8
_WORD: Final = re.compile(r"[^\W_](?:[^\W_]|[ '’-])*")
_LONGEST: Final = 24


def read_specialities(text: str) -> tuple[str, ...]:
    """`Court, youth` as `("court", "youth")`, each once, in order. Raises Misread."""
    found = {" ".join(each.split()).casefold() for each in text.split(",")} - {""}
    for each in sorted(found):
        if not is_speciality(each):
            raise Misread(
                f"“{each}” is no short word. Write up to {_LONGEST} letters and"
                " figures, and a comma before the next."
            )
    if len(found) > MOST:
        raise Misread(f"There is room for {MOST}. Leave out what is seldom asked for.")
    return tuple(sorted(found))


def is_speciality(text: str) -> bool:
    """Whether it could be one, as it is kept."""
    return len(text) <= _LONGEST and bool(_WORD.fullmatch(text))
