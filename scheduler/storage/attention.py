"""What needs a person, and the alerts that tell staff so (N1)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final

from sqlalchemy import (
    Row,
    Select,
    Update,
    bindparam,
    func,
    insert,
    or_,
    select,
    true,
    update,
)

from scheduler.storage.engine import Tx
from scheduler.storage.tables import attention, client, session, staff_alert


@dataclass(frozen=True, slots=True)
class Item:
    """One matter. `matter` is its name: it is open at most once."""

    id: str
    kind: str
    matter: str
    raised_at: datetime
    due_at: datetime
    client_id: int | None = None
    session_id: str | None = None
    message_id: str | None = None
    interruption_id: str | None = None
    reply_id: str | None = None
    about_staff_id: int | None = None
    settled_at: datetime | None = None
    settled_by: int | None = None
    choice: str | None = None


@dataclass(frozen=True, slots=True)
class Seer:
    """Who looks. What is about a colleague is for supervisors, but not for her."""

    staff_id: int
    supervises: bool


_COLUMNS = (
    "id",
    "kind",
    "matter",
    "raised_at",
    "due_at",
    "client_id",
    "session_id",
    "message_id",
    "interruption_id",
    "reply_id",
    "about_staff_id",
    "settled_at",
    "settled_by",
    "choice",
)


def _item(row: Row[Any]) -> Item:
    return Item(**{name: getattr(row, name) for name in _COLUMNS})


def is_open(tx: Tx, matter: str) -> bool:
    """Whether the matter is on the list already."""
    return (
        tx.conn.execute(
            select(attention.c.id).where(
                attention.c.matter == matter, attention.c.settled_at.is_(None)
            )
        ).first()
        is not None
    )


def was_raised(tx: Tx, matter: str) -> bool:
    """Whether the matter was ever on the list."""
    return (
        tx.conn.execute(
            select(attention.c.id).where(attention.c.matter == matter)
        ).first()
        is not None
    )


def was_seen_to(tx: Tx, matter: str) -> bool:
    """Whether a person was done with the matter once."""
    return (
        tx.conn.execute(
            select(attention.c.id).where(
                attention.c.matter == matter, attention.c.settled_by.is_not(None)
            )
        ).first()
        is not None
    )


def insert_item(tx: Tx, new: Item) -> None:
    """Put a matter on the list."""
    tx.conn.execute(insert(attention), {name: getattr(new, name) for name in _COLUMNS})


def get(tx: Tx, item_id: str) -> Item | None:
    """One item, open or settled."""
    row = tx.conn.execute(select(attention).where(attention.c.id == item_id)).first()
    return None if row is None else _item(row)


def open_items(
    tx: Tx, *, own: int | None = None, seer: Seer | None = None
) -> list[Item]:
    """The open list, nearest deadline first; `own` and `seer` as for `open_count`."""
    query = select(attention).where(attention.c.settled_at.is_(None), _seen_by(seer))
    if own is not None:
        query = query.where(_of_counsellor(own))
    rows = tx.conn.execute(
        query.order_by(attention.c.due_at, attention.c.raised_at, attention.c.id)
    )
    return [_item(row) for row in rows]


def open_count(tx: Tx, *, own: int | None = None, seer: Seer | None = None) -> int:
    """How many are open; with `own` those of this counsellor's files and sessions, with
    `seer` those this person may see."""
    found: int = tx.conn.execute(count_of(own=own, seer=seer)).scalar_one()
    return found


def count_of(*, own: int | None, seer: Seer | None) -> Select[int]:
    """The query for it, to be asked beside others."""
    query = select(func.count()).where(attention.c.settled_at.is_(None), _seen_by(seer))
    return query if own is None else query.where(_of_counsellor(own))


def _seen_by(seer: Seer | None) -> Any:
    if seer is None:
        return true()
    about = attention.c.about_staff_id
    nobody = about.is_(None)
    return or_(nobody, about != seer.staff_id) if seer.supervises else nobody


def _of_counsellor(staff_id: int) -> Any:
    mine = select(session.c.id).where(session.c.counsellor_id == staff_id)
    hers = select(client.c.id).where(client.c.usual_counsellor_id == staff_id)
    return or_(attention.c.session_id.in_(mine), attention.c.client_id.in_(hers))


def all_items(tx: Tx) -> list[Item]:
    """Every item there ever was, for a replay."""
    rows = tx.conn.execute(select(attention).order_by(attention.c.raised_at))
    return [_item(row) for row in rows]


def open_of_sessions(tx: Tx, session_ids: Sequence[str], kind: str) -> list[Item]:
    """The open items of a kind about these sessions."""
    if not session_ids:
        return []
    rows = tx.conn.execute(
        select(attention)
        .where(
            attention.c.session_id.in_(session_ids),
            attention.c.kind == kind,
            attention.c.settled_at.is_(None),
        )
        .order_by(attention.c.due_at, attention.c.id)
    )
    return [_item(row) for row in rows]


def settled_since(tx: Tx, since: datetime) -> list[Item]:
    """What was settled since then, newest first."""
    rows = tx.conn.execute(
        select(attention)
        .where(attention.c.settled_at >= since)
        .order_by(attention.c.settled_at.desc())
    )
    return [_item(row) for row in rows]


def settle(tx: Tx, at: datetime, *, by: int | None, choice: str, **which: Any) -> int:
    """Settle the open items with these values, such as `matter=`; how many."""
    values = {"settled_at": at, "settled_by": by, "choice": choice}
    values |= {f"this_{name}": value for name, value in which.items()}
    return tx.conn.execute(_settling(tuple(which)), values).rowcount


@cache
def _settling(names: tuple[str, ...]) -> Update:
    this = [getattr(attention.c, each) == bindparam(f"this_{each}") for each in names]
    return update(attention).where(attention.c.settled_at.is_(None), *this)


@dataclass(frozen=True, slots=True)
class Alert:
    """One telling of staff; the words are always the same."""

    id: str
    attention_id: str | None
    at: datetime
    round: int
    told_id: int | None
    seen_at: datetime | None
    seen_by: int | None


def insert_alert(tx: Tx, new: Alert) -> None:
    """Tell staff."""
    tx.conn.execute(
        insert(staff_alert).values(
            id=new.id,
            attention_id=new.attention_id,
            at=new.at,
            round=new.round,
            told_id=new.told_id,
        )
    )


_UNSEEN: Final = (
    select(staff_alert)
    .where(staff_alert.c.seen_at.is_(None))
    .order_by(staff_alert.c.at)
)


def unseen_alerts(tx: Tx) -> list[Alert]:
    """Alerts nobody has acknowledged, oldest first."""
    return [_alert(row) for row in tx.conn.execute(_UNSEEN)]


def alerts_about(tx: Tx, matter: str) -> list[Alert]:
    """Every telling of staff about a matter that is open, seen or not."""
    rows = tx.conn.execute(
        select(staff_alert)
        .join(attention, attention.c.id == staff_alert.c.attention_id)
        .where(attention.c.matter == matter, attention.c.settled_at.is_(None))
    )
    return [_alert(row) for row in rows]


def _alert(row: Row[Any]) -> Alert:
    return Alert(
        row.id,
        row.attention_id,
        row.at,
        row.round,
        row.told_id,
        row.seen_at,
        row.seen_by,
    )


def never_told(tx: Tx, kind: str, now: datetime) -> list[str]:
    """Ids of the open matters of a kind that are past their deadline, and of which
    staff were never told."""
    rows = tx.conn.execute(
        select(attention.c.id)
        .outerjoin(staff_alert, staff_alert.c.attention_id == attention.c.id)
        .where(
            attention.c.kind == kind,
            attention.c.settled_at.is_(None),
            attention.c.due_at <= now,
            staff_alert.c.id.is_(None),
        )
        .order_by(attention.c.due_at)
    )
    return [row.id for row in rows]


def see_alerts(tx: Tx, ids: Sequence[str], by: int, at: datetime) -> None:
    """Acknowledge alerts."""
    tx.conn.execute(
        update(staff_alert)
        .where(staff_alert.c.id.in_(ids), staff_alert.c.seen_at.is_(None))
        .values(seen_at=at, seen_by=by)
    )


def move_alert_on(tx: Tx, alert_id: str, *, told_id: int | None, at: datetime) -> None:
    """Nobody saw it in time: on to the next on the list (N1)."""
    tx.conn.execute(
        update(staff_alert)
        .where(staff_alert.c.id == alert_id)
        .values(round=staff_alert.c.round + 1, told_id=told_id, at=at)
    )
