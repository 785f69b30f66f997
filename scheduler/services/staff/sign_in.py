"""Signing in and out.

A try is written as failed before the password is looked at, so that tries at the same
moment are counted too, and so that no count means no entry. Failures count for the
account, for the address and over all; but at a place where an account was signed in to
before, only its own failures there count, so that nobody elsewhere can shut her out.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from scheduler.services.house import House
from scheduler.services.staff.accounts import folded, is_sign_in_name
from scheduler.services.staff.passwords import Passwords
from scheduler.services.traces import audit
from scheduler.storage import accounts
from scheduler.storage.accounts import StaffMember
from scheduler.storage.engine import Tx

IDLE: Final = timedelta(minutes=15)
ABSOLUTE: Final = timedelta(hours=8)

COUNTED_FOR: Final = timedelta(minutes=15)
KNOWN_FOR: Final = timedelta(days=30)
# Tries that are looked at within COUNTED_FOR before everybody has to wait.
MOST_HERE: Final = 10
MOST_ACCOUNT: Final = 5
MOST_ADDRESS: Final = 20
MOST_OVERALL: Final = 100

WRONG: Final = (
    "This name and this password do not go together. Check both and try again."
)
TOO_OFTEN: Final = "There were too many tries. Wait 15 minutes and try again."


@dataclass(frozen=True, slots=True)
class SignedIn:
    """She is in. `sid` goes into the cookie and nowhere else."""

    staff_id: int
    sid: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NotIn:
    """She is not; the sentence is the same whatever was wrong."""

    sentence: str


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A sign-in that has not ended. `locked`: idle too long, but not over."""

    staff_id: int
    opened_at: datetime
    seen_at: datetime
    locked: bool


def sign_in(
    house: House,
    passwords: Passwords,
    name: str,
    password: str,
    address: str,
    now: datetime,
) -> SignedIn | NotIn:
    """In, under a new id, or one sentence. Raises StorageUnavailable, TooManyAtOnce.

    Unknown name, wrong password, closed account: the same answer after the same work.
    """
    sign_in_name = folded(name)
    if not is_sign_in_name(sign_in_name):
        # Nobody's; and the two engines disagree about what text may hold.
        sign_in_name = ""
    with house.store.begin() as tx:
        tried = accounts.Attempt(
            tx.vault.index("account", sign_in_name),
            tx.vault.index("address", _network(address)),
            now,
        )
        if _too_often(tx, tried):
            return NotIn(TOO_OFTEN)
        attempt_id = accounts.add_attempt(tx, tried)
        member = accounts.member_by_sign_in_name(tx, sign_in_name)
        kept = None if member is None else accounts.password_hash(tx, member.id)
    right = passwords.matches(kept, password)
    if not right or kept is None or member is None or not member.active:
        return NotIn(WRONG)
    better = passwords.hash(password) if passwords.outdated(kept) else None
    return _let_in(house, member.id, attempt_id, now, kept=kept, better=better)


def _let_in(
    house: House,
    staff_id: int,
    attempt_id: int,
    now: datetime,
    *,
    kept: str,
    better: str | None,
) -> SignedIn | NotIn:
    sid = house.tokens.token(32)
    with house.store.begin() as tx:
        member = accounts.member(tx, staff_id)
        same_password = accounts.password_hash(tx, staff_id) == kept
        # Closed, or given another password, while this one was being compared.
        if member is None or not member.active or not same_password:
            return NotIn(WRONG)
        accounts.mark_succeeded(tx, attempt_id)
        if better is not None:
            accounts.change_member(tx, staff_id, password_hash=better)
        accounts.open_session(tx, _kept_sid(tx, sid), staff_id, now)
        audit.record(tx, now, staff_id, "signed_in", "staff", str(staff_id))
    return SignedIn(staff_id, sid)


def session(house: House, sid: str, now: datetime) -> OpenSession | None:
    """The sign-in of that id; None when it ended, is over (8 h) or never was.

    Locked after 15 minutes in which nobody did anything.
    """
    with house.store.reading() as tx:
        row = accounts.session(tx, _kept_sid(tx, sid))
    if row is None or row.ended_at is not None or now - row.opened_at >= ABSOLUTE:
        return None
    locked = now - row.seen_at >= IDLE
    return OpenSession(row.staff_id, row.opened_at, row.seen_at, locked)


def seen(house: House, sid: str, now: datetime) -> None:
    """She did something. What is locked stays locked, what is over stays over."""
    with house.store.begin() as tx:
        accounts.touch_session(
            tx,
            _kept_sid(tx, sid),
            now,
            seen_after=now - IDLE,
            since=now - ABSOLUTE,
        )


def sign_out(house: House, sid: str, now: datetime) -> None:
    """End the sign-in of that id, if there is one."""
    with house.store.begin() as tx:
        staff_id = accounts.end_session(tx, _kept_sid(tx, sid), now)
        if staff_id is not None:
            audit.record(tx, now, staff_id, "signed_out", "staff", str(staff_id))


def person(house: House, staff_id: int) -> StaffMember | None:
    """As she is now; None when her account is closed."""
    with house.store.reading() as tx:
        found = accounts.member(tx, staff_id)
    return found if found is not None and found.active else None


def forget_old(house: House, now: datetime) -> int:
    """Delete tries and sign-ins that count for nothing any more (E7); how many."""
    with house.store.begin() as tx:
        tries = accounts.forget_attempts(tx, now - 2 * COUNTED_FOR, now - KNOWN_FOR)
        return tries + accounts.forget_sessions(tx, now - 3 * ABSOLUTE)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The same for the pages, on one house: what their shell asks of accounts."""

    house: House
    passwords: Passwords

    def sign_in(
        self, name: str, password: str, address: str, now: datetime
    ) -> SignedIn | NotIn:
        """See `sign_in`."""
        return sign_in(self.house, self.passwords, name, password, address, now)

    def session(self, sid: str, now: datetime) -> OpenSession | None:
        """See `session`."""
        return session(self.house, sid, now)

    def seen(self, sid: str, now: datetime) -> None:
        """See `seen`."""
        seen(self.house, sid, now)

    def person(self, staff_id: int) -> StaffMember | None:
        """See `person`."""
        return person(self.house, staff_id)

    def sign_out(self, sid: str, now: datetime) -> None:
        """See `sign_out`."""
        sign_out(self.house, sid, now)


def _too_often(tx: Tx, tried: accounts.Attempt) -> bool:
    known_since, since = tried.at - KNOWN_FOR, tried.at - COUNTED_FOR
    found = accounts.failures(tx, tried.account, tried.address, since, known_since)
    if accounts.has_been_here(tx, tried.account, tried.address, known_since):
        return found.here >= MOST_HERE
    return (
        found.account >= MOST_ACCOUNT
        or found.address >= MOST_ADDRESS
        or found.overall >= MOST_OVERALL
    )


def _network(address: str) -> str:
    # One household has a whole /64 of IPv6, so a single address there means nothing.
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped is not None:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)


def _kept_sid(tx: Tx, sid: str) -> bytes:
    return tx.vault.index("sign-in", sid)
