"""Booking, moving and cancelling sessions (B1–B10); `holds` keeps a time for a while,
`series` books many.

What a booking implies is written with it. A refusal is an answer, not an exception;
only losing a race for a time is one (`JustTaken`), and whoever calls turns it into
"just taken" and the next times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.domain.booking import (
    Proposal,
    SessionState,
)
from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.errors import NotThere
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Format
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.messages import reminders
from scheduler.services.scheduling import scene, waiting
from scheduler.services.scheduling.scene import Scene
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import bookings, forms, outbox, people, told_together
from scheduler.storage.bookings import Hold, Session
from scheduler.storage.engine import Tx

# Ten seconds as the page shows them, and a little for the way to the server.
UNDO_WITHIN = timedelta(seconds=12)


@dataclass(frozen=True, slots=True)
class Wish:
    """A session somebody wants. Several codes make a group (B7).

    `hold_id` is the hold it rests on; `form` makes the same form sent twice book once
    (B8); `overrides` are what a supervisor set aside with a `reason` (A2).
    """

    codes: tuple[str, ...]
    counsellor_id: int
    start: datetime
    minutes: int
    format: Format
    language: str = ""
    hold_id: str | None = None
    series_id: str | None = None
    form: str | None = None
    overrides: frozenset[Reason] = frozenset()
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Booked:
    """The answer to a wish: the session, or why there is none."""

    decision: Decision
    session_id: str | None = None


def book(house: House, actor: Actor, wish: Wish) -> Booked:
    """Book a session if it may be (B1). Raises JustTaken, NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        before = forms.outcome(tx, wish.form)
        if before is not None:
            return Booked(allow(), before)
        booked = book_in(tx, house, actor, wish, now)
        if booked.session_id is not None:
            forms.remember(tx, wish.form, actor.id, now, booked.session_id)
    return booked


def book_in(tx: Tx, house: House, actor: Actor, wish: Wish, now: datetime) -> Booked:
    """The same inside a transaction, as a series needs it."""
    kept = bookings.get_hold(tx, wish.hold_id) if wish.hold_id else None
    seen = _look(tx, house, actor, wish, now, wish.hold_id)
    proposal = Proposal(
        wish.start, wish.minutes, wish.format, hold_lapsed=_lapsed(wish, kept, now)
    )
    overrides = _set_aside(actor, wish)
    decision = seen.decide(proposal, wish.counsellor_id, now, overrides)
    if not decision.yes:
        _refused(tx, actor, seen, decision, now)
        return Booked(decision)
    bookings.drop_holds(tx, now, wish.hold_id)
    session = _session(house, actor, wish, seen, now)
    bookings.insert_session(tx, session)
    audit.record(tx, now, actor.id, "booked", "session", session.id, reason=wish.reason)
    implied(tx, house, session, seen, now)
    waiting.found(tx, actor, session.client_ids, now)
    return Booked(decision, session.id)


def _lapsed(wish: Wish, kept: Hold | None, now: datetime) -> bool:
    if wish.hold_id is None:
        return False
    wanted = Interval.lasting(wish.start, max(wish.minutes, 1))
    return (
        kept is None
        or kept.lapses_at <= now
        or kept.counsellor_id != wish.counsellor_id
        or not (kept.time.start <= wanted.start and wanted.end <= kept.time.end)
    )


def _session(
    house: House, actor: Actor, wish: Wish, seen: Scene, now: datetime
) -> Session:
    return Session(
        id=house.tokens.uuid(),
        version=1,
        state=SessionState.BOOKED,
        counsellor_id=wish.counsellor_id,
        time=Interval.lasting(wish.start, wish.minutes),
        format=wish.format,
        language=wish.language,
        series_id=wish.series_id,
        booked_by=actor.id,
        booked_at=now,
        started_at=None,
        ended_at=None,
        interrupted=False,
        client_ids=tuple(each.client.id for each in seen.known),
    )


def implied(tx: Tx, house: House, session: Session, seen: Scene, now: datetime) -> None:
    """Reminders, and plans that will have lapsed by then (M1, P7)."""
    reminders.plan_for_session(tx, house, session, now, seen.known)
    for known in seen.known:
        if known.plan.ends_at() <= session.time.start:
            attention.raise_item(
                tx,
                house,
                "plan_lapsing",
                f"lapsing:{known.client.id}",
                now,
                due_at=max(now, known.plan.ends_at()),
                client_id=known.client.id,
                session_id=session.id,
            )


def _look(
    tx: Tx, house: House, actor: Actor, wish: Wish, now: datetime, *own: str | None
) -> Scene:
    """What a wish is decided on; `own` is not in its way. Raises NotThere, also for a
    file that whoever asks may not change (E2, E4)."""
    files = [file_for(tx, actor, code, changing=True) for code in wish.codes]
    length = timedelta(minutes=max(wish.minutes, 1))
    around = Interval(wish.start, wish.start + length)
    ids = (wish.counsellor_id,)
    without = frozenset(each for each in own if each is not None)
    return scene.look(
        tx, house, wish.codes, ids, around, now, without=without, files=files
    )


def _set_aside(actor: Actor, wish: Wish) -> frozenset[Reason]:
    """A supervisor may set gap or maximum aside, and says why (A2)."""
    may = actor.role is Role.SUPERVISOR and wish.reason.strip()
    return wish.overrides if may else frozenset()


def _refused(
    tx: Tx, actor: Actor, seen: Scene, decision: Decision, now: datetime
) -> None:
    for known in seen.known:
        outbox.write_decision(
            tx,
            decision,
            at=now,
            asked="booking",
            client_id=known.client.id,
            asked_by=actor.id,
        )


def move(
    house: House,
    actor: Actor,
    session_id: str,
    start: datetime,
    *,
    by_agency: bool = False,
    counsellor_id: int | None = None,
    minutes: int | None = None,
    overrides: frozenset[Reason] = frozenset(),
    reason: str = "",
    form: str | None = None,
) -> Booked:
    """Another time or length for a booked session; a refusal changes nothing (B5, M12,
    M13).

    The same `form` sent twice moves it once (B8). Raises NotThere, JustTaken.
    """
    now = house.now()
    with house.store.begin() as tx:
        session = still_booked(tx, actor, session_id)
        if session is None:
            return Booked(refuse((Reason.WRONG_STATE,)))
        if forms.outcome(tx, form) is not None:
            return Booked(allow(), session.id)
        told_together.forget(tx, [session.id])
        who = counsellor_id or session.counsellor_id
        decision, moved = move_in(
            tx, house, actor, session, start, who, now, overrides, reason, minutes
        )
        if moved is None:
            return Booked(decision, session.id)
        forms.remember(tx, form, actor.id, now, session.id)
        if by_agency:
            before = min(session.time.start, start)
            reminders.tell_of_change(tx, house, moved, Meaning.CHANGED, before, now)
    return Booked(decision, session.id)


def move_in(
    tx: Tx,
    house: House,
    actor: Actor,
    session: Session,
    start: datetime,
    counsellor_id: int,
    now: datetime,
    overrides: frozenset[Reason] = frozenset(),
    reason: str = "",
    minutes: int | None = None,
) -> tuple[Decision, Session | None]:
    """The same inside a transaction, as a series needs it, and nobody told: the
    decision, and the session as it is now unless it stays where it was."""
    wish = replace(
        _as_wish(tx, session, start, counsellor_id),
        minutes=session.minutes if minutes is None else minutes,
        overrides=overrides,
        reason=reason,
    )
    seen = _look(tx, house, actor, wish, now, session.id)
    proposal = Proposal(start, wish.minutes, session.format)
    overrides = _set_aside(actor, wish)
    decision = seen.decide(proposal, wish.counsellor_id, now, overrides)
    if not decision.yes:
        _refused(tx, actor, seen, decision, now)
        return decision, None
    bookings.drop_holds(tx, now)
    _void(tx, house, session, now)
    moved = _moved(tx, session, wish)
    _seen_to(tx, actor, session, now)
    audit.record(tx, now, actor.id, "moved", "session", session.id, reason=reason)
    implied(tx, house, moved, seen, now)
    waiting.offer(tx, house, session, now)
    return decision, moved


def still_booked(tx: Tx, actor: Actor, session_id: str) -> Session | None:
    """The session while it is booked. Raises NotThere, also for whoever may not change
    one of its files (E2, E4)."""
    session = bookings.get(tx, session_id)
    if session is None:
        raise NotThere
    files = people.clients_by_ids(tx, session.client_ids)
    for each in files.values():
        file_for(tx, actor, each.code, changing=True)
    return session if session.state is SessionState.BOOKED else None


def _as_wish(
    tx: Tx,
    session: Session,
    start: datetime,
    counsellor_id: int,
) -> Wish:
    files = people.clients_by_ids(tx, session.client_ids)
    return Wish(
        codes=tuple(files[each].code for each in session.client_ids),
        counsellor_id=counsellor_id,
        start=start,
        minutes=session.minutes,
        format=session.format,
    )


def _void(tx: Tx, house: House, session: Session, now: datetime) -> None:
    reminders.void(
        tx,
        house,
        outbox.open_of_session(tx, session.id),
        (Reason.SESSION_CHANGED,),
        now,
    )


def _seen_to(tx: Tx, actor: Actor, session: Session, now: datetime) -> None:
    """It no longer waits for its counsellor, who is away (A5)."""
    attention.settle(
        tx,
        now,
        by=actor.id,
        choice="closed",
        kind=attention.COUNSELLOR_AWAY,
        session_id=session.id,
    )


def _moved(tx: Tx, session: Session, wish: Wish) -> Session:
    time = Interval.lasting(wish.start, wish.minutes)
    bookings.move_session(tx, session, time, wish.counsellor_id)
    return replace(
        session,
        version=session.version + 1,
        time=time,
        counsellor_id=wish.counsellor_id,
    )


def cancel(house: House, actor: Actor, session_id: str, *, by_agency: bool) -> Decision:
    """Cancel a booked session; told to her only if the agency did it (M13, B6)."""
    now = house.now()
    with house.store.begin() as tx:
        session = still_booked(tx, actor, session_id)
        if session is None:
            return refuse((Reason.WRONG_STATE,))
        told_together.forget(tx, [session.id])
        gone = cancel_in(tx, house, actor, session, now)
        if by_agency:
            start = session.time.start
            reminders.tell_of_change(tx, house, gone, Meaning.CANCELLED, start, now)
    return allow()


def cancel_in(
    tx: Tx, house: House, actor: Actor, session: Session, now: datetime
) -> Session:
    """The same inside a transaction, and nobody told."""
    _void(tx, house, session, now)
    _seen_to(tx, actor, session, now)
    bookings.set_state(tx, session.id, SessionState.BOOKED, SessionState.CANCELLED)
    audit.record(tx, now, actor.id, "cancelled", "session", session.id)
    waiting.offer(tx, house, session, now)
    return replace(session, state=SessionState.CANCELLED)


def undo(house: House, actor: Actor, session_id: str) -> bool:
    """Take a booking back within ten seconds, with all it implied (B10)."""
    now = house.now()
    with house.store.begin() as tx:
        return undo_in(tx, house, actor, session_id, now)


def undo_in(tx: Tx, house: House, actor: Actor, session_id: str, now: datetime) -> bool:
    """The same inside a transaction, as a series needs it."""
    session = still_booked(tx, actor, session_id)
    late = session is None or now - session.booked_at > UNDO_WITHIN
    if session is None or late or session.booked_by != actor.id:
        return False
    _void(tx, house, session, now)
    bookings.set_state(tx, session.id, SessionState.BOOKED, SessionState.CANCELLED)
    attention.settle(tx, now, by=actor.id, choice="closed", session_id=session.id)
    audit.record(tx, now, actor.id, "took back", "session", session.id)
    return True
