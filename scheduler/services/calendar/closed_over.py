"""Sessions that were booked before the time they lie in was closed: they stay, and
somebody looks at each (A1)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from scheduler.domain.booking import SessionState
from scheduler.domain.counsellor import Counsellor
from scheduler.services.house import House
from scheduler.services.watching import attention
from scheduler.storage import attention as kept
from scheduler.storage import bookings, counsellors
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx

_AHEAD: Final = timedelta(days=370)
_PREFIX: Final = "time_closed:"


def look(tx: Tx, house: House, now: datetime, *staff_ids: int) -> None:
    """Put on the list what lies in a closed time, and take off what does not any more.

    Closed is what her hours, leave, calendar or the agency's holidays leave out.
    """
    found = counsellors.by_ids(tx, staff_ids, now)
    held = bookings.of_counsellors(tx, staff_ids, now, now + _AHEAD)
    booked = [each for each in held if each.state is SessionState.BOOKED]
    over = {
        each.id: each for each in booked if _closed(found[each.counsellor_id], each)
    }
    ours = {each.id for each in held}
    for item in kept.open_items(tx):
        mine = item.matter.startswith(_PREFIX) and item.session_id in ours
        if mine and item.session_id not in over:
            attention.settle(tx, now, by=None, choice="closed", id=item.id)
    for each in over.values():
        # Closed, opened and closed again stands there again; what a person was done
        # with does not.
        if kept.was_seen_to(tx, _matter(each)):
            continue
        attention.raise_item(
            tx,
            house,
            "time_closed",
            _matter(each),
            now,
            due_at=each.time.start,
            client_id=each.client_ids[0],
            session_id=each.id,
        )


def _matter(session: Session) -> str:
    return f"{_PREFIX}{session.id}:{session.version}"


def _closed(counsellor: Counsellor, session: Session) -> bool:
    time = session.time
    return not counsellor.free(time.start, time.end).covers(time)
