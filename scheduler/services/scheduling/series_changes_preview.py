"""What moving or cancelling a session with all that follow it would bring, with nothing
written: each one's verdict, what goes with it, and how she would be told (M12, B6)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.domain.booking import Proposal, SessionState
from scheduler.domain.decision import Decision, allow
from scheduler.domain.intervals import Interval
from scheduler.domain.policy import Policy
from scheduler.domain.series import in_order_of_moving, shifted
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import scene
from scheduler.services.scheduling.booking_preview import (
    Going,
    codes_of,
    going_of,
    readable_session,
)
from scheduler.services.scheduling.scene import Scene
from scheduler.services.scheduling.series_preview import (
    Place,
    audience_of,
    with_session,
)
from scheduler.services.scheduling.what_leaves import OfClient, of_client
from scheduler.storage import accounts, bookings
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class Step:
    """One session of those that change. `after` is None for a cancellation.

    `clients` says of each how she would be told of it, and of what reminds her then.
    """

    session: Session
    after: Session | None
    decision: Decision
    going: tuple[Going, ...]
    clients: tuple[OfClient, ...]


@dataclass(frozen=True, slots=True)
class FollowingPreview:
    """All of them, in order of time; none when the session is no longer booked."""

    session: Session
    codes: tuple[str, ...]
    zone: str
    steps: tuple[Step, ...]
    names: Mapping[int, str]
    policy: Policy


def preview_move_following(
    house: House, actor: Actor, session_id: str, start: datetime, counsellor_id: int
) -> FollowingPreview:
    """Before a session moves with all that follow. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        first, codes = readable_session(tx, actor, session_id)
        following = _following(tx, first)
        seen, steps = _moves(
            tx, house, actor, first, following, codes, start, counsellor_id, now
        )
        return _found(tx, first, codes, seen, steps)


def preview_cancel_following(
    house: House, actor: Actor, session_id: str
) -> FollowingPreview:
    """Before a session is cancelled with all that follow. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        first, codes = readable_session(tx, actor, session_id)
        ids = [first.counsellor_id]
        seen = scene.look(tx, house, codes, ids, first.time, now)
        steps = [
            _step(tx, house, seen, each, None, allow(), now)
            for each in _following(tx, first)
        ]
        return _found(tx, first, codes, seen, steps)


def _following(tx: Tx, first: Session) -> list[Session]:
    booked = first.state is SessionState.BOOKED
    return bookings.following(tx, first) if booked else []


def _found(
    tx: Tx,
    first: Session,
    codes: tuple[str, ...],
    seen: Scene,
    steps: list[Step],
) -> FollowingPreview:
    names = {each.id: each.name for each in accounts.members(tx)}
    in_time = sorted(steps, key=lambda each: each.session.time.start)
    zone = seen.known[0].plan.zone
    return FollowingPreview(first, codes, zone, tuple(in_time), names, seen.policy)


def _moves(
    tx: Tx,
    house: House,
    actor: Actor,
    first: Session,
    following: list[Session],
    codes: tuple[str, ...],
    start: datetime,
    counsellor_id: int,
    now: datetime,
) -> tuple[Scene, list[Step]]:
    """In the order in which they would be moved, each beside the others as they stand
    by then."""
    old = first.time.start
    by_id = {each.id: each for each in following}
    around = _around(first, following, start - old)
    staff = sorted({counsellor_id, *(each.counsellor_id for each in following)})
    seen = scene.look(tx, house, codes, staff, around, now, without=[*by_id])
    zone = seen.known[0].plan.zone
    stands = dict(by_id)
    steps = []
    times = {each.id: each.time for each in following}
    for each_id in in_order_of_moving(times, old, start):
        session = by_id[each_id]
        to = shifted(session.time.start, old, start, zone)
        beside = _beside(seen, [one for key, one in stands.items() if key != each_id])
        after = _moved(session, to, counsellor_id)
        proposal = Proposal(to, session.minutes, session.format)
        decision = beside.decide(proposal, counsellor_id, now)
        if decision.yes:
            stands[each_id] = after
        shown = decision.shown_to(audience_of(actor))
        steps.append(_step(tx, house, seen, session, after, shown, now))
    return seen, steps


def _around(first: Session, following: list[Session], by: timedelta) -> Interval:
    spans = [first.time, *(each.time for each in following)]
    since = min(each.start for each in spans)
    until = max(each.end for each in spans)
    room = abs(by) + timedelta(days=1)
    return Interval(since - room, until + room)


def _moved(session: Session, start: datetime, counsellor_id: int) -> Session:
    return replace(
        session,
        version=session.version + 1,
        time=Interval.lasting(start, session.minutes),
        counsellor_id=counsellor_id,
    )


def _beside(seen: Scene, others: list[Session]) -> Scene:
    for each in others:
        place = Place(each.time.start, each.counsellor_id, each.format)
        seen = with_session(seen, place, each.minutes)
    return seen


def _step(
    tx: Tx,
    house: House,
    seen: Scene,
    session: Session,
    after: Session | None,
    decision: Decision,
    now: datetime,
) -> Step:
    stands = after or session
    before = min(session.time.start, stands.time.start)
    return Step(
        session=session,
        after=after,
        decision=decision,
        going=tuple(going_of(tx, session, codes_of(seen))),
        clients=tuple(
            of_client(tx, house, known, stands, before, now) for known in seen.known
        ),
    )
