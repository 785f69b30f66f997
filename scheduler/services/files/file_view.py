"""A file as its page shows it, read in one go: whether she may be reached now, what is
booked, what left, who looked (P2, E2, E8). Nothing sealed is opened for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from scheduler.domain.booking import Proposal, Seat, SessionState, of_plan
from scheduler.domain.code_words import WordFor
from scheduler.domain.contact import Request
from scheduler.domain.decision import Decision, Reason, in_order
from scheduler.domain.messages import MessageState
from scheduler.domain.people import Role
from scheduler.domain.plan import (
    Channel,
    ChannelKind,
    ContactPlan,
    Mode,
    PlanState,
    Purpose,
    plan_state,
)
from scheduler.domain.policy import Policy
from scheduler.domain.zones import local_date
from scheduler.services.counselling.roster import Reminder, reminder_of
from scheduler.services.files import identity
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.messages.gate import Facts, facts
from scheduler.services.safe_contact.plan_effects import is_blank
from scheduler.services.safe_contact.plan_talk import covered
from scheduler.services.traces import audit
from scheduler.storage import (
    access_log,
    accounts,
    agency,
    bookings,
    code_words,
    interruptions,
    outbox,
    people,
)
from scheduler.storage.access_log import Looked
from scheduler.storage.accounts import StaffMember
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.interruptions import Interruption
from scheduler.storage.outbox import Message
from scheduler.storage.people import ClientFile

LINES = 40

# Who was shut out and what is kept apart is seen by supervisors only (E4, E5).
FOR_SUPERVISORS = frozenset({"shut out", "let in", "kept apart", "let meet"})

# Why a file is held is a custodian's matter (E7).
FOR_CUSTODIANS = frozenset({"laid hold", "reviewed hold", "ended hold", "read hold"})


@dataclass(frozen=True, slots=True)
class MayReach:
    """The answer for one way and all purposes that share it; without purposes she said
    yes to none by this way."""

    channel: Channel
    purposes: tuple[Purpose, ...]
    decision: Decision


@dataclass(frozen=True, slots=True)
class SessionLine:
    """One session; `forbidden` is why the plan no longer allows it (P5)."""

    session: Session
    reminder: Reminder
    forbidden: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class FileView:
    """All of a file that needs no reveal. Addresses in `plan` are covered."""

    file: ClientFile
    plan: ContactPlan
    state: PlanState
    conflict: bool
    checked: bool
    has_words: bool
    to_replace: tuple[WordFor, ...]
    policy: Policy
    today: date
    reach: tuple[MayReach, ...]
    coming: tuple[SessionLine, ...]
    past: tuple[SessionLine, ...]
    broke_off: tuple[Interruption, ...]
    messages: tuple[Message, ...]
    in_hand: tuple[Message, ...]
    looked: tuple[Looked, ...]
    names: Mapping[int, str] = field(repr=False)
    counsellors: tuple[StaffMember, ...] = ()
    shut_out: frozenset[int] = frozenset()
    apart: tuple[str, ...] = ()


def first_yes(reach: Iterable[MayReach]) -> datetime | None:
    """The next instant at which a way that goes out to her is open, or None."""
    later = [
        each.decision.again_at
        for each in reach
        if _goes_out(each) and each.decision.again_at is not None
    ]
    return min(later, default=None)


def _goes_out(of: MayReach) -> bool:
    return of.channel.kind is not ChannelKind.IN_PERSON


def see(house: House, actor: Actor, code: str) -> FileView:
    """The file; that it was looked at is written down. Raises NotThere (E2–E4)."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code)
        audit.record(tx, now, actor.id, "read file", "client", str(file.id))
        return _view(tx, house, actor, file, now)


def _view(
    tx: Tx, house: House, actor: Actor, file: ClientFile, now: datetime
) -> FileView:
    known = facts(tx, house, file, now)
    lines = _sessions(tx, known)
    messages = tuple(outbox.of_client(tx, file.id, file.opened_at))
    broke = interruptions.of_sessions(tx, [each.session.id for each in lines])
    supervisor = actor.role is Role.SUPERVISOR
    words = code_words.rows(tx, file.id)
    used = {each.purpose for each in words if each.used_at is not None}
    return FileView(
        file=file,
        plan=covered(known.plan),
        state=plan_state(known.plan, now, suspended=known.standing.suspended),
        conflict=len(known.plans) > 1,
        checked=identity.checked(tx, actor, file.id, now),
        has_words=bool(words),
        to_replace=tuple(each for each in WordFor if each in used),
        policy=known.policy,
        today=local_date(now, known.plan.zone),
        reach=tuple(_reach(known, now)),
        coming=tuple(each for each in lines if _to_come(each.session, now)),
        past=tuple(each for each in reversed(lines) if not _to_come(each.session, now)),
        broke_off=tuple(broke),
        messages=messages[::-1][:LINES],
        in_hand=tuple(
            each
            for each in messages
            if each.state is MessageState.PROMPTED and each.prompted_by == actor.id
        ),
        looked=tuple(
            each
            for each in access_log.of_client(tx, file.id, LINES)
            if each.verb not in _hidden_from(actor)
        ),
        names={each.id: each.name for each in accounts.members(tx)},
        counsellors=_counsellors(tx),
        shut_out=people.shut_out_staff(tx, file.id) if supervisor else frozenset(),
        apart=_apart(tx, actor, file) if supervisor else (),
    )


def _hidden_from(actor: Actor) -> frozenset[str]:
    """The acts that this reader is not told of."""
    hidden: frozenset[str] = frozenset()
    if actor.role is not Role.SUPERVISOR:
        hidden |= FOR_SUPERVISORS
    if actor.role is not Role.CUSTODIAN:
        hidden |= FOR_CUSTODIANS
    return hidden


def _apart(tx: Tx, actor: Actor, file: ClientFile) -> tuple[str, ...]:
    """Files kept apart from this one, without those the actor is shut out of (E4)."""
    shut = people.shut_out_codes(tx, actor.id)
    others = people.clients_by_ids(tx, people.apart_from(tx, file.id)).values()
    return tuple(sorted(each.code for each in others if each.code not in shut))


def _to_come(session: Session, now: datetime) -> bool:
    return session.state is SessionState.BOOKED and session.time.end > now


# --- May she be reached now --------------------------------------------------


def _reach(known: Facts, now: datetime) -> Iterator[MayReach]:
    for channel in known.plan.channels:
        if channel.withdrawn:
            continue
        same: dict[Decision, list[Purpose]] = {}
        for purpose in _purposes(channel):
            decision = known.decide(_asked(channel, purpose), now)
            same.setdefault(decision, []).append(purpose)
        for decision, purposes in same.items():
            agreed = tuple(each for each in purposes if each in channel.purposes)
            yield MayReach(channel, agreed, decision)


def for_a_change(known: Facts, now: datetime) -> tuple[MayReach, ...]:
    """Whether she may be told of a change now, by each way she gave."""
    change = Purpose.CHANGE
    return tuple(
        MayReach(each, (change,), known.decide(_asked(each, change), now))
        for each in known.plan.channels
        if not each.withdrawn
    )


def _purposes(channel: Channel) -> Sequence[Purpose]:
    """What she said yes to; one stands for all where it is nothing."""
    rings = channel.kind is ChannelKind.VOICE
    agreed = [
        each
        for each in Purpose
        if each in channel.purposes and (rings or each is not Purpose.SESSION)
    ]
    return agreed or [Purpose.CALL_BACK]


def _asked(channel: Channel, purpose: Purpose) -> Request:
    by_hand = channel.kind is not ChannelKind.SMS or channel.mode is Mode.ASSISTED
    return Request(channel.kind, purpose, by_hand=by_hand, channel_key=channel.key)


@dataclass(frozen=True, slots=True)
class AtHand:
    """What stands beside a plan while it is talked through. `checked` says whether in
    this contact it was found to be she, `first_talk` that nothing was agreed yet;
    `language` is the one she is written to in, empty where it is not said."""

    file: ClientFile
    plan: ContactPlan
    beside: tuple[ContactPlan, ...]
    checked: bool
    first_talk: bool
    has_words: bool
    policy: Policy
    today: date
    reach: tuple[MayReach, ...]
    names: Mapping[int, str] = field(repr=False)
    language: str = ""


def at_hand(house: House, actor: Actor, code: str) -> AtHand:
    """For whoever has the plan open already; reading it anew is not written down a
    second time. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        file = file_for(tx, actor, code)
        known = facts(tx, house, file, now)
        return AtHand(
            file=file,
            plan=covered(known.plan),
            beside=tuple(covered(each) for each in known.plans[1:]),
            checked=identity.checked(tx, actor, file.id, now),
            first_talk=all(is_blank(each) for each in known.plans),
            has_words=bool(code_words.rows(tx, file.id)),
            policy=known.policy,
            today=local_date(now, known.plan.zone),
            reach=tuple(_reach(known, now)),
            names={each.id: each.name for each in accounts.members(tx)},
            language=people.person(tx, file).contact_language,
        )


# --- Sessions ----------------------------------------------------------------


def _sessions(tx: Tx, known: Facts) -> list[SessionLine]:
    client = known.client
    listed = bookings.of_clients(tx, [client.id], client.opened_at)
    ids = [each.id for each in listed]
    refused = outbox.planning_refusals(tx, ids)
    written: dict[str, list[Message]] = {}
    for each in outbox.of_sessions(tx, ids):
        written.setdefault(each.session_id or "", []).append(each)
    return [
        SessionLine(
            each,
            reminder_of(each, written.get(each.id, ()), refused),
            _forbidden(known, each),
        )
        for each in listed
    ]


def _forbidden(known: Facts, session: Session) -> tuple[Reason, ...]:
    if session.state is not SessionState.BOOKED:
        return ()
    proposal = Proposal(session.time.start, session.minutes, session.format)
    seat = Seat(known.client.code, known.plans, known.standing)
    return in_order(
        reason
        for plan in known.plans
        for reason in of_plan(proposal, plan, seat, known.policy)
    )


# --- Lists -------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class ListedFile:
    """One of a counsellor's own files, by code."""

    file: ClientFile
    next_session: datetime | None
    lapsed: bool


def own_files(house: House, actor: Actor) -> tuple[ListedFile, ...]:
    """The files this counsellor works with, without those shut to her (E2, E4)."""
    now = house.now()
    with house.store.reading() as tx:
        shut = people.shut_out_codes(tx, actor.id)
        files = [
            each
            for each in people.files_of_counsellor(tx, actor.id)
            if each.code not in shut
        ]
        coming = bookings.of_clients(
            tx, [each.id for each in files], now, booked_only=True
        )
        return tuple(
            ListedFile(each, _next(coming, each), _lapsed(each, now)) for each in files
        )


def _next(coming: Sequence[Session], file: ClientFile) -> datetime | None:
    starts = [each.time.start for each in coming if file.id in each.client_ids]
    return min(starts, default=None)


def _lapsed(file: ClientFile, now: datetime) -> bool:
    return file.valid_until is None or file.valid_until < local_date(now, file.zone)


@dataclass(frozen=True, slots=True)
class ForNew:
    """What the form of a new file offers."""

    zone: str
    counsellors: tuple[StaffMember, ...]


def for_new(house: House) -> ForNew:
    """The agency's zone, and whom she could usually see."""
    with house.store.reading() as tx:
        return ForNew(
            agency.settings(tx).zone,
            _counsellors(tx),
        )


def _counsellors(tx: Tx) -> tuple[StaffMember, ...]:
    return tuple(
        each
        for each in accounts.members(tx)
        if each.active and each.role is Role.COUNSELLOR
    )
