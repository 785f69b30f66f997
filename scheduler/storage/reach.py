"""Telling staff away from the pages: whom, what was told, how each way goes (N1)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import and_, insert, select, update

from scheduler.storage.engine import Tx
from scheduler.storage.tables import alert_telling, alert_way, staff_reach
from scheduler.storage.vault import AGENCY

# The agency itself as a recipient: its own phone, its own mailbox.
THE_AGENCY = 0
WAYS = ("email", "phone")


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a member of staff is told; empty is nowhere."""

    staff_id: int
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)

    def by(self, way: str) -> str:
        """The address for one way."""
        return {"email": self.email, "phone": self.phone}.get(way, "")


def reaches(tx: Tx) -> dict[int, Reach]:
    """Everybody's, by member of staff."""
    return {
        row.staff_id: Reach(
            row.staff_id,
            **{
                way: tx.vault.open(AGENCY, "staff_reach", way, row.staff_id, sealed)
                for way in WAYS
                if (sealed := getattr(row, way)) is not None
            },
        )
        for row in tx.conn.execute(select(staff_reach))
    }


def set_reach(tx: Tx, new: Reach, now: datetime) -> None:
    """Write one member's in place of what was there."""
    values: dict[str, Any] = {
        way: tx.vault.seal(AGENCY, "staff_reach", way, new.staff_id, new.by(way))
        if new.by(way)
        else None
        for way in WAYS
    }
    values["changed_at"] = now
    changed = tx.conn.execute(
        update(staff_reach)
        .where(staff_reach.c.staff_id == new.staff_id)
        .values(**values)
    )
    if not changed.rowcount:
        tx.conn.execute(insert(staff_reach).values(staff_id=new.staff_id, **values))


@dataclass(frozen=True, slots=True)
class Telling:
    """One alert in one round by one way to one recipient."""

    alert_id: str
    round: int
    way: str
    recipient: int

    @property
    def _where(self) -> Any:
        row = alert_telling.c
        return and_(
            row.alert_id == self.alert_id,
            row.round == self.round,
            row.way == self.way,
            row.recipient == self.recipient,
        )


def begun(
    tx: Tx, alert_ids: Collection[str]
) -> dict[Telling, tuple[datetime | None, datetime]]:
    """What was begun for these alerts: when it was taken, and when it is tried next."""
    rows = tx.conn.execute(
        select(alert_telling).where(alert_telling.c.alert_id.in_(list(alert_ids)))
    )
    return {
        Telling(row.alert_id, row.round, row.way, row.recipient): (
            row.told_at,
            row.next_try_at,
        )
        for row in rows
    }


def told_since(tx: Tx, since: datetime) -> frozenset[tuple[str, int]]:
    """Ways and recipients that were told anything since then."""
    row = alert_telling.c
    rows = tx.conn.execute(select(row.way, row.recipient).where(row.told_at > since))
    return frozenset((each.way, each.recipient) for each in rows)


def begin(tx: Tx, which: Telling, next_try_at: datetime) -> None:
    """It is about to be told; if nobody writes what came of it, it is told again."""
    changed = tx.conn.execute(
        update(alert_telling)
        .where(which._where)  # noqa: SLF001 - of the same file
        .values(tries=alert_telling.c.tries + 1, next_try_at=next_try_at)
    )
    if not changed.rowcount:
        tx.conn.execute(
            insert(alert_telling).values(
                alert_id=which.alert_id,
                round=which.round,
                way=which.way,
                recipient=which.recipient,
                tries=1,
                next_try_at=next_try_at,
            )
        )


def told(tx: Tx, which: Telling, now: datetime) -> None:
    """It was taken."""
    tx.conn.execute(
        update(alert_telling)
        .where(which._where)  # noqa: SLF001 - of the same file
        .values(told_at=now)
    )


@dataclass(frozen=True, slots=True)
class WayState:
    """How one way of telling last went; `trouble` is one word, or empty."""

    way: str
    told_at: datetime | None = None
    failing_since: datetime | None = None
    trouble: str = ""


def ways(tx: Tx) -> dict[str, WayState]:
    """How each way that was ever tried goes."""
    return {
        row.way: WayState(row.way, row.told_at, row.failing_since, row.trouble or "")
        for row in tx.conn.execute(select(alert_way))
    }


def set_way(tx: Tx, new: WayState) -> None:
    """Write how a way went."""
    values = {
        "told_at": new.told_at,
        "failing_since": new.failing_since,
        "trouble": new.trouble or None,
    }
    changed = tx.conn.execute(
        update(alert_way).where(alert_way.c.way == new.way).values(**values)
    )
    if not changed.rowcount:
        tx.conn.execute(insert(alert_way).values(way=new.way, **values))
