"""The agency itself: settings, policy, and whether anything may leave at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Row, Select, bindparam, delete, insert, select, update

from scheduler.domain.errors import Misconfigured
from scheduler.domain.hours import DateSpan
from scheduler.domain.policy import TRIED, Policy, read_policy
from scheduler.storage.engine import Tx
from scheduler.storage.tables import (
    agency,
    blocked_number,
    holiday,
    policy_version,
    sender_state,
)


@dataclass(frozen=True, slots=True)
class AgencySettings:
    """What `quietline init` wrote and the settings page changes."""

    installation: str
    name: str = field(repr=False)
    zone: str
    lint_names: tuple[str, ...] = field(repr=False)
    twelve_hour: bool
    help_line: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class SenderState:
    """Whether texts and calls may leave (M10), and what the clock's check said (T2)."""

    stopped_at: datetime | None
    stopped_why: str | None
    stopped_by: int | None
    start_asked_by: int | None
    start_asked_at: datetime | None
    clock_checked_at: datetime | None
    clock_right: bool
    last_tick_at: datetime | None
    started_at: datetime | None = None
    unreachable_since: datetime | None = None

    @property
    def stopped(self) -> bool:
        """Whether the switch is off."""
        return self.stopped_at is not None


def settings(tx: Tx) -> AgencySettings:
    """The agency's settings. Raises Misconfigured before `quietline init`."""
    row = tx.conn.execute(select(agency)).first()
    if row is None:
        raise Misconfigured("There is no agency here yet. Run “quietline init” first.")
    return AgencySettings(
        installation=row.installation,
        name=row.name,
        zone=row.zone,
        lint_names=tuple(row.lint_names),
        twelve_hour=row.twelve_hour,
        help_line=row.help_line,
    )


_HOLIDAYS: Final = (
    select(holiday.c.day)
    .where(holiday.c.day >= bindparam("since"))
    .order_by(holiday.c.day)
)
_POLICY: Final = select(policy_version.c.changed).order_by(policy_version.c.number)
_SENDER: Final = select(sender_state)
_SENDER_AND_BLOCKED: Final[Select[Any]] = select(
    sender_state, blocked_number.c.blind
).select_from(
    sender_state.outerjoin(
        blocked_number,
        blocked_number.c.blind.in_(bindparam("blinds", expanding=True)),
    )
)
_SENDER_FOR_LEAVING: Final = _SENDER.with_for_update()


def policy(tx: Tx) -> Policy:
    """The policy in force: every version's changes over the defaults, in order.

    What an agency may set was checked when it was set; a replay may try more.
    """
    merged: dict[str, Any] = {}
    for row in tx.conn.execute(_POLICY):
        merged.update(row.changed)
    return read_policy(merged, limits=TRIED)


def add_policy_version(
    tx: Tx, changed: dict[str, Any], *, by: int | None, at: datetime, reason: str
) -> None:
    """Change policy; earlier versions stay."""
    tx.conn.execute(
        insert(policy_version).values(
            changed=changed, changed_by=by, changed_at=at, reason=reason
        )
    )


def holidays(tx: Tx, since: date) -> tuple[DateSpan, ...]:
    """Agency holidays from that day on (A1)."""
    rows = tx.conn.execute(_HOLIDAYS, {"since": since})
    return tuple(DateSpan(row.day, row.day) for row in rows)


def holidays_of(tx: Tx, year: int) -> list[tuple[date, str]]:
    """The agency's holidays in a year with their names, earliest first."""
    rows = tx.conn.execute(
        select(holiday.c.day, holiday.c.name)
        .where(holiday.c.day.between(date(year, 1, 1), date(year, 12, 31)))
        .order_by(holiday.c.day)
    )
    return [(row.day, row.name) for row in rows]


def replace_holidays(tx: Tx, year: int, days: Mapping[date, str]) -> None:
    """Just these are the agency's holidays of that year."""
    tx.conn.execute(
        delete(holiday).where(
            holiday.c.day.between(date(year, 1, 1), date(year, 12, 31))
        )
    )
    if days:
        rows = [{"day": day, "name": name} for day, name in days.items()]
        tx.conn.execute(insert(holiday), rows)


def add_holiday(tx: Tx, day: date, name: str) -> None:
    """Close the agency on a day."""
    tx.conn.execute(insert(holiday).values(day=day, name=name))


def sender(tx: Tx) -> SenderState:
    """The state of everything that leaves. Without a row nothing may."""
    return sender_of(tx.conn.execute(_SENDER).first())


def sender_and_blocked(
    tx: Tx, blinds: Sequence[bytes]
) -> tuple[SenderState, frozenset[bytes]]:
    """The same, and which of some numbers are blocked; one query."""
    rows = tx.conn.execute(_SENDER_AND_BLOCKED, {"blinds": list(blinds)}).all()
    blocked = frozenset(row.blind for row in rows if row.blind is not None)
    return sender_of(rows[0] if rows else None), blocked


def sender_for_leaving(tx: Tx) -> SenderState:
    """The same, and nobody else changes it or lets anything leave before this
    transaction ends: whoever stops it is seen, and what leaves is counted in turn."""
    return sender_of(tx.conn.execute(_SENDER_FOR_LEAVING).first())


def sender_of(row: Row[Any] | None) -> SenderState:
    """The state that a row holds. Raises Misconfigured when there is none."""
    if row is None:
        raise Misconfigured("The sender has no state. Run “quietline init” first.")
    return SenderState(
        stopped_at=row.stopped_at,
        stopped_why=row.stopped_why,
        stopped_by=row.stopped_by,
        start_asked_by=row.start_asked_by,
        start_asked_at=row.start_asked_at,
        clock_checked_at=row.clock_checked_at,
        clock_right=row.clock_right,
        last_tick_at=row.last_tick_at,
        started_at=row.started_at,
        unreachable_since=row.unreachable_since,
    )


def set_sender(tx: Tx, **values: Any) -> None:
    """Change the sender's one row."""
    tx.conn.execute(update(sender_state).values(**values))
