"""What a booking, a move or a cancellation would bring, with nothing written: the code
that books and sends, asked beforehand (B1, M12, M13, B6)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from scheduler.domain.booking import OF_ONE_CLIENT, Proposal, SessionState
from scheduler.domain.decision import Audience, Decision, Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Format
from scheduler.domain.policy import Policy
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import scene
from scheduler.services.scheduling.scene import Scene
from scheduler.services.scheduling.what_leaves import OfClient, of_client
from scheduler.storage import accounts, bookings, outbox, people
from scheduler.storage.bookings import Hold, Session
from scheduler.storage.engine import Tx

# No session has this id, so nothing of it has left yet.
NOT_YET = "not yet booked"


@dataclass(frozen=True, slots=True)
class Preview:
    """What a wish would bring. The decision is in the words the asker may see (E5);
    `members` are those of its reasons that are about one client of a group (B7)."""

    time: Interval
    format: Format
    decision: Decision
    counsellor_id: int
    counsellor: str
    clients: tuple[OfClient, ...]
    policy: Policy
    hold: Hold | None = None
    members: Mapping[str, tuple[Reason, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Going:
    """Texts that are planned for the session as it stands, and would go (M12)."""

    meaning: Meaning
    code: str
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class PreviewOfChange:
    """What moving or cancelling a session would bring. `after` is None for a
    cancellation; `possible` says whether it may be done at all; `following` how many
    of its series come after it."""

    session: Session
    counsellor: str
    possible: Decision
    going: tuple[Going, ...]
    clients: tuple[OfClient, ...]
    policy: Policy
    after: Preview | None = None
    following: int = 0


def preview_wish(
    house: House,
    actor: Actor,
    *,
    codes: tuple[str, ...],
    counsellor_id: int,
    start: datetime,
    minutes: int,
    format_: Format,
    hold_id: str | None = None,
) -> Preview:
    """Before it is booked. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        for code in codes:
            file_for(tx, actor, code)
        kept = bookings.get_hold(tx, hold_id) if hold_id else None
        time = Interval.lasting(start, max(minutes, 1))
        new = draft(actor, counsellor_id, time, format_, now)
        lapsed = hold_id is not None and (kept is None or kept.lapses_at <= now)
        proposal = Proposal(start, minutes, format_, hold_lapsed=lapsed)
        found = _preview(
            tx,
            house,
            actor,
            new,
            codes,
            proposal,
            now,
            own=(hold_id,) if hold_id else (),
        )
        return replace(found, hold=kept)


def draft(
    actor: Actor, counsellor_id: int, time: Interval, format_: Format, now: datetime
) -> Session:
    """A session as it would be written, with nobody in it yet."""
    return Session(
        id=NOT_YET,
        version=1,
        state=SessionState.BOOKED,
        counsellor_id=counsellor_id,
        time=time,
        format=format_,
        language="",
        series_id=None,
        booked_by=actor.id,
        booked_at=now,
        started_at=None,
        ended_at=None,
        interrupted=False,
        client_ids=(),
    )


def preview_move(
    house: House,
    actor: Actor,
    session_id: str,
    start: datetime,
    *,
    counsellor_id: int | None = None,
    minutes: int | None = None,
) -> PreviewOfChange:
    """Before a session is moved, or given another length. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        session, codes = readable_session(tx, actor, session_id)
        minutes = session.minutes if minutes is None else minutes
        moved = replace(
            session,
            version=session.version + 1,
            time=Interval.lasting(start, minutes),
            counsellor_id=counsellor_id or session.counsellor_id,
        )
        proposal = Proposal(start, minutes, session.format)
        after = _preview(
            tx, house, actor, moved, codes, proposal, now, own=(session.id,)
        )
        before = min(session.time.start, start)
        found = _change(tx, house, session, codes, now, before)
        if not found.possible.yes:
            return replace(found, after=after)
        return replace(found, after=after, possible=after.decision)


def preview_cancel(house: House, actor: Actor, session_id: str) -> PreviewOfChange:
    """Before a session is cancelled. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        session, codes = readable_session(tx, actor, session_id)
        return _change(tx, house, session, codes, now, session.time.start)


def readable_session(
    tx: Tx, actor: Actor, session_id: str
) -> tuple[Session, tuple[str, ...]]:
    """A session with the codes of its files. Raises NotThere, also for whoever may not
    see one of them (E2, E4)."""
    session = bookings.get(tx, session_id)
    if session is None:
        raise NotThere
    files = people.clients_by_ids(tx, session.client_ids)
    codes = tuple(files[each].code for each in session.client_ids)
    for code in codes:
        file_for(tx, actor, code)
    return session, codes


def _preview(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    codes: tuple[str, ...],
    proposal: Proposal,
    now: datetime,
    *,
    own: Collection[str],
) -> Preview:
    who = session.counsellor_id
    seen = scene.look(tx, house, codes, (who,), session.time, now, without=own)
    decision = seen.decide(proposal, who, now)
    audience = (
        Audience.SUPERVISOR if actor.role is Role.SUPERVISOR else Audience.ANYBODY
    )
    return Preview(
        time=session.time,
        format=session.format,
        decision=decision.shown_to(audience),
        counsellor_id=who,
        counsellor=_name(tx, who),
        clients=_of_clients(tx, house, seen, session, session.time.start, now),
        policy=seen.policy,
        members=_members(seen, proposal, who, now),
    )


def _members(
    seen: Scene, proposal: Proposal, who: int, now: datetime
) -> dict[str, tuple[Reason, ...]]:
    """Each one's own verdict, as if she came alone."""
    found = {}
    for each in seen.seekers:
        alone = replace(seen, seekers=(each,)).decide(proposal, who, now)
        hers = (one for one in alone.reasons if one in OF_ONE_CLIENT)
        found[each.seat.code] = tuple(hers)
    return found


def _change(
    tx: Tx,
    house: House,
    session: Session,
    codes: tuple[str, ...],
    now: datetime,
    before: datetime,
) -> PreviewOfChange:
    who = session.counsellor_id
    seen = scene.look(
        tx, house, codes, (who,), session.time, now, without=(session.id,)
    )
    booked = session.state is SessionState.BOOKED
    return PreviewOfChange(
        session=session,
        counsellor=_name(tx, who),
        possible=allow() if booked else refuse((Reason.WRONG_STATE,)),
        going=tuple(going_of(tx, session, codes_of(seen))),
        clients=_of_clients(tx, house, seen, session, before, now),
        policy=seen.policy,
        following=len(bookings.following(tx, session)) - 1 if booked else 0,
    )


def codes_of(seen: Scene) -> dict[int, str]:
    """The codes of those in it, by row."""
    return {each.client.id: each.client.code for each in seen.known}


def _name(tx: Tx, staff_id: int) -> str:
    found = accounts.member(tx, staff_id)
    return found.name if found else ""


def going_of(tx: Tx, session: Session, codes: Mapping[int, str]) -> Iterator[Going]:
    """What is planned for a session; `codes` are those of its clients by row."""
    for each in outbox.open_of_session(tx, session.id):
        yield Going(
            Meaning(each.kind.value), codes[each.client_id], each.earliest, each.latest
        )


def _of_clients(
    tx: Tx,
    house: House,
    seen: Scene,
    session: Session,
    before: datetime,
    now: datetime,
) -> tuple[OfClient, ...]:
    return tuple(
        of_client(tx, house, known, session, before, now) for known in seen.known
    )
