"""Which of the starts that may be booked to offer first (B9).

Soonest counts by the day, for "the day after tomorrow" is what people answer to. Within
a day her usual counsellor comes first, then starts for which a reminder can leave, then
whoever has least that day, then the earlier start.

Six neighbours of one stretch would be one offer said six times. So of a stretch only
starts are offered that could all be booked beside each other, a session and a gap
apart; and at most two a day, unless six cannot be found otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from scheduler.domain.contact import Request, Standing, sendable_on, why_closed
from scheduler.domain.intervals import NOTHING, Intervals, from_seconds, to_seconds
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import ChannelKind, ContactPlan, Purpose
from scheduler.domain.policy import Policy
from scheduler.domain.reminders import UNDO
from scheduler.domain.slots import GRID, MINUTE, Diary, Search, ceiling
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


@dataclass(frozen=True, slots=True, order=True)
class _Candidate:
    unusual: bool
    unreminded: bool
    load: int
    start: int
    counsellor_id: int

    def offer(self) -> Offer:
        return Offer(
            start=from_seconds(self.start),
            counsellor_id=self.counsellor_id,
            usual=not self.unusual,
            reminder=not self.unreminded,
        )


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
    found: Mapping[int, Intervals],
    diaries: Iterable[Diary],
    search: Search,
    policy: Policy,
    liking: Liking,
    wanted: int = WANTED,
) -> tuple[Offer, ...]:
    """The offers, best first. Reads only as many days as it needs."""
    with_starts = [each for each in diaries if each.counsellor.id in found]
    step = _step(search, policy)
    kept: list[tuple[list[_Candidate], list[_Candidate]]] = []
    count = 0
    for first, last in days_of(search, liking.zone).values() if with_starts else ():
        day = Intervals(((first, last),))
        candidates = sorted(_on_day(found, with_starts, day, step, liking))
        chosen = _apart(candidates, step)
        kept.append((chosen[:A_DAY], chosen[A_DAY:]))
        count += len(kept[-1][0])
        if count >= wanted:
            break
    return tuple(each.offer() for each in _filled(kept, wanted))


def days_of(search: Search, zone_name: str) -> dict[date, tuple[int, int]]:
    """The local days that a search touches, each with its stretch in seconds."""
    found: dict[date, tuple[int, int]] = {}
    for first, end in search.range.pairs:
        day = local_date(from_seconds(first), zone_name)
        while (opens := to_seconds(day_starts(day, zone_name, Edge.CLOSES))) < end:
            following = day + timedelta(days=1)
            closes = to_seconds(day_starts(following, zone_name, Edge.CLOSES))
            if max(opens, first) < min(closes, end):
                found[day] = (max(opens, first), min(closes, end))
            day = following
    return found


def spaced(starts: Intervals, step: int) -> Iterator[int]:
    """Starts on the grid, `step` seconds apart within each stretch."""
    for first, end in starts.pairs:
        yield from range(-(-first // GRID) * GRID, end, step)


def half_hours(starts: Intervals, zone_name: str) -> Iterator[int]:
    """The starts a drawing has room for: the first of each stretch, then those on the
    half hours of a clock, never nearer than twenty minutes. In seconds."""
    place = zone(zone_name)
    for first, end in starts.pairs:
        shown = -_APART
        for start in range(-(-first // GRID) * GRID, end, GRID):
            on_half_hour = from_seconds(start).astimezone(place).minute % 30 == 0
            if shown < 0 or (on_half_hour and start - shown >= _APART):
                yield start
                shown = start


def _step(search: Search, policy: Policy) -> int:
    room = search.seconds + policy.gap_minutes * MINUTE
    return max(GRID, -(-room // GRID) * GRID)


def _on_day(
    found: Mapping[int, Intervals],
    diaries: Sequence[Diary],
    day: Intervals,
    step: int,
    liking: Liking,
) -> Iterator[_Candidate]:
    for diary in diaries:
        counsellor = diary.counsellor.id
        starts = found[counsellor] & day
        already = load(diary, day) if starts else 0
        for start in spaced(starts, step):
            yield _Candidate(
                unusual=counsellor not in liking.usual,
                unreminded=liking.reminded.pair_around(start) is None,
                load=already,
                start=start,
                counsellor_id=counsellor,
            )


def load(diary: Diary, day: Intervals) -> int:
    """How many sessions begin in those days already."""
    return sum(
        day.pair_around(to_seconds(each.time.start)) is not None
        for each in diary.engagements
    )


def _apart(candidates: Iterable[_Candidate], step: int) -> list[_Candidate]:
    chosen: list[_Candidate] = []
    for each in candidates:
        if all(abs(each.start - other.start) >= step for other in chosen):
            chosen.append(each)
    return chosen


def _filled(
    kept: Sequence[tuple[list[_Candidate], list[_Candidate]]], wanted: int
) -> list[_Candidate]:
    """Two a day, and what is missing from the rest, in the order of the days."""
    missing = wanted - sum(len(chosen) for chosen, _ in kept)
    filled: list[_Candidate] = []
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
    if standing.suspended or not policy.reminder_hours:
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
