"""Moving or cancelling a session of a series with all that follow it (B4, M13, B6).

One act tells her once: the first text that can be planned stands for all later ones.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import JustTaken
from scheduler.domain.phrases import Meaning
from scheduler.domain.series import in_order_of_moving, shifted
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.messages.reminders import Untold
from scheduler.services.scheduling import booking
from scheduler.services.scheduling.series import TRIES
from scheduler.storage import bookings, forms, plans, told_together
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Changed:
    """What became of it: the sessions that changed, and why others stay as they are."""

    decision: Decision
    done: tuple[str, ...] = ()
    stayed: Mapping[str, Decision] = field(default_factory=dict)


def move_following(
    house: House,
    actor: Actor,
    session_id: str,
    start: datetime,
    *,
    counsellor_id: int,
    by_agency: bool,
    form: str | None = None,
) -> Changed:
    """Move a session to another start, and all that follow as many days and hours on,
    all with this counsellor.

    Those that cannot go stay. The same `form` sent twice moves once (B8). Raises
    NotThere, JustTaken.
    """

    def act() -> Changed:
        now = house.now()
        with house.store.begin() as tx:
            first = booking.still_booked(tx, actor, session_id)
            if first is None:
                return Changed(refuse((Reason.WRONG_STATE,)))
            if forms.outcome(tx, form) is not None:
                return Changed(allow())
            found = _move(tx, house, actor, first, start, counsellor_id, now)
            if found.moved and by_agency:
                reminders.tell_of_changes(tx, house, found.untold, Meaning.CHANGED, now)
            forms.remember(tx, form, actor.id, now, session_id)
        return Changed(allow(), tuple(each.id for each in found.moved), found.stayed)

    return _tried(act)


@dataclass(slots=True)
class _Moves:
    moved: list[Session] = field(default_factory=list)
    untold: list[Untold] = field(default_factory=list)
    stayed: dict[str, Decision] = field(default_factory=dict)


def _move(
    tx: Tx,
    house: House,
    actor: Actor,
    first: Session,
    start: datetime,
    counsellor_id: int,
    now: datetime,
) -> _Moves:
    found = _Moves()
    following = {each.id: each for each in bookings.following(tx, first)}
    told_together.forget(tx, following)
    zone = plans.current(tx, first.client_ids[0])[0].zone
    old = first.time.start
    times = {each.id: each.time for each in following.values()}
    for each_id in in_order_of_moving(times, old, start):
        session = following[each_id]
        to = shifted(session.time.start, old, start, zone)
        answer, after = booking.move_in(
            tx, house, actor, session, to, counsellor_id, now
        )
        if after is None:
            found.stayed[each_id] = answer
        else:
            found.moved.append(after)
            found.untold.append(Untold(after, min(session.time.start, to)))
    return found


def cancel_following(
    house: House, actor: Actor, session_id: str, *, by_agency: bool
) -> Changed:
    """Cancel a session and all that follow it; told to her, once, only if the agency
    did it (M13). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        first = booking.still_booked(tx, actor, session_id)
        if first is None:
            return Changed(refuse((Reason.WRONG_STATE,)))
        following = bookings.following(tx, first)
        told_together.forget(tx, [each.id for each in following])
        gone = [booking.cancel_in(tx, house, actor, each, now) for each in following]
        if by_agency:
            untold = [Untold(each, each.time.start) for each in gone]
            reminders.tell_of_changes(tx, house, untold, Meaning.CANCELLED, now)
    return Changed(allow(), tuple(each.id for each in gone))


def _tried(act: Callable[[], Changed]) -> Changed:
    """Whoever is quicker takes one place; the next try leaves that one where it is."""
    for _ in range(TRIES - 1):
        try:
            return act()
        except JustTaken:
            continue
    return act()
