"""What a booking implies, and when it may leave (M1, M5, M13, B10).

Chance is handed in as `draw(n)`, a whole number from 0 to n - 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.domain.contact import (
    PURPOSE_OF,
    Request,
    Standing,
    candidates,
    sendable_on,
    why_closed,
)
from scheduler.domain.decision import Decision, Reason, Verdict, in_order
from scheduler.domain.intervals import Intervals, from_seconds, to_seconds
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Channel, ChannelKind, ContactPlan, Mode
from scheduler.domain.policy import Policy
from scheduler.domain.reach import Reach

Draw = Callable[[int], int]

# Undo takes back what has not left yet, so nothing leaves before (B10).
UNDO = timedelta(seconds=10)


@dataclass(frozen=True, slots=True)
class Intention:
    """Something that may leave: when, at the latest when, and by which channel.

    `window_end` closes the window it would leave in: a receipt later than that suspends
    the plan (M9). `earliest` and `latest` bound the random minute, for the page.
    """

    meaning: Meaning
    ordinal: int
    channel_key: str
    by_hand: bool
    not_before: datetime
    not_after: datetime
    window_end: datetime
    earliest: datetime
    latest: datetime


@dataclass(frozen=True, slots=True)
class _Stretch:
    channel: Channel
    first: int
    last: int
    window_end: int

    def nearest(self, target: int) -> int:
        return min(max(target, self.first), self.last)


def plan_reminder(
    plan: ContactPlan,
    standing: Standing,
    policy: Policy,
    *,
    session_start: datetime,
    ordinal: int,
    shift: timedelta,
    now: datetime,
    draw: Draw,
) -> Intention | Decision:
    """One reminder of a session, or why there is none (M1).

    `ordinal` picks the lead from `policy.reminder_hours`; `shift` moves the target in a
    series. Reminders whose target has passed are not planned; chance has no say in it,
    so that what was said before booking holds.
    """
    earliest = session_start - timedelta(hours=policy.reminder_earliest_hours)
    latest = session_start - timedelta(hours=policy.reminder_latest_hours)
    aim = session_start - timedelta(hours=policy.reminder_hours[ordinal])
    target = min(max(aim, earliest), latest)
    if target < now or aim < min(earliest, now):
        return Decision(Verdict.REFUSE, (Reason.TOO_LATE,))
    target = min(max(target + shift, earliest, now), latest)
    return _nearest(
        plan,
        standing,
        policy,
        meaning=Meaning.REMINDER,
        ordinal=ordinal,
        since=max(earliest, now + UNDO),
        until=latest,
        target=target,
        draw=draw,
    )


def foresee(
    plan: ContactPlan,
    standing: Standing,
    policy: Policy,
    *,
    session_start: datetime,
    ordinal: int,
    spread: timedelta,
    now: datetime,
) -> Intention | Decision:
    """The same before anything is drawn: `earliest` and `latest` bound every minute
    that a shift of up to `spread` either way could bring."""
    first, last = (
        plan_reminder(
            plan,
            standing,
            policy,
            session_start=session_start,
            ordinal=ordinal,
            shift=shift,
            now=now,
            draw=lambda _: 0,
        )
        for shift in (-spread, spread)
    )
    if isinstance(first, Decision) or isinstance(last, Decision):
        return first
    return replace(first, latest=last.latest, not_after=last.not_after)


def plan_notice(
    plan: ContactPlan,
    standing: Standing,
    policy: Policy,
    *,
    meaning: Meaning,
    before: datetime,
    now: datetime,
    draw: Draw,
) -> Intention | Decision:
    """The one message that the agency moved or cancelled, as soon as allowed (M13).

    `before` is the earlier of the old and the new start.
    """
    since = now + UNDO
    until = before - timedelta(seconds=1)
    if until < since:
        return Decision(Verdict.REFUSE, (Reason.TOO_LATE,))
    return _nearest(
        plan,
        standing,
        policy,
        meaning=meaning,
        ordinal=0,
        since=since,
        until=until,
        target=since,
        draw=draw,
    )


def _nearest(
    plan: ContactPlan,
    standing: Standing,
    policy: Policy,
    *,
    meaning: Meaning,
    ordinal: int,
    since: datetime,
    until: datetime,
    target: datetime,
    draw: Draw,
) -> Intention | Decision:
    # A sender that is stopped may be running again by then; caps never move anything.
    standing = replace(
        standing, paused=False, texts_paused=False, texts_have_sender=True
    )
    reasons: list[Reason] = []
    stretches: list[_Stretch] = []
    asked = Request(ChannelKind.SMS, PURPOSE_OF[meaning], meaning, by_hand=True)
    for channel in candidates(plan, asked):
        closed = tuple(why_closed(plan, channel, asked, standing))
        reasons.extend(closed)
        if not closed:
            reach, sendable = sendable_on(plan, channel, policy, since, until)
            stretches.extend(_stretches(channel, reach, sendable, since, until))
            reasons.extend(_why_none(plan, reach, since, until))
    if not candidates(plan, asked):
        reasons.append(Reason.NO_CHANNEL)
    if stretches:
        reasons.clear()
    if standing.suspended:
        reasons.append(Reason.PLAN_SUSPENDED)
    if standing.closed:
        reasons.append(Reason.FILE_CLOSED)
    if not stretches or standing.suspended or standing.closed:
        return Decision(Verdict.REFUSE, in_order(reasons))
    return _drawn(stretches, meaning, ordinal, to_seconds(target), policy, draw)


def _stretches(
    channel: Channel,
    reach: Reach,
    sendable: Intervals,
    since: datetime,
    until: datetime,
) -> list[_Stretch]:
    first = to_seconds(since) + (1 if since.microsecond else 0)
    return [
        _Stretch(channel, start, end - 1, window[1])
        for start, end in sendable.pairs_within(first, to_seconds(until) + 1)
        if (window := reach.open.pair_around(start))
    ]


def _why_none(
    plan: ContactPlan, reach: Reach, since: datetime, until: datetime
) -> list[Reason]:
    reasons = [Reason.OUTSIDE_WINDOW]
    if reach.open.within(since, until):
        reasons = [Reason.MARGIN]
    if reach.denied.within(since, until):
        reasons.append(Reason.DENIED_TIME)
    if reach.away.within(since, until):
        reasons.append(Reason.AWAY)
    if plan.ends_at() <= until:
        reasons.append(Reason.PLAN_LAPSED)
    return reasons


def _drawn(
    stretches: list[_Stretch],
    meaning: Meaning,
    ordinal: int,
    target: int,
    policy: Policy,
    draw: Draw,
) -> Intention:
    best = min(
        stretches, key=lambda each: (abs(each.nearest(target) - target), each.first)
    )
    point = best.nearest(target)
    spread = policy.spread_minutes * 60
    first = max(best.first, point - spread)
    last = min(best.last, point + spread)
    first_minute, last_minute = -(-first // 60), last // 60
    if first_minute < last_minute and last == best.last:
        # A tick comes some seconds after its minute; the very last one would be missed.
        last_minute -= 1
    if first_minute <= last_minute:
        chosen = (first_minute + draw(last_minute - first_minute + 1)) * 60
    else:
        chosen = point
    return Intention(
        meaning=meaning,
        ordinal=ordinal,
        channel_key=best.channel.key,
        by_hand=best.channel.mode is Mode.ASSISTED,
        not_before=from_seconds(chosen),
        not_after=from_seconds(best.last),
        window_end=from_seconds(best.window_end),
        earliest=from_seconds(first),
        latest=from_seconds(last),
    )
