"""Everybody's time for a search, kept in memory for as long as nothing changes (B9).

One query when nothing has: the marks. What changed is read anew for the days it was
changed on. Nothing here grows with the past, or with the counsellors.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, select

from scheduler.domain.intervals import Intervals, from_seconds, to_seconds
from scheduler.domain.policy import Policy
from scheduler.domain.staffing import (
    DAY,
    Diaries,
    Staffing,
    Taken,
    TakenOn,
    second_after,
)
from scheduler.storage import accounts, agency, counsellors
from scheduler.storage.engine import Tx
from scheduler.storage.guard_rules import STAFFING
from scheduler.storage.tables import changed, hold, occupied, session

# Rota, leave and busy times are kept from this long before whoever asks first.
_BEFORE: Final = timedelta(days=3)
_EVER_AFTER: Final = datetime(9999, 1, 1, tzinfo=UTC)

_MARKS: Final = select(changed.c.what, changed.c.mark).where(
    changed.c.what.in_(bindparam("these", expanding=True))
)
_OCCUPIED: Final = (
    select(
        occupied.c.who,
        occupied.c.starts_at,
        occupied.c.ends_at,
        occupied.c.session_id,
        session.c.interrupted,
        occupied.c.hold_id,
        hold.c.lapses_at,
    )
    .select_from(occupied.outerjoin(session).outerjoin(hold))
    .where(
        occupied.c.starts_at >= bindparam("since"),
        occupied.c.starts_at < bindparam("until"),
        occupied.c.live,
        occupied.c.who % 2 == 0,
    )
)


@dataclass(frozen=True, slots=True)
class Office:
    """What seldom changes: counsellors and their hours, names of staff by id, policy,
    and when somebody is on call. Complete from `since` on."""

    since: datetime
    staffing: Staffing
    names: Mapping[int, str]
    policy: Policy
    on_call: Intervals


@dataclass(frozen=True, slots=True)
class _Held:
    """A hold, which takes her time until it lapses by itself (B3)."""

    id: str
    who: int
    taken: Taken
    lapses_at: datetime


@dataclass(frozen=True, slots=True)
class _Day:
    """Sessions on one day in UTC, which of them has which id, and holds, lapsed ones
    too: a hold is never changed, and a day is read anew when one comes or goes."""

    taken: TakenOn
    by_id: Mapping[str, tuple[int, Taken]]
    holds: tuple[_Held, ...]


def everybody(
    tx: Tx,
    since: datetime,
    until: datetime,
    *,
    now: datetime,
    without: Collection[str] = (),
) -> tuple[Office, Diaries]:
    """All counsellors and what takes their time in a range, as `engagements` has it."""
    first, last = to_seconds(since) // DAY, to_seconds(until) // DAY
    days = range(first, last + 1)
    marks = _marks(tx, days)
    office = _office(tx, marks.get(STAFFING), since)
    taken = _taken(tx, days, marks, now, without)
    return office, Diaries(office.staffing, taken)


def _name(day: int) -> str:
    return from_seconds(day * DAY).date().isoformat()


def _marks(tx: Tx, days: Sequence[int]) -> dict[str, str]:
    these = [STAFFING, *map(_name, days)]
    return {row.what: row.mark for row in tx.conn.execute(_MARKS, {"these": these})}


def _office(tx: Tx, mark: str | None, since: datetime) -> Office:
    found = tx.kept.get(STAFFING, mark, lambda: _read_office(tx, since - _BEFORE))
    if found.since > since:
        # Somebody looks farther back than anybody before: once more, from there.
        return _read_office(tx, since)
    return found


def _read_office(tx: Tx, since: datetime) -> Office:
    people = counsellors.by_ids(tx, None, since)
    duties = counsellors.duties(tx, since, _EVER_AFTER)
    return Office(
        since=since,
        staffing=Staffing(people.values()),
        names={each.id: each.name for each in accounts.members(tx)},
        policy=agency.policy(tx),
        on_call=Intervals.from_pairs(
            (to_seconds(each.time.start), second_after(each.time.end))
            for each in duties
        ),
    )


def _taken(
    tx: Tx,
    days: Sequence[int],
    marks: Mapping[str, str],
    now: datetime,
    without: Collection[str],
) -> dict[int, TakenOn]:
    stale = [
        day for day in days if not tx.kept.holds(_name(day), marks.get(_name(day)))
    ]
    fresh = _read_days(tx, range(stale[0], stale[-1] + 1)) if stale else {}
    found: dict[int, TakenOn] = {}
    for day in days:
        name = _name(day)
        kept = tx.kept.get(name, marks.get(name), lambda: fresh[day])  # noqa: B023
        found[day] = _at(kept, now, without)
    return found


def _at(day: _Day, now: datetime, without: Collection[str]) -> TakenOn:
    """What takes time on that day: no lapsed hold, and nothing of `without`."""
    taken = day.taken
    for each in without:
        if each in day.by_id:
            taken = taken.without(*day.by_id[each])
    for held in day.holds:
        if held.lapses_at > now and held.id not in without:
            taken = taken.with_one_more(held.who, held.taken)
    return taken


def _read_days(tx: Tx, days: Sequence[int]) -> dict[int, _Day]:
    """One query, however many have changed."""
    listed: dict[int, list[tuple[int, Taken]]] = {day: [] for day in days}
    by_id: dict[int, dict[str, tuple[int, Taken]]] = {day: {} for day in days}
    holds: dict[int, list[_Held]] = {day: [] for day in days}
    since, until = from_seconds(days[0] * DAY), from_seconds((days[-1] + 1) * DAY)
    for row in tx.conn.execute(_OCCUPIED, {"since": since, "until": until}):
        who, starts_at, ends_at, session_id, interrupted, hold_id, lapses_at = row
        start = to_seconds(starts_at)
        taken = Taken(start, second_after(ends_at), bool(interrupted))
        if session_id is None:
            holds[start // DAY].append(_Held(hold_id, who // 2, taken, lapses_at))
            continue
        listed[start // DAY].append((who // 2, taken))
        by_id[start // DAY][session_id] = (who // 2, taken)
    return {
        day: _Day(TakenOn(each), by_id[day], tuple(holds[day]))
        for day, each in listed.items()
    }
