"""Signing in and out, step by step: a password, then a second factor.

A sign-in that still lacks the second factor it needs is *half*: it opens nothing but
the pages that ask for one. `throttle` bounds how often anybody may try.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from scheduler.domain.staff_changes import INVITED_FOR
from scheduler.services.house import House
from scheduler.services.staff import throttle
from scheduler.services.staff.accounts import (
    LONGEST_SIGN_IN,
    folded,
    is_sign_in_name,
)
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.throttle import COUNTED_FOR, KNOWN_FOR, TOO_OFTEN
from scheduler.services.traces import audit
from scheduler.storage import accounts, passkeys, staff_changes
from scheduler.storage.accounts import SessionRow, StaffMember
from scheduler.storage.engine import Tx

IDLE: Final = timedelta(minutes=15)
ABSOLUTE: Final = LONGEST_SIGN_IN
# For so long she need not prove again that it is she: reveals, accounts, the sender.
FRESH: Final = timedelta(minutes=10)

WRONG: Final = (
    "This name and this password do not go together. Check both and try again."
)
WRONG_PASSWORD: Final = "This is not your password. Check it and try again."  # noqa: S105


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
    """A sign-in that has not ended. `locked`: idle too long, but not over. `half`: a
    second factor is still to be given or, where she has none (`has_second`), set up.
    `has_app`: one that makes codes. `fresh`: she proved minutes ago that it is she.
    `person`: as she is now, None when her account is closed."""

    staff_id: int
    opened_at: datetime
    seen_at: datetime
    locked: bool
    half: bool
    has_second: bool
    has_app: bool
    fresh: bool
    person: StaffMember | None

    @property
    def may_set_up(self) -> bool:
        """Whether she may set up a second factor: not around one there is already."""
        return not self.locked and not (self.half and self.has_second)


def compulsory(house: House) -> bool:
    """Whether every account needs a second factor: wherever real people are served."""
    return house.identity is not None and house.identity.production


def sign_in(
    house: House,
    passwords: Passwords,
    name: str,
    password: str,
    address: str,
    now: datetime,
    known: str = "",
) -> SignedIn | NotIn:
    """In, under a new id, or one sentence. Raises StorageUnavailable, TooManyAtOnce.

    Unknown name, wrong password, closed account: the same answer after the same work.
    `known` is the id of a sign-in in this browser, locked perhaps: if it is hers and
    had its second factor, the new one goes on from it and is over when it would be.
    """
    passwords.ask_for_room()
    sign_in_name = folded(name)
    if not is_sign_in_name(sign_in_name):
        # Nobody's; and the two engines disagree about what text may hold.
        sign_in_name = ""
    with house.store.begin() as tx:
        attempt_id = throttle.begin(tx, sign_in_name, address, now)
        if attempt_id is None:
            return NotIn(TOO_OFTEN)
        # The same work for a name that nobody has (bar-S6).
        member, kept = accounts.who_signs_in(tx, sign_in_name)
    right = passwords.matches(kept, password)
    if not right or kept is None or member is None or not member.active:
        return NotIn(WRONG)
    better = passwords.hash(password) if passwords.outdated(kept) else None
    return _let_in(
        house, member.id, attempt_id, now, kept=kept, better=better, known=known
    )


def _let_in(
    house: House,
    staff_id: int,
    attempt_id: int,
    now: datetime,
    *,
    kept: str,
    better: str | None,
    known: str,
) -> SignedIn | NotIn:
    sid = house.tokens.token(32)
    with house.store.begin() as tx:
        member = accounts.member(tx, staff_id)
        same_password = accounts.password_hash(tx, staff_id) == kept
        # Closed, or given another password, while this one was being compared.
        if member is None or not member.active or not same_password:
            return NotIn(WRONG)
        throttle.succeeded(tx, attempt_id)
        if better is not None:
            accounts.change_member(tx, staff_id, password_hash=better)
        _open(tx, sid, staff_id, now, _gone_on_from(tx, known, staff_id, now))
        audit.record(tx, now, staff_id, "signed_in", "staff", str(staff_id))
    return SignedIn(staff_id, sid)


def _gone_on_from(tx: Tx, sid: str, staff_id: int, now: datetime) -> SessionRow | None:
    found = accounts.session(tx, kept_sid(tx, sid)) if sid else None
    if found is None or found.staff_id != staff_id or found.second_at is None:
        return None
    return None if _is_over(found, now) else found


def _open(
    tx: Tx, sid: str, staff_id: int, now: datetime, before: SessionRow | None
) -> None:
    accounts.open_session(
        tx,
        kept_sid(tx, sid),
        staff_id,
        now,
        opened_at=before.opened_at if before else None,
        second_at=before.second_at if before else None,
    )


def _is_over(row: SessionRow, now: datetime) -> bool:
    return row.ended_at is not None or now - row.opened_at >= ABSOLUTE


def session(house: House, sid: str, now: datetime) -> OpenSession | None:
    """The sign-in of that id; None when it ended, is over (8 h) or never was.

    Locked after 15 minutes in which nobody did anything.
    """
    with house.store.reading() as tx:
        return opened(house, tx, sid, now)


def opened(house: House, tx: Tx, sid: str, now: datetime) -> OpenSession | None:
    """See `session`, within a transaction."""
    row = accounts.session(tx, kept_sid(tx, sid))
    if row is None or _is_over(row, now):
        return None
    has_second = row.has_app or row.has_passkey
    needs_second = has_second or compulsory(house)
    return OpenSession(
        row.staff_id,
        row.opened_at,
        row.seen_at,
        locked=now - row.seen_at >= IDLE,
        half=needs_second and row.second_at is None,
        has_second=has_second,
        has_app=row.has_app,
        fresh=now - row.proved_at < FRESH,
        person=row.member if row.member.active else None,
    )


def rise(
    tx: Tx, sid: str, new_sid: str, now: datetime, *, second: bool
) -> SignedIn | None:
    """Go on under a new id, proved just now: every rise of rights has one (bar-S1).

    The old id is good for nothing any more. None when there was no sign-in to go on
    from. `second` is whether a second factor was given.
    """
    row = accounts.session(tx, kept_sid(tx, sid))
    if row is None or _is_over(row, now):
        return None
    if accounts.end_session(tx, kept_sid(tx, sid), now) is None:
        return None  # somebody was quicker
    accounts.open_session(
        tx,
        kept_sid(tx, new_sid),
        row.staff_id,
        now,
        opened_at=row.opened_at,
        second_at=now if second else row.second_at,
    )
    return SignedIn(row.staff_id, new_sid)


def prove(
    house: House,
    passwords: Passwords,
    sid: str,
    password: str,
    address: str,
    now: datetime,
) -> SignedIn | NotIn | None:
    """Prove by password that it is she who is signed in; None when nobody is.

    Raises StorageUnavailable, TooManyAtOnce.
    """
    with house.store.begin() as tx:
        there = opened(house, tx, sid, now)
        if there is None or there.half or there.locked:
            return None
        attempt_id = throttle.begin(tx, f"proving {there.staff_id}", address, now)
        if attempt_id is None:
            return NotIn(TOO_OFTEN)
        kept = accounts.password_hash(tx, there.staff_id)
    if not passwords.matches(kept, password):
        return NotIn(WRONG_PASSWORD)
    with house.store.begin() as tx:
        throttle.succeeded(tx, attempt_id)
        audit.record(tx, now, there.staff_id, "proved", "staff", str(there.staff_id))
        return rise(tx, sid, house.tokens.token(32), now, second=False)


def seen(house: House, sid: str, now: datetime) -> None:
    """She did something. What is locked stays locked, what is over stays over."""
    with house.store.begin() as tx:
        accounts.touch_session(
            tx,
            kept_sid(tx, sid),
            now,
            seen_after=now - IDLE,
            since=now - ABSOLUTE,
        )


def sign_out(house: House, sid: str, now: datetime) -> None:
    """End the sign-in of that id, if there is one."""
    with house.store.begin() as tx:
        staff_id = accounts.end_session(tx, kept_sid(tx, sid), now)
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
        passkeys.forget_challenges(tx, now - COUNTED_FOR)
        staff_changes.forget_old(tx, now - INVITED_FOR)
        return tries + accounts.forget_sessions(tx, now - 3 * ABSOLUTE)


@dataclass(frozen=True, slots=True)
class Accounts:
    """The same for the pages, on one house: what their shell asks of accounts."""

    house: House
    passwords: Passwords

    def sign_in(
        self, name: str, password: str, address: str, now: datetime, known: str = ""
    ) -> SignedIn | NotIn:
        """See `sign_in`."""
        house, passwords = self.house, self.passwords
        return sign_in(house, passwords, name, password, address, now, known)

    def prove(
        self, sid: str, password: str, address: str, now: datetime
    ) -> SignedIn | NotIn | None:
        """See `prove`."""
        return prove(self.house, self.passwords, sid, password, address, now)

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


def kept_sid(tx: Tx, sid: str) -> bytes:
    """How the id of a sign-in is kept."""
    return tx.vault.index("sign-in", sid)
