"""Calls that broke off, and their append-only log (F6)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from scheduler.domain.decision import Reason
from scheduler.domain.fallback import Branch, Outcome, Settled
from scheduler.storage.engine import Tx
from scheduler.storage.tables import interruption, interruption_log
from scheduler.storage.vault import client_owner


@dataclass(frozen=True, slots=True)
class Interruption:
    """One call that broke off."""

    id: str
    session_id: str
    number: int
    branch: Branch
    dropped_at: datetime
    opened_by: int
    closed_at: datetime | None
    review_due_at: datetime
    reviewed_at: datetime | None


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log; `actor_id` None is the machine."""

    id: int
    at: datetime
    actor_id: int | None
    entry: str
    step: int | None
    outcome: Outcome | None
    reasons: tuple[Reason, ...]
    has_note: bool
    branch: Branch | None = None


def _interruption(row: Row[Any]) -> Interruption:
    return Interruption(
        row.id,
        row.session_id,
        row.number,
        Branch(row.branch),
        row.dropped_at,
        row.opened_by,
        row.closed_at,
        row.review_due_at,
        row.reviewed_at,
    )


def of_sessions(tx: Tx, session_ids: Sequence[str]) -> list[Interruption]:
    """Every interruption of these sessions, in order."""
    rows = tx.conn.execute(
        select(interruption)
        .where(interruption.c.session_id.in_(session_ids))
        .order_by(interruption.c.dropped_at, interruption.c.number)
    )
    return [_interruption(row) for row in rows]


def latest(tx: Tx, session_id: str) -> Interruption | None:
    """The last interruption of a session, open or closed."""
    found = of_sessions(tx, [session_id])
    return found[-1] if found else None


def get(tx: Tx, interruption_id: str) -> Interruption | None:
    """One interruption, or None."""
    row = tx.conn.execute(
        select(interruption).where(interruption.c.id == interruption_id)
    ).first()
    return None if row is None else _interruption(row)


def count(tx: Tx, session_id: str) -> int:
    """How often a session broke off."""
    return int(
        tx.conn.execute(
            select(func.count()).where(interruption.c.session_id == session_id)
        ).scalar_one()
    )


def insert_interruption(tx: Tx, new: Interruption) -> None:
    """A call broke off."""
    tx.conn.execute(
        insert(interruption).values(
            id=new.id,
            session_id=new.session_id,
            number=new.number,
            branch=new.branch.value,
            dropped_at=new.dropped_at,
            opened_by=new.opened_by,
            review_due_at=new.review_due_at,
        )
    )


def change(tx: Tx, interruption_id: str, **values: Any) -> None:
    """Another branch, the end, or the review; the log keeps what was."""
    tx.conn.execute(
        update(interruption)
        .where(interruption.c.id == interruption_id)
        .values(**values)
    )


def write(
    tx: Tx,
    interruption_id: str,
    at: datetime,
    entry: str,
    *,
    actor_id: int | None = None,
    step: int | None = None,
    outcome: Outcome | None = None,
    branch: Branch | None = None,
    reasons: Sequence[Reason] = (),
    note: tuple[int, str, str] | None = None,
) -> None:
    """Add a line. A `note` is (client, its own key, at most 200 characters)."""
    sealed = None
    if note is not None:
        client_id, note_key, words = note
        owner = client_owner(client_id)
        sealed = tx.vault.seal(owner, "interruption_log", "note", note_key, words)
    tx.conn.execute(
        insert(interruption_log).values(
            interruption_id=interruption_id,
            at=at,
            actor_id=actor_id,
            entry=entry,
            step=step,
            outcome=outcome.value if outcome else None,
            branch=branch.value if branch else None,
            reasons=[each.value for each in reasons],
            note=sealed,
            note_key=note[1] if note else None,
        )
    )


def log(tx: Tx, interruption_id: str) -> list[LogLine]:
    """The log in order."""
    rows = tx.conn.execute(
        select(interruption_log)
        .where(interruption_log.c.interruption_id == interruption_id)
        .order_by(interruption_log.c.id)
    )
    return [
        LogLine(
            row.id,
            row.at,
            row.actor_id,
            row.entry,
            row.step,
            Outcome(row.outcome) if row.outcome else None,
            tuple(map(Reason, row.reasons)),
            row.note is not None,
            Branch(row.branch) if row.branch else None,
        )
        for row in rows
    ]


def notes(tx: Tx, interruption_id: str, client_id: int) -> dict[int, str]:
    """Opens the seals: the notes of a log by the number of their line. They are sealed
    for the first client of the session."""
    rows = tx.conn.execute(
        select(
            interruption_log.c.id, interruption_log.c.note, interruption_log.c.note_key
        ).where(
            interruption_log.c.interruption_id == interruption_id,
            interruption_log.c.note.is_not(None),
        )
    )
    owner = client_owner(client_id)
    return {
        row.id: tx.vault.open(owner, "interruption_log", "note", row.note_key, row.note)
        for row in rows
    }


def settled(tx: Tx, interruption_id: str) -> list[Settled]:
    """The steps that were taken or skipped, in order, for the domain."""
    return [
        Settled(line.step, line.at, line.outcome, line.reasons)
        for line in log(tx, interruption_id)
        if line.step is not None
    ]
