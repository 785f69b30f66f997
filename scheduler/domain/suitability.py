"""Whether video suits a client: a record with a date and a review (P12)."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import Enum


class Connection(Enum):
    """What her line is like."""

    GOOD = "good"
    WEAK = "weak"
    METERED = "metered"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Suitability:
    """What was talked through about video. Blank is "not recorded" (P12)."""

    recorded_on: date
    review_on: date
    wants_video: bool = False
    knows_equal: bool = False
    where: str = field(default="", repr=False)
    usually_there: str = field(default="", repr=False)
    device: str = ""
    connection: Connection = Connection.NONE
    comfort: int | None = None
    headphones: bool | None = None
    practice_held: bool | None = None
    risk_changed: bool | None = None

    def suits(self, day: date) -> bool:
        """Whether the record stands for video on that day: wanted freely, with a
        connection, without a change of risk since, and not past its review."""
        return (
            self.wants_video
            and self.knows_equal
            and self.connection is not Connection.NONE
            and not self.risk_changed
            and day <= self.review_on
        )
