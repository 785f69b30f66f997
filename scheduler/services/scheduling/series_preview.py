"""A series before it is booked: each occurrence's verdict, what it would bring, and
what could be done instead (B4). Nothing is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from scheduler.domain.booking import Engagement, Proposal
from scheduler.domain.decision import Audience, Decision
from scheduler.domain.intervals import Interval, from_seconds
from scheduler.domain.people import Role
from scheduler.domain.plan import ContactPlan, Format
from scheduler.domain.policy import Policy
from scheduler.domain.series import Every, nearest, occurrences, week_of
from scheduler.domain.slots import Search
from scheduler.domain.zones import Edge, day_starts, local_date
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import scene, stand_ins
from scheduler.services.scheduling.booking import Wish
from scheduler.services.scheduling.booking_preview import NOT_YET, draft
from scheduler.services.scheduling.scene import Scene
from scheduler.services.scheduling.stand_ins import Bench, StandIn
from scheduler.services.scheduling.what_leaves import OfClient, of_client
from scheduler.storage import agency, plans
from scheduler.storage.engine import Tx

_DAY = timedelta(days=1)
_APART = timedelta(minutes=30)
ON_THE_DAY = 6
ON_ANOTHER_DAY = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where and how one occurrence is held."""

    start: datetime
    counsellor_id: int
    format: Format


@dataclass(frozen=True, slots=True)
class Wanted:
    """A series somebody wants, and what was chosen for some of its occurrences, by
    number from 1: another place, or None to skip it. `open` are the numbers whose
    other ways are looked for though they can be booked."""

    codes: tuple[str, ...]
    first: Place
    minutes: int
    every: Every
    count: int
    language: str = ""
    choices: Mapping[int, Place | None] = field(default_factory=dict)
    open: frozenset[int] = frozenset()
    hold_id: str | None = None

    def wish(self, place: Place) -> Wish:
        """As it is booked."""
        return Wish(
            codes=self.codes,
            counsellor_id=place.counsellor_id,
            start=place.start,
            minutes=self.minutes,
            format=place.format,
            language=self.language,
        )


@dataclass(frozen=True, slots=True)
class Otherwise:
    """What could be done instead: other starts with her that week, other formats then,
    and who else is available then."""

    starts: tuple[datetime, ...] = ()
    formats: tuple[Format, ...] = ()
    stand_ins: tuple[StandIn, ...] = ()


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One of a series. `planned` is where it stands by itself; `place` None is skipped.
    The decision is in the words the asker may see (E5)."""

    number: int
    planned: Place
    place: Place | None
    decision: Decision | None
    clients: tuple[OfClient, ...]
    otherwise: Otherwise | None

    @property
    def books(self) -> bool:
        """Whether it would be booked."""
        return self.decision is not None and self.decision.yes


@dataclass(frozen=True, slots=True)
class SeriesPreview:
    """All of it. `names` are those of the counsellors in it."""

    occurrences: tuple[Occurrence, ...]
    names: Mapping[int, str]
    plan: ContactPlan
    policy: Policy


def preview(house: House, actor: Actor, wanted: Wanted) -> SeriesPreview:
    """What booking it would bring. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        files = [file_for(tx, actor, code) for code in wanted.codes]
        plan = plans.current(tx, files[0].id)[0]
        most = agency.policy(tx).series_occurrences
        count = min(wanted.count, most)
        starts = occurrences(wanted.first.start, wanted.every, count, plan)
        seen = _look(tx, house, wanted, plan, starts, now)
        reading = _Reading(
            tx, house, actor, wanted, now, stand_ins.bench(tx, starts[0], now)
        )
        found = tuple(reading.each(seen, starts))
    return SeriesPreview(found, reading.bench.names, plan, seen.policy)


def _look(
    tx: Tx,
    house: House,
    wanted: Wanted,
    plan: ContactPlan,
    starts: tuple[datetime, ...],
    now: datetime,
) -> Scene:
    """One look that reaches over the weeks of all of them."""
    chosen = [each for each in wanted.choices.values() if each is not None]
    times = [*starts, *(each.start for each in chosen)]
    monday, _ = week_of(min(times), plan.zone)
    _, sunday = week_of(max(times), plan.zone)
    around = Interval(
        day_starts(monday, plan.zone), day_starts(sunday + _DAY, plan.zone)
    )
    ids = {wanted.first.counsellor_id, *(each.counsellor_id for each in chosen)}
    own = [wanted.hold_id] if wanted.hold_id else []
    return scene.look(tx, house, wanted.codes, sorted(ids), around, now, without=own)


@dataclass(frozen=True, slots=True)
class _Reading:
    """One preview under way."""

    tx: Tx
    house: House
    actor: Actor
    wanted: Wanted
    now: datetime
    bench: Bench

    def each(self, seen: Scene, starts: tuple[datetime, ...]) -> Iterator[Occurrence]:
        """One after the other, each beside those before it."""
        for number, start in enumerate(starts, start=1):
            planned = replace(self.wanted.first, start=start)
            place = self.wanted.choices.get(number, planned)
            one = self._one(seen, number, planned, place)
            if one.books and place is not None:
                seen = with_session(seen, place, self.wanted.minutes)
            yield one

    def _one(
        self, seen: Scene, number: int, planned: Place, place: Place | None
    ) -> Occurrence:
        decision = None
        clients: tuple[OfClient, ...] = ()
        if place is not None:
            proposal = Proposal(place.start, self.wanted.minutes, place.format)
            decision = seen.decide(proposal, place.counsellor_id, self.now)
            clients = self._clients(seen, place) if decision.yes else ()
        refused = decision is not None and not decision.yes
        looked = refused or number in self.wanted.open
        return Occurrence(
            number=number,
            planned=planned,
            place=place,
            decision=decision.shown_to(audience_of(self.actor)) if decision else None,
            clients=clients,
            otherwise=self._otherwise(seen, planned) if looked else None,
        )

    def _clients(self, seen: Scene, place: Place) -> tuple[OfClient, ...]:
        time = Interval.lasting(place.start, self.wanted.minutes)
        session = replace(
            draft(self.actor, place.counsellor_id, time, place.format, self.now),
            series_id=NOT_YET,
        )
        return tuple(
            of_client(self.tx, self.house, known, session, place.start, self.now)
            for known in seen.known
        )

    def _otherwise(self, seen: Scene, planned: Place) -> Otherwise:
        minutes, who = self.wanted.minutes, planned.counsellor_id
        proposal = Proposal(planned.start, minutes, planned.format)
        own = [self.wanted.hold_id] if self.wanted.hold_id else []
        return Otherwise(
            starts=self._starts(seen, planned),
            formats=tuple(
                each
                for each in Format
                if each is not planned.format
                and seen.decide(replace(proposal, format=each), who, self.now).yes
            ),
            stand_ins=stand_ins.who_fit(
                self.tx,
                self.bench,
                seen,
                proposal,
                self.now,
                language=self.wanted.language,
                besides={who},
                without=own,
            ),
        )

    def _starts(self, seen: Scene, planned: Place) -> tuple[datetime, ...]:
        """Some of that day, and a few of the other days of that week."""
        zone = seen.seekers[0].zone
        monday, sunday = week_of(planned.start, zone)
        only_her = frozenset({planned.counsellor_id})
        found: list[datetime] = []
        for shift in range((sunday - monday).days + 1):
            day = monday + shift * _DAY
            since, until = (
                day_starts(each, zone, Edge.CLOSES) for each in (day, day + _DAY)
            )
            search = Search(since, until, self.wanted.minutes, planned.format)
            looking = seen.looking(search, self.now, only_her)
            at_all = [from_seconds(each) for each in looking.seconds()]
            same_day = since <= planned.start < until
            most = ON_THE_DAY if same_day else ON_ANOTHER_DAY
            hour = since + (planned.start - day_starts_of(planned.start, zone))
            found.extend(nearest(at_all, hour, most, _APART))
        return tuple(each for each in found if each != planned.start)


def day_starts_of(at: datetime, zone_name: str) -> datetime:
    """When the local day of an instant begins."""
    return day_starts(local_date(at, zone_name), zone_name)


def audience_of(actor: Actor) -> Audience:
    """Who may be told a reason (E5)."""
    supervises = actor.role is Role.SUPERVISOR
    return Audience.SUPERVISOR if supervises else Audience.ANYBODY


def with_session(seen: Scene, place: Place, minutes: int) -> Scene:
    """The same scene with one session more in it."""
    time = Interval.lasting(place.start, minutes)
    return replace(
        seen,
        diaries=seen.diaries.with_one_more(
            place.counsellor_id, Engagement(NOT_YET, time)
        ),
        seekers=tuple(
            replace(each, seat=replace(each.seat, engaged=(*each.seat.engaged, time)))
            for each in seen.seekers
        ),
    )
