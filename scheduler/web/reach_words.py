"""Whether she may be reached now, in words: yes or no, why, and when next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scheduler.domain.decision import Reason
from scheduler.domain.explain import Context, Explained, explain
from scheduler.domain.plan import ChannelKind, ContactPlan, Purpose
from scheduler.domain.plan_words import PURPOSES, channel_name, written_day
from scheduler.domain.policy import Policy
from scheduler.domain.typed_hours import write_weekly
from scheduler.services.files.file_view import MayReach, first_yes
from scheduler.web import here
from scheduler.web.shown import town

REACHED: Final[Mapping[ChannelKind, str]] = {
    ChannelKind.SMS: "texted",
    ChannelKind.VOICE: "rung",
    ChannelKind.EMAIL: "written to",
    ChannelKind.IN_PERSON: "told in person",
    ChannelKind.THROUGH_SOMEONE: "reached through someone",
}
_FOR: Final[Mapping[Purpose, str]] = {
    Purpose.REMINDER: "a reminder",
    Purpose.CHANGE: "a change",
    Purpose.CALL_BACK: "a call back",
    Purpose.SESSION: "holding a session",
}
# These say why nothing at all leaves, so they are said once for all ways.
OF_ALL: Final = (
    Reason.FILE_CLOSED,
    Reason.PAUSED,
    Reason.CLOCK_UNVERIFIED,
    Reason.PLAN_LAPSED,
    Reason.PLAN_SUSPENDED,
)

_CONTACTS_US: Final = (
    "She contacts us: the plan names no way out to her. Ask at the next talk whether "
    "there is one."
)


@dataclass(frozen=True, slots=True)
class WayNow:
    """One way for the purposes that share an answer."""

    way: str
    purposes: str
    yes: bool
    until: datetime | None
    again_at: datetime | None
    reasons: tuple[Explained, ...]
    key: str
    kind: ChannelKind
    for_what: tuple[Purpose, ...]


@dataclass(frozen=True, slots=True)
class Now:
    """The whole answer. `again_at` is the next yes when it is no for every way."""

    yes: bool
    fact: str
    sentences: tuple[str, ...]
    again_at: datetime | None
    by: str
    ways: tuple[WayNow, ...]
    zone: str


def now_of(
    code: str, plan: ContactPlan, reach: Iterable[MayReach], policy: Policy
) -> Now:
    """In words, for a page."""
    listed = tuple(reach)
    ways = tuple(_way(code, plan, each, policy) for each in listed)
    going = [each for each in ways if each.kind is not ChannelKind.IN_PERSON]
    yes = [each for each in going if each.yes]
    again_at = None if yes else first_yes(listed)
    return Now(
        yes=bool(yes),
        fact=_fact(code, yes),
        sentences=_sentences(plan, listed, going, bool(yes), policy, code),
        again_at=again_at,
        by=", ".join(_ways_at(going, again_at)) if again_at else "",
        ways=ways,
        zone=plan.zone,
    )


def _fact(code: str, yes: list[WayNow]) -> str:
    if not yes:
        return f"{code} is not to be contacted now."
    how = "; ".join(f"by {each.way.lower()} for {each.purposes}" for each in yes)
    return f"{code} may be contacted now: {how}."


def _ways_at(ways: Iterable[WayNow], at: datetime | None) -> list[str]:
    same = (f"by {each.way.lower()}" for each in ways if each.again_at == at)
    return list(dict.fromkeys(same))


def _sentences(
    plan: ContactPlan,
    reach: tuple[MayReach, ...],
    going: list[WayNow],
    yes: bool,
    policy: Policy,
    code: str,
) -> tuple[str, ...]:
    """Why not, first what holds for every way; of the hours only the next yes."""
    if yes:
        return ()
    if not going:
        return (_CONTACTS_US,)
    everywhere = set.intersection(*(set(each.decision.reasons) for each in reach))
    said = [each for each in OF_ALL if each in everywhere]
    if said:
        known = _context(code, plan, reach[0], policy)
        return tuple(explain(each, **known).text for each in said)
    first = next((each for each in going if each.again_at), going[0])
    return (first.reasons[0].text, *(each.fact for each in first.reasons[1:]))


def _way(code: str, plan: ContactPlan, of: MayReach, policy: Policy) -> WayNow:
    decision = of.decision
    known = _context(code, plan, of, policy)
    return WayNow(
        way=channel_name(plan, of.channel),
        purposes=", ".join(PURPOSES[each] for each in of.purposes) or "nothing agreed",
        yes=decision.yes,
        until=decision.window.end - policy.margin
        if decision.yes and decision.window
        else None,
        again_at=decision.again_at,
        reasons=()
        if decision.yes
        else tuple(explain(each, **known) for each in decision.reasons),
        key=of.channel.key,
        kind=of.channel.kind,
        for_what=of.purposes,
    )


def _context(code: str, plan: ContactPlan, of: MayReach, policy: Policy) -> Context:
    shown = here.shown()
    wall = shown.wall(here.now(), plan.zone)
    known: Context = {
        "who": code,
        "reached": REACHED[of.channel.kind],
        "purpose": " or ".join(_FOR[each] for each in of.purposes) or "this",
        "open": ", ".join(map(write_weekly, of.channel.hours.weekly)),
        "now": f"{wall:%A} {shown.clock(here.now(), plan.zone)} in {town(plan.zone)}",
        "when": "now",
        "until": written_day(plan.valid_until),
        "margin": policy.margin_minutes,
    }
    if of.decision.again_at is not None:
        known["next"] = shown.moment(of.decision.again_at, plan.zone)
    return known
