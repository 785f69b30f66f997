"""Finding a time: every start at which `decide_booking` says ALLOW (B1, B9).

The rules are those of `booking.py`, read the other way round: not "may this start be?"
but "which starts may be?". What depends on her alone is worked out once, as stretches
of seconds; what depends on a counsellor as bits of whole numbers (`cells.py`), and only
for the days that somebody asks about. A test holds both readings against each other,
start by start.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache, reduce
from operator import or_

from scheduler.domain.booking import GRID_MINUTES, Seat, on_monitored_device, overloads
from scheduler.domain.cells import CELL, Frame
from scheduler.domain.contact import Request, Standing, why_closed
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Reason
from scheduler.domain.intervals import NOTHING, Intervals, from_seconds, to_seconds
from scheduler.domain.plan import ChannelKind, ContactPlan, Format, Purpose
from scheduler.domain.policy import Policy
from scheduler.domain.reach import channel_reach, session_reach
from scheduler.domain.staffing import Diaries, Taken
from scheduler.domain.zones import Edge, day_starts, local_date

MINUTE = 60
# A day with a clock change is longer than others.
_DAY_AT_MOST = 26 * 60 * MINUTE
_NEVER_BEFORE = -(1 << 50)
_EVER_AFTER = 1 << 50
ALWAYS = Intervals(((_NEVER_BEFORE, _EVER_AFTER),))

Rule = tuple[Reason, Intervals]
Bits = tuple[Reason, int]


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
class Rota:
    """What is true of the agency: the clock, and when somebody is on call."""

    clock_verified: bool = True
    on_call: Intervals = NOTHING


@dataclass(frozen=True)
class Looking:
    """One search: who looks, who could see them, and the rules, laid over each other
    as far as it is asked.

    `only` are the counsellors it is about, None all. `set_aside` asks what there would
    be without the rules that give these reasons: a time is held while somebody sees to
    what is missing.
    """

    search: Search
    diaries: Diaries
    seekers: Sequence[Seeker]
    rota: Rota
    policy: Policy
    now: datetime
    only: frozenset[int] | None = None
    set_aside: frozenset[Reason] = frozenset()

    @cached_property
    def frame(self) -> Frame:
        """Every start the search asks about."""
        (pair,) = self.search.range.pairs or ((0, 0),)
        return Frame.of(*pair)

    @property
    def cells(self) -> int:
        """How long the session is."""
        return max(self.search.seconds // CELL, 0)

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """What does not depend on the counsellor: each rule, and what it allows."""
        of_her = (self.search, self.seekers, self.rota, self.policy, self.now)
        return tuple(rules_of_seekers(*of_her))

    @cached_property
    def rule_bits(self) -> tuple[int, ...]:
        """The same as bits."""
        every = self.frame.every
        return tuple(
            every if allowed is ALWAYS else self.frame.bits(allowed)
            for _, allowed in self.rules
        )

    @cached_property
    def agreed(self) -> int:
        """The starts that nothing of hers and of the agency stands against."""
        found = self.frame.every
        for (reason, _), bits in zip(self.rules, self.rule_bits, strict=True):
            if reason not in self.set_aside:
                found &= bits
        return found

    @cached_property
    def hers(self) -> int:
        """Those of them at which nobody she must not meet is near, with whomever."""
        found = self.agreed
        for seeker in self.seekers if found else ():
            found &= far_from_apart(self.search, seeker, self.policy, self.frame)
        return found

    @cached_property
    def there(self) -> Mapping[int, int]:
        """The starts at which each counsellor it is about is there for so long, and
        holds such sessions (A1)."""
        found = self.diaries.staffing.fits(self.frame, self.cells, self.search.format)
        if self.only is None:
            return found
        return {who: bits for who, bits in found.items() if who in self.only}

    @cached_property
    def overloaded(self) -> frozenset[int]:
        """Those who cannot carry whoever is new to them (A2)."""
        if not self.policy.caseload_most:
            return frozenset()
        seats = [each.seat for each in self.seekers]
        everybody = self.diaries.staffing.people
        over = (each.id for each in everybody if overloads(each, seats, self.policy))
        return frozenset(over)

    @cached_property
    def fits(self) -> Mapping[int, int]:
        """The same for those whom none of them has to be kept from (E4, E5), and who
        can carry them beside their other files (A2)."""
        staffing = self.diaries.staffing
        kept = {who for each in self.seekers for who in each.seat.apart_counsellors}
        kept.update(
            who for each in self.seekers for who in staffing.shut_out_of(each.seat.code)
        )
        kept.update(self.overloaded)
        if kept.isdisjoint(self.there):
            return self.there
        return {who: bits for who, bits in self.there.items() if who not in kept}

    @cached_property
    def anybody(self) -> int:
        """The starts at which any of them is there."""
        return reduce(or_, self.fits.values(), 0)

    def on(self, since: int, until: int) -> Stretch:
        """The part that begins in a stretch of seconds."""
        return Stretch(self, since, until)

    def everybody(self) -> dict[int, int]:
        """Every start of each counsellor; who has none is left out."""
        whole = self.frame.second(0), self.frame.second(self.frame.count)
        return self.on(*whole).everybody()

    def seconds(self) -> list[int]:
        """Every start that any of them has, once, soonest first."""
        together = reduce(or_, self.everybody().values(), 0)
        return list(self.frame.seconds(together))


class Stretch:
    """A search in one stretch of it, mostly a day. Bits are those of its own frame."""

    def __init__(self, looking: Looking, since: int, until: int) -> None:
        self.looking = looking
        whole = looking.frame
        self.frame = Frame.of(
            max(since, whole.second(0)), min(until, whole.second(whole.count))
        )
        self.skipped = self.frame.first - whole.first
        self.hers = self.part(looking.hers)
        self._around = (since - _DAY_AT_MOST, until + _DAY_AT_MOST)

    def part(self, bits: int) -> int:
        """What of the starts of the whole search lies in it."""
        return (bits >> self.skipped) & self.frame.every

    @cached_property
    def engaged(self) -> set[int]:
        """Who has something on these days or near them, that might be in the way."""
        return self.looking.diaries.anybody_near(*self._around)

    def starts(self, who: int) -> int:
        """The starts of a counsellor."""
        left = self.part(self.looking.fits.get(who, 0)) & self.hers
        return left & self.clear(who) if left and who in self.engaged else left

    def clear(self, who: int) -> int:
        """The starts that nothing she has already stands against (A2). What keeps the
        gaps overlaps nothing."""
        taken = self._near(who)
        left = self._gaps_kept(who, taken)
        return left & self._not_full(who, taken) if left else left

    def rules(self, who: int) -> Iterator[Bits]:
        """The same one rule after the other: no overlap, the gaps, the maximum."""
        taken = self._near(who)
        yield Reason.COUNSELLOR_BUSY, clear_of(self.looking, taken, self.frame)
        yield Reason.GAP, self._gaps_kept(who, taken)
        yield Reason.DAILY_MAXIMUM, self._not_full(who, taken)

    def _near(self, who: int) -> Sequence[Taken]:
        return self.looking.diaries.near(who, *self._around)

    def _gaps_kept(self, who: int, taken: Sequence[Taken]) -> int:
        left = clear_of_gaps(self.looking, taken, self.frame)
        aside = self._aside(who, Reason.GAP)
        return left | clear_of(self.looking, taken, self.frame) & aside

    def _not_full(self, who: int, taken: Sequence[Taken]) -> int:
        person = self.looking.diaries.staffing.by_id[who]
        left = not_full(person, taken, self.looking.policy, self.frame)
        return left | self._aside(who, Reason.DAILY_MAXIMUM)

    def _aside(self, who: int, rule: Reason) -> int:
        """The starts for which a rule does not count (A2)."""
        counts = self.looking.diaries.staffing.by_id[who].counts_from(rule)
        return 0 if counts is None else self.frame.between(_NEVER_BEFORE, counts)

    def everybody(self) -> dict[int, int]:
        """The starts of each counsellor; who has none is left out."""
        looking = self.looking
        if not self.hers & self.part(looking.anybody):
            return {}
        return dict(self._each(looking.fits))

    def somebody(self) -> bool:
        """Whether anybody has a start: who has nothing near is looked at first."""
        if not self.hers & self.part(self.looking.anybody):
            return False
        fits = self.looking.fits
        idle = (who for who in fits if who not in self.engaged)
        busy = (who for who in fits if who in self.engaged)
        return any(self._each(idle)) or any(self._each(busy))

    def _each(self, whos: Iterable[int]) -> Iterator[tuple[int, int]]:
        fits, engaged = self.looking.fits, self.engaged
        # Said once for all: this is asked thousands of times.
        skipped, hers = self.skipped, self.hers
        for who in whos:
            left = (fits[who] >> skipped) & hers
            if left and who in engaged:
                left &= self.clear(who)
            if left:
                yield who, left


def without(looking: Looking, reasons: frozenset[Reason]) -> Looking:
    """The same search with these reasons set aside; itself when that would find no
    start more."""
    wider = replace(looking, set_aside=reasons)
    return looking if wider.agreed == looking.agreed else wider


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
    yield Reason.FILE_CLOSED, _if(not seeker.seat.standing.closed)
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


def far_from_apart(search: Search, seeker: Seeker, policy: Policy, frame: Frame) -> int:
    """The starts at which nobody she must not meet is near, with whomever (E5)."""
    # A session just after the gap is the adjacent slot.
    gap = policy.gap_minutes * MINUTE + 1
    near = ((to_seconds(e.start), ceiling(e.end)) for e in seeker.seat.apart_times)
    return _clear_in(frame, near, search.seconds, gap, gap)


def clear_of(looking: Looking, taken: Sequence[Taken], frame: Frame) -> int:
    """The starts of a session that overlaps none of what is taken."""
    times = ((each.start, each.end) for each in taken)
    return _clear_in(frame, times, looking.search.seconds, 0, 0)


def clear_of_gaps(looking: Looking, taken: Sequence[Taken], frame: Frame) -> int:
    """The starts of one that keeps the gaps to all of it, longer after a call that
    broke off (A2)."""
    gap = looking.policy.gap_minutes * MINUTE
    longer = looking.policy.gap_after_interruption_minutes * MINUTE
    before = looking.search.seconds + gap - 1
    begins, ends = frame.second(0), frame.second(frame.count)
    closed = 0
    for start, end, interrupted in taken:
        until = end + (longer if interrupted else gap)
        if until > begins and start - before < ends:
            closed |= frame.between(start - before, until)
    return frame.every & ~closed


def not_full(
    person: Counsellor, taken: Sequence[Taken], policy: Policy, frame: Frame
) -> int:
    """The starts on days of hers that have room for one more (A2)."""
    most = person.daily_maximum(policy)
    left = frame.every
    if most > 0 and len(taken) < most:
        return left
    begun = sorted(each.start for each in taken)
    # So many within the longest day are what a full one needs at least.
    crowded = (
        last - first < _DAY_AT_MOST
        for first, last in zip(begun, begun[most - 1 :], strict=False)
    )
    if most < 1 or any(crowded):
        for since, until in local_days(frame, person.zone):
            if sum(since <= each < until for each in begun) >= most:
                left &= ~frame.between(since, until)
    return left


@lru_cache(maxsize=256)
def local_days(frame: Frame, zone_name: str) -> tuple[tuple[int, int], ...]:
    """The whole local days that a range of starts touches, in seconds."""
    until = frame.second(frame.count)
    day = local_date(from_seconds(frame.second(0)), zone_name)
    found = []
    while (opens := to_seconds(day_starts(day, zone_name, Edge.CLOSES))) < until:
        day += timedelta(days=1)
        found.append((opens, to_seconds(day_starts(day, zone_name, Edge.CLOSES))))
    return tuple(found)


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


def _clear_in(
    frame: Frame,
    taken: Iterable[tuple[int, int]],
    seconds: int,
    before: int,
    after: int,
) -> int:
    """The same as bits."""
    left = frame.every
    for start, end in taken:
        left &= ~frame.between(start - seconds - before + 1, end + after)
    return left
