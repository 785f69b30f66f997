"""The rota of supervisors on call: setting it, acknowledging, handing over (A4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, counsellors
from scheduler.storage.accounts import StaffMember
from scheduler.storage.counsellors import Duty
from scheduler.storage.engine import Tx

LONGEST_TURN = timedelta(days=8)
EARLY = timedelta(hours=1)
ROTA = timedelta(days=28)


@dataclass(frozen=True, slots=True)
class Turn:
    """One turn with the supervisor's name. `open`: she may say that she is there."""

    duty: Duty
    name: str
    open: bool


@dataclass(frozen=True, slots=True)
class Rota:
    """The turns of the coming weeks, and the hours nobody has."""

    now: Turn | None
    turns: tuple[Turn, ...]
    supervisors: tuple[StaffMember, ...]


def rota(house: House) -> Rota:
    """Who is on call now and in the coming days."""
    now = house.now()
    with house.store.reading() as tx:
        members = {each.id: each for each in accounts.members(tx)}
        found = counsellors.duties(tx, now - timedelta(days=1), now + ROTA)
        at_present = counsellors.duty_at(tx, now)
    return Rota(
        now=_turn(at_present, members, now) if at_present else None,
        turns=tuple(_turn(each, members, now) for each in found),
        supervisors=tuple(
            each
            for each in members.values()
            if each.active and each.role is Role.SUPERVISOR
        ),
    )


def _turn(duty: Duty, members: Mapping[int, StaffMember], now: datetime) -> Turn:
    open_ = duty.time.start - EARLY < now < duty.time.end
    return Turn(duty, members[duty.supervisor_id].name, open_)


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
    for duty in counsellors.duties(tx, now, now + EARLY):
        if duty.id == duty_id and duty.supervisor_id == actor.id:
            return duty
    return None


def hand_over(house: House, actor: Actor, duty_id: int, to_id: int) -> Decision:
    """Another supervisor takes the rest of a turn, or the whole of one to come; she
    acknowledges it herself."""
    now = house.now()
    with house.store.begin() as tx:
        duty = _to_come(tx, duty_id, now)
        other = accounts.member(tx, to_id)
        fits = other is not None and other.active and other.role is Role.SUPERVISOR
        if duty is None or not fits or to_id == duty.supervisor_id:
            return refuse((Reason.WRONG_STATE,))
        if duty.time.start < now:
            rest = Interval(now, duty.time.end)
            counsellors.add_duty(tx, to_id, rest, set_by=actor.id)
            counsellors.change_duty(tx, duty.id, ends_at=now)
        else:
            hers = {"supervisor_id": to_id, "set_by": actor.id}
            counsellors.change_duty(tx, duty.id, **hers, acknowledged_at=None)
        audit.record(tx, now, actor.id, "handed over", "on_call", str(duty.id))
    return allow()


def _to_come(tx: Tx, duty_id: int, now: datetime) -> Duty | None:
    for duty in counsellors.duties(tx, now, now + ROTA):
        if duty.id == duty_id:
            return duty
    return None
