"""Telling staff away from the pages, at least once (N1, docs/decisions/0022).

An alert that nobody has seen is the intention; what was begun is written before
anybody is told, and what came of it afterwards. A process that dies between the two
tells again: for staff twice is nothing, and never is what must not be.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from scheduler.domain.people import Role
from scheduler.ports import StaffAlerts, Told
from scheduler.services.house import House
from scheduler.services.watching import attention
from scheduler.storage import accounts, counsellors, reach
from scheduler.storage import attention as kept
from scheduler.storage.accounts import StaffMember
from scheduler.storage.attention import Alert
from scheduler.storage.engine import Tx
from scheduler.storage.reach import THE_AGENCY, Telling, WayState

TRY_AGAIN_AFTER = timedelta(minutes=1)
# The words are always the same: one telling a minute to one place is enough.
APART = timedelta(minutes=1)
# A way that has failed for so long is somebody's task.
FAILING_TOLD_AFTER = timedelta(minutes=2)

AT_WORK = frozenset({Role.INTAKE, Role.COUNSELLOR, Role.SUPERVISOR})


@dataclass(frozen=True, slots=True)
class Due:
    """One place to tell, and every alert it stands for."""

    way: StaffAlerts
    to: str = field(repr=False)
    which: tuple[Telling, ...]


def tell(house: House) -> int:
    """Tell whoever is to be told now of what nobody has seen; how many were reached.

    Pausing texts to clients does not pause this.
    """
    if not house.alerts:
        return 0
    now = house.now()
    with house.store.reading() as tx:
        waiting = _due(tx, house, now)
    return sum(_tell_one(house, each, now) for each in waiting)


def _tell_one(house: House, due: Due, now: datetime) -> bool:
    with house.store.begin() as tx:
        for each in due.which:
            reach.begin(tx, each, now + TRY_AGAIN_AFTER)
    answer = due.way.tell(due.to)
    with house.store.begin() as tx:
        if answer.taken:
            for each in due.which:
                reach.told(tx, each, now)
        _went(tx, house, due.way.way, answer, now)
    return answer.taken


def _went(tx: Tx, house: House, way: str, answer: Told, now: datetime) -> None:
    """Write how the way goes; one that fails for long is put on the list."""
    before = reach.ways(tx).get(way, WayState(way))
    matter = f"alert_way:{way}"
    if answer.taken:
        reach.set_way(tx, WayState(way, told_at=now))
        attention.settle(tx, now, by=None, choice="closed", matter=matter)
        return
    since = before.failing_since or now
    trouble = answer.trouble.value if answer.trouble else ""
    reach.set_way(tx, WayState(way, before.told_at, since, trouble))
    if now - since >= FAILING_TOLD_AFTER:
        attention.raise_item(tx, house, "alert_way_down", matter, now, due_at=now)


def _due(tx: Tx, house: House, now: datetime) -> list[Due]:
    alerts = kept.unseen_alerts(tx)
    if not alerts:
        return []
    begun = reach.begun(tx, [each.id for each in alerts])
    just_told = reach.told_since(tx, now - APART)
    addresses = _addresses(tx, house)
    members = [each for each in accounts.members(tx) if each.active]
    duty = counsellors.duty_at(tx, now)
    on_call = duty.supervisor_id if duty else None
    found: dict[tuple[str, int], list[Telling]] = {}
    for alert in alerts:
        for way, who in _places(alert, addresses, members, on_call):
            telling = Telling(alert.id, alert.round, way, who)
            told_at, next_try = begun.get(telling, (None, now))
            if told_at is None and next_try <= now:
                found.setdefault((way, who), []).append(telling)
    ways = {each.way: each for each in house.alerts}
    return [
        Due(ways[way], addresses[way, who], tuple(which))
        for (way, who), which in found.items()
        if (way, who) not in just_told
    ]


def _addresses(tx: Tx, house: House) -> dict[tuple[str, int], str]:
    """Every place that can be told, by way and recipient."""
    ways = [each.way for each in house.alerts]
    found = {
        (way, THE_AGENCY): house.agency_reach[way]
        for way in ways
        if house.agency_reach.get(way)
    }
    for member in reach.reaches(tx).values():
        for way in ways:
            if member.by(way):
                found[way, member.staff_id] = member.by(way)
    return found


def _places(
    alert: Alert,
    addresses: Iterable[tuple[str, int]],
    members: Iterable[StaffMember],
    on_call: int | None,
) -> Iterator[tuple[str, int]]:
    """The agency's own phone and mailbox in every round, and whoever the round calls:
    on call first, then the supervisors, then everybody at work."""
    called = {each.id for each in members if _is_called(alert, each, on_call)}
    for way, who in addresses:
        if who == THE_AGENCY or who in called:
            yield way, who


def _is_called(alert: Alert, member: StaffMember, on_call: int | None) -> bool:
    if member.role not in AT_WORK:
        return False
    if alert.round == 1 and on_call is not None:
        return member.id == on_call
    if alert.round == 2:  # noqa: PLR2004 - the second round is the supervisors
        return member.role is Role.SUPERVISOR
    return True
