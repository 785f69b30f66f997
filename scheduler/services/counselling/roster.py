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
from scheduler.storage import accounts, outbox, rosters
from scheduler.storage.accounts import StaffMember
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message
from scheduler.storage.rosters import Listed, Seated

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
    """A roster; `everybody` are those who hold sessions, by name."""

    counsellor_id: int
    counsellor: str
    zone: str
    day: date
    rows: tuple[Row, ...]
    everybody: tuple[StaffMember, ...]


def of_day(
    house: House, actor: Actor, day: date, counsellor_id: int | None = None
) -> Day:
    """The roster of a counsellor on a local day: one's own unless said otherwise, the
    first counsellor's for whoever has none. Raises NotThere for another's, except for
    those who book and back up."""
    now = house.now()
    with house.store.reading() as tx:
        members = {each.id: each for each in accounts.members(tx)}
        everybody = tuple(filter(_holds_sessions, members.values()))
        who = counsellor_id or _usual(actor, everybody)
        member = members.get(who)
        if member is None or not _may_see(actor, who):
            raise NotThere
        since = day_starts(day, member.zone, Edge.CLOSES)
        until = day_starts(day + timedelta(days=1), member.zone, Edge.CLOSES)
        listed = rosters.of_day(tx, who, since, until)
        rows = _rows(tx, listed, now, actor.id)
    return Day(who, member.name, member.zone, day, rows, everybody)


def _may_see(actor: Actor, who: int) -> bool:
    return who == actor.id or actor.role in MAY_LOOK_AT_OTHERS


def _usual(actor: Actor, everybody: Sequence[StaffMember]) -> int:
    if actor.role is Role.COUNSELLOR or not everybody:
        return actor.id
    return everybody[0].id


def _holds_sessions(member: StaffMember) -> bool:
    return member.active and member.role is Role.COUNSELLOR


def _rows(
    tx: Tx, listed: Sequence[Listed], now: datetime, staff_id: int
) -> tuple[Row, ...]:
    ids = [each.session.id for each in listed]
    seated = rosters.seated(
        tx, {one for each in listed for one in each.session.client_ids}, staff_id
    )
    told = _Told(
        messages=_by_session(outbox.of_sessions(tx, ids)),
        refusals=outbox.planning_refusals(tx, ids),
    )
    return tuple(
        _row(each, seated, told, now)
        for each in listed
        if not any(seated[one].shut for one in each.session.client_ids)
        and (each.session.state is not SessionState.CANCELLED or each.somebody_there)
    )


@dataclass(frozen=True, slots=True)
class _Told:
    messages: Mapping[str, tuple[Message, ...]]
    refusals: Mapping[tuple[str, int, str], tuple[Reason, ...]]


def _by_session(messages: Sequence[Message]) -> dict[str, tuple[Message, ...]]:
    found: dict[str, tuple[Message, ...]] = {}
    for each in messages:
        if each.session_id is not None:
            found[each.session_id] = (*found.get(each.session_id, ()), each)
    return found


def _row(
    listed: Listed, seated: Mapping[int, Seated], told: _Told, now: datetime
) -> Row:
    session = listed.session
    first = seated[session.client_ids[0]].file
    plan = seated[first.id].plans[0]
    return Row(
        session_id=session.id,
        codes=tuple(seated[each].file.code for each in session.client_ids),
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
        broke_off_at=listed.broke_off_at,
        review_due_at=None if listed.reviewed_at else listed.review_due_at,
        somebody_there=listed.somebody_there,
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
        return list(filter(_holds_sessions, accounts.members(tx)))
