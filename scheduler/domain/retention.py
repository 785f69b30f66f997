"""How long things are kept, and when each goes (E7).

Every table is of a class. Most of what goes by itself goes by a clock of its own: it
starts at an instant, runs so long, and is over then. What is under legal hold waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from scheduler.domain.plan import Away
from scheduler.domain.policy import Policy
from scheduler.domain.zones import local_date


class Kept(Enum):
    """The class of a table: until when its rows are kept."""

    SHORT = "short"
    REPLIES = "reply bodies"
    SEND_LOG = "send log"
    PLAN = "plan"
    SESSIONS = "sessions"
    CLIENT = "client"
    AUDIT = "audit"
    STAFF = "staff"
    SETTINGS = "settings"
    FOR_GOOD = "for good"


IN_WORDS: Final = {
    Kept.SHORT: "Until it is used or past, and days after that",
    Kept.REPLIES: "What was texted back: days after somebody dealt with it",
    Kept.SEND_LOG: "Weeks after it is over; then counts alone",
    Kept.PLAN: "Weeks after the file is closed; old versions weeks after they are old",
    Kept.SESSIONS: "A year after the file is closed",
    Kept.CLIENT: "With the file, a year after it is closed",
    Kept.AUDIT: "Two years",
    Kept.STAFF: "As long as she works here",
    Kept.SETTINGS: "As long as it holds",
    Kept.FOR_GOOD: "For good: it names nobody",
}


class Matter(Enum):
    """What goes by a clock of its own, in the order in which a purge takes it."""

    PLACE = "place"
    STAY = "stay"
    REPLY = "reply"
    SHORT = "short"
    SEND_LOG = "send_log"
    OLD_PLAN = "old_plan"
    CLOSED_PLAN = "closed_plan"
    OTHER_MATTERS = "other_matters"
    CLOSED_FILE = "closed_file"
    TRAIL = "trail"


@dataclass(frozen=True, slots=True)
class Gone:
    """How many rows of one kind and outcome went, by the month they are of."""

    month: str
    what: str
    kind: str
    outcome: str
    many: int


SHORT_DAYS: Final = 30
"""What matters for minutes to days only: marks, holds, look-ups, alerts."""


def lasts(matter: Matter, policy: Policy) -> timedelta:
    """How long its clock runs. Zero where the clock starts when it is over itself: a
    place with its session, a stay with its last day, a reply with its own date."""
    days = {
        Matter.SHORT: SHORT_DAYS,
        Matter.SEND_LOG: policy.send_log_days,
        Matter.OLD_PLAN: policy.old_plan_days,
        Matter.CLOSED_PLAN: policy.closed_plan_days,
        Matter.OTHER_MATTERS: policy.closed_file_days,
        Matter.CLOSED_FILE: policy.closed_file_days,
        Matter.TRAIL: policy.trail_days,
    }
    return timedelta(days=days.get(matter, 0))


def goes_at(matter: Matter, since: datetime, policy: Policy) -> datetime:
    """When it goes, if its clock starts at `since` and nothing is held then."""
    return since + lasts(matter, policy)


def started_by(matter: Matter, now: datetime, policy: Policy) -> datetime:
    """The other way round: what started by this instant is over at `now`."""
    return now - lasts(matter, policy)


def is_past(stay: Away, home_zone: str, now: datetime) -> bool:
    """Whether the last day of a stay is over there and at home (P11): nothing that is
    decided from now on asks for it."""
    days = (local_date(now, zone) for zone in (stay.zone, home_zone))
    return all(day > stay.days.last for day in days)
