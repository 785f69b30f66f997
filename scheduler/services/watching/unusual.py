"""Access that somebody should ask about: at odd hours, or to many files in a while.

Nobody is stopped: whoever works at night has a reason, and says so when asked. The
matter is shown to supervisors, and not to whom it is about.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.unusual_access import MANY_FILES, MANY_WITHIN, at_odd_hours
from scheduler.domain.working_days import end_of_next_working_day
from scheduler.domain.zones import local_date
from scheduler.services.house import Actor, House
from scheduler.services.watching import attention
from scheduler.storage import agency, broken_glass
from scheduler.storage.engine import Tx

REVEALS = ("read", "read number", "read code words", "read her data")


def look(tx: Tx, house: House, actor: Actor, now: datetime) -> None:
    """Something sealed is shown to her in this transaction: was that usual?

    Raised once a day for each way of being unusual.
    """
    zone = agency.settings(tx).zone
    ways = []
    if at_odd_hours(now, zone):
        ways.append("odd_hours")
    if broken_glass.files_read(tx, actor.id, REVEALS, now - MANY_WITHIN) >= MANY_FILES:
        ways.append("many_files")
    # A night is one: what begins at 23:00 goes on after midnight.
    night = local_date(now - timedelta(hours=12), zone)
    for way in ways:
        _ask_about(tx, house, f"{way}:{actor.id}:{night}", actor.id, now, zone)


def took_everything(tx: Tx, house: House, staff_id: int, now: datetime) -> None:
    """Somebody carries all of it away, at whatever hour."""
    zone = agency.settings(tx).zone
    matter = f"everything:{staff_id}:{now.isoformat(timespec='minutes')}"
    _ask_about(tx, house, matter, staff_id, now, zone)


def _ask_about(
    tx: Tx, house: House, matter: str, staff_id: int, now: datetime, zone: str
) -> None:
    attention.raise_item(
        tx,
        house,
        "unusual_access",
        matter,
        now,
        due_at=end_of_next_working_day(now, zone, agency.holidays(tx, now.date())),
        about_staff_id=staff_id,
        once=True,
    )
