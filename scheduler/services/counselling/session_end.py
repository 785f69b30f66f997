"""Ending a session asks three things; "all the same" renews the plan (P7)."""

from __future__ import annotations

from dataclasses import dataclass

from scheduler.domain.booking import RUNNING
from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.services.counselling import sessions
from scheduler.services.files import identity
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import standing
from scheduler.storage import people


@dataclass(frozen=True, slots=True)
class Ended:
    """What came of it. `renewed` needs an identity check in this contact."""

    decision: Decision
    code: str = ""
    renewed: bool = False


def end(
    house: House, actor: Actor, session_id: str, *, early: bool, all_the_same: bool
) -> Ended:
    """End a session; with `all_the_same` its plans are renewed where it was she."""
    now = house.now()
    with house.store.begin() as tx:
        session = sessions.find(tx, session_id)
        if session.state not in RUNNING:
            return Ended(refuse((Reason.WRONG_STATE,)))
        sure = [
            each
            for each in session.client_ids
            if identity.checked(tx, actor, each, now)
        ]
        sessions.end_in(tx, house, actor, session, now, early=early)
        for client_id in sure if all_the_same else ():
            standing.confirm(tx, house, client_id, now, by=actor.id)
        file = people.client_by_id(tx, session.client_ids[0])
    code = file.code if file else ""
    return Ended(allow(), code, renewed=bool(sure) and all_the_same)
