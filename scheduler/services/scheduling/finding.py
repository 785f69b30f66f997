"""Finding a time (B9): every start that may be booked, the best of them, and why a day
has none."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import reduce

from scheduler.domain.best_times import (
    WANTED,
    Liking,
    Offer,
    best,
    days_of,
    reminded_starts,
)
from scheduler.domain.closed_days import Days, why_closed
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Audience, Reason
from scheduler.domain.intervals import Interval, Intervals, from_seconds, to_seconds
from scheduler.domain.people import Role
from scheduler.domain.plan import ContactPlan, Format
from scheduler.domain.policy import Policy
from scheduler.domain.reminders import Intention, plan_reminder
from scheduler.domain.slots import Looking, Search, without
from scheduler.domain.week import Day, draw
from scheduler.domain.zones import Edge, day_starts
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import scene
from scheduler.services.scheduling.scene import Scene
from scheduler.storage import agency, plans

LOOKS_AHEAD = timedelta(days=28)

# Somebody can see to these while a time is held; the times are shown all the same.
CAN_BE_SEEN_TO = frozenset(
    {Reason.NO_ON_CALL, Reason.NO_SUITABILITY, Reason.NO_CUTOFF_PLAN}
)


def starts(
    house: House,
    *,
    codes: tuple[str, ...],
    counsellor_ids: tuple[int, ...] | None,
    since: datetime,
    until: datetime,
    minutes: int,
    format_: Format,
) -> list[datetime]:
    """Every start on the grid with `since <= start < until` that may be booked with one
    of the counsellors (None: with any), soonest first. Raises NotThere."""
    now = house.now()
    if since >= until:
        return []
    search = Search(since, until, minutes, format_)
    around = Interval(since, until)
    with house.store.reading() as tx:
        if counsellor_ids is None:
            seen = scene.look_at_all(tx, house, codes, around, now)
        else:
            seen = scene.look(tx, house, codes, counsellor_ids, around, now)
    return [from_seconds(each) for each in seen.looking(search, now).seconds()]


def next_starts(
    house: House,
    *,
    codes: tuple[str, ...],
    counsellor_ids: tuple[int, ...] | None,
    after: datetime,
    minutes: int,
    format_: Format,
    count: int = 3,
) -> list[datetime]:
    """What to offer instead of a time that was just taken (B2). Raises NotThere."""
    found = starts(
        house,
        codes=codes,
        counsellor_ids=counsellor_ids,
        since=after,
        until=after + LOOKS_AHEAD,
        minutes=minutes,
        format_=format_,
    )
    return found[:count]


# --- For the page ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Question:
    """What is looked for, from the beginning of `day` in the reader's `zone` on.

    Without a counsellor it is any who fits; without a language or a speciality any.
    `own` are holds and sessions that are about to be replaced and so not in the way;
    `first_id` comes first beside her usual counsellor. `drawn`: whether the week is
    wanted too.
    """

    codes: tuple[str, ...]
    format: Format
    minutes: int
    day: date
    zone: str
    counsellor_id: int | None = None
    language: str = ""
    speciality: str = ""
    own: frozenset[str] = frozenset()
    first_id: int | None = None
    drawn: bool = True


@dataclass(frozen=True, slots=True)
class Best:
    """One of the best six, with the range in which a reminder of it would leave."""

    offer: Offer
    reminder: Intention | None


@dataclass(frozen=True, slots=True)
class Found:
    """The answer to a question. `best` may wait for something when nothing else can be
    booked; then `waits` is true of it. `members` are plans by code, `names` those of
    counsellors by id."""

    question: Question
    her_zone: str
    plan: ContactPlan
    members: Mapping[str, ContactPlan]
    usual_id: int | None
    names: Mapping[int, str]
    languages: tuple[str, ...]
    specialities: tuple[str, ...]
    best: tuple[Best, ...]
    best_waits: bool
    days: tuple[Day, ...]
    closed: Mapping[date, Reason]
    policy: Policy


@dataclass(frozen=True, slots=True)
class Beginning:
    """What the form shows before anything is chosen: the formats she agreed to, first
    the one she named first, and how long a session usually is."""

    formats: tuple[Format, ...]
    minutes: int


def beginning(house: House, actor: Actor, codes: Sequence[str]) -> Beginning:
    """Where a search for this client begins, or for a group: with the formats that all
    agreed to. Raises NotThere."""
    with house.store.reading() as tx:
        files = [file_for(tx, actor, code) for code in codes]
        agreed = [plans.current(tx, each.id)[0] for each in files]
        minutes = agency.policy(tx).session_minutes
    shared = (
        each.format
        for each in agreed[0].formats
        if all(plan.agreed(each.format) for plan in agreed)
    )
    return Beginning(tuple(shared), minutes)


def find(house: House, actor: Actor, question: Question) -> Found:
    """The best six, a week drawn, and why the other days have none.

    The week is the one of `question.day`; the six come from four weeks. Raises
    NotThere, also for a file that does not exist for whoever asks (E4).
    """
    now = house.now()
    first = question.day - timedelta(days=question.day.weekday())
    search = _search(question, first)
    with house.store.reading() as tx:
        files = tuple(file_for(tx, actor, code) for code in question.codes)
        seen = scene.look_at_all(
            tx,
            house,
            question.codes,
            Interval(search.since, search.until),
            now,
            without=question.own,
            files=files,
        )
    everybody = seen.diaries.staffing
    return _answer(
        question,
        seen,
        seen.looking(search, now, _who_fit(everybody.people, question)),
        _audience(actor),
        {who: name for who, name in seen.names.items() if who in everybody.by_id},
    )


def _search(question: Question, first: date) -> Search:
    return Search(
        since=day_starts(first, question.zone, Edge.CLOSES),
        until=day_starts(question.day + LOOKS_AHEAD, question.zone, Edge.CLOSES),
        minutes=question.minutes,
        format=question.format,
    )


def _audience(actor: Actor) -> Audience:
    supervises = actor.role is Role.SUPERVISOR
    return Audience.SUPERVISOR if supervises else Audience.ANYBODY


def _who_fit(people: Iterable[Counsellor], question: Question) -> frozenset[int] | None:
    """Who is asked about: whoever speaks this language, nothing said being all, and
    has this speciality, nothing said being none (A1)."""
    asked = question.counsellor_id, question.language, question.speciality
    if not any(asked):
        return None
    return frozenset(
        each.id
        for each in people
        if question.counsellor_id in {None, each.id}
        and (
            not question.language
            or not each.languages
            or question.language in each.languages
        )
        and (not question.speciality or question.speciality in each.specialities)
    )


def _languages(people: Iterable[Counsellor]) -> tuple[str, ...]:
    return tuple(sorted({each for one in people for each in one.languages}))


def _specialities(people: Iterable[Counsellor]) -> tuple[str, ...]:
    return tuple(sorted({each for one in people for each in one.specialities}))


def _answer(
    question: Question,
    seen: Scene,
    looking: Looking,
    audience: Audience,
    names: Mapping[int, str],
) -> Found:
    all_days = days_of(looking.search, question.zone)
    closed = besides = why_closed(looking, all_days, audience)
    # A day that only waits says for what; any other what closed it besides.
    wider = without(looking, CAN_BE_SEEN_TO)
    if wider is not looking:
        besides = why_closed(wider, all_days, audience)
    liking = _liking(question, seen, looking.search, looking.now)
    since = to_seconds(day_starts(question.day, question.zone, Edge.CLOSES))
    offers = best(looking, liking, WANTED, since)
    waits = not offers
    if waits and wider is not looking:
        offers = best(wider, liking, WANTED, since)
    return Found(
        question=question,
        her_zone=seen.known[0].plan.zone,
        plan=seen.known[0].plan,
        members={each.client.code: each.plan for each in seen.known},
        usual_id=seen.known[0].client.usual_counsellor_id,
        names=names,
        languages=_languages(seen.diaries.people),
        specialities=_specialities(seen.diaries.people),
        best=tuple(Best(each, _reminder(seen, each, looking.now)) for each in offers),
        best_waits=waits and bool(offers),
        days=draw(
            _week_of(question.day, all_days),
            looking,
            wider,
            {**closed, **besides},
            liking,
        )
        if question.drawn
        else (),
        closed=closed,
        policy=seen.policy,
    )


def _reminder(seen: Scene, offer: Offer, now: datetime) -> Intention | None:
    """The first reminder that would be planned; the minute is not drawn, only where."""
    known, policy = seen.known[0], seen.policy
    for ordinal in range(len(policy.reminder_hours)) if offer.reminder else ():
        planned = plan_reminder(
            known.plan,
            known.standing,
            policy,
            session_start=offer.start,
            ordinal=ordinal,
            shift=timedelta(0),
            now=now,
            draw=lambda _: 0,
        )
        if isinstance(planned, Intention):
            return planned
    return None


def _week_of(day: date, days: Days) -> Days:
    last = day + timedelta(days=6 - day.weekday())
    return {each: pair for each, pair in days.items() if each <= last}


def _liking(question: Question, seen: Scene, search: Search, now: datetime) -> Liking:
    usual = [each.client.usual_counsellor_id for each in seen.known]
    usual.append(question.first_id)
    reminded = (
        reminded_starts(each.plan, each.standing, seen.policy, search, now)
        for each in seen.known
    )
    return Liking(
        zone=question.zone,
        usual=frozenset(each for each in usual if each is not None),
        reminded=reduce(Intervals.__and__, reminded),
    )
