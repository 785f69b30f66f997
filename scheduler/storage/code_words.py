"""Code words, sealed, and the identity checks that were made with them (P9)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, Row, insert, select, true, update

from scheduler.domain.code_words import CodeWord, WordFor
from scheduler.storage.engine import Tx
from scheduler.storage.tables import code_word, identity_check
from scheduler.storage.vault import client_owner


class Result(Enum):
    """Where an identity check stands."""

    OPEN = "open"
    MATCHED = "matched"
    FAILED = "failed"
    VOICE_KNOWN = "voice_known"


@dataclass(frozen=True, slots=True)
class WordRow:
    """A word that nobody has opened."""

    id: int
    purpose: WordFor
    set_at: datetime
    used_at: datetime | None


@dataclass(frozen=True, slots=True)
class Check:
    """One identity check of one client by one member of staff."""

    id: str
    client_id: int
    staff_id: int
    started_at: datetime
    tries: int
    result: Result
    settled_at: datetime | None


def rows(tx: Tx, client_id: int) -> list[WordRow]:
    """Her words without opening them, in the order they were set."""
    found = tx.conn.execute(
        select(code_word)
        .where(code_word.c.client_id == client_id, code_word.c.replaced_at.is_(None))
        .order_by(code_word.c.id)
    )
    return [
        WordRow(row.id, WordFor(row.purpose), row.set_at, row.used_at) for row in found
    ]


def words(tx: Tx, client_id: int) -> list[CodeWord]:
    """Opens the seals: her words that were not replaced."""
    return _words(tx, client_id, code_word.c.replaced_at.is_(None))


def used_words(tx: Tx, client_id: int) -> list[CodeWord]:
    """Opens the seals: words that were used in earnest, replaced or not."""
    return _words(tx, client_id, code_word.c.used_at.is_not(None))


def _words(tx: Tx, client_id: int, condition: ColumnElement[bool]) -> list[CodeWord]:
    found = tx.conn.execute(
        select(code_word)
        .where(code_word.c.client_id == client_id, condition)
        .order_by(code_word.c.id)
    )
    return [
        CodeWord(
            id=row.id,
            purpose=WordFor(row.purpose),
            word=_open(tx, client_id, row.id, row.word),
            set_at=row.set_at,
            used_at=row.used_at,
        )
        for row in found
    ]


def _open(tx: Tx, client_id: int, row_id: int, sealed: bytes) -> str:
    owner = client_owner(client_id)
    return tx.vault.open(owner, code_word.name, "word", row_id, sealed)


def replace(
    tx: Tx, client_id: int, purpose: WordFor, new: Iterable[str], at: datetime
) -> None:
    """Words for one purpose instead of those there are."""
    tx.conn.execute(
        update(code_word)
        .where(
            code_word.c.client_id == client_id,
            code_word.c.purpose == purpose.value,
            code_word.c.replaced_at.is_(None),
        )
        .values(replaced_at=at)
    )
    for word in new:
        _insert(tx, client_id, purpose, word, at)


def _insert(tx: Tx, client_id: int, purpose: WordFor, word: str, at: datetime) -> None:
    def sealed(row_id: str | int) -> bytes:
        owner = client_owner(client_id)
        return tx.vault.seal(owner, code_word.name, "word", row_id, word)

    # A seal is bound to the row's number, which only the insert gives.
    new = insert(code_word).values(
        client_id=client_id, purpose=purpose.value, word=sealed("new"), set_at=at
    )
    row_id: int = tx.conn.execute(new.returning(code_word.c.id)).scalar_one()
    tx.conn.execute(
        update(code_word).where(code_word.c.id == row_id).values(word=sealed(row_id))
    )


def mark_used(
    tx: Tx,
    client_id: int,
    purpose: WordFor,
    at: datetime,
    *,
    only: Collection[int] | None = None,
) -> int:
    """Her words for a purpose, or `only` these rows of them, were used in earnest and
    must be replaced; how many."""
    among = code_word.c.id.in_(only) if only is not None else true()
    changed = tx.conn.execute(
        update(code_word)
        .where(
            code_word.c.client_id == client_id,
            code_word.c.purpose == purpose.value,
            code_word.c.replaced_at.is_(None),
            code_word.c.used_at.is_(None),
            among,
        )
        .values(used_at=at)
    )
    return changed.rowcount


def take_back_used(tx: Tx, client_id: int, row_id: int) -> None:
    """It was not this word."""
    tx.conn.execute(
        update(code_word)
        .where(code_word.c.client_id == client_id, code_word.c.id == row_id)
        .values(used_at=None)
    )


# --- Identity checks ---------------------------------------------------------


def insert_check(
    tx: Tx, check_id: str, client_id: int, staff_id: int, at: datetime
) -> None:
    """Begin a check."""
    tx.conn.execute(
        insert(identity_check).values(
            id=check_id,
            client_id=client_id,
            staff_id=staff_id,
            started_at=at,
            result=Result.OPEN.value,
        )
    )


def check(tx: Tx, check_id: str) -> Check | None:
    """One check, or None."""
    row = tx.conn.execute(
        select(identity_check).where(identity_check.c.id == check_id)
    ).first()
    return None if row is None else _check(row)


def open_check(tx: Tx, client_id: int, staff_id: int, since: datetime) -> Check | None:
    """The newest check of a client by one member of staff that is not over."""
    row = tx.conn.execute(
        select(identity_check)
        .where(
            identity_check.c.client_id == client_id,
            identity_check.c.staff_id == staff_id,
            identity_check.c.result == Result.OPEN.value,
            identity_check.c.started_at > since,
        )
        .order_by(identity_check.c.started_at.desc(), identity_check.c.id)
        .limit(1)
    ).first()
    return None if row is None else _check(row)


def count_try(tx: Tx, check_id: str) -> None:
    """One more word was typed."""
    tx.conn.execute(
        update(identity_check)
        .where(identity_check.c.id == check_id)
        .values(tries=identity_check.c.tries + 1)
    )


def settle_check(tx: Tx, check_id: str, result: Result, at: datetime) -> None:
    """It is over."""
    tx.conn.execute(
        update(identity_check)
        .where(identity_check.c.id == check_id)
        .values(result=result.value, settled_at=at)
    )


def settled_checks(tx: Tx, client_id: int, since: datetime) -> list[Check]:
    """Checks of a client that were settled since then, newest first."""
    found = tx.conn.execute(
        select(identity_check)
        .where(
            identity_check.c.client_id == client_id,
            identity_check.c.settled_at >= since,
        )
        .order_by(identity_check.c.settled_at.desc(), identity_check.c.id)
    )
    return [_check(row) for row in found]


def _check(row: Row[Any]) -> Check:
    return Check(
        id=row.id,
        client_id=row.client_id,
        staff_id=row.staff_id,
        started_at=row.started_at,
        tries=row.tries,
        result=Result(row.result),
        settled_at=row.settled_at,
    )
