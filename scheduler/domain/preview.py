"""What could leave in the next fortnight, by her days: the same rules as for sending.

A sender that is stopped, or a plan that is suspended, lets nothing leave now; that
stands in `stopped`, and the days show what could leave once it is lifted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import reduce

from scheduler.domain.contact import (
    MEANINGS,
    Request,
    Standing,
    decide_on,
    sendable_on,
    why_closed,
)
from scheduler.domain.decision import Reason, in_order
from scheduler.domain.intervals import Intervals, from_seconds, to_seconds
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan, Mode, Purpose
from scheduler.domain.policy import Policy
from scheduler.domain.zones import day_starts, local_date

DAYS = 14

_CAPS = frozenset({Reason.DAILY_CAP, Reason.WEEKLY_CAP})
_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven")


@dataclass(frozen=True, slots=True)
class Stretch:
    """Something may leave from `first` to `last`, both in it, by one channel."""

    first: datetime
    last: datetime
    channel_key: str
    by_hand: bool
    purposes: frozenset[Purpose]


@dataclass(frozen=True, slots=True)
class PreviewDay:
    """One of her days, in the zone she is in. `full` says that what has left already
    fills the caps, `ends` that the plan holds through this day and no longer."""

    day: date
    zone: str
    could: tuple[Stretch, ...] = ()
    full: bool = False
    ends: bool = False
    lapsed: bool = False


@dataclass(frozen=True, slots=True)
class Preview:
    """Fourteen days from today, and what stops everything at present."""

    days: tuple[PreviewDay, ...]
    stopped: tuple[Reason, ...] = ()


def fortnight(
    plans: Sequence[ContactPlan], standing: Standing, policy: Policy, now: datetime
) -> Preview:
    """What could leave by text; of two plans in force what both allow (P10)."""
    begins = list(_days(plans[0], now))
    until = begins[-1][2]
    lifted = replace(
        standing,
        suspended=False,
        paused=False,
        texts_paused=False,
        clock_verified=True,
    )
    stretches = _stretches(plans, lifted, policy, now, until)
    return Preview(
        days=tuple(
            _day(plans, lifted, policy, each, stretches) for each in begins[:-1]
        ),
        stopped=in_order(_stopped(plans, standing, now)),
    )


def _stopped(
    plans: Sequence[ContactPlan], standing: Standing, now: datetime
) -> Iterator[Reason]:
    if standing.closed:
        yield Reason.FILE_CLOSED
    if any(each.lapsed(now) for each in plans):
        yield Reason.PLAN_LAPSED
    if standing.suspended:
        yield Reason.PLAN_SUSPENDED
    if standing.paused:
        yield Reason.PAUSED
    if not standing.clock_verified:
        yield Reason.CLOCK_UNVERIFIED


_Day = tuple[date, str, datetime, datetime]


def _days(plan: ContactPlan, now: datetime) -> Iterator[_Day]:
    """Fourteen days and the one after, each with its zone, beginning and end."""
    first = local_date(now, plan.zone)
    named = [first + timedelta(days=number) for number in range(DAYS + 2)]
    starts = [_starts(plan, each) for each in named]
    for number in range(DAYS + 1):
        end = max(starts[number], starts[number + 1])
        yield named[number], _zone_on(plan, named[number]), starts[number], end


def _starts(plan: ContactPlan, day: date) -> datetime:
    """When a day begins: also the day after a stay by the clock of the stay, so that
    an evening there is not cut in two."""
    here = _zone_on(plan, day)
    before = _zone_on(plan, day - timedelta(days=1))
    return day_starts(day, before if here == plan.zone else here)


def _zone_on(plan: ContactPlan, day: date) -> str:
    return next((each.zone for each in plan.away if day in each.days), plan.zone)


@dataclass(frozen=True, slots=True)
class _Open:
    channel: Channel
    purposes: frozenset[Purpose]
    times: Intervals


def _stretches(
    plans: Sequence[ContactPlan],
    standing: Standing,
    policy: Policy,
    now: datetime,
    until: datetime,
) -> list[_Open]:
    found = [list(_open(each, standing, policy, now, until)) for each in plans]
    if len(found) == 1:
        return found[0]
    by_purpose: list[_Open] = []
    for each in found[0]:
        for purpose in sorted(each.purposes, key=lambda one: one.value):
            both = reduce(
                Intervals.__and__, (_for(other, purpose) for other in found[1:])
            )
            by_purpose.append(
                _Open(each.channel, frozenset({purpose}), each.times & both)
            )
    return by_purpose


def _for(found: Sequence[_Open], purpose: Purpose) -> Intervals:
    of_purpose = (each.times for each in found if purpose in each.purposes)
    return reduce(Intervals.__or__, of_purpose, Intervals())


def _open(
    plan: ContactPlan,
    standing: Standing,
    policy: Policy,
    now: datetime,
    until: datetime,
) -> Iterator[_Open]:
    from_now = Intervals.from_pairs([(to_seconds(now), 1 << 50)])
    for channel in plan.channels:
        if channel.kind is not ChannelKind.SMS:
            continue
        purposes = frozenset(
            purpose
            for purpose in channel.purposes
            if MEANINGS[purpose]
            and not any(why_closed(plan, channel, _asked(channel, purpose), standing))
        )
        if purposes:
            _, sendable = sendable_on(plan, channel, policy, now, until)
            yield _Open(channel, purposes, sendable & from_now)


def _asked(channel: Channel, purpose: Purpose) -> Request:
    by_hand = channel.mode is Mode.ASSISTED
    return Request(channel.kind, purpose, by_hand=by_hand, channel_key=channel.key)


def _day(
    plans: Sequence[ContactPlan],
    standing: Standing,
    policy: Policy,
    day: _Day,
    found: Sequence[_Open],
) -> PreviewDay:
    name, zone_name, begins, ends = day
    merged: dict[tuple[str, bool, int, int], frozenset[Purpose]] = {}
    for each in found:
        for first, end in (
            each.times.within(begins, ends).pairs if ends > begins else ()
        ):
            key = (each.channel.key, each.channel.mode is Mode.ASSISTED, first, end)
            merged[key] = merged.get(key, frozenset()) | each.purposes
    all_of_day = tuple(
        Stretch(from_seconds(first), from_seconds(end - 1), key, by_hand, purposes)
        for (key, by_hand, first, end), purposes in sorted(
            merged.items(), key=lambda item: (item[0][2], item[0])
        )
    )
    could = tuple(
        each for each in all_of_day if not _full(plans, standing, policy, each)
    )
    until = min(each.valid_until for each in plans)
    return PreviewDay(
        day=name,
        zone=zone_name,
        could=could,
        full=len(could) < len(all_of_day),
        ends=name == until,
        lapsed=name > until,
    )


def _full(
    plans: Sequence[ContactPlan], standing: Standing, policy: Policy, stretch: Stretch
) -> bool:
    """Whether what has left already leaves no room, from its beginning to its end."""
    return all(
        any(_capped(plan, standing, policy, stretch, at) for plan in plans)
        for at in (stretch.first, stretch.last)
    )


def _capped(
    plan: ContactPlan,
    standing: Standing,
    policy: Policy,
    stretch: Stretch,
    at: datetime,
) -> bool:
    channel = plan.channel(stretch.channel_key)
    if channel is None:
        return False
    request = _asked(channel, min(stretch.purposes, key=lambda one: one.value))
    decision = decide_on(plan, channel, request, standing, policy, at)
    return not _CAPS.isdisjoint(decision.reasons)


def caps_in_words(policy: Policy) -> str:
    """The sentence under every preview (M4, T7)."""
    a_day = _number(policy.messages_per_day)
    a_week = _number(policy.messages_per_week)
    noun = "text" if policy.messages_per_day == 1 else "texts"
    return (
        f"At most {a_day} {noun} a day and {a_week} in seven days. The last "
        f"{policy.margin_minutes} minutes of a window are kept free."
    )


def _number(count: int) -> str:
    return _NUMBERS[count] if count < len(_NUMBERS) else str(count)
