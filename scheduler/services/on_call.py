"""The rota of supervisors on call: setting it, acknowledging, handing over (A4)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.services import audit
from scheduler.services.house import Actor, House
from scheduler.storage import accounts, counsellors
from scheduler.storage.accounts import StaffMember
from scheduler.storage.counsellors import Duty
from scheduler.storage.engine import Tx

LONGEST_TURN = timedelta(days=8)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn with the supervisor's name."""

    duty: Duty
    name: str


@dataclass(frozen=True, slots=True)
class Rota:
    """The turns of the coming weeks, and the hours nobody has."""

    now: Turn | None
    turns: tuple[Turn, ...]
    supervisors: tuple[StaffMember, ...]


def rota(house: House, days: int = 28) -> Rota:
    """Who is on call now and in the coming days."""
    now = house.now()
    with house.store.reading() as tx:
        members = {each.id: each for each in accounts.members(tx)}
        found = counsellors.duties(tx, now - timedelta(days=1), now + timedelta(days))
        at_present = counsellors.duty_at(tx, now)
    return Rota(
        now=Turn(at_present, members[at_present.supervisor_id].name)
        if at_present
        else None,
        turns=tuple(Turn(each, members[each.supervisor_id].name) for each in found),
        supervisors=tuple(
            each
            for each in members.values()
            if each.active and each.role is Role.SUPERVISOR
        ),
    )


def add_turn(
    house: House, actor: Actor, supervisor_id: int, start: datetime, end: datetime
) -> int:
    """Put a supervisor on the rota; a turn that is hers already stays one (B8). Raises
    Misread, NotThere."""
    if not start < end <= start + LONGEST_TURN:
        raise Misread("A turn ends after it starts, at most eight days later.")
    now = house.now()
    with house.store.begin() as tx:
        member = accounts.member(tx, supervisor_id)
        fits = member is not None and member.active and member.role is Role.SUPERVISOR
        if not fits:
            raise NotThere
        hers = _turn_of(tx, supervisor_id, Interval(start, end))
        if hers is not None:
            return hers.id
        duty = counsellors.add_duty(
            tx, supervisor_id, Interval(start, end), set_by=actor.id
        )
        audit.record(tx, now, actor.id, "set rota", "on_call", str(duty))
    return duty


def _turn_of(tx: Tx, supervisor_id: int, time: Interval) -> Duty | None:
    for each in counsellors.duties(tx, time.start, time.end):
        if each.supervisor_id == supervisor_id and each.time == time:
            return each
    return None


def acknowledge(house: House, actor: Actor, duty_id: int) -> Decision:
    """The supervisor says she is there, at the start of her turn; only she can."""
    now = house.now()
    with house.store.begin() as tx:
        duty = _hers(tx, actor, duty_id, now)
        if duty is None:
            return refuse((Reason.WRONG_STATE,))
        counsellors.change_duty(tx, duty.id, acknowledged_at=now)
        audit.record(tx, now, actor.id, "acknowledged", "on_call", str(duty.id))
    return allow()


def _hers(tx: Tx, actor: Actor, duty_id: int, now: datetime) -> Duty | None:
    early = timedelta(hours=1)
    for duty in counsellors.duties(tx, now, now + early):
        if duty.id == duty_id and duty.supervisor_id == actor.id:
            return duty
    return None


def hand_over(house: House, actor: Actor, duty_id: int, to_id: int) -> Decision:
    """Another supervisor takes the rest of a turn; she acknowledges it herself."""
    now = house.now()
    with house.store.begin() as tx:
        duty = next(
            (
                each
                for each in counsellors.duties(tx, now, now + timedelta(seconds=1))
                if each.id == duty_id
            ),
            None,
        )
        other = accounts.member(tx, to_id)
        fits = other is not None and other.active and other.role is Role.SUPERVISOR
        if duty is None or not fits or to_id == duty.supervisor_id:
            return refuse((Reason.WRONG_STATE,))
        counsellors.add_duty(tx, to_id, Interval(now, duty.time.end), set_by=actor.id)
        if duty.time.start < now:
            counsellors.change_duty(tx, duty.id, ends_at=now)
        audit.record(tx, now, actor.id, "handed over", "on_call", str(duty.id))
    return allow()
