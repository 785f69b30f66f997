"""Closing a file: why, and what has to be settled before."""

from __future__ import annotations

from enum import Enum


class CloseReason(Enum):
    """Why a file is closed."""

    DONE = "done"
    MOVED_ON = "moved_on"
    NO_CONTACT = "no_contact"
    NEVER_BEGAN = "never_began"


CLOSE_IN_WORDS = {
    CloseReason.DONE: "What she came for is done",
    CloseReason.MOVED_ON: "She goes on with somebody else",
    CloseReason.NO_CONTACT: "She has not been in contact for long",
    CloseReason.NEVER_BEGAN: "It never began",
}


REOPEN_FIRST = (
    "This file is closed, so its plan stays as it is. If she is back, reopen the file "
    "and talk the plan through with her."
)
"""Why no plan of a closed file is saved or confirmed (P8)."""


class Obstacle(Enum):
    """What has to be settled before a file is closed."""

    CLOSED = "closed"
    RUNNING = "running"
    GROUP = "group"

    @property
    def sentence(self) -> str:
        """The fact and the remedy, to be read aloud."""
        return _OBSTACLES[self]


_OBSTACLES = {
    Obstacle.CLOSED: "This file is closed already. Reopen it first if she is back.",
    Obstacle.RUNNING: (
        "A session with her is going on, or was never ended. Let her counsellor end "
        "it first."
    ),
    Obstacle.GROUP: (
        "She has a seat in a group to come, and closing would cancel it for the "
        "others. Let the group be held, or cancel it, first."
    ),
}


def obstacles(*, closed: bool, running: bool, in_a_group: bool) -> tuple[Obstacle, ...]:
    """Everything that stands in the way."""
    found = {
        Obstacle.CLOSED: closed,
        Obstacle.RUNNING: running,
        Obstacle.GROUP: in_a_group,
    }
    return tuple(each for each, holds in found.items() if holds)
