"""Who else could hold a session at its time (A5, B4).

Named are only those who fit: nothing is said of the others, so that nobody learns from
it who is shut out of a file or kept apart from it (E5).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.domain.booking import Proposal
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.staffing import Diaries
from scheduler.services.scheduling.scene import NEAR, Scene
from scheduler.storage import accounts, agency, bookings, caseload, counsellors
from scheduler.storage.bookings import counsellor_who
from scheduler.storage.engine import Tx


@dataclass(frozen=True, slots=True)
class StandIn:
    """Somebody who is available."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Bench:
    """Everybody who holds sessions, read once for all the sessions looked at."""

    everybody: tuple[Counsellor, ...]
    names: dict[int, str]


def bench(tx: Tx, since: datetime, now: datetime) -> Bench:
    """Who holds sessions here, from `since` on."""
    names = {each.id: each.name for each in accounts.members(tx) if each.active}
    found = counsellors.by_ids(tx, None, since - NEAR)
    if agency.policy(tx).caseload_most:
        found = caseload.loaded(tx, found, now)
    return Bench(tuple(each for each in found.values() if each.id in names), names)


def who_fit(
    tx: Tx,
    on: Bench,
    seen: Scene,
    proposal: Proposal,
    now: datetime,
    *,
    language: str = "",
    besides: Collection[int] = (),
    without: Collection[str] = (),
) -> tuple[StandIn, ...]:
    """Those who may hold it, by name; `besides` are not asked. `seen` says what is true
    of the clients; one query more, however many counsellors there are."""
    asked = [
        each
        for each in on.everybody
        if each.id not in besides and _speaks(each, language)
    ]
    diaries = _diaries(tx, asked, proposal, now, without)
    there = replace(seen, diaries=diaries)
    fit = [
        StandIn(each.id, on.names[each.id])
        for each in asked
        if there.decide(proposal, each.id, now).yes
    ]
    return tuple(sorted(fit, key=lambda each: each.name.casefold()))


def _speaks(person: Counsellor, language: str) -> bool:
    """Nothing said is all (A1)."""
    return not language or not person.languages or language in person.languages


def _diaries(
    tx: Tx,
    asked: Sequence[Counsellor],
    proposal: Proposal,
    now: datetime,
    without: Collection[str],
) -> Diaries:
    whos = [counsellor_who(each.id) for each in asked]
    since, until = proposal.start - NEAR, proposal.start + NEAR
    taken = bookings.engagements(tx, whos, since, until, now=now, without=without)
    return Diaries.of(
        asked, {each.id: taken.get(counsellor_who(each.id), ()) for each in asked}
    )
