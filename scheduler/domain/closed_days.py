"""Why a day has no start that may be booked: the rule that closed it (B9).

Rules are laid over each other in a fixed order, from what no hour changes to what the
counsellors have already; the one that takes the last start of a day closed it. What
counsellors have is laid over days only that nothing else closed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from scheduler.domain.decision import Audience, Reason, refuse
from scheduler.domain.plan import ContactPlan
from scheduler.domain.slots import (
    Looking,
    Stretch,
    far_from_apart,
    in_her_windows,
)

Days = Mapping[date, tuple[int, int]]


def why_closed(looking: Looking, days: Days, audience: Audience) -> dict[date, Reason]:
    """The rule that closed each day without a start, as the audience may see it (E5).

    The same work is done for every audience, so that the time it takes tells nothing.
    """
    closed: dict[date, Reason] = {}
    open_ = {day: looking.frame.between(*pair) for day, pair in days.items()}
    for reason, left in _stages_of_her(looking):
        for day in [each for each, starts in open_.items() if not starts & left]:
            closed[day] = reason
            del open_[day]
    for day in open_:
        part = looking.on(*days[day])
        if not part.somebody():
            closed[day] = _closed_by_counsellors(part)
    return {
        day: refuse([reason]).shown_to(audience).reasons[0]
        for day, reason in closed.items()
    }


def _stages_of_her(looking: Looking) -> Iterator[tuple[Reason, int]]:
    """What is left after each rule that does not depend on the counsellor, in order."""
    left = looking.frame.every
    plans = iter([plan for each in looking.seekers for plan in each.seat.plans])
    for (reason, _), allowed in zip(looking.rules, looking.rule_bits, strict=True):
        if reason is Reason.OUTSIDE_SESSION_WINDOW:
            for finer, wider in _of_windows(looking, next(plans)):
                yield finer, left & (allowed | wider)
        if reason not in looking.set_aside:
            left &= allowed
            yield reason, left


def _of_windows(looking: Looking, plan: ContactPlan) -> Iterator[tuple[Reason, int]]:
    """Her hours without what she denied, then without what a stay closes: what is left
    then was closed by no hours, by the stay, or by a no."""
    stated = replace(plan, session_hours=replace(plan.session_hours, deny=()))
    for reason, kinder in (
        (Reason.OUTSIDE_SESSION_WINDOW, replace(stated, away=())),
        (Reason.AWAY, stated),
    ):
        found = in_her_windows(looking.search, kinder, looking.policy)
        yield reason, looking.frame.bits(found)
    yield Reason.DENIED_TIME, 0


def _closed_by_counsellors(part: Stretch) -> Reason:
    """The rule after which all counsellors together have nothing left of a day."""
    last = Reason.COUNSELLOR_UNAVAILABLE
    for reason, somebody in _stages_of_counsellors(part):
        last = reason
        if not somebody:
            break
    return last


def _stages_of_counsellors(part: Stretch) -> Iterator[tuple[Reason, bool]]:
    looking = part.looking
    agreed = part.part(looking.agreed)
    skipped, there = part.skipped, looking.there.items()
    at_all = ((who, bits >> skipped & agreed) for who, bits in there) if agreed else ()
    left = {who: bits for who, bits in at_all if bits}
    yield Reason.COUNSELLOR_UNAVAILABLE, bool(left)
    for seeker in looking.seekers:
        seat = seeker.seat
        for reason, kept in (
            (Reason.NOT_YOUR_FILE, looking.diaries.staffing.shut_out_of(seat.code)),
            (Reason.KEPT_APART, seat.apart_counsellors),
        ):
            left = {who: bits for who, bits in left.items() if who not in kept}
            yield reason, bool(left)
        far = far_from_apart(looking.search, seeker, looking.policy, part.frame)
        left = {who: bits & far for who, bits in left.items() if bits & far}
        yield Reason.KEPT_APART, bool(left)
    over = looking.overloaded
    left = {who: bits for who, bits in left.items() if who not in over}
    yield Reason.CASELOAD, bool(left)
    # Rule by rule, since one may leave what another then takes.
    rules = [part.rules(who) for who in left]
    standing = list(left.values())
    for of_each in zip(*rules, strict=True):
        standing = [
            bits & allowed for bits, (_, allowed) in zip(standing, of_each, strict=True)
        ]
        yield of_each[0][0], any(standing)
