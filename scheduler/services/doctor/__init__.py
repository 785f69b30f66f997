"""What is right and what is not about an installation: one finding each, with what puts
it right. Nothing is written.

What only the machine itself can say (room, files, its clock) is looked at by the
command.
"""

from __future__ import annotations

from scheduler.services import health
from scheduler.services.doctor import at_work, database, kept, people
from scheduler.services.doctor.finding import (
    Finding,
    State,
    look,
    right,
    worst,
    wrong,
)
from scheduler.services.doctor.leaving import leaving, tell
from scheduler.services.house import House

__all__ = [
    "Finding",
    "State",
    "examine",
    "look",
    "right",
    "tell",
    "worst",
    "wrong",
]


def examine(house: House) -> list[Finding]:
    """Everything that can be seen from inside."""
    found = health.look(house)
    if found.trouble:
        return [wrong("database", "The database does not answer.", found.trouble)]
    return [
        *database.database(house),
        *at_work.time(house, found),
        *at_work.workers(found),
        *database.trail(house),
        *people.doors(house),
        *kept.backups_and_drill(house),
        *leaving(house, found),
        *people.told(house),
        *people.calendars_read(house),
    ]
