"""Rules a supervisor may set aside: for one booking, or for a counsellor until a day is
over (A2). Never an overlap, and nothing that is the client's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import Enum
from typing import Final

from scheduler.domain.decision import Reason
from scheduler.domain.intervals import to_seconds
from scheduler.domain.zones import Edge, day_starts

OVERRIDABLE: Final = frozenset({Reason.GAP, Reason.DAILY_MAXIMUM})

# How far ahead the last day may lie: who wants it longer decides again.
MOST_DAYS: Final = 28


class WhyAside(Enum):
    """Why a rule is set aside, from a list: no narrative (E6)."""

    COUNSELLOR_AGREES = "counsellor_agrees"
    CANNOT_WAIT = "cannot_wait"
    NOBODY_ELSE = "nobody_else"


@dataclass(frozen=True, slots=True)
class SetAside:
    """One rule that does not count for a counsellor's sessions that begin on or before
    `last_day`, by her clock."""

    rule: Reason
    last_day: date

    def until(self, zone: str) -> int:
        """From when on it counts again, in seconds since 1970."""
        following = self.last_day + timedelta(days=1)
        return to_seconds(day_starts(following, zone, Edge.CLOSES))


def may_last(last_day: date, today: date) -> bool:
    """Whether a rule may be set aside until that day, seen from the counsellor's."""
    return today <= last_day <= today + timedelta(days=MOST_DAYS)
