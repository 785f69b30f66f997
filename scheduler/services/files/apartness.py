"""Who sees whom: the usual counsellor, staff shut out of a file, files kept apart
(E4, E5). Set by supervisors who are not shut out themselves."""

from __future__ import annotations

from datetime import datetime

from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import bookings, people
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile


def set_usual_counsellor(
    house: House, actor: Actor, code: str, staff_id: int | None
) -> Decision:
    """Whom she usually sees; REFUSE when that counsellor may not see her (E4, E5).

    Show the decision as the actor's audience may see it.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        reasons = [] if staff_id is None else why_not(tx, file, staff_id)
        if reasons:
            return refuse(reasons)
        people.update_file(tx, file.id, usual_counsellor_id=staff_id)
        audit.record(
            tx,
            now,
            actor.id,
            "changed",
            "client",
            str(file.id),
            fields=["usual_counsellor"],
        )
    return allow()


def why_not(tx: Tx, file: ClientFile, staff_id: int) -> list[Reason]:
    """Why this counsellor may not have the file (E4, E5); nothing if she may."""
    reasons = []
    if people.is_shut_out(tx, staff_id, file.id):
        reasons.append(Reason.NOT_YOUR_FILE)
    others = people.apart_from(tx, file.id)
    usual = {
        each.usual_counsellor_id for each in people.clients_by_ids(tx, others).values()
    }
    if staff_id in usual | bookings.counsellors_seeing(tx, others):
        reasons.append(Reason.KEPT_APART)
    return reasons


def shut_out(
    house: House, actor: Actor, code: str, staff_id: int, *, shut: bool = True
) -> None:
    """From now on the file does not exist for this member of staff, or it does again.

    Sessions she has with the client already are put before a person. Raises NotThere.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = _file_for_supervisor(tx, actor, code)
        people.set_shut_out(tx, staff_id, file.id, now if shut else None)
        if shut and file.usual_counsellor_id == staff_id:
            people.update_file(tx, file.id, usual_counsellor_id=None)
        verb = "shut out" if shut else "let in"
        audit.record(tx, now, actor.id, verb, "client", str(file.id))
        if shut:
            _put_before_a_person(tx, house, file, {staff_id}, now)


def keep_apart(
    house: House, actor: Actor, code: str, other_code: str, *, apart: bool = True
) -> None:
    """Two files never meet from now on, or may again (E5). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = _file_for_supervisor(tx, actor, code)
        other = _file_for_supervisor(tx, actor, other_code)
        if file.id == other.id:
            raise NotThere
        people.set_apart(tx, file.id, other.id, now if apart else None)
        for each in (file, other):
            verb = "kept apart" if apart else "let meet"
            audit.record(tx, now, actor.id, verb, "client", str(each.id))
        if apart:
            shared = _counsellors(tx, file, now) & _counsellors(tx, other, now)
            _put_before_a_person(tx, house, file, shared, now)


def _file_for_supervisor(tx: Tx, actor: Actor, code: str) -> ClientFile:
    file = file_for(tx, actor, code)
    if actor.role is not Role.SUPERVISOR:
        raise NotThere
    return file


def _counsellors(tx: Tx, file: ClientFile, now: datetime) -> set[int]:
    booked = bookings.of_clients(tx, [file.id], now, booked_only=True)
    return {each.counsellor_id for each in booked}


def _put_before_a_person(
    tx: Tx, house: House, file: ClientFile, counsellors: set[int], now: datetime
) -> None:
    """What is booked already is not taken away by the machine."""
    for session in bookings.of_clients(tx, [file.id], now, booked_only=True):
        if session.counsellor_id in counsellors:
            attention.raise_item(
                tx,
                house,
                "supervisor_needed",
                f"may_not_meet:{session.id}:{file.id}",
                now,
                due_at=max(now, session.time.start),
                client_id=file.id,
                session_id=session.id,
            )
