"""A day of somebody who is ill, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.decision import Decision
from scheduler.domain.explain import Context
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan_words import FORMATS
from scheduler.services.scheduling.sick_day import Reached, SickDays, Stranded
from scheduler.services.scheduling.stand_ins import StandIn
from scheduler.services.scheduling.what_leaves import Leaving
from scheduler.web import roster_words
from scheduler.web.booking_words import Fact, leaving
from scheduler.web.find_words import Why, in_words
from scheduler.web.reach_words import Now, now_of


@dataclass(frozen=True, slots=True)
class Told:
    """Whether one client may be told now, and what would leave if it is cancelled."""

    now: Now
    fact: Fact
    phrases: tuple[str, ...]
    told: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One session."""

    session_id: str
    start: datetime
    end: datetime
    codes: tuple[str, ...]
    her_zone: str
    how: str
    booked: bool
    told: tuple[Told, ...]
    stand_ins: tuple[StandIn, ...]
    room_items: tuple[str, ...]


def line(of: Stranded, seen: SickDays) -> Line:
    """One session, in words."""
    session = of.session
    language = roster_words.LANGUAGES.get(session.language, session.language)
    how = [FORMATS[session.format], language]
    if len(of.codes) > 1:
        how.append(f"group of {len(of.codes)}")
    return Line(
        session_id=session.id,
        start=session.time.start,
        end=session.time.end,
        codes=of.codes,
        her_zone=of.clients[0].of.plan.zone,
        how=" · ".join(each for each in how if each),
        booked=of.booked,
        told=tuple(_told(each, seen) for each in of.clients),
        stand_ins=of.stand_ins,
        room_items=of.room_items,
    )


def _told(of: Reached, seen: SickDays) -> Told:
    if seen.policy is None:
        raise ValueError("A listed session was read with its policy.")
    answer = of.of.cancelled
    return Told(
        now=now_of(of.of.code, of.of.plan, of.reach, seen.policy),
        fact=leaving("If cancelled, a text", answer, of.of, Meaning.CANCELLED),
        phrases=answer.phrases if isinstance(answer, Leaving) else (),
        told=isinstance(answer, Leaving),
    )


def refused(decision: Decision | None, seen: SickDays) -> tuple[Why, ...]:
    """Why an act was not done; without a decision somebody was quicker."""
    if decision is None:
        fact = "This time was just taken."
        return ((fact, "Choose somebody else, or do something else with it.", ()),)
    return tuple(_whys(decision, seen))


def _whys(decision: Decision, seen: SickDays) -> Iterator[Why]:
    policy = seen.policy
    known: Context = {"counsellor": "The stand-in"}
    if policy is not None:
        known["gap"], known["lead"] = policy.gap_minutes, policy.booking_lead_minutes
    for each in decision.reasons:
        yield in_words(each, known, "")
