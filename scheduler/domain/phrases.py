"""The phrasebook: sentences a client chose to stand for a meaning (W1)."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum


class Meaning(Enum):
    """What a phrase stands for (W1)."""

    REMINDER = "reminder"
    CHANGED = "changed"
    CANCELLED = "cancelled"
    CALL_US = "call_us"
    REJOIN = "rejoin"


@dataclass(frozen=True, slots=True)
class Phrase:
    """One sentence for one meaning."""

    meaning: Meaning
    text: str = field(repr=False)
