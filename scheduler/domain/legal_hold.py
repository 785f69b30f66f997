"""A legal hold: for as long as it lasts nothing of a file is erased or purged (E7)."""

from __future__ import annotations

from datetime import date, timedelta
from enum import Enum
from typing import Final

LONGEST: Final = timedelta(days=366)


class HoldAct(Enum):
    """What was done about one; `laid` and `reviewed` leave the file held."""

    LAID = "laid"
    REVIEWED = "reviewed"
    ENDED = "ended"


class HoldReason(Enum):
    """Why a file is held."""

    ORDER = "order"
    EXPECTED = "expected"
    COMPLAINT = "complaint"
    LAWYER = "lawyer"


HOLD_IN_WORDS = {
    HoldReason.ORDER: "An order or a subpoena has come",
    HoldReason.EXPECTED: "An order or a lawsuit is to be expected",
    HoldReason.COMPLAINT: "A complaint is being looked into",
    HoldReason.LAWYER: "The agency’s lawyer asked for it",
}


class EndReason(Enum):
    """Why a file is held no longer. ERASED is the machine’s alone: a restore brought
    the file back, and its erasure is done again."""

    OVER = "over"
    WITHDRAWN = "withdrawn"
    RELEASED = "released"
    MISTAKE = "mistake"
    ERASED = "erased"


END_IN_WORDS = {
    EndReason.OVER: "The matter is over",
    EndReason.WITHDRAWN: "Whoever asked for it has withdrawn",
    EndReason.RELEASED: "The agency’s lawyer says it may end",
    EndReason.MISTAKE: "It was laid on the wrong file",
}


def wrong_review(review_on: date, today: date) -> str:
    """The sentence against a day on which a hold is looked at again, or nothing."""
    if review_on <= today:
        return "A hold is looked at again on a day to come. Choose a later day."
    if review_on > today + LONGEST:
        return "A hold is looked at again within a year. Choose an earlier day."
    return ""


def review_is_due(review_on: date, today: date) -> bool:
    """Whether that day has come. The hold lasts on until somebody ends it."""
    return today >= review_on
