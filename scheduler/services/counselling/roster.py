"""One counsellor's sessions on one day (Today), for the page and for paper."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum

from scheduler.domain.booking import RUNNING, SessionState
from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback_words import in_one_line
from scheduler.domain.intervals import Interval
from scheduler.domain.messages import LEFT, OPEN, MessageKind, MessageState
from scheduler.domain.people import Role
from scheduler.domain.plan import ContactPlan, Format
from scheduler.domain.zones import Edge, day_starts
from scheduler.services.house import Actor, House
from scheduler.storage import (
    accounts,
    attention,
    bookings,
    interruptions,
    outbox,
    people,
    plans,
)
from scheduler.storage.accounts import StaffMember
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.interruptions import Interruption
from scheduler.storage.outbox import Message
from scheduler.storage.people import ClientFile

MAY_LOOK_AT_OTHERS = frozenset({Role.SUPERVISOR, Role.INTAKE})

# A plan that ends within this many days is worth a word (P7).
FRESH = timedelta(days=3)


class ReminderState(Enum):
    """What becomes of a session's reminder, in the words of the page."""

    PLANNED = "planned"
    SENT = "sent"
    UNCERTAIN = "uncertain"
    WITHHELD = "withheld"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder: planned with its range, sent with its time, or why not."""

    state: ReminderState
    earliest: datetime | None = None
    latest: datetime | None = None
    at: datetime | None = None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One session on a roster. Times are instants; the page shows both clocks."""

    session_id: str
    codes: tuple[str, ...]
    her_zone: str
    time: Interval
    format: Format
    language: str
    state: SessionState
    breaks_off: str
    reminder: Reminder
    plan_until: date
    plan_ends_soon: bool
    plan_lapsed: bool
    suspended: bool
    broke_off_at: datetime | None
    review_due_at: datetime | None
    somebody_there: bool
    started_at: datetime | None
    ended_at: datetime | None
    not_private: bool = False

    @property
    def minutes(self) -> int:
        """Booked length."""
        return int((self.time.end - self.time.start) / timedelta(minutes=1))

    @property
    def over(self) -> bool:
        """Whether nothing more happens in it."""
        return self.state not in RUNNING | {SessionState.BOOKED}


@dataclass(frozen=True, slots=True)
class Day:
    """A roster."""

    counsellor_id: int
    counsellor: str
    zone: str
    day: date
    rows: tuple[Row, ...]


def of_day(
    house: House, actor: Actor, day: date, counsellor_id: int | None = None
) -> Day:
    """The roster of a counsellor on a local day. Raises NotThere for another's, except
    for those who book and back up."""
    who = counsellor_id or actor.id
    if who != actor.id and actor.role not in MAY_LOOK_AT_OTHERS:
        raise NotThere
    now = house.now()
    with house.store.reading() as tx:
        member = accounts.member(tx, who)
        if member is None:
            raise NotThere
        since = day_starts(day, member.zone, Edge.CLOSES)
        until = day_starts(day + timedelta(days=1), member.zone, Edge.CLOSES)
        listed = bookings.of_counsellors(tx, [who], since, until)
        shut = people.shut_out_codes(tx, actor.id)
        rows = _rows(tx, listed, now, shut)
    return Day(who, member.name, member.zone, day, rows)


def _rows(
    tx: Tx, listed: Sequence[Session], now: datetime, shut: frozenset[str]
) -> tuple[Row, ...]:
    ids = [each.id for each in listed]
    client_ids = sorted({one for each in listed for one in each.client_ids})
    files = people.clients_by_ids(tx, client_ids)
    in_force = plans.current_many(tx, client_ids) if client_ids else {}
    told = _Told(
        messages=_by_session(outbox.of_sessions(tx, ids)),
        refusals=outbox.planning_refusals(tx, ids),
        broken={each.session_id: each for each in _interruptions(tx, ids)},
        stand_in=attention.sessions_with(tx, ids, "stand_in_needed"),
    )
    return tuple(
        _row(each, files, in_force, told, now)
        for each in listed
        if not shut & {files[one].code for one in each.client_ids}
        and (each.state is not SessionState.CANCELLED or each.id in told.stand_in)
    )


def _interruptions(tx: Tx, ids: Sequence[str]) -> Sequence[Interruption]:
    return interruptions.of_sessions(tx, ids) if ids else ()


@dataclass(frozen=True, slots=True)
class _Told:
    messages: Mapping[str, tuple[Message, ...]]
    refusals: Mapping[tuple[str, int, str], tuple[Reason, ...]]
    broken: Mapping[str, Interruption]
    stand_in: frozenset[str]


def _by_session(messages: Sequence[Message]) -> dict[str, tuple[Message, ...]]:
    found: dict[str, tuple[Message, ...]] = {}
    for each in messages:
        if each.session_id is not None:
            found[each.session_id] = (*found.get(each.session_id, ()), each)
    return found


def _row(
    session: Session,
    files: Mapping[int, ClientFile],
    in_force: Mapping[int, tuple[ContactPlan, ...]],
    told: _Told,
    now: datetime,
) -> Row:
    first = files[session.client_ids[0]]
    plan = in_force[first.id][0]
    broke = told.broken.get(session.id)
    return Row(
        session_id=session.id,
        codes=tuple(files[each].code for each in session.client_ids),
        her_zone=plan.zone,
        time=session.time,
        format=session.format,
        language=session.language,
        state=session.state,
        breaks_off=_breaks_off(session, plan),
        reminder=reminder_of(session, told.messages.get(session.id, ()), told.refusals),
        plan_until=plan.valid_until,
        plan_ends_soon=plan.ends_at() - now <= FRESH,
        plan_lapsed=plan.lapsed(now),
        suspended=first.suspended_at is not None,
        broke_off_at=broke.dropped_at if broke else None,
        review_due_at=broke.review_due_at if broke and not broke.reviewed_at else None,
        somebody_there=session.id in told.stand_in,
        started_at=session.started_at,
        ended_at=session.ended_at,
        not_private=session.not_private,
    )


def _breaks_off(session: Session, plan: ContactPlan) -> str:
    if session.format is Format.IN_PERSON:
        return "Not needed: in person."
    return in_one_line(plan.cutoff)


def reminder_of(
    session: Session,
    messages: Sequence[Message],
    refusals: Mapping[tuple[str, int, str], tuple[Reason, ...]],
) -> Reminder:
    """What became of the reminder of a session's first client."""
    mine = [
        each
        for each in messages
        if each.kind is MessageKind.REMINDER
        and each.session_version == session.version
        and each.client_id == session.client_ids[0]
    ]
    for each in reversed(mine):
        if each.state is MessageState.UNCERTAIN:
            return Reminder(ReminderState.UNCERTAIN, at=each.left_at)
        if each.state in LEFT:
            return Reminder(ReminderState.SENT, at=each.left_at)
        if each.state in OPEN:
            return Reminder(ReminderState.PLANNED, each.earliest, each.latest)
    key = (session.id, session.client_ids[0], MessageKind.REMINDER.value)
    if mine and not (_taken_back(mine[-1]) and key in refusals):
        return Reminder(ReminderState.WITHHELD, reasons=mine[-1].reasons)
    return Reminder(ReminderState.NONE, reasons=refusals.get(key, ()))


def _taken_back(message: Message) -> bool:
    """It was planned anew: what was decided then says why there is none (P5, P8)."""
    return (
        message.state is MessageState.CANCELLED
        and Reason.SESSION_CHANGED in message.reasons
    )


def colleagues(house: House) -> list[StaffMember]:
    """Everybody who holds sessions, for the choice of whose day to see."""
    with house.store.reading() as tx:
        return [
            each
            for each in accounts.members(tx)
            if each.active and each.role is Role.COUNSELLOR
        ]
