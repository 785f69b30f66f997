"""The purge: what is over goes by itself, in small batches, and what goes next (E7).

A batch is one transaction with its line in the trail: whatever a process left undone by
dying is over still, and the next round takes it. A file under legal hold waits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.domain.plan import ContactPlan
from scheduler.domain.policy import Policy
from scheduler.domain.retention import Gone, Matter, is_past, started_by
from scheduler.domain.zones import day_starts, local_date
from scheduler.services.files import erasure
from scheduler.services.files.erasure import Ground
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit, audit_chain
from scheduler.storage import (
    agency,
    legal_holds,
    people,
    plan_remains,
    plans,
    retention,
)
from scheduler.storage.audit_chain import may_cut, ripe
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

MAY_READ: Final = frozenset({Role.CUSTODIAN, Role.ADMINISTRATOR})

A_BATCH: Final = 200
# Whoever else writes has her turn between two; the rest waits for the next round.
MOST_BATCHES: Final = 50

_DAYS_AHEAD: Final = 7


def _never() -> bool:
    return False


def purge(house: House, stopping: Callable[[], bool] = _never) -> int:
    """One round: take out whatever is over, each matter in turn; how many rows."""
    gone, batches = 0, 0
    for matter in Matter:
        while batches < MOST_BATCHES and not stopping():
            taken = _batch(house, matter)
            gone += taken
            batches += 1
            if not taken:
                break
    # Also what went by another act since: a database's own log has it still.
    erasure.tidy(house, sweep=gone > 0)
    return gone


def purge_trail(house: House) -> int:
    """Take out what is over of the trail alone, all of it; how many lines. For whoever
    owns the tables, where the account that serves may not."""
    gone = 0
    while taken := _batch(house, Matter.TRAIL):
        gone += taken
    return gone


def _batch(house: House, matter: Matter) -> int:
    now = house.now()
    with house.store.reading() as tx:
        by = started_by(matter, now, agency.policy(tx))
        if not _anything(tx, matter, by):
            return 0
    if matter is Matter.STAY:
        return _stays(house, now)
    with house.store.begin() as tx:
        taken = _take(tx, house, matter, by, now)
        if taken:
            audit.record(
                tx,
                now,
                None,
                "purged",
                "retention",
                matter.value,
                reason=f"{taken} rows",
            )
        return taken


def _anything(tx: Tx, matter: Matter, by: datetime) -> bool:
    if matter is Matter.STAY:
        return True
    if matter is Matter.TRAIL:
        # Lines about a file that is held are told from others by their ids only, so
        # while one is held they all stay.
        held = legal_holds.lasting(tx)
        return not held and may_cut(tx) and ripe(tx, by, 1) is not None
    return retention.count(tx, matter, by) > 0


def _take(tx: Tx, house: House, matter: Matter, by: datetime, now: datetime) -> int:
    if matter is Matter.TRAIL:
        return audit_chain.cut(tx, by, A_BATCH, now)
    if matter in {Matter.CLOSED_PLAN, Matter.CLOSED_FILE}:
        return _files(tx, house, matter, by, now)
    return retention.take(tx, matter, by, A_BATCH, agency.settings(tx).zone)


# --- Files that are closed ---------------------------------------------------


def _files(tx: Tx, house: House, matter: Matter, by: datetime, now: datetime) -> int:
    """One file at a time: what is hers can be many rows."""
    found = retention.files(tx, matter, by, 1)
    for file in people.clients_by_ids(tx, found).values():
        if matter is Matter.CLOSED_PLAN:
            plan_remains.forget_plan(tx, file, now)
        else:
            erasure.erase_in(tx, house, file, Ground.OVER, now, None)
    return len(found)


# --- Stays that are past -----------------------------------------------------


def _stays(house: House, now: datetime) -> int:
    """Take past stays out of plans in force; how many plans."""
    rewritten = 0
    for batch in _batches(house):
        with house.store.reading() as tx:
            those = _with_past_stays(tx, batch, now)
        if not those:
            continue
        with house.store.begin() as tx:
            for client_id, plan in _with_past_stays(tx, batch, now):
                plan_remains.rewrite(tx, client_id, plan)
                rewritten += 1
            audit.record(
                tx,
                now,
                None,
                "purged",
                "retention",
                Matter.STAY.value,
                reason=f"{len(those)} rows",
            )
    return rewritten


def _batches(house: House) -> Iterator[Sequence[ClientFile]]:
    after = 0
    while True:
        with house.store.reading() as tx:
            batch = plan_remains.with_plans(tx, after, A_BATCH)
        if not batch:
            return
        yield batch
        after = batch[-1].id


def _with_past_stays(
    tx: Tx, files: Sequence[ClientFile], now: datetime
) -> list[tuple[int, ContactPlan]]:
    """Plans without the stays that are past, where there are such."""
    found = []
    in_force = plans.current_many(tx, [each.id for each in files])
    held = {
        each.id
        for each in people.clients_by_ids(tx, in_force).values()
        if each.legal_hold
    }
    for client_id, those in in_force.items():
        for plan in those:
            stays = tuple(x for x in plan.away if not is_past(x, plan.zone, now))
            if stays != plan.away and client_id not in held:
                found.append((client_id, replace(plan, away=stays)))
    return found


# --- What goes next ----------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Coming:
    """What is over by the end of each day of the preview, today first. None where it
    cannot be counted without opening what is sealed."""

    matter: Matter
    by_day: tuple[int, ...] | None


@dataclass(frozen=True, slots=True)
class Preview:
    """What goes on which day, by the agency's clock; `held` files wait. `gone` counts
    what went."""

    days: tuple[date, ...]
    coming: tuple[Coming, ...]
    held: int
    policy: Policy
    gone: tuple[Gone, ...]


def preview(house: House, actor: Actor) -> Preview:
    """What the purge takes within a week, if nothing else happens. Raises NotThere."""
    if actor.role not in MAY_READ:
        raise NotThere
    now = house.now()
    with house.store.reading() as tx:
        zone, policy = agency.settings(tx).zone, agency.policy(tx)
        today = local_date(now, zone)
        days = tuple(today + timedelta(days=each) for each in range(_DAYS_AHEAD))
        ends = [day_starts(each + timedelta(days=1), zone) for each in days]
        return Preview(
            days=days,
            coming=tuple(
                Coming(each, _by_day(tx, each, ends, policy)) for each in Matter
            ),
            held=len(legal_holds.lasting(tx)),
            policy=policy,
            gone=tuple(retention.gone(tx)),
        )


def _by_day(
    tx: Tx, matter: Matter, ends: Sequence[datetime], policy: Policy
) -> tuple[int, ...] | None:
    if matter in {Matter.STAY, Matter.TRAIL}:
        return None
    found = [
        retention.count(tx, matter, started_by(matter, end, policy)) for end in ends
    ]
    return tuple(
        after - before for before, after in zip([0, *found], found, strict=False)
    )
