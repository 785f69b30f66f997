"""Staff as accounts: who may sign in, from where somebody tried, who is in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import (
    Row,
    Select,
    and_,
    bindparam,
    delete,
    func,
    insert,
    select,
    update,
)

from scheduler.domain.people import Role
from scheduler.storage import passkeys, second_factors
from scheduler.storage.engine import Tx
from scheduler.storage.tables import sign_in_attempt, staff, staff_session

_STAFF = (
    staff.c.id,
    staff.c.sign_in_name,
    staff.c.name,
    staff.c.role,
    staff.c.zone,
    staff.c.active,
)


# Put together once, since every request asks them.
_MEMBER: Final[Select[Any]] = select(*_STAFF).where(staff.c.id == bindparam("this"))
_EVERYBODY: Final[Select[Any]] = select(*_STAFF).order_by(staff.c.name, staff.c.id)
_SESSIONS: Final[Select[Any]] = select(
    staff_session.c.staff_id,
    staff_session.c.opened_at,
    staff_session.c.seen_at,
    staff_session.c.ended_at,
    staff_session.c.second_at,
    staff_session.c.proved_at,
    second_factors.is_there(staff_session.c.staff_id).label("has_app"),
    passkeys.is_there(staff_session.c.staff_id).label("has_passkey"),
    *_STAFF,
).join(staff, staff.c.id == staff_session.c.staff_id)
_BY_TOKEN: Final = _SESSIONS.where(staff_session.c.token_hash == bindparam("token"))


@dataclass(frozen=True, slots=True)
class StaffMember:
    """A member of staff; `zone` is the clock she works by."""

    id: int
    sign_in_name: str = field(repr=False)
    name: str = field(repr=False)
    role: Role
    zone: str
    active: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """One try to sign in, in blind indexes: of the name typed and of the address."""

    account: bytes = field(repr=False)
    address: bytes = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Failures:
    """Failed tries since some instant: here (same account and address), for the account
    and from the address anywhere new, and over all of those."""

    here: int
    account: int
    address: int
    overall: int


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A sign-in as it is kept. Instants in UTC. `second_at` is when a second factor was
    given, `proved_at` when she last proved that it is she; `has_app`, `has_passkey` and
    `member` are what her account has and who she is now."""

    staff_id: int
    opened_at: datetime
    seen_at: datetime
    ended_at: datetime | None
    second_at: datetime | None
    proved_at: datetime
    has_app: bool
    has_passkey: bool
    member: StaffMember


# --- Staff -------------------------------------------------------------------


def member(tx: Tx, staff_id: int) -> StaffMember | None:
    """One member of staff, active or not."""
    return _member(tx.conn.execute(_MEMBER, {"this": staff_id}).first())


def member_by_sign_in_name(tx: Tx, sign_in_name: str) -> StaffMember | None:
    """Whoever signs in with this name, active or not."""
    named: Select[Any] = select(*_STAFF).where(staff.c.sign_in_name == sign_in_name)
    return _member(tx.conn.execute(named).first())


def who_signs_in(tx: Tx, sign_in_name: str) -> tuple[StaffMember | None, str | None]:
    """Whoever has this name, active or not, and how her password is kept; one query,
    whether there is anybody or not."""
    named = select(*_STAFF, staff.c.password_hash).where(
        staff.c.sign_in_name == sign_in_name
    )
    row: Any = tx.conn.execute(named).first()
    return _member(row), None if row is None else row.password_hash


def members(tx: Tx) -> list[StaffMember]:
    """Everybody, by name."""
    rows = tx.conn.execute(_EVERYBODY)
    return [found for row in rows if (found := _member(row))]


def password_hash(tx: Tx, staff_id: int) -> str:
    """How her password is kept."""
    found: str = tx.conn.execute(
        select(staff.c.password_hash).where(staff.c.id == staff_id)
    ).scalar_one()
    return found


def change_member(tx: Tx, staff_id: int, **values: Any) -> None:
    """Change columns of one member of staff."""
    tx.conn.execute(update(staff).where(staff.c.id == staff_id).values(**values))


def _member(row: Row[Any] | None) -> StaffMember | None:
    if row is None:
        return None
    return StaffMember(
        row.id, row.sign_in_name, row.name, Role(row.role), row.zone, row.active
    )


# --- Tries to sign in --------------------------------------------------------


def has_been_here(tx: Tx, account: bytes, address: bytes, since: datetime) -> bool:
    """Whether this account was signed in to from this address since then."""
    sheet = sign_in_attempt.c
    query = select(sheet.id).where(
        sheet.account_blind == account,
        sheet.address_blind == address,
        sheet.succeeded,
        sheet.at >= since,
    )
    return tx.conn.execute(query.limit(1)).first() is not None


def failures(
    tx: Tx, account: bytes, address: bytes, since: datetime, known_since: datetime
) -> Failures:
    """Failed tries since then. Those from a place the account is known at (a success
    there after `known_since`) count for that place only."""
    sheet, earlier = sign_in_attempt.c, sign_in_attempt.alias("earlier")
    known_place = (
        select(earlier.c.id)
        .where(
            earlier.c.account_blind == sheet.account_blind,
            earlier.c.address_blind == sheet.address_blind,
            earlier.c.succeeded,
            earlier.c.at >= known_since,
        )
        .exists()
    )
    mine, from_here = sheet.account_blind == account, sheet.address_blind == address
    counted = select(
        _count(and_(mine, from_here)),
        _count(and_(mine, ~known_place)),
        _count(and_(from_here, ~known_place)),
        _count(~known_place),
    ).where(~sheet.succeeded, sheet.at > since)
    return Failures(*tx.conn.execute(counted).one())


def _count(condition: Any) -> Any:
    return func.count().filter(condition)


def add_attempt(tx: Tx, attempt: Attempt) -> int:
    """Write a try as failed, before it is known; its row."""
    row = insert(sign_in_attempt).values(
        at=attempt.at,
        account_blind=attempt.account,
        address_blind=attempt.address,
        succeeded=False,
    )
    number: int = tx.conn.execute(row.returning(sign_in_attempt.c.id)).scalar_one()
    return number


def mark_succeeded(tx: Tx, attempt_id: int) -> None:
    """The try was right after all."""
    tx.conn.execute(
        update(sign_in_attempt)
        .where(sign_in_attempt.c.id == attempt_id)
        .values(succeeded=True)
    )


def forget_attempts(tx: Tx, failed_before: datetime, before: datetime) -> int:
    """Delete failed tries and, later, all tries of before; how many."""
    sheet = sign_in_attempt.c
    old = (sheet.at < before) | (~sheet.succeeded & (sheet.at < failed_before))
    gone: int = tx.conn.execute(delete(sign_in_attempt).where(old)).rowcount
    return gone


# --- Who is in ---------------------------------------------------------------


def open_session(
    tx: Tx,
    token_hash: bytes,
    staff_id: int,
    at: datetime,
    *,
    opened_at: datetime | None = None,
    second_at: datetime | None = None,
) -> None:
    """Write a sign-in; `opened_at` is of the one it goes on from."""
    tx.conn.execute(
        insert(staff_session).values(
            token_hash=token_hash,
            staff_id=staff_id,
            opened_at=opened_at or at,
            seen_at=at,
            second_at=second_at,
            proved_at=at,
        )
    )


def session(tx: Tx, token_hash: bytes) -> SessionRow | None:
    """The sign-in behind a token."""
    row = tx.conn.execute(_BY_TOKEN, {"token": token_hash}).first()
    return None if row is None else _session(row)


def open_sessions(tx: Tx, staff_id: int, since: datetime) -> list[SessionRow]:
    """Her sign-ins that began after then and have not ended, the newest first."""
    sheet = staff_session.c
    mine = (sheet.staff_id == staff_id, sheet.ended_at.is_(None))
    query = _SESSIONS.where(*mine, sheet.opened_at > since)
    rows = tx.conn.execute(query.order_by(sheet.seen_at.desc()))
    return [_session(row) for row in rows]


def _session(row: Row[Any]) -> SessionRow:
    return SessionRow(
        staff_id=row.staff_id,
        opened_at=row.opened_at,
        seen_at=row.seen_at,
        ended_at=row.ended_at,
        second_at=row.second_at,
        proved_at=row.proved_at,
        has_app=row.has_app,
        has_passkey=row.has_passkey,
        member=StaffMember(
            row.id, row.sign_in_name, row.name, Role(row.role), row.zone, row.active
        ),
    )


def touch_session(
    tx: Tx, token_hash: bytes, at: datetime, *, seen_after: datetime, since: datetime
) -> None:
    """She did something, if the sign-in is neither locked, over nor ended by then."""
    sheet = staff_session.c
    tx.conn.execute(
        update(staff_session)
        .where(
            sheet.token_hash == token_hash,
            sheet.ended_at.is_(None),
            sheet.seen_at > seen_after,
            sheet.opened_at > since,
        )
        .values(seen_at=at)
    )


def end_session(tx: Tx, token_hash: bytes, at: datetime) -> int | None:
    """End one sign-in; whose it was, None if there was none to end."""
    sheet = staff_session.c
    ended = (
        update(staff_session)
        .where(sheet.token_hash == token_hash, sheet.ended_at.is_(None))
        .values(ended_at=at)
        .returning(sheet.staff_id)
    )
    found: int | None = tx.conn.execute(ended).scalar()
    return found


def end_sessions(
    tx: Tx, staff_id: int, at: datetime, *, but: bytes | None = None
) -> int:
    """End every sign-in of one member of staff, but the one named; how many."""
    sheet = staff_session.c
    ended = (
        update(staff_session)
        .where(sheet.staff_id == staff_id, sheet.ended_at.is_(None))
        .values(ended_at=at)
    )
    if but is not None:
        ended = ended.where(sheet.token_hash != but)
    found: int = tx.conn.execute(ended).rowcount
    return found


def end_all_sessions(tx: Tx, at: datetime) -> int:
    """End every sign-in there is; how many."""
    ended = update(staff_session).where(staff_session.c.ended_at.is_(None))
    found: int = tx.conn.execute(ended.values(ended_at=at)).rowcount
    return found


def forget_sessions(tx: Tx, opened_before: datetime) -> int:
    """Delete sign-ins that began before then; how many."""
    old = staff_session.c.opened_at < opened_before
    gone: int = tx.conn.execute(delete(staff_session).where(old)).rowcount
    return gone
