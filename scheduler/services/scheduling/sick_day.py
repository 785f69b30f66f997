"""A counsellor falls ill: what stands in her day, and one act for each (A5, B6).

The acts themselves are those of `booking`; here is who else could hold each session,
whether the client may be told now, and that nothing new is booked meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.domain.booking import Proposal, SessionState
from scheduler.domain.decision import Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.hours import DateSpan
from scheduler.domain.people import Role
from scheduler.domain.policy import Policy
from scheduler.domain.zones import day_starts
from scheduler.services.files.file_view import MayReach, for_a_change
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import booking, scene, stand_ins
from scheduler.services.scheduling.booking import Booked
from scheduler.services.scheduling.stand_ins import Bench, StandIn
from scheduler.services.scheduling.what_leaves import OfClient, of_client
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import accounts, bookings, counsellors, people
from scheduler.storage import attention as kept
from scheduler.storage.accounts import StaffMember
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx

WHO_MAY = frozenset({Role.INTAKE, Role.SUPERVISOR})
ROOM = "stand_in_needed"
MOST_DAYS = 14


@dataclass(frozen=True, slots=True)
class Reached:
    """Whether one client may be told now, by each way she gave (M3)."""

    of: OfClient
    reach: tuple[MayReach, ...]


@dataclass(frozen=True, slots=True)
class Stranded:
    """One session of those days. `room_items` are open matters that somebody has to be
    in the room, `stand_ins` those who may hold it at its time, and nobody else."""

    session: Session
    codes: tuple[str, ...]
    clients: tuple[Reached, ...]
    stand_ins: tuple[StandIn, ...]
    room_items: tuple[str, ...]

    @property
    def booked(self) -> bool:
        """Whether something has to be done with it yet."""
        return self.session.state is SessionState.BOOKED


@dataclass(frozen=True, slots=True)
class SickDays:
    """Her days in one list; `off` says that nothing new is booked in them."""

    counsellor_id: int
    counsellor: str
    zone: str
    span: DateSpan
    off: bool
    listed: tuple[Stranded, ...]
    policy: Policy | None


def see(house: House, actor: Actor, counsellor_id: int, span: DateSpan) -> SickDays:
    """What stands in those days of hers. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        member = _member(tx, actor, counsellor_id, now)
        since, until = _limits(span, member.zone)
        sessions = bookings.of_counsellors(tx, [counsellor_id], since, until)
        shut = people.shut_out_codes(tx, actor.id)
        reading = _Reading(tx, house, now, stand_ins.bench(tx, since, now))
        found = reading.all(sessions, shut)
        leave = counsellors.by_ids(tx, [counsellor_id], since)[counsellor_id].leave
    listed = tuple(each for each, _ in found)
    policy = found[0][1] if found else None
    off = all(any(day in each for each in leave) for day in _days(span))
    return SickDays(counsellor_id, member.name, member.zone, span, off, listed, policy)


def _member(tx: Tx, actor: Actor, counsellor_id: int, now: datetime) -> StaffMember:
    member = accounts.member(tx, counsellor_id)
    holds = counsellor_id in counsellors.by_ids(tx, [counsellor_id], now)
    if actor.role not in WHO_MAY or member is None or not holds:
        raise NotThere
    return member


def _days(span: DateSpan) -> list[date]:
    count = min((span.last - span.first).days + 1, MOST_DAYS)
    return [span.first + timedelta(days=number) for number in range(count)]


def _limits(span: DateSpan, zone: str) -> tuple[datetime, datetime]:
    last = _days(span)[-1]
    return day_starts(span.first, zone), day_starts(last + timedelta(days=1), zone)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One look under way."""

    tx: Tx
    house: House
    now: datetime
    bench: Bench

    def all(
        self, sessions: Sequence[Session], shut: frozenset[str]
    ) -> list[tuple[Stranded, Policy]]:
        """Those that are to be held, and those whose room somebody has to be in."""
        ids = [each.id for each in sessions]
        rooms: dict[str, tuple[str, ...]] = {}
        for item in kept.open_of_sessions(self.tx, ids, ROOM):
            if item.session_id is not None:
                listed = rooms.get(item.session_id, ())
                rooms[item.session_id] = (*listed, item.id)
        found = []
        for session in sessions:
            files = people.clients_by_ids(self.tx, session.client_ids)
            codes = tuple(files[each].code for each in session.client_ids)
            waits = session.state is SessionState.BOOKED or session.id in rooms
            if waits and session.time.end > self.now and not shut & set(codes):
                found.append(self._one(session, codes, rooms.get(session.id, ())))
        return found

    def _one(
        self, session: Session, codes: tuple[str, ...], rooms: tuple[str, ...]
    ) -> tuple[Stranded, Policy]:
        tx, now = self.tx, self.now
        who, own = [session.counsellor_id], [session.id]
        seen = scene.look(tx, self.house, codes, who, session.time, now, without=own)
        start = session.time.start
        booked = session.state is SessionState.BOOKED
        fit = stand_ins.who_fit(
            tx,
            self.bench,
            seen,
            Proposal(start, session.minutes, session.format),
            now,
            language=session.language,
            besides=who,
            without=own,
        )
        clients = tuple(
            Reached(
                of_client(tx, self.house, known, session, start, now),
                for_a_change(known, now),
            )
            for known in seen.known
        )
        stranded = Stranded(session, codes, clients, fit if booked else (), rooms)
        return stranded, seen.policy


# --- Acts --------------------------------------------------------------------


def call_in(house: House, actor: Actor, counsellor_id: int, span: DateSpan) -> None:
    """She is away those days: nothing new is booked in them, and each session in them
    waits in the attention list until something is done with it (A5).

    Twice is once (B8). Raises NotThere.
    """
    now = house.now()
    with house.store.begin() as tx:
        member = _member(tx, actor, counsellor_id, now)
        since, until = _limits(span, member.zone)
        found = counsellors.by_ids(tx, [counsellor_id], since)[counsellor_id]
        whole = DateSpan(span.first, _days(span)[-1])
        if whole not in found.leave:
            counsellors.add_leave(tx, counsellor_id, whole)
            audit.record(tx, now, actor.id, "ill", "counsellor", str(counsellor_id))
        for session in bookings.of_counsellors(tx, [counsellor_id], since, until):
            if session.state is SessionState.BOOKED and session.time.end > now:
                attention.raise_item(
                    tx,
                    house,
                    attention.COUNSELLOR_AWAY,
                    f"away:{session.id}:{session.version}",
                    now,
                    due_at=max(now, session.time.start),
                    client_id=session.client_ids[0],
                    session_id=session.id,
                )


def hand_over(
    house: House, actor: Actor, session_id: str, stand_in_id: int, form: str | None
) -> Booked:
    """Somebody who fits holds it at its time. Nothing is sent: for her nothing moves.
    Raises NotThere, JustTaken."""
    if actor.role not in WHO_MAY:
        raise NotThere
    with house.store.reading() as tx:
        session = bookings.get(tx, session_id)
    if session is None:
        raise NotThere
    return booking.move(
        house,
        actor,
        session_id,
        session.time.start,
        counsellor_id=stand_in_id,
        form=form,
    )


def call_off(house: House, actor: Actor, session_id: str) -> Decision:
    """The agency cancels it: she is told in her own words, or somebody has to be in the
    room (M13, B6). Raises NotThere."""
    if actor.role not in WHO_MAY:
        raise NotThere
    return booking.cancel(house, actor, session_id, by_agency=True)
