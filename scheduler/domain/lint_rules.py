"""What the lint can find (W2, W3), what to say of it, what would be a yes."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, field
from enum import Enum
from typing import Final


class LintRule(Enum):
    """The part of W2 or W3 that a text goes against."""

    AGENCY_NAME = "agency_name"
    PERSON_NAME = "person_name"
    CODE_WORD = "code_word"
    TRADE_WORD = "trade_word"
    WEEKDAY = "weekday"
    DATE = "date"
    CLOCK_TIME = "clock_time"
    PLACE = "place"
    LINK = "link"
    EMAIL = "email"
    PHONE_NUMBER = "phone_number"
    FILE_CODE = "file_code"
    NUMBER = "number"
    QUESTION = "question"
    CALL_TO_ANSWER = "call_to_answer"
    URGENCY = "urgency"
    BUSINESS = "business"
    POSING = "posing"
    CONTROL_CHARACTER = "control_character"
    MIXED_SCRIPT = "mixed_script"
    TOO_LONG = "too_long"
    EMPTY = "empty"


_R = LintRule
_SENTENCES: Final = {
    _R.AGENCY_NAME: "“{}” is a name of the agency or of a programme. A text names"
    " neither (W2). Leave the name out.",
    _R.PERSON_NAME: "“{}” is a name of a client or of staff. A text names nobody (W2)."
    " Leave the name out.",
    _R.CODE_WORD: "A word in this text is kept for something else. It never leaves in a"
    " text (W2). Choose another word.",
    _R.TRADE_WORD: "“{}” is a word of this work. A text says nothing of it (W2)."
    " Choose something from her day at home.",
    _R.WEEKDAY: "“{}” is a weekday. A text names no day, hour or place (W2)."
    " Leave the day out.",
    _R.DATE: "“{}” is a date. A text names no day, hour or place (W2)."
    " Leave the date out.",
    _R.CLOCK_TIME: "“{}” is a time of day. A text names no day, hour or place (W2)."
    " Leave the time out.",
    _R.PLACE: "“{}” is a place. A text names no day, hour or place (W2)."
    " Leave the place out.",
    _R.LINK: "“{}” is a link. A text holds none (W2). Leave it out.",
    _R.EMAIL: "“{}” belongs to an e-mail address. A text holds none (W2)."
    " Leave it out.",
    _R.PHONE_NUMBER: "“{}” is a phone number, or looks like one. A text holds none"
    " (W2). Leave it out.",
    _R.FILE_CODE: "“{}” is a file code, or looks like one. A text holds none (W2)."
    " Leave it out.",
    _R.NUMBER: "“{}” can be read as a time, a code or an address. Figures stay only"
    " where they count things, as in “2 cups” (W2). Leave the figure out.",
    _R.QUESTION: "“{}” asks something. A text asks nothing (W2)."
    " Turn it into a plain remark.",
    _R.CALL_TO_ANSWER: "“{}” asks for an answer. A text wants none (W2)."
    " Turn it into a plain remark.",
    _R.URGENCY: "“{}” presses. A text is never urgent (W2). Leave it out.",
    _R.BUSINESS: "“{}” is a business or an institution. A text names none (W2)."
    " Choose something from her day at home.",
    _R.POSING: "“{}” reads as if a business had written it. A text poses as nobody"
    " (W2). Choose something from her day at home.",
    _R.CONTROL_CHARACTER: "There is a character in this text that cannot be seen"
    " ({}). It could change what she reads (W2). Type the sentence again.",
    _R.MIXED_SCRIPT: "“{}” is a letter of another script. It could hide a word (W2)."
    " Type it with plain letters.",
    _R.TOO_LONG: "This text has {} characters too many for one message (W3)."
    " Make it shorter.",
    _R.EMPTY: "There is nothing to read in this text. Write a sentence she chose (W1).",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a text may not say. `fragment` is what was matched, as it is written.

    For a code word the fragment is empty: nobody learns one from the lint (P9). `at` is
    where it begins in the composed text.
    """

    rule: LintRule
    fragment: str = field(repr=False)
    at: int = 0

    def sentence(self) -> str:
        """What is wrong and what would be right, to be read aloud."""
        shown = self.fragment
        if self.rule is LintRule.CONTROL_CHARACTER:
            shown = ", ".join(dict.fromkeys(_named(each) for each in shown))
        return _SENTENCES[self.rule].format(shown)


def _named(char: str) -> str:
    return unicodedata.name(char, f"character {ord(char)}").lower()
