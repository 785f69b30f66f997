"""A session's life, and whether one may be booked (B1, A2–A4). Every missing condition
is listed at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from scheduler.domain.contact import Request, Standing, decide
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Decision, Reason, allow, refuse
from scheduler.domain.intervals import Interval
from scheduler.domain.plan import (
    AgreedFormat,
    ChannelKind,
    ContactPlan,
    Format,
    Purpose,
)
from scheduler.domain.policy import Policy
from scheduler.domain.reach import session_reach
from scheduler.domain.set_aside import OVERRIDABLE
from scheduler.domain.zones import local_date

GRID_MINUTES = 5

# A session may be started a little before its time, when the room opens.
OPENS_BEFORE = timedelta(minutes=15)


class SessionState(Enum):
    """Where a session stands (B5)."""

    BOOKED = "booked"
    IN_SESSION = "in_session"
    INTERRUPTED = "interrupted"
    RESUMED = "resumed"
    COMPLETED = "completed"
    ENDED_EARLY = "ended_early"
    CANCELLED = "cancelled"
    NOT_JOINED = "not_joined"


_S = SessionState

SESSION_MOVES: Mapping[SessionState, tuple[SessionState, ...]] = {
    _S.BOOKED: (_S.IN_SESSION, _S.CANCELLED, _S.NOT_JOINED),
    _S.IN_SESSION: (_S.COMPLETED, _S.INTERRUPTED),
    _S.INTERRUPTED: (_S.RESUMED, _S.ENDED_EARLY),
    _S.RESUMED: (_S.INTERRUPTED, _S.COMPLETED, _S.ENDED_EARLY),
}

# Takes up its time: no other session or hold beside it (B2).
LIVE = frozenset(_S) - {_S.CANCELLED, _S.NOT_JOINED}
RUNNING = frozenset({_S.IN_SESSION, _S.INTERRUPTED, _S.RESUMED})


def may_become(before: SessionState, after: SessionState) -> bool:
    """Whether B5 allows the move."""
    return after in SESSION_MOVES.get(before, ())


@dataclass(frozen=True, slots=True)
class Engagement:
    """A live session or hold that takes a person's time.

    `interrupted` says a call broke off in it, which asks for a longer gap after (A2).
    """

    id: str
    time: Interval
    interrupted: bool = False
    is_hold: bool = False


@dataclass(frozen=True, slots=True)
class Proposal:
    """A session somebody wants to book. `hold_lapsed` says that it rests on a hold that
    no longer keeps the time."""

    start: datetime
    minutes: int
    format: Format
    hold_lapsed: bool = False

    @property
    def time(self) -> Interval:
        """From start to end. Raises ValueError when it has no length."""
        return Interval.lasting(self.start, self.minutes)


@dataclass(frozen=True, slots=True)
class Seat:
    """One client of a proposed session, with what is true of her at that time.

    `apart_counsellors` are those who see a client she is kept apart from, `apart_times`
    the sessions of such clients (E5). `plans` are two while a conflict is unsettled;
    both have to allow it (P10). `weight` is hers in a caseload, `carried_by` those in
    whose caseload she is already (A2).
    """

    code: str
    plans: tuple[ContactPlan, ...]
    standing: Standing
    suitable: bool = False
    engaged: tuple[Interval, ...] = ()
    apart_codes: frozenset[str] = frozenset()
    apart_counsellors: frozenset[int] = frozenset()
    apart_times: tuple[Interval, ...] = ()
    weight: int = 1
    carried_by: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Agency:
    """What is true of the agency at that time."""

    clock_verified: bool = True
    on_call_named: bool = True
    overrides: frozenset[Reason] = field(default=frozenset())


# What is about one client and not about who sees her: in a group it is said of whom.
# Files kept apart and files shut are not in it: they read like the counsellor (E5).
OF_ONE_CLIENT = frozenset(
    {
        Reason.FILE_CLOSED,
        Reason.FORMAT_NOT_ALLOWED,
        Reason.MONITORED_DEVICE,
        Reason.OUTSIDE_SESSION_WINDOW,
        Reason.DENIED_TIME,
        Reason.AWAY,
        Reason.NO_CUTOFF_PLAN,
        Reason.NO_SUITABILITY,
        Reason.CLIENT_BUSY,
        Reason.NO_CHANNEL,
        Reason.CHANNEL_CLOSED,
        Reason.PURPOSE_NOT_ALLOWED,
        Reason.OUTSIDE_WINDOW,
        Reason.NUMBER_BLOCKED,
    }
)


def decide_booking(
    proposal: Proposal,
    counsellor: Counsellor,
    engagements: Iterable[Engagement],
    seats: tuple[Seat, ...],
    agency: Agency,
    policy: Policy,
    now: datetime,
) -> Decision:
    """May this session be booked? ALLOW, or REFUSE with all that is missing (B1)."""
    if proposal.minutes <= 0:
        return refuse((Reason.OFF_GRID,))
    reasons = [
        *of_time(proposal, policy, now),
        *of_counsellor(proposal, counsellor, engagements, policy),
        *_of_agency(proposal, agency, policy, now),
    ]
    for seat in seats:
        reasons.extend(of_client(proposal, counsellor, seat, policy))
    if overloads(counsellor, seats, policy):
        reasons.append(Reason.CASELOAD)
    reasons.extend(_of_group(seats))
    aside = agency.overrides & OVERRIDABLE | counsellor.aside_at(proposal.start)
    held = [each for each in reasons if each not in aside]
    return refuse(held) if held else allow()


def of_time(proposal: Proposal, policy: Policy, now: datetime) -> Iterator[Reason]:
    """Grid, lead and hold (A3, B1, B3)."""
    past_grid = proposal.start.timestamp() % (GRID_MINUTES * 60)
    if past_grid or proposal.minutes % GRID_MINUTES:
        yield Reason.OFF_GRID
    lead = timedelta(minutes=policy.booking_lead_minutes)
    if proposal.start <= now or proposal.start < now + lead:
        yield Reason.TOO_SOON
    if proposal.hold_lapsed:
        yield Reason.HOLD_LAPSED


def of_counsellor(
    proposal: Proposal,
    counsellor: Counsellor,
    engagements: Iterable[Engagement],
    policy: Policy,
) -> Iterator[Reason]:
    """Her hours, and what she has already (A1, A2). No margin: that is the client's."""
    time = proposal.time
    offered = not counsellor.formats or proposal.format in counsellor.formats
    if not offered or not counsellor.free(time.start, time.end).covers(time):
        yield Reason.COUNSELLOR_UNAVAILABLE
    day = local_date(time.start, counsellor.zone)
    that_day = 0
    for each in engagements:
        that_day += local_date(each.time.start, counsellor.zone) == day
        if each.time.overlaps(time):
            yield Reason.COUNSELLOR_BUSY
        elif too_close(each, time, policy):
            yield Reason.GAP
    if that_day >= counsellor.daily_maximum(policy):
        yield Reason.DAILY_MAXIMUM


def overloads(counsellor: Counsellor, seats: Iterable[Seat], policy: Policy) -> bool:
    """Whether whoever is new to her would weigh more than she can carry (A2)."""
    new = sum(each.weight for each in seats if counsellor.id not in each.carried_by)
    most = policy.caseload_most
    return bool(most and new) and counsellor.load + new > most


def too_close(engagement: Engagement, time: Interval, policy: Policy) -> bool:
    """Whether the gap before or after is not kept, measured from booked ends (A2)."""
    after = (
        policy.gap_after_interruption_minutes
        if engagement.interrupted
        else policy.gap_minutes
    )
    return time.start < engagement.time.end + timedelta(
        minutes=after
    ) and engagement.time.start < time.end + timedelta(minutes=policy.gap_minutes)


def of_client(
    proposal: Proposal, counsellor: Counsellor, seat: Seat, policy: Policy
) -> Iterator[Reason]:
    """Her plan, her other sessions, and who she may not meet (B1, E4, E5)."""
    time = proposal.time
    if seat.standing.closed:
        yield Reason.FILE_CLOSED
    if not seat.plans:
        yield Reason.FORMAT_NOT_ALLOWED
    for plan in seat.plans:
        yield from of_plan(proposal, plan, seat, policy)
    if any(each.overlaps(time) for each in seat.engaged):
        yield Reason.CLIENT_BUSY
    if proposal.format is Format.VIDEO and not seat.suitable:
        yield Reason.NO_SUITABILITY
    if seat.code in counsellor.shut_out:
        yield Reason.NOT_YOUR_FILE
    gap = timedelta(minutes=policy.gap_minutes)
    # A session just after the gap is the adjacent slot.
    meets = any(
        time.start <= each.end + gap and each.start <= time.end + gap
        for each in seat.apart_times
    )
    if meets or counsellor.id in seat.apart_counsellors:
        yield Reason.KEPT_APART


def of_plan(
    proposal: Proposal, plan: ContactPlan, seat: Seat, policy: Policy
) -> Iterator[Reason]:
    """Format, window, device, cut-off plan, and the right to ring her (B1, P5, P11)."""
    agreed = plan.agreed(proposal.format)
    if agreed is None:
        yield Reason.FORMAT_NOT_ALLOWED
    if on_monitored_device(proposal.format, agreed, plan):
        yield Reason.MONITORED_DEVICE
    yield from of_window(proposal.time, plan, policy)
    if proposal.format is Format.VIDEO and not plan.cutoff.agreed:
        yield Reason.NO_CUTOFF_PLAN
    if agreed is not None and agreed.we_dial:
        yield from _of_dialling(proposal, plan, seat, policy)


def on_monitored_device(
    format_: Format, agreed: AgreedFormat | None, plan: ContactPlan
) -> bool:
    """Whether the device of a format is closed (P5).

    A format she has not agreed to names no device, so any that is monitored counts.
    """
    if agreed is not None:
        return plan.monitored(agreed.device)
    return format_ is not Format.IN_PERSON and any(
        each.monitored.counts for each in plan.devices
    )


def of_window(time: Interval, plan: ContactPlan, policy: Policy) -> Iterator[Reason]:
    """Whether it fits whole, with the margin kept before the window's end (T7)."""
    needed = Interval(time.start, time.end + policy.margin)
    reach = session_reach(plan, needed.start, needed.end)
    if reach.open.covers(needed):
        return
    yield Reason.OUTSIDE_SESSION_WINDOW
    # What takes the margin from it stands against it as well.
    if reach.denied.meets(needed):
        yield Reason.DENIED_TIME
    if reach.away.meets(needed):
        yield Reason.AWAY


def _of_dialling(
    proposal: Proposal, plan: ContactPlan, seat: Seat, policy: Policy
) -> Iterator[Reason]:
    # Caps, a pause and a lapse concern what leaves now, not a booking (B1).
    standing = Standing(blocked=seat.standing.blocked)
    policy = replace(policy, messages_per_day=1, messages_per_week=1)
    day = local_date(proposal.start, plan.zone)
    plan = replace(plan, valid_until=day + timedelta(days=policy.plan_days_max))
    asked = Request(ChannelKind.VOICE, Purpose.SESSION, by_hand=True)
    decision = decide(plan, asked, standing, policy, proposal.start)
    if not decision.yes:
        yield from decision.reasons


def _of_agency(
    proposal: Proposal, agency: Agency, policy: Policy, now: datetime
) -> Iterator[Reason]:
    if not agency.clock_verified:
        yield Reason.CLOCK_UNVERIFIED
    soon = proposal.start <= now + timedelta(days=policy.on_call_days)
    needed = policy.require_on_call and proposal.format is Format.VIDEO and soon
    if needed and not agency.on_call_named:
        yield Reason.NO_ON_CALL


def _of_group(seats: tuple[Seat, ...]) -> Iterator[Reason]:
    codes = {seat.code for seat in seats}
    if any(seat.apart_codes & codes for seat in seats):
        yield Reason.KEPT_APART
