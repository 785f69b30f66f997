"""What may be done to an account, and what takes a second person (E1)."""

from __future__ import annotations

from datetime import timedelta
from enum import Enum
from typing import Final

from scheduler.domain.people import Role

INVITED_FOR: Final = timedelta(hours=72)
"""So long somebody may begin with the code she was told."""

SECOND_WITHIN: Final = timedelta(hours=24)
"""So long a wish waits for a second person."""

MAY_CONFIRM: Final = frozenset(
    {Role.ADMINISTRATOR, Role.SUPERVISOR, Role.CUSTODIAN, Role.SECOND}
)


class ChangeKind(Enum):
    """`RESET` takes password and second factor away and gives a new code."""

    INVITE = "invite"
    RESET = "reset"
    ROLE = "role"
    CLOSE = "close"
    OPEN = "open"


def takes_two(kind: ChangeKind, now: Role, then: Role | None = None) -> bool:
    """Whether a second person must confirm: whatever could make somebody an
    administrator, or put another in an administrator's place. Closing is one person's:
    a stolen account is to be shut at once."""
    if kind is ChangeKind.CLOSE:
        return False
    return Role.ADMINISTRATOR in {now, then}
