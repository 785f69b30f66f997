"""A supervisor sets a counsellor's gap or daily maximum aside until a day is over, and
says why (A2)."""

from __future__ import annotations

from datetime import date
from typing import Final

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role
from scheduler.domain.set_aside import MOST_DAYS, OVERRIDABLE, WhyAside, may_last
from scheduler.domain.zones import local_date
from scheduler.services.calendar.availability import may_set, of
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import set_aside
from scheduler.storage.engine import Tx
from scheduler.storage.set_aside import Kept

_TOO_LONG: Final = (
    f"Give a day from today to {MOST_DAYS} days ahead. Whoever wants it longer decides"
    " again then."
)


def see(house: House, actor: Actor, staff_id: int) -> tuple[Kept, ...]:
    """What does not count for her now. Raises NotThere."""
    may_set(actor, staff_id)
    with house.store.reading() as tx:
        return set_aside.of(tx, staff_id, _today(tx, house, staff_id))


def put(
    house: House,
    actor: Actor,
    staff_id: int,
    rule: Reason,
    last_day: date,
    why: WhyAside,
) -> FieldErrors | None:
    """Set a rule aside; the newest of the same rule counts, and twice is once (B8).

    Raises NotThere for anybody but a supervisor, and for any other rule.
    """
    _check(actor, rule)
    now = house.now()
    with house.store.begin() as tx:
        if not may_last(last_day, _today(tx, house, staff_id)):
            return FieldErrors({"last_day": _TOO_LONG})
        standing = set_aside.of(tx, staff_id, _today(tx, house, staff_id))
        if any((e.rule, e.last_day, e.why) == (rule, last_day, why) for e in standing):
            return None
        set_aside.add(tx, staff_id, rule, last_day, why, actor.id, now)
        _trace(tx, house, actor, "set a rule aside", staff_id, rule, why.value)
    return None


def take_back(house: House, actor: Actor, staff_id: int, rule: Reason) -> None:
    """It counts again from now on; what is booked stays. Raises NotThere."""
    _check(actor, rule)
    with house.store.begin() as tx:
        of(tx, staff_id, house.now())
        if set_aside.remove(tx, staff_id, rule):
            _trace(tx, house, actor, "let a rule count again", staff_id, rule, "")


def _check(actor: Actor, rule: Reason) -> None:
    if actor.role is not Role.SUPERVISOR or rule not in OVERRIDABLE:
        raise NotThere


def _today(tx: Tx, house: House, staff_id: int) -> date:
    """The day by the counsellor's clock. Raises NotThere."""
    now = house.now()
    found, _ = of(tx, staff_id, now)
    return local_date(now, found.zone)


def _trace(
    tx: Tx,
    house: House,
    actor: Actor,
    verb: str,
    staff_id: int,
    rule: Reason,
    why: str,
) -> None:
    audit.record(
        tx,
        house.now(),
        actor.id,
        verb,
        "counsellor",
        str(staff_id),
        fields=(rule.value,),
        reason=why,
    )
