"""The record of backups and drills: when each was, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select

from scheduler.domain.backups import By, Result
from scheduler.storage.engine import Tx
from scheduler.storage.tables import backup_made, drill


@dataclass(frozen=True, slots=True)
class Tried:
    """One backup: the instant of its rows, when it was read back, and the result.

    `file` is a name without its folder; `trouble` a sentence, empty when verified.
    """

    made_at: datetime
    checked_at: datetime
    file: str
    by: By
    rows: int
    result: Result
    trouble: str = ""


@dataclass(frozen=True, slots=True)
class Drill:
    """A backup that somebody brought back elsewhere, and how long that took."""

    word: str
    backup_made_at: datetime
    done_at: datetime
    minutes: int


def add(tx: Tx, tried: Tried) -> None:
    """Write one down."""
    tx.conn.execute(
        insert(backup_made).values(
            made_at=tried.made_at,
            checked_at=tried.checked_at,
            file=tried.file[:120],
            made_by=tried.by.value,
            rows=tried.rows,
            result=tried.result.value,
            trouble=tried.trouble[:300],
        )
    )


def newest(tx: Tx, result: Result | None = None) -> Tried | None:
    """The last that was tried, or the last with that result."""
    query = select(backup_made).order_by(backup_made.c.made_at.desc()).limit(1)
    if result is not None:
        query = query.where(backup_made.c.result == result.value)
    row = tx.conn.execute(query).first()
    if row is None:
        return None
    return Tried(
        row.made_at,
        row.checked_at,
        row.file,
        By(row.made_by),
        row.rows,
        Result(row.result),
        row.trouble,
    )


def add_drill(tx: Tx, done: Drill) -> bool:
    """Write a drill down; False when its word was written down before."""
    known = select(drill.c.word).where(drill.c.word == done.word)
    if tx.conn.execute(known).first():
        return False
    tx.conn.execute(
        insert(drill).values(
            word=done.word,
            backup_made_at=done.backup_made_at,
            done_at=done.done_at,
            minutes=done.minutes,
        )
    )
    return True


def last_drill(tx: Tx) -> Drill | None:
    """The drill that was done last."""
    row = tx.conn.execute(
        select(drill).order_by(drill.c.done_at.desc()).limit(1)
    ).first()
    if row is None:
        return None
    return Drill(row.word, row.backup_made_at, row.done_at, row.minutes)
