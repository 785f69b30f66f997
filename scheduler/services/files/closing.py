"""Closing a file, opening it again, and handing it over to another counsellor.

Nothing of it is sent: what is ahead is cancelled, what would have left is void. A file
that is opened again has a plan that sends nothing until it is talked through anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from scheduler.domain.booking import RUNNING
from scheduler.domain.closing import CloseReason, Obstacle, obstacles
from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Role
from scheduler.domain.retention import Matter, goes_at
from scheduler.services.files import apartness
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.safe_contact import standing
from scheduler.services.scheduling import booking
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import (
    accounts,
    agency,
    bookings,
    counsellors,
    erasing,
    outbox,
    people,
    told_together,
    waiting,
)
from scheduler.storage.accounts import StaffMember
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

REOPENED: Final = "reopened"
_RUNNING: Final = frozenset(each.value for each in RUNNING)
# What waits for a plan, a time or a talk that will not be.
_SETTLED: Final = ("plan_lapsing", "plan_lapsed", "time_free", "on_call_missing")


@dataclass(frozen=True, slots=True)
class Ahead:
    """What closing would do, and to whom the file may be handed instead. Closed now,
    her plan goes at `plan_goes` and the file at `file_goes`, unless they are held."""

    file: ClientFile
    sessions: tuple[Session, ...]
    messages: int
    waits: bool
    obstacles: tuple[Obstacle, ...]
    counsellors: tuple[StaffMember, ...]
    plan_goes: datetime
    file_goes: datetime
    names: Mapping[int, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """The answer, and her sessions: `moved` are the new counsellor's now, `stayed` are
    not possible for her at that time and stay where they are."""

    decision: Decision
    moved: tuple[Session, ...] = ()
    stayed: tuple[Session, ...] = ()


def look(house: House, actor: Actor, code: str) -> Ahead:
    """What would be cancelled and void, before anything is. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        file = _mine(tx, actor, code)
        sessions = _coming(tx, file, now)
        members = accounts.members(tx)
        seeing = counsellors.by_ids(tx, None, now)
        policy = agency.policy(tx)
        return Ahead(
            file=file,
            sessions=sessions,
            messages=len(outbox.open_of_client(tx, file.id)),
            waits=waiting.of_client(tx, file.id) is not None,
            obstacles=_obstacles(tx, file, sessions),
            counsellors=tuple(x for x in members if x.active and x.id in seeing),
            plan_goes=goes_at(Matter.CLOSED_PLAN, now, policy),
            file_goes=goes_at(Matter.CLOSED_FILE, now, policy),
            names={each.id: each.name for each in members},
        )


def close(
    house: House, actor: Actor, code: str, why: CloseReason, *, knows: bool
) -> FieldErrors | None:
    """Close it; nobody is told. Unless she `knows`, somebody is to be in the room at
    each time that was booked (B6). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = _mine(tx, actor, code)
        sessions = _coming(tx, file, now)
        found = _obstacles(tx, file, sessions)
        if found:
            return FieldErrors({each.value: each.sentence for each in found})
        waiting.take_off(tx, file.id)
        # Closed first: a time that becomes free is not offered to herself.
        people.update_file(tx, file.id, state="closed", closed_at=now)
        people.write_place_today(tx, file.id, "", None)
        _cancel(tx, house, actor, sessions, now, knows=knows)
        left = outbox.open_of_client(tx, file.id)
        reminders.void(tx, house, left, (Reason.FILE_CLOSED,), now)
        for kind in _SETTLED:
            attention.settle(
                tx, now, by=actor.id, choice="closed", kind=kind, client_id=file.id
            )
        _record(tx, actor, file, "closed", now, reason=why.value)
    return None


def _cancel(
    tx: Tx,
    house: House,
    actor: Actor,
    sessions: Sequence[Session],
    now: datetime,
    *,
    knows: bool,
) -> None:
    told_together.forget(tx, [each.id for each in sessions])
    for each in sessions:
        booking.cancel_in(tx, house, actor, each, now)
        if not knows:
            attention.somebody_there(tx, house, each.id, each.client_ids[0], now)


def reopen(house: House, actor: Actor, code: str) -> FieldErrors | None:
    """Open it again. Nothing leaves by its plan until a live talk (P8). Raises
    NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = _mine(tx, actor, code)
        if not file.closed:
            return FieldErrors({"closed": "This file is open. There is nothing to do."})
        people.update_file(tx, file.id, state="open", closed_at=None)
        people.lift(tx, file.id)
        standing.suspend(tx, house, file.id, REOPENED, now, by=actor.id)
        _record(tx, actor, file, "reopened", now)
    return None


def hand_over(house: House, actor: Actor, code: str, staff_id: int) -> HandedOver:
    """Another counsellor has the file from now on, and its sessions where she may hold
    them at their time; nobody is told (docs/decisions/0034). By intake and supervisors.
    Raises NotThere.

    Show the decision as the actor's audience may see it (E5).
    """
    now = house.now()
    with house.store.begin() as tx:
        file = _mine(tx, actor, code)
        if actor.role is Role.COUNSELLOR:
            raise NotThere
        if staff_id not in counsellors.by_ids(tx, None, now):
            raise NotThere
        reasons = [Reason.FILE_CLOSED] if file.closed else []
        reasons += apartness.why_not(tx, file, staff_id)
        if reasons:
            return HandedOver(refuse(reasons))
        # Her sessions first: afterwards whoever hands it over may not see it any more.
        moved, stayed = _hand_over(tx, house, actor, file, staff_id, now)
        people.update_file(tx, file.id, usual_counsellor_id=staff_id)
        _record(tx, actor, file, "handed over", now, fields=["usual_counsellor"])
    return HandedOver(allow(), tuple(moved), tuple(stayed))


def _hand_over(
    tx: Tx, house: House, actor: Actor, file: ClientFile, staff_id: int, now: datetime
) -> tuple[list[Session], list[Session]]:
    moved: list[Session] = []
    stayed: list[Session] = []
    for each in _coming(tx, file, now):
        if each.counsellor_id == staff_id:
            continue
        after = None
        if len(each.client_ids) == 1:
            _, after = booking.move_in(
                tx, house, actor, each, each.time.start, staff_id, now
            )
        (stayed if after is None else moved).append(after or each)
    return moved, stayed


def _coming(tx: Tx, file: ClientFile, now: datetime) -> tuple[Session, ...]:
    return tuple(bookings.of_clients(tx, [file.id], now, booked_only=True))


def _obstacles(
    tx: Tx, file: ClientFile, sessions: Sequence[Session]
) -> tuple[Obstacle, ...]:
    return obstacles(
        closed=file.closed,
        running=bool(_RUNNING & erasing.states_of_sessions(tx, file.id)),
        in_a_group=any(len(each.client_ids) > 1 for each in sessions),
    )


def _mine(tx: Tx, actor: Actor, code: str) -> ClientFile:
    """For intake, supervisors, and the counsellor who usually sees her: whoever stands
    in for a session closes nothing."""
    file = file_for(tx, actor, code, changing=True)
    if actor.role is Role.COUNSELLOR and file.usual_counsellor_id != actor.id:
        raise NotThere
    return file


def _record(
    tx: Tx,
    actor: Actor,
    file: ClientFile,
    verb: str,
    now: datetime,
    *,
    reason: str = "",
    fields: Sequence[str] = (),
) -> None:
    audit.record(
        tx, now, actor.id, verb, "client", str(file.id), reason=reason, fields=fields
    )
