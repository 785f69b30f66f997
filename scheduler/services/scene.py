"""What a booking or a search for a time is decided on, read in one transaction.

The number of queries does not grow with the counsellors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from scheduler.domain.booking import (
    Agency,
    Engagement,
    Proposal,
    Seat,
    decide_booking,
)
from scheduler.domain.decision import Decision, Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.intervals import Interval, Intervals, to_seconds
from scheduler.domain.policy import Policy
from scheduler.domain.slots import Looking, Rota, Search, Seeker, ceiling
from scheduler.domain.staffing import Diaries, engagement_of
from scheduler.domain.zones import local_date
from scheduler.services.gate import Facts, facts
from scheduler.services.house import House
from scheduler.storage import agency, bookings, caseload, counsellors, people
from scheduler.storage.bookings import client_who, counsellor_who
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

# Neighbours farther away than this cannot be in the way, whatever the policy's gap,
# and no local day reaches farther.
NEAR = timedelta(hours=26)

Taken = Mapping[int, Sequence[Engagement]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who looks, who could see them, and what all of them have already."""

    diaries: Diaries
    seekers: tuple[Seeker, ...]
    rota: Rota
    policy: Policy
    known: tuple[Facts, ...]

    def decide(
        self,
        proposal: Proposal,
        counsellor_id: int,
        now: datetime,
        overrides: frozenset[Reason] = frozenset(),
    ) -> Decision:
        """May it be booked (B1)? The scene has to reach around the proposal. Raises
        NotThere for a counsellor who is not in it."""
        counsellor = self.diaries.staffing.by_id.get(counsellor_id)
        if counsellor is None:
            raise NotThere
        return decide_booking(
            proposal,
            counsellor,
            _around(self.diaries, counsellor_id, proposal),
            tuple(_seat_at(each, proposal.start) for each in self.seekers),
            Agency(
                clock_verified=self.rota.clock_verified,
                on_call_named=self.rota.on_call.holds(proposal.start),
                overrides=overrides,
            ),
            self.policy,
            now,
        )

    def looking(
        self,
        search: Search,
        now: datetime,
        only: frozenset[int] | None = None,
        set_aside: frozenset[Reason] = frozenset(),
    ) -> Looking:
        """A search for the starts that `decide` would allow."""
        around = (self.diaries, self.seekers, self.rota, self.policy)
        return Looking(search, *around, now, only, set_aside)


def _around(
    diaries: Diaries, counsellor_id: int, proposal: Proposal
) -> tuple[Engagement, ...]:
    since, until = proposal.start - NEAR, proposal.start + NEAR
    found = diaries.near(counsellor_id, to_seconds(since), to_seconds(until))
    return tuple(map(engagement_of, found))


def _seat_at(seeker: Seeker, start: datetime) -> Seat:
    last = seeker.suitable_until
    suits = last is not None and local_date(start, seeker.zone) <= last
    return replace(seeker.seat, suitable=suits)


def look(
    tx: Tx,
    house: House,
    codes: Sequence[str],
    counsellor_ids: Sequence[int] | None,
    around: Interval,
    now: datetime,
    *,
    without: Collection[str] = (),
) -> Scene:
    """Read the scene for starts in a range; `counsellor_ids` None is all of them.

    `without` are sessions and holds that are its own and so not in its way. Raises
    NotThere for a file or a counsellor that is not there.
    """
    found = people.clients_by_codes(tx, codes)
    files = tuple(found[code] for code in codes if code in found)
    since, until = around.start - NEAR, around.end + NEAR
    staff = counsellors.by_ids(tx, counsellor_ids, since)
    if (
        len(files) != len(codes)
        or not files
        or not staff.keys() >= set(counsellor_ids or ())
    ):
        raise NotThere
    ids = [each.id for each in files]
    apart = people.apart_of_many(tx, ids)
    others = people.clients_by_ids(tx, {each for two in apart.values() for each in two})
    whos = [*map(counsellor_who, staff), *map(client_who, {*ids, *others})]
    taken = bookings.engagements(tx, whos, since, until, now=now, without=without)
    known = tuple(facts(tx, house, each, now) for each in files)
    policy = known[0].policy
    carried: Mapping[int, frozenset[int]] = {}
    if policy.caseload_most:
        staff = caseload.loaded(tx, staff, now)
        carried = caseload.carriers(tx, ids, now)
    return Scene(
        diaries=Diaries.of(
            staff.values(),
            {each: taken.get(counsellor_who(each), ()) for each in staff},
        ),
        seekers=tuple(
            _carried(
                _seeker(
                    tx, each, [others[i] for i in apart.get(each.client.id, ())], taken
                ),
                each,
                carried,
            )
            for each in known
        ),
        rota=_rota(tx, since, until),
        policy=policy,
        known=known,
    )


def _carried(
    seeker: Seeker, known: Facts, carried: Mapping[int, frozenset[int]]
) -> Seeker:
    """With what she weighs in a caseload, and in whose she is already (A2)."""
    seat = replace(
        seeker.seat,
        weight=known.client.weight,
        carried_by=carried.get(known.client.id, frozenset()),
    )
    return replace(seeker, seat=seat)


def _seeker(tx: Tx, known: Facts, apart: Sequence[ClientFile], taken: Taken) -> Seeker:
    seeing = bookings.counsellors_seeing(tx, [each.id for each in apart])
    # Where both files name one, a session decides which of them she sees (E5).
    hers = {None, known.client.usual_counsellor_id}
    usual = {each.usual_counsellor_id for each in apart} - hers
    near = (taken.get(client_who(each.id), ()) for each in apart)
    engaged = taken.get(client_who(known.client.id), ())
    seat = Seat(
        code=known.client.code,
        plans=known.plans,
        standing=known.standing,
        engaged=tuple(each.time for each in engaged),
        apart_codes=frozenset(each.code for each in apart),
        apart_counsellors=seeing.union(each for each in usual if each is not None),
        apart_times=tuple(each.time for listed in near for each in listed),
    )
    return Seeker(seat, known.client.suitable_until)


def _rota(tx: Tx, since: datetime, until: datetime) -> Rota:
    turns = counsellors.duties(tx, since, until)
    return Rota(
        clock_verified=agency.sender(tx).clock_right,
        on_call=Intervals.from_pairs(
            (to_seconds(each.time.start), ceiling(each.time.end)) for each in turns
        ),
    )
