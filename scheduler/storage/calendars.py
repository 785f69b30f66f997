"""Calendars that busy times are read from: their addresses, and what waits to count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, delete, insert, select, update

from scheduler.domain.calendar_trouble import CalendarTrouble
from scheduler.domain.intervals import Interval, Intervals
from scheduler.storage.engine import Tx
from scheduler.storage.tables import calendar_reading, calendar_source, staff
from scheduler.storage.types import instant_from_text, instant_text
from scheduler.storage.vault import AGENCY


@dataclass(frozen=True, slots=True)
class Source:
    """An address that is read every hour, and how that last went."""

    staff_id: int
    set_at: datetime
    tried_at: datetime
    read_at: datetime
    trouble: CalendarTrouble | None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a calendar would close, shown and not yet in force: intervals only (A1).

    `address` is where it came from, and is read every hour once it is taken over.
    """

    id: str
    busy: Intervals
    events: int
    unread: tuple[str, ...]
    read_at: datetime
    address: str = field(default="", repr=False)


_SOURCES: Final = select(calendar_source)


def source(tx: Tx, staff_id: int) -> Source | None:
    """The address a counsellor's busy times come from, but not the address itself."""
    row = tx.conn.execute(
        _SOURCES.where(calendar_source.c.staff_id == staff_id)
    ).first()
    return None if row is None else _source(row)


def sources(tx: Tx) -> list[Source]:
    """Those of everybody who has an account that is open."""
    active = select(staff.c.id).where(staff.c.active)
    rows = tx.conn.execute(_SOURCES.where(calendar_source.c.staff_id.in_(active)))
    return [_source(row) for row in rows]


def _source(row: Row[Any]) -> Source:
    trouble = CalendarTrouble(row.trouble) if row.trouble else None
    return Source(row.staff_id, row.set_at, row.tried_at, row.read_at, trouble)


def due(tx: Tx, tried_before: datetime, most: int) -> list[int]:
    """Whose calendars were last tried before then, longest ago first."""
    rows = tx.conn.execute(
        select(calendar_source.c.staff_id)
        .join(staff, staff.c.id == calendar_source.c.staff_id)
        .where(calendar_source.c.tried_at <= tried_before, staff.c.active)
        .order_by(calendar_source.c.tried_at)
        .limit(most)
    )
    return [row.staff_id for row in rows]


def claim(tx: Tx, staff_id: int, tried_before: datetime, now: datetime) -> str | None:
    """The address, if nobody else tries it now."""
    mine = tx.conn.execute(
        update(calendar_source)
        .where(
            calendar_source.c.staff_id == staff_id,
            calendar_source.c.tried_at <= tried_before,
        )
        .values(tried_at=now)
    )
    return address_of(tx, staff_id) if mine.rowcount else None


def address_of(tx: Tx, staff_id: int) -> str | None:
    """The address itself, for asking it."""
    row = tx.conn.execute(
        _SOURCES.where(calendar_source.c.staff_id == staff_id)
    ).first()
    if row is None:
        return None
    return tx.vault.open(AGENCY, "calendar_source", "address", staff_id, row.address)


def follow(tx: Tx, staff_id: int, address: str, now: datetime) -> None:
    """Read this address every hour from now on, in place of any other."""
    forget(tx, staff_id)
    sealed = tx.vault.seal(AGENCY, "calendar_source", "address", staff_id, address)
    tx.conn.execute(
        insert(calendar_source).values(
            staff_id=staff_id,
            address=sealed,
            set_at=now,
            tried_at=now,
            read_at=now,
        )
    )


def forget(tx: Tx, staff_id: int) -> bool:
    """Read it no more; whether there was one."""
    gone = tx.conn.execute(
        delete(calendar_source).where(calendar_source.c.staff_id == staff_id)
    )
    return gone.rowcount > 0


def went(tx: Tx, staff_id: int, now: datetime, trouble: CalendarTrouble | None) -> None:
    """Write how reading it went."""
    values: dict[str, Any] = {"trouble": trouble.value if trouble else None}
    if trouble is None:
        values["read_at"] = now
    tx.conn.execute(
        update(calendar_source)
        .where(calendar_source.c.staff_id == staff_id)
        .values(**values)
    )


def keep(tx: Tx, staff_id: int, new: Reading) -> None:
    """Let a reading wait for somebody to look at it, in place of any other."""
    drop(tx, staff_id)
    sealed = (
        tx.vault.seal(AGENCY, "calendar_reading", "address", staff_id, new.address)
        if new.address
        else None
    )
    tx.conn.execute(
        insert(calendar_reading).values(
            staff_id=staff_id,
            id=new.id,
            address=sealed,
            busy=_written(new.busy),
            events=new.events,
            unread=list(new.unread),
            read_at=new.read_at,
        )
    )


def kept(tx: Tx, staff_id: int) -> Reading | None:
    """The reading that waits."""
    row = tx.conn.execute(
        select(calendar_reading).where(calendar_reading.c.staff_id == staff_id)
    ).first()
    if row is None:
        return None
    address = (
        tx.vault.open(AGENCY, "calendar_reading", "address", staff_id, row.address)
        if row.address is not None
        else ""
    )
    busy = Intervals.of(
        Interval(instant_from_text(start), instant_from_text(end))
        for start, end in row.busy
    )
    return Reading(row.id, busy, row.events, tuple(row.unread), row.read_at, address)


def drop(tx: Tx, staff_id: int) -> bool:
    """Put the reading that waits aside; whether there was one."""
    gone = tx.conn.execute(
        delete(calendar_reading).where(calendar_reading.c.staff_id == staff_id)
    )
    return gone.rowcount > 0


def _written(busy: Intervals) -> Sequence[tuple[str, str]]:
    return [(instant_text(each.start), instant_text(each.end)) for each in busy]
