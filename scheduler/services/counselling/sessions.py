"""Holding a session: start, end, not joined (B5, A4, P7)."""

from __future__ import annotations

from datetime import datetime

from scheduler.domain.booking import (
    RUNNING,
    SessionState,
    may_become,
)
from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.traces import audit
from scheduler.storage import (
    agency,
    bookings,
    counsellors,
    interruptions,
    outbox,
    people,
)
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx


def start(house: House, actor: Actor, session_id: str) -> Decision:
    """Start a session (B5, A4).

    Video needs a supervisor on call who has acknowledged.
    """
    now = house.now()
    with house.store.begin() as tx:
        session = find(tx, session_id)
        reasons = _why_not_start(tx, session, now)
        if reasons:
            return refuse(reasons)
        _to(tx, session, SessionState.IN_SESSION, started_at=now)
        _void(tx, house, session, now)
        audit.record(tx, now, actor.id, "started", "session", session.id)
    return allow()


def _why_not_start(tx: Tx, session: Session, now: datetime) -> list[Reason]:
    reasons = []
    if session.state is not SessionState.BOOKED:
        reasons.append(Reason.WRONG_STATE)
    if session.format is Format.VIDEO and agency.policy(tx).require_on_call:
        duty = counsellors.duty_at(tx, now)
        if duty is None or duty.acknowledged_at is None:
            reasons.append(Reason.NO_ON_CALL)
    return reasons


def end(
    house: House, actor: Actor, session_id: str, *, early: bool = False
) -> Decision:
    """End a session: completed, or ended early from an interruption (B5)."""
    now = house.now()
    with house.store.begin() as tx:
        session = find(tx, session_id)
        if session.state not in RUNNING:
            return refuse((Reason.WRONG_STATE,))
        end_in(tx, house, actor, session, now, early=early)
    return allow()


def end_in(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    now: datetime,
    *,
    early: bool,
) -> None:
    """The same inside a transaction; closes an open interruption."""
    to_early = early and may_become(session.state, SessionState.ENDED_EARLY)
    interrupted = session.state is SessionState.INTERRUPTED
    after = (
        SessionState.ENDED_EARLY if interrupted or to_early else SessionState.COMPLETED
    )
    _to(tx, session, after, ended_at=now)
    _void(tx, house, session, now)
    last = interruptions.latest(tx, session.id)
    if last is not None and last.closed_at is None:
        interruptions.change(tx, last.id, closed_at=now)
        interruptions.write(tx, last.id, now, "closed", actor_id=actor.id)
    audit.record(tx, now, actor.id, "ended", "session", session.id)


def not_joined(
    house: House, actor: Actor, session_id: str, *, not_private: bool = False
) -> Decision:
    """She did not join; nothing is sent. `not_private`: it was moved because she was
    not alone, which is no "not joined" in any count (B5)."""
    now = house.now()
    with house.store.begin() as tx:
        session = find(tx, session_id)
        if session.state is not SessionState.BOOKED:
            return refuse((Reason.WRONG_STATE,))
        _to(tx, session, SessionState.NOT_JOINED, ended_at=now, not_private=not_private)
        _void(tx, house, session, now)
        audit.record(tx, now, actor.id, "not joined", "session", session.id)
    return allow()


def find(tx: Tx, session_id: str) -> Session:
    """A session. Raises NotThere."""
    session = bookings.get(tx, session_id)
    if session is None:
        raise NotThere
    return session


def session_for(tx: Tx, actor: Actor, session_id: str) -> Session:
    """The session, for its counsellor or whoever backs up. Raises NotThere (E2–E4)."""
    session = bookings.get(tx, session_id)
    if session is None:
        raise NotThere
    hers = session.counsellor_id == actor.id
    if not hers and actor.role is not Role.SUPERVISOR:
        raise NotThere
    if any(people.is_shut_out(tx, actor.id, each) for each in session.client_ids):
        raise NotThere
    return session


def _to(tx: Tx, session: Session, after: SessionState, **values: object) -> None:
    bookings.set_state(tx, session.id, session.state, after, **values)


def _void(tx: Tx, house: House, session: Session, now: datetime) -> None:
    reminders.void(
        tx,
        house,
        outbox.open_of_session(tx, session.id),
        (Reason.SESSION_CHANGED,),
        now,
    )
