"""Why a day has no start that may be booked: the rule that closed it (B9).

Rules are laid over each other in a fixed order, from what no hour changes to what the
counsellors have already; the one that takes the last start of a day closed it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime

from scheduler.domain.decision import Audience, Reason, refuse
from scheduler.domain.intervals import NOTHING, Intervals
from scheduler.domain.plan import ContactPlan
from scheduler.domain.policy import Policy
from scheduler.domain.slots import (
    Diary,
    Rota,
    Rule,
    Search,
    Seeker,
    any_on_grid,
    in_her_windows,
    rules_of_engagements,
    rules_of_hours,
    rules_of_meeting,
    rules_of_seekers,
)

Days = Mapping[date, tuple[int, int]]


def why_closed(
    search: Search,
    diaries: Sequence[Diary],
    seekers: Sequence[Seeker],
    rota: Rota,
    policy: Policy,
    now: datetime,
    days: Days,
    audience: Audience,
    set_aside: frozenset[Reason] = frozenset(),
) -> dict[date, Reason]:
    """The rule that closed each day without a start, as the audience may see it (E5).

    `set_aside` asks which there would be without the rules that give these reasons.
    The same work is done for every audience, so that the time it takes tells nothing.
    """
    closed: dict[date, Reason] = {}
    stages = _stages(search, diaries, seekers, rota, policy, now, set_aside)
    for reason, left in stages:
        for day, pair in days.items():
            if day not in closed and not any_on_grid(left & Intervals((pair,))):
                closed[day] = reason
    return {
        day: refuse([reason]).shown_to(audience).reasons[0]
        for day, reason in closed.items()
    }


def _stages(
    search: Search,
    diaries: Sequence[Diary],
    seekers: Sequence[Seeker],
    rota: Rota,
    policy: Policy,
    now: datetime,
    set_aside: frozenset[Reason],
) -> Iterator[Rule]:
    """What is left after each rule, in order."""
    left = search.range
    plans = [plan for each in seekers for plan in each.seat.plans]
    windows = iter(plans)
    for reason, allowed in rules_of_seekers(search, seekers, rota, policy, now):
        if reason is Reason.OUTSIDE_SESSION_WINDOW:
            for finer, wider in _of_windows(search, next(windows), policy, allowed):
                yield finer, left & wider
        if reason not in set_aside:
            left &= allowed
            yield reason, left
    yield from _of_counsellors(search, diaries, seekers, policy, left)


def _of_windows(
    search: Search, plan: ContactPlan, policy: Policy, allowed: Intervals
) -> Iterator[Rule]:
    """Her hours without what she denied, then without what a stay closes: what is left
    then was closed by no hours, by the stay, or by a no."""
    stated = replace(plan, session_hours=replace(plan.session_hours, deny=()))
    at_home = replace(stated, away=())
    yield (
        Reason.OUTSIDE_SESSION_WINDOW,
        allowed | in_her_windows(search, at_home, policy),
    )
    yield Reason.AWAY, allowed | in_her_windows(search, stated, policy)
    yield Reason.DENIED_TIME, allowed


def _of_counsellors(
    search: Search,
    diaries: Sequence[Diary],
    seekers: Sequence[Seeker],
    policy: Policy,
    hers: Intervals,
) -> Iterator[Rule]:
    """What all counsellors together leave after each rule."""
    left = {each.counsellor.id: hers for each in diaries}
    # Nobody at all is nobody available.
    order: dict[int, list[Rule]] = {}
    for diary in diaries:
        meeting = (
            rule
            for each in seekers
            for rule in rules_of_meeting(search, diary.counsellor, each, policy)
        )
        order[diary.counsellor.id] = [
            *rules_of_hours(search, diary),
            *meeting,
            *rules_of_engagements(search, diary, policy),
        ]
    if not order:
        yield Reason.COUNSELLOR_UNAVAILABLE, NOTHING
    for rules in zip(*order.values(), strict=True):
        together = NOTHING
        for counsellor_id, (_, allowed) in zip(order, rules, strict=True):
            left[counsellor_id] &= allowed
            together |= left[counsellor_id]
        yield rules[0][0], together
