"""Which of the starts that may be booked to offer first (B9).

Soonest counts by the day, for "the day after tomorrow" is what people answer to. Within
a day her usual counsellor comes first, then starts for which a reminder can leave, then
whoever has least that day, then the earlier start.

Six neighbours of one stretch would be one offer said six times. So of a stretch only
starts are offered that could all be booked beside each other, a session and a gap
apart; and at most two a day, unless six cannot be found otherwise.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, reduce
from itertools import islice
from operator import or_

from scheduler.domain.cells import CELL, Frame, cell_after, lowest, runs, spaced
from scheduler.domain.contact import Request, Standing, sendable_on, why_closed
from scheduler.domain.intervals import NOTHING, Intervals, from_seconds, to_seconds
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import ChannelKind, ContactPlan, Purpose
from scheduler.domain.policy import Policy
from scheduler.domain.reminders import UNDO
from scheduler.domain.slots import MINUTE, Looking, Search, Stretch, ceiling
from scheduler.domain.zones import Edge, day_starts, local_date, zone

WANTED = 6
A_DAY = 2
_HOUR = 60 * MINUTE
_APART = 20 * MINUTE


@dataclass(frozen=True, slots=True)
class Offer:
    """A start with the counsellor to be offered for it."""

    start: datetime
    counsellor_id: int
    usual: bool
    reminder: bool


@dataclass(frozen=True, slots=True)
class Liking:
    """What makes one start better than another, beside its day.

    `reminded` are the starts for which a reminder can leave; `zone` says where a day
    begins.
    """

    zone: str
    usual: frozenset[int] = frozenset()
    reminded: Intervals = NOTHING


def best(
    looking: Looking, liking: Liking, wanted: int = WANTED, since: int | None = None
) -> tuple[Offer, ...]:
    """The offers that begin at `since` or later, best first. Works out only as many
    days as it needs."""
    kept: list[tuple[list[Offer], list[Offer]]] = []
    count = 0
    for day, (first, last) in days_of(looking.search, liking.zone).items():
        if since is not None and last <= since:
            continue
        part = looking.on(max(first, since or first), last)
        chosen = list(islice(_Choosing(part, day, liking).offers(), wanted))
        kept.append((chosen[:A_DAY], chosen[A_DAY:]))
        count += len(kept[-1][0])
        if count >= wanted:
            break
    return tuple(_filled(kept, wanted))


def days_of(search: Search, zone_name: str) -> dict[date, tuple[int, int]]:
    """The local days that a search touches, each with its stretch in seconds."""
    found: dict[date, tuple[int, int]] = {}
    for first, end in search.range.pairs:
        day = local_date(from_seconds(first), zone_name)
        while (whole := whole_day(day, zone_name))[0] < end:
            if max(whole[0], first) < min(whole[1], end):
                found[day] = (max(whole[0], first), min(whole[1], end))
            day += timedelta(days=1)
    return found


def whole_day(day: date, zone_name: str) -> tuple[int, int]:
    """A local day in seconds."""
    following = day + timedelta(days=1)
    return (
        to_seconds(day_starts(day, zone_name, Edge.CLOSES)),
        to_seconds(day_starts(following, zone_name, Edge.CLOSES)),
    )


def half_hours(bits: int, frame: Frame, zone_name: str) -> Iterator[int]:
    """The starts a drawing has room for: the first of each run, then those on the half
    hours of a clock, never nearer than twenty minutes. In seconds."""
    place = zone(zone_name)
    for low, length in runs(bits):
        first = frame.second(low)
        shown = first
        yield first
        for start in range(first + _APART, first + length * CELL, CELL):
            on_half_hour = from_seconds(start).astimezone(place).minute % 30 == 0
            if on_half_hour and start - shown >= _APART:
                yield start
                shown = start


class _Choosing:
    """The offers of one day. Counsellors who have as much that day are one group, and
    a group is worked out when its turn comes: most days never need the second."""

    def __init__(self, part: Stretch, day: date, liking: Liking) -> None:
        self.part = part
        self.step = _step(part.looking.search, part.looking.policy)
        self.usual = sorted(liking.usual & part.looking.fits.keys())
        self._whole_day = whole_day(day, liking.zone)
        self._reminded = part.frame.bits(liking.reminded)
        self._left = part.hers

    @cached_property
    def loads(self) -> Mapping[int, int]:
        """How much each of them has that day; none is 0."""
        return self.part.looking.diaries.loads(*self._whole_day)

    def offers(self) -> Iterator[Offer]:
        """Best first, no two nearer than a session and a gap."""
        if not self._left:
            return
        levels = sorted({0, *self.loads.values()})
        for usual in (True, False):
            groups = [_Group(self, level, usual=usual) for level in levels]
            for reminder in (True, False):
                room = self._reminded if reminder else ~self._reminded
                for group in groups:
                    if not self._left & room:
                        break
                    yield from self._of_group(group, room, usual, reminder)

    def _of_group(
        self, group: _Group, room: int, usual: bool, reminder: bool
    ) -> Iterator[Offer]:
        while (found := group.soonest(room & self._left)) is not None:
            bit, who = found
            start = from_seconds(self.part.frame.second(bit))
            yield Offer(start, who, usual, reminder)
            near = ((1 << (2 * self.step - 1)) - 1) << bit >> (self.step - 1)
            self._left &= ~near


class _Group:
    """Counsellors with the same load, in the order of their numbers. What they have
    already is looked at one after the other, and mostly of a few only."""

    def __init__(self, choosing: _Choosing, load: int, *, usual: bool) -> None:
        self._choosing, self._load, self._usual = choosing, load, usual
        self._part, self._fits = choosing.part, choosing.part.looking.fits
        self._known: dict[int, int] = {}

    def soonest(self, room: int) -> tuple[int, int] | None:
        """The soonest start in `room` that one of them can offer, and the first who
        can; None when there is none."""
        # Nobody can be sooner than the soonest at which anybody is there.
        possible = self._there & room
        found = self._first_at(lowest(possible)) if possible else None
        if possible and found is None:
            possible = self._together & room
            found = self._first_at(lowest(possible)) if possible else None
        return found

    @cached_property
    def _whos(self) -> list[int]:
        load, usual = self._choosing.loads.get, self._choosing.usual
        if self._usual:
            return [who for who in usual if load(who, 0) == self._load]
        same = [who for who in self._fits if load(who, 0) == self._load]
        return [who for who in same if who not in usual]

    @cached_property
    def _there(self) -> int:
        together = reduce(or_, map(self._fits.__getitem__, self._whos), 0)
        return self._part.part(together) & self._part.hers

    @cached_property
    def _together(self) -> int:
        """Whatever one of them can offer: all of them are looked at."""
        return reduce(or_, map(self._offered, self._whos), 0)

    def _first_at(self, bit: int) -> tuple[int, int] | None:
        fits, there = self._fits, self._part.skipped + bit
        for who in self._whos:
            if fits[who] >> there & 1 and self._offered(who) >> bit & 1:
                return bit, who
        return None

    def _offered(self, who: int) -> int:
        """Of her starts only those that fit beside each other."""
        found = self._known.get(who)
        if found is None:
            found = self._known[who] = spaced(
                self._part.starts(who), self._choosing.step
            )
        return found


def _step(search: Search, policy: Policy) -> int:
    """From one start to the next that could be booked beside it, in cells."""
    return max(1, cell_after(search.seconds + policy.gap_minutes * MINUTE))


def _filled(
    kept: Sequence[tuple[list[Offer], list[Offer]]], wanted: int
) -> list[Offer]:
    """Two a day, and what is missing from the rest, in the order of the days."""
    missing = wanted - sum(len(chosen) for chosen, _ in kept)
    filled: list[Offer] = []
    for chosen, rest in kept:
        more = rest[: max(0, missing)]
        missing -= len(more)
        filled.extend((*chosen, *more))
    return filled[:wanted]


def reminded_starts(
    plan: ContactPlan,
    standing: Standing,
    policy: Policy,
    search: Search,
    now: datetime,
) -> Intervals:
    """The starts of a search for which at least one reminder would be planned (M1)."""
    if standing.suspended or standing.closed or not policy.reminder_hours:
        return NOTHING
    earliest = policy.reminder_earliest_hours * _HOUR
    latest = policy.reminder_latest_hours * _HOUR
    since = search.since - timedelta(seconds=earliest)
    soonest = ceiling(now + UNDO)
    asked = Request(ChannelKind.SMS, Purpose.REMINDER, Meaning.REMINDER, by_hand=True)
    unhindered = Standing(blocked=standing.blocked)
    pairs: list[tuple[int, int]] = []
    for channel in plan.channels:
        closed = channel.kind is not ChannelKind.SMS or any(
            why_closed(plan, channel, asked, unhindered)
        )
        if not closed:
            _, sendable = sendable_on(plan, channel, policy, since, search.until)
            pairs.extend(
                (max(first, soonest) + latest, end + earliest)
                for first, end in sendable.pairs
                if end > soonest
            )
    lead = timedelta(hours=min(policy.reminder_hours))
    targets = Intervals(((ceiling(now + lead), 1 << 50),))
    return Intervals.from_pairs(pairs) & targets & search.range
