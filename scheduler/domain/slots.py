"""Finding a time: every start at which `decide_booking` says ALLOW (B1, B9).

The rules are those of `booking.py`, read the other way round: not "may this start be?"
but "which starts may be?". A set of starts is an `Intervals` whose seconds are the
starts themselves, so that rules over years and many counsellors are intersections of
whole numbers. A test holds both readings against each other, start by start.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from scheduler.domain.booking import (
    GRID_MINUTES,
    Engagement,
    Seat,
    on_monitored_device,
)
from scheduler.domain.contact import Request, Standing, why_closed
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Reason
from scheduler.domain.hours import DateSpan, Hours
from scheduler.domain.intervals import NOTHING, Intervals, to_seconds
from scheduler.domain.plan import ChannelKind, ContactPlan, Format, Purpose
from scheduler.domain.policy import Policy
from scheduler.domain.reach import channel_reach, session_reach
from scheduler.domain.zones import Edge, day_starts, local_date

MINUTE = 60
GRID = GRID_MINUTES * MINUTE
_NEVER_BEFORE = -(1 << 50)
_EVER_AFTER = 1 << 50
ALWAYS = Intervals(((_NEVER_BEFORE, _EVER_AFTER),))

Rule = tuple[Reason, Intervals]


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for: starts with `since <= start < until`."""

    since: datetime
    until: datetime
    minutes: int
    format: Format

    @property
    def seconds(self) -> int:
        """How long the session is."""
        return self.minutes * MINUTE

    @property
    def range(self) -> Intervals:
        """Every start the search asks about."""
        return Intervals.from_pairs([(ceiling(self.since), ceiling(self.until))])

    @property
    def over(self) -> datetime:
        """When the last session that could be found is over."""
        return self.until + timedelta(minutes=max(self.minutes, 0))


@dataclass(frozen=True, slots=True)
class Seeker:
    """A client who looks for a time. `seat.suitable` is not read: whether the record
    about video stands depends on the day, so its last day is given (P12)."""

    seat: Seat
    suitable_until: date | None

    @property
    def zone(self) -> str:
        """Where her days begin and end."""
        return self.seat.plans[0].zone if self.seat.plans else "UTC"


@dataclass(frozen=True, slots=True)
class Diary:
    """A counsellor and what she has already, complete a day around the search."""

    counsellor: Counsellor
    engagements: tuple[Engagement, ...] = ()


@dataclass(frozen=True, slots=True)
class Rota:
    """What is true of the agency: the clock, and when somebody is on call."""

    clock_verified: bool = True
    on_call: Intervals = NOTHING


def starts(
    search: Search,
    diaries: Iterable[Diary],
    seekers: Sequence[Seeker],
    rota: Rota,
    policy: Policy,
    now: datetime,
    set_aside: frozenset[Reason] = frozenset(),
) -> dict[int, Intervals]:
    """The starts that may be booked, by counsellor; who has none is left out.

    `set_aside` asks which there would be without the rules that give these reasons: a
    time is held while somebody sees to what is missing.
    """
    rules = (
        rule
        for rule in rules_of_seekers(search, seekers, rota, policy, now)
        if rule[0] not in set_aside
    )
    hers = all_of(search, rules)
    found: dict[int, Intervals] = {}
    for diary in diaries if hers else ():
        left = all_of(search, rules_of_diary(search, diary, seekers, policy), hers)
        if left:
            found[diary.counsellor.id] = left
    return found


def some_wait(
    search: Search,
    seekers: Sequence[Seeker],
    rota: Rota,
    policy: Policy,
    now: datetime,
    reasons: frozenset[Reason],
) -> bool:
    """Whether any of these reasons stands against any start, so that setting them
    aside would find more."""
    return any(
        reason in reasons and bool(search.range - allowed)
        for reason, allowed in rules_of_seekers(search, seekers, rota, policy, now)
    )


def on_grid(found: Intervals) -> Iterator[int]:
    """The starts of a set that lie on the grid, in seconds, soonest first (A3)."""
    for first, end in found.pairs:
        yield from range(-(-first // GRID) * GRID, end, GRID)


def any_on_grid(found: Intervals) -> bool:
    """Whether one of them lies on the grid."""
    return next(on_grid(found), None) is not None


def all_of(
    search: Search, rules: Iterable[Rule], among: Intervals | None = None
) -> Intervals:
    """The starts that every rule allows; stops at the first that leaves none."""
    left = search.range if among is None else among
    for _, allowed in rules:
        left &= allowed
        if not left:
            break
    return left


# --- What does not depend on the counsellor ----------------------------------


def rules_of_seekers(
    search: Search,
    seekers: Sequence[Seeker],
    rota: Rota,
    policy: Policy,
    now: datetime,
) -> Iterator[Rule]:
    """Each rule with the starts it allows: what no hour changes first."""
    on_grid_length = search.minutes > 0 and search.minutes % GRID_MINUTES == 0
    yield Reason.OFF_GRID, _if(on_grid_length)
    yield Reason.CLOCK_UNVERIFIED, _if(rota.clock_verified)
    codes = {each.seat.code for each in seekers}
    apart = any(each.seat.apart_codes & codes for each in seekers)
    yield Reason.KEPT_APART, _if(not apart)
    for seeker in seekers:
        yield from _of_agreement(search, seeker)
    for seeker in seekers:
        yield from _of_hours(search, seeker, policy)
    yield Reason.TOO_SOON, Intervals(((_soonest(policy, now), _EVER_AFTER),))
    for seeker in seekers:
        yield from _of_other_sessions(search, seeker)
    yield Reason.NO_ON_CALL, _on_call(search, rota, policy, now)


def _soonest(policy: Policy, now: datetime) -> int:
    lead = timedelta(minutes=policy.booking_lead_minutes)
    return max(ceiling(now + lead), to_seconds(now) + 1)


def _of_agreement(search: Search, seeker: Seeker) -> Iterator[Rule]:
    video = search.format is Format.VIDEO
    yield Reason.FORMAT_NOT_ALLOWED, _if(bool(seeker.seat.plans))
    for plan in seeker.seat.plans:
        agreed = plan.agreed(search.format)
        yield Reason.FORMAT_NOT_ALLOWED, _if(agreed is not None)
        watched = on_monitored_device(search.format, agreed, plan)
        yield Reason.MONITORED_DEVICE, _if(not watched)
        yield Reason.NO_CUTOFF_PLAN, _if(not video or plan.cutoff.agreed)
    if video:
        yield Reason.NO_SUITABILITY, _suitable(seeker)


def _suitable(seeker: Seeker) -> Intervals:
    last = seeker.suitable_until
    if last is None:
        return NOTHING
    if last >= date.max - timedelta(days=2):
        return ALWAYS
    following = day_starts(last + timedelta(days=1), seeker.zone, Edge.CLOSES)
    return Intervals(((_NEVER_BEFORE, to_seconds(following)),))


def _of_hours(search: Search, seeker: Seeker, policy: Policy) -> Iterator[Rule]:
    for plan in seeker.seat.plans:
        yield Reason.OUTSIDE_SESSION_WINDOW, in_her_windows(search, plan, policy)
        agreed = plan.agreed(search.format)
        if agreed is not None and agreed.we_dial:
            yield _of_dialling(search, plan, seeker.seat.standing, policy)


def _of_other_sessions(search: Search, seeker: Seeker) -> Iterator[Rule]:
    engaged = (
        (to_seconds(each.start), to_seconds(each.end)) for each in seeker.seat.engaged
    )
    yield Reason.CLIENT_BUSY, _clear_of(engaged, search.seconds, 0, 0)


def in_her_windows(search: Search, plan: ContactPlan, policy: Policy) -> Intervals:
    """The starts that fit whole inside a session window, margin kept (T7)."""
    reach = session_reach(plan, search.since, search.over + policy.margin)
    return _fitting(reach.open, search.seconds + policy.margin_minutes * MINUTE)


def _of_dialling(
    search: Search, plan: ContactPlan, standing: Standing, policy: Policy
) -> Rule:
    asked = Request(ChannelKind.VOICE, Purpose.SESSION, by_hand=True)
    standing = Standing(blocked=standing.blocked)
    allowed = NOTHING
    why = Reason.NO_CHANNEL
    for channel in plan.channels:
        if channel.kind is not ChannelKind.VOICE:
            continue
        closed = next(iter(why_closed(plan, channel, asked, standing)), None)
        why = closed or Reason.OUTSIDE_WINDOW
        if closed is None:
            until = search.until + policy.send_room
            reach = channel_reach(plan, channel, search.since, until)
            allowed |= reach.sendable(policy.send_room)
    return why, allowed


def _on_call(search: Search, rota: Rota, policy: Policy, now: datetime) -> Intervals:
    if search.format is not Format.VIDEO or not policy.require_on_call:
        return ALWAYS
    soon = to_seconds(now + timedelta(days=policy.on_call_days))
    return rota.on_call | Intervals(((soon + 1, _EVER_AFTER),))


# --- What does ---------------------------------------------------------------


def rules_of_diary(
    search: Search, diary: Diary, seekers: Sequence[Seeker], policy: Policy
) -> Iterator[Rule]:
    """The rules of one counsellor. Whom she may not see comes with her hours, so that
    nothing tells the two apart (E4, E5)."""
    for seeker in seekers:
        yield from rules_of_meeting(search, diary.counsellor, seeker, policy)
    yield from rules_of_hours(search, diary)
    yield from rules_of_engagements(search, diary, policy)


def rules_of_hours(search: Search, diary: Diary) -> Iterator[Rule]:
    """She holds such sessions, and is there for the whole of it (A1)."""
    person = diary.counsellor
    offered = not person.formats or search.format in person.formats
    free = free_of(person, search) if offered else NOTHING
    yield Reason.COUNSELLOR_UNAVAILABLE, _fitting(free, search.seconds)


def free_of(person: Counsellor, search: Search) -> Intervals:
    """Her free time over a search, worked out once for all that ask in one go. What is
    kept are hours only, so it names nobody and a change of hours is another key."""
    hours = (person.zone, person.hours, person.leave, person.holidays, person.busy)
    return _free(*hours, search.since, search.over)


@lru_cache(maxsize=1024)
def _free(
    zone: str,
    hours: Hours,
    leave: tuple[DateSpan, ...],
    holidays: tuple[DateSpan, ...],
    busy: Intervals,
    since: datetime,
    until: datetime,
) -> Intervals:
    return Counsellor(0, zone, hours, leave, holidays, busy).free(since, until)


def rules_of_meeting(
    search: Search, counsellor: Counsellor, seeker: Seeker, policy: Policy
) -> Iterator[Rule]:
    """Whether these two may meet, and when nobody she must not meet is near."""
    seat = seeker.seat
    yield Reason.NOT_YOUR_FILE, _if(seat.code not in counsellor.shut_out)
    yield Reason.KEPT_APART, _if(counsellor.id not in seat.apart_counsellors)
    gap = policy.gap_minutes * MINUTE
    near = ((to_seconds(e.start), to_seconds(e.end)) for e in seat.apart_times)
    # A session just after the gap is the adjacent slot.
    yield Reason.KEPT_APART, _clear_of(near, search.seconds, gap + 1, gap + 1)


def rules_of_engagements(
    search: Search, diary: Diary, policy: Policy
) -> Iterator[Rule]:
    """No overlap, the gaps, and the daily maximum (A2)."""
    taken = [
        (to_seconds(each.time.start), to_seconds(each.time.end))
        for each in diary.engagements
    ]
    yield Reason.COUNSELLOR_BUSY, _clear_of(taken, search.seconds, 0, 0)
    after = policy.gap_after_interruption_minutes * MINUTE
    gap = policy.gap_minutes * MINUTE
    broken = [
        pair
        for pair, each in zip(taken, diary.engagements, strict=True)
        if each.interrupted
    ]
    whole = [
        pair
        for pair, each in zip(taken, diary.engagements, strict=True)
        if not each.interrupted
    ]
    yield Reason.GAP, _clear_of(whole, search.seconds, gap, gap)
    yield Reason.GAP, _clear_of(broken, search.seconds, gap, after)
    yield Reason.DAILY_MAXIMUM, ALWAYS - _full_days(diary, policy)


def _full_days(diary: Diary, policy: Policy) -> Intervals:
    counsellor = diary.counsellor
    days = Counter(
        local_date(each.time.start, counsellor.zone) for each in diary.engagements
    )
    most = counsellor.daily_maximum(policy)
    return Intervals.from_pairs(
        (
            to_seconds(day_starts(day, counsellor.zone, Edge.CLOSES)),
            to_seconds(
                day_starts(day + timedelta(days=1), counsellor.zone, Edge.CLOSES)
            ),
        )
        for day, count in days.items()
        if count >= most
    )


# --- Arithmetic --------------------------------------------------------------


def ceiling(instant: datetime) -> int:
    """The first whole second that is not before the instant."""
    return to_seconds(instant) + (1 if instant.microsecond else 0)


def _if(allowed: bool) -> Intervals:
    return ALWAYS if allowed else NOTHING


def _fitting(stretches: Intervals, seconds: int) -> Intervals:
    return Intervals(
        tuple(
            (start, end - seconds + 1)
            for start, end in stretches.pairs
            if start <= end - seconds
        )
    )


def _clear_of(
    taken: Iterable[tuple[int, int]], seconds: int, before: int, after: int
) -> Intervals:
    """Starts of something that long which keeps `before` and `after` of what is."""
    return ALWAYS - Intervals.from_pairs(
        (start - seconds - before + 1, end + after) for start, end in taken
    )
