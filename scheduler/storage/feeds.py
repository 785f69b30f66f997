"""A counsellor's feed: who may read her taken times, and what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, bindparam, delete, insert, select, update

from scheduler.domain.booking import SessionState
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Role
from scheduler.ports import FeedEntry
from scheduler.storage.engine import Tx
from scheduler.storage.tables import feed, session, staff


@dataclass(frozen=True, slots=True)
class Feed:
    """One feed. `given_at` is when the revision that was last given out first was."""

    staff_id: int
    token_hash: bytes = field(repr=False)
    title: str
    made_at: datetime
    fetched_at: datetime | None
    revision: int
    given_revision: int | None
    given_at: datetime | None


_OF: Final = select(feed).where(feed.c.staff_id == bindparam("who"))
_BY_TOKEN: Final = (
    select(feed)
    .join(staff, staff.c.id == feed.c.staff_id)
    .where(
        feed.c.token_hash == bindparam("hash"),
        staff.c.active,
        staff.c.role == Role.COUNSELLOR.value,
    )
)
_TAKEN: Final = (
    select(
        session.c.id,
        session.c.version,
        session.c.state,
        session.c.starts_at,
        session.c.ends_at,
    )
    .where(session.c.counsellor_id == bindparam("who"))
    .where(session.c.starts_at >= bindparam("since"))
    .order_by(session.c.starts_at, session.c.id)
)


def hash_of(tx: Tx, token: str) -> bytes:
    """How a token is kept."""
    return tx.vault.index("feed", token)


def of(tx: Tx, staff_id: int) -> Feed | None:
    """A counsellor's feed, if she has one."""
    return _feed(tx.conn.execute(_OF, {"who": staff_id}).first())


def by_token(tx: Tx, token: str) -> Feed | None:
    """The feed of a token; None for a token that is nobody's any more."""
    return _feed(tx.conn.execute(_BY_TOKEN, {"hash": hash_of(tx, token)}).first())


def _feed(row: Row[Any] | None) -> Feed | None:
    if row is None:
        return None
    return Feed(
        row.staff_id,
        row.token_hash,
        row.title,
        row.made_at,
        row.fetched_at,
        row.revision,
        row.given_revision,
        row.given_at,
    )


def make(tx: Tx, staff_id: int, token: str, title: str, now: datetime) -> None:
    """A new address; the one before it is nobody's from now on."""
    end(tx, staff_id)
    tx.conn.execute(
        insert(feed).values(
            staff_id=staff_id,
            token_hash=hash_of(tx, token),
            title=title,
            made_at=now,
        )
    )


def end(tx: Tx, staff_id: int) -> bool:
    """Take the address back; whether there was one."""
    gone = tx.conn.execute(delete(feed).where(feed.c.staff_id == staff_id))
    return gone.rowcount > 0


def rename(tx: Tx, staff_id: int, title: str) -> None:
    """Another title on every taken time."""
    tx.conn.execute(
        update(feed)
        .where(feed.c.staff_id == staff_id)
        .values(title=title, revision=feed.c.revision + 1)
    )


def fetched(tx: Tx, known: Feed, given_at: datetime, now: datetime) -> None:
    """It was read just now, as it stood at `known.revision`."""
    tx.conn.execute(
        update(feed)
        .where(feed.c.token_hash == known.token_hash)
        .values(fetched_at=now, given_revision=known.revision, given_at=given_at)
    )


def taken(tx: Tx, staff_id: int, since: datetime) -> list[FeedEntry]:
    """Her sessions that start from `since` on, under names that say nothing."""
    return [
        FeedEntry(
            uid=tx.vault.index("feed uid", f"{staff_id} {row.id}").hex()[:32],
            sequence=row.version - 1 + (row.state == SessionState.CANCELLED.value),
            time=Interval(row.starts_at, row.ends_at),
            cancelled=row.state == SessionState.CANCELLED.value,
        )
        for row in tx.conn.execute(_TAKEN, {"who": staff_id, "since": since})
    ]
