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
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Decision, Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.intervals import Interval, Intervals, to_seconds
from scheduler.domain.policy import Policy
from scheduler.domain.slots import Looking, Rota, Search, Seeker, ceiling
from scheduler.domain.staffing import Diaries, engagement_of
from scheduler.domain.zones import local_date
from scheduler.services.facts import Facts, read_ledger
from scheduler.services.house import House
from scheduler.storage import bookings, calendar, caseload, counsellors, people
from scheduler.storage.bookings import client_who, counsellor_who
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

# Neighbours farther away than this cannot be in the way, whatever the policy's gap,
# and no local day reaches farther.
NEAR = timedelta(hours=26)

TakenBy = Mapping[int, Sequence[Engagement]]


@dataclass(frozen=True, slots=True)
class Scene:
    """Who looks, who could see them, and what all of them have already. `names` are
    those of staff by id, when all were read."""

    diaries: Diaries
    seekers: tuple[Seeker, ...]
    rota: Rota
    policy: Policy
    known: tuple[Facts, ...]
    names: Mapping[int, str]

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
    counsellor_ids: Sequence[int],
    around: Interval,
    now: datetime,
    *,
    without: Collection[str] = (),
    files: Sequence[ClientFile] = (),
) -> Scene:
    """Read the scene for starts in a range with these counsellors, as it is now.

    `without` are sessions and holds that are its own and so not in its way; `files` are
    those of the codes, if they are read already. Raises NotThere for a file or a
    counsellor that is not there.
    """
    files = files or _files(tx, codes)
    since, until = around.start - NEAR, around.end + NEAR
    staff = counsellors.by_ids(tx, counsellor_ids, since)
    if not staff.keys() >= set(counsellor_ids):
        raise NotThere
    whos = {each: counsellor_who(each) for each in staff}
    beside = _Beside(since, until, now, without, tuple(whos.values()))
    seekers, known, taken = _clients(tx, house, files, beside)
    turns = counsellors.duties(tx, since, until)
    on_call = Intervals.from_pairs(
        (to_seconds(each.time.start), ceiling(each.time.end)) for each in turns
    )
    return Scene(
        diaries=Diaries.of(
            _loaded(tx, staff, known[0].policy, now).values(),
            {each: taken.get(who, ()) for each, who in whos.items()},
        ),
        seekers=seekers,
        rota=Rota(known[0].standing.clock_verified, on_call),
        policy=known[0].policy,
        known=known,
        names={},
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


def look_at_all(
    tx: Tx,
    house: House,
    codes: Sequence[str],
    around: Interval,
    now: datetime,
    *,
    without: Collection[str] = (),
    files: Sequence[ClientFile] = (),
) -> Scene:
    """The same with all counsellors, from what is kept in memory while nothing changes:
    for a search. `files` are those of the codes, if they are read already."""
    files = files or _files(tx, codes)
    since, until = around.start - NEAR, around.end + NEAR
    office, diaries = calendar.everybody(tx, since, until, now=now, without=without)
    beside = _Beside(since, until, now, without)
    seekers, known, _ = _clients(tx, house, files, beside, office.policy)
    if office.policy.caseload_most:
        people_ = _loaded(tx, office.staffing.by_id, office.policy, now).values()
        diaries = Diaries(office.staffing.with_loads(people_), diaries.taken)
    return Scene(
        diaries=diaries,
        seekers=seekers,
        rota=Rota(known[0].standing.clock_verified, office.on_call),
        policy=office.policy,
        known=known,
        names=office.names,
    )


def _loaded(
    tx: Tx, staff: dict[int, Counsellor], policy: Policy, now: datetime
) -> dict[int, Counsellor]:
    """With what the files weigh that each of them carries, where that counts (A2)."""
    return caseload.loaded(tx, staff, now) if policy.caseload_most else staff


def _files(tx: Tx, codes: Sequence[str]) -> tuple[ClientFile, ...]:
    found = people.clients_by_codes(tx, codes)
    files = tuple(found[code] for code in codes if code in found)
    if len(files) != len(codes) or not files:
        raise NotThere
    return files


@dataclass(frozen=True, slots=True)
class _Beside:
    """What is asked about the clients' time, and about whose besides."""

    since: datetime
    until: datetime
    now: datetime
    without: Collection[str]
    whos: tuple[int, ...] = ()


def _clients(
    tx: Tx,
    house: House,
    files: Sequence[ClientFile],
    beside: _Beside,
    policy: Policy | None = None,
) -> tuple[tuple[Seeker, ...], tuple[Facts, ...], TakenBy]:
    """The clients, and what takes everybody's time that was asked about. With a policy
    only for a search: what has left already is not read."""
    ids = [each.id for each in files]
    apart = people.apart_of_many(tx, ids)
    far = {each for two in apart.values() for each in two}
    others = people.clients_by_ids(tx, far) if far else {}
    taken = bookings.engagements(
        tx,
        [*beside.whos, *map(client_who, {*ids, *others})],
        beside.since,
        beside.until,
        now=beside.now,
        without=beside.without,
    )
    ledger = read_ledger(
        tx, house, files, beside.now, caps=policy is None, policy=policy
    )
    known = tuple(ledger.facts(each) for each in ids)
    carried: Mapping[int, frozenset[int]] = {}
    if ledger.policy.caseload_most:
        carried = caseload.carriers(tx, ids, beside.now)
    seekers = tuple(
        _carried(
            _seeker(
                tx, each, [others[i] for i in apart.get(each.client.id, ())], taken
            ),
            each,
            carried,
        )
        for each in known
    )
    return seekers, known, taken


def _seeker(
    tx: Tx, known: Facts, apart: Sequence[ClientFile], taken: TakenBy
) -> Seeker:
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
