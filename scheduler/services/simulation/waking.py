"""When the next tick of a replay could change anything; minutes before are passed over.

A test plays every minute and sees that it makes no difference.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from scheduler.domain.booking import SessionState
from scheduler.domain.messages import MessageState
from scheduler.domain.zones import Edge, day_starts
from scheduler.services.counselling import fallback
from scheduler.services.house import House
from scheduler.services.watching import watch
from scheduler.storage import bookings, outbox, people
from scheduler.storage.engine import Tx

MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)

# States in which the next minute may bring something.
_BUSY = frozenset(
    {
        MessageState.DUE,
        MessageState.CLAIMED,
        MessageState.SENDING,
        MessageState.PROMPTED,
    }
)


def next_wake(house: House, minute: datetime) -> datetime:
    """The next minute in which a tick could change anything, a day on at the latest."""
    with house.store.reading() as tx:
        moments = [
            each.not_before
            for each in outbox.in_states(tx, {MessageState.PLANNED}, limit=1)
        ]
        if outbox.in_states(tx, _BUSY, limit=1) or _unclear(tx):
            return minute + MINUTE
        moments.extend(_plan_ends(tx, minute))
        moments.extend(
            each.time.start - watch.ON_CALL_BEFORE
            for each in bookings.starting(
                tx, minute, datetime.max.replace(tzinfo=minute.tzinfo), SessionState
            )
        )
        coming = (_minute_of(each) for each in moments if each > minute)
        wake = min((minute + DAY, *coming))
        for session in bookings.running(tx, minute - DAY):
            if session.state is SessionState.INTERRUPTED:
                skipped_at = fallback.next_skip(tx, house, session, minute, wake)
                wake = skipped_at or wake
    return wake


def _minute_of(moment: datetime) -> datetime:
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + MINUTE


def _unclear(tx: Tx) -> bool:
    return any(
        each.looked_up_at is None
        for each in outbox.in_states(tx, {MessageState.UNCERTAIN})
    )


def _plan_ends(tx: Tx, minute: datetime) -> list[datetime]:
    moments: list[datetime] = []
    for client in people.open_files(tx):
        if client.valid_until is not None and client.valid_until.year < 9000:  # noqa: PLR2004
            ends_at = day_starts(
                client.valid_until + timedelta(days=1), client.zone, Edge.CLOSES
            )
            moments.extend((ends_at, ends_at - watch.LAPSING_BEFORE))
    return [each for each in moments if each > minute]
