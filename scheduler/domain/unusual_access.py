"""Which access to what is sealed is unusual enough to ask about."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Final

from scheduler.domain.zones import zone

DAY_BEGINS: Final = time(6)
DAY_ENDS: Final = time(22)

MANY_FILES: Final = 10
"""So many different files with something sealed shown to one person…"""

MANY_WITHIN: Final = timedelta(hours=1)
"""… within so long."""


def at_odd_hours(at: datetime, zone_name: str) -> bool:
    """Whether an instant in UTC lies in the agency's night, 22:00 to 06:00."""
    wall = at.astimezone(zone(zone_name)).time()
    return not DAY_BEGINS <= wall < DAY_ENDS
