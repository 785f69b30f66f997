"""Everybody's time for a search, kept in memory for as long as nothing changes (B9).

Two queries when nothing has: the marks, and holds. What changed is read anew for the
days it was changed on. Nothing here grows with the past, or with the counsellors.
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
_SESSIONS: Final = (
    select(
        occupied.c.who,
        occupied.c.starts_at,
        occupied.c.ends_at,
        occupied.c.session_id,
        session.c.interrupted,
    )
    .join(session, session.c.id == occupied.c.session_id)
    .where(
        occupied.c.starts_at >= bindparam("since"),
        occupied.c.starts_at < bindparam("until"),
        occupied.c.live,
        occupied.c.who % 2 == 0,
    )
)
_HOLDS: Final = select(
    hold.c.id, hold.c.counsellor_id, hold.c.starts_at, hold.c.ends_at
).where(
    hold.c.lapses_at > bindparam("now"),
    hold.c.starts_at >= bindparam("since"),
    hold.c.starts_at < bindparam("until"),
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
class _Day:
    """Sessions on one day in UTC, and which of them has which id."""

    taken: TakenOn
    by_id: Mapping[str, tuple[int, Taken]]


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
    taken = _taken(tx, days, marks, without)
    stretch = {
        "since": from_seconds(first * DAY),
        "until": from_seconds((last + 1) * DAY),
    }
    for row in tx.conn.execute(_HOLDS, {**stretch, "now": now}):
        if row.id in without:
            continue
        one = Taken(to_seconds(row.starts_at), second_after(row.ends_at))
        day = taken.get(one.start // DAY, TakenOn(()))
        taken[one.start // DAY] = day.with_one_more(row.counsellor_id, one)
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
    tx: Tx, days: Sequence[int], marks: Mapping[str, str], without: Collection[str]
) -> dict[int, TakenOn]:
    stale = [
        day for day in days if not tx.kept.holds(_name(day), marks.get(_name(day)))
    ]
    fresh = _read_days(tx, range(stale[0], stale[-1] + 1)) if stale else {}
    found: dict[int, TakenOn] = {}
    for day in days:
        name = _name(day)
        kept = tx.kept.get(name, marks.get(name), lambda: fresh[day])  # noqa: B023
        taken = kept.taken
        for each in without:
            if each in kept.by_id:
                taken = taken.without(*kept.by_id[each])
        found[day] = taken
    return found


def _read_days(tx: Tx, days: Sequence[int]) -> dict[int, _Day]:
    """One query, however many have changed."""
    listed: dict[int, list[tuple[int, Taken]]] = {day: [] for day in days}
    by_id: dict[int, dict[str, tuple[int, Taken]]] = {day: {} for day in days}
    since, until = from_seconds(days[0] * DAY), from_seconds((days[-1] + 1) * DAY)
    for row in tx.conn.execute(_SESSIONS, {"since": since, "until": until}):
        who, starts_at, ends_at, session_id, interrupted = row
        start = to_seconds(starts_at)
        one = (who // 2, Taken(start, second_after(ends_at), bool(interrupted)))
        listed[start // DAY].append(one)
        by_id[start // DAY][session_id] = one
    return {day: _Day(TakenOn(each), by_id[day]) for day, each in listed.items()}
