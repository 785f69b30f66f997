"""Telling staff, in fixed words, until somebody has seen it (N1).

Whoever is on call hears it first; after two minutes every supervisor, then everybody at
work. A text that failed may wait on the list, until its deadline is there. Pausing
texts to clients does not pause this.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Protocol

from scheduler.domain.people import Role
from scheduler.services.house import House
from scheduler.services.watching.attention import tell_staff
from scheduler.storage import attention, counsellors
from scheduler.storage.attention import Alert
from scheduler.storage.engine import Tx

WORDS = "Quietline: please look"
NEXT_AFTER = timedelta(minutes=2)
LAST_ROUND = 3

# What is told only when it is still open at its deadline (bar-D9).
WAITS = "delivery_failed"


class Member(Protocol):
    """Whoever may be told."""

    @property
    def id(self) -> int:
        """Her row."""
        ...

    @property
    def role(self) -> Role:
        """What she may do."""
        ...


def calling(tx: Tx, person: Member, now: datetime) -> tuple[str, ...]:
    """The ids of the alerts that call this person now."""
    waiting = attention.unseen_alerts(tx)
    if not waiting:
        return ()
    duty = counsellors.duty_at(tx, now)
    on_call = duty.supervisor_id if duty else None
    return tuple(each.id for each in waiting if _calls(each, person, on_call))


def _calls(alert: Alert, person: Member, on_call: int | None) -> bool:
    if alert.told_id == person.id or on_call is None:
        return True
    if alert.round == 1:
        return person.id == on_call
    if alert.round == 2:  # noqa: PLR2004 - the second round is the supervisors
        return person.role is Role.SUPERVISOR
    return True


def pass_on(house: House) -> int:
    """What nobody has acknowledged in two minutes goes to the next; how many."""
    now = house.now()
    with house.store.begin() as tx:
        for item_id in attention.never_told(tx, WAITS, now):
            tell_staff(tx, house, item_id, now)
        late = [
            each
            for each in attention.unseen_alerts(tx)
            if each.round < LAST_ROUND and now - each.at >= NEXT_AFTER
        ]
        for each in late:
            attention.move_alert_on(tx, each.id, told_id=None, at=now)
    return len(late)


def not_yet_seen(tx: Tx, attention_id: str) -> bool:
    """Whether the page that raised it has to say "not yet seen by anybody"."""
    return any(
        each.attention_id == attention_id for each in attention.unseen_alerts(tx)
    )
