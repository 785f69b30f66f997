"""Opening a file that is not hers, when somebody has to (E2): with a reason, for two
hours, seen by supervisors at once and looked at with her afterwards.

A file somebody is shut out of stays shut (E4), and looks as one that is not there (E3).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.domain.reveals import GlassReason
from scheduler.domain.working_days import end_of_next_working_day
from scheduler.services.files.callers import MOST_FINDS, WITHIN, TooOften
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import agency, broken_glass, people, searches

OPEN_FOR: Final = timedelta(hours=2)
LONGEST_CODE: Final = 40
BROKE: Final = "broke glass"


def opened(house: House, staff_id: int, now: datetime) -> frozenset[int]:
    """The files she has opened so and that have not closed again, by number."""
    with house.store.reading() as tx:
        return broken_glass.open_for(tx, staff_id, now)


def break_glass(house: House, actor: Actor, typed: str, reason: GlassReason) -> str:
    """Open it; its code. Raises TooOften, and NotThere where there is none for her.

    Every try is counted and written down, found or not.
    """
    now = house.now()
    code = typed.strip().upper()[:LONGEST_CODE]
    if actor.role is not Role.COUNSELLOR:
        raise NotThere
    with house.store.begin() as tx:
        if searches.findings_since(tx, actor.id, now - WITHIN) >= MOST_FINDS:
            raise TooOften
        file, shut, hers = people.file_seen_by(tx, actor.id, code=code)
        there = file is not None and not shut
        searches.insert_finding(tx, actor.id, now, found=there)
        subject = str(file.id) if file is not None and there else "-"
        audit.record(tx, now, actor.id, BROKE, "client", subject, reason=reason.value)
        if file is not None and there and not hers:
            broken_glass.add(tx, actor.id, file.id, reason, now, now + OPEN_FOR)
            zone, closed = agency.settings(tx).zone, agency.holidays(tx, now.date())
            attention.raise_item(
                tx,
                house,
                "glass_broken",
                f"glass:{actor.id}:{file.id}",
                now,
                due_at=end_of_next_working_day(now, zone, closed),
                client_id=file.id,
                about_staff_id=actor.id,
            )
    if file is None or not there:
        raise NotThere
    return file.code
