"""She takes another password herself, with the old one in hand (ASVS 6.2.2, 6.2.3)."""

from __future__ import annotations

from datetime import datetime

from scheduler.domain.errors import Misread
from scheduler.domain.field_errors import FieldErrors
from scheduler.services.house import House
from scheduler.services.staff import sign_in, throttle
from scheduler.services.staff.passwords import Passwords, require_good
from scheduler.services.staff.sign_in import WRONG_PASSWORD, SignedIn
from scheduler.services.staff.throttle import TOO_OFTEN
from scheduler.services.traces import audit
from scheduler.storage import accounts


def change(
    house: House,
    passwords: Passwords,
    sid: str,
    old: str,
    new: str,
    address: str,
    now: datetime,
) -> SignedIn | FieldErrors | None:
    """Another password, under a new id; every other sign-in of hers ends.

    None when nobody is signed in any more. Raises StorageUnavailable, TooManyAtOnce.
    """
    with house.store.begin() as tx:
        there = sign_in.opened(house, tx, sid, now)
        if there is None or there.half or there.locked or there.person is None:
            return None
        person = there.person
        try:
            require_good(new, not_like=(person.sign_in_name, person.name))
        except Misread as wrong:
            return FieldErrors({"password_new": str(wrong)})
        attempt_id = throttle.begin(tx, f"proving {person.id}", address, now)
        if attempt_id is None:
            return FieldErrors({"password_old": TOO_OFTEN})
        kept = accounts.password_hash(tx, person.id)
    if not passwords.matches(kept, old):
        return FieldErrors({"password_old": WRONG_PASSWORD})
    hashed, new_sid = passwords.hash(new), house.tokens.token(32)
    with house.store.begin() as tx:
        throttle.succeeded(tx, attempt_id)
        # The sign-in may have ended while the password was worked on: then nothing.
        gone_on = sign_in.rise(tx, sid, new_sid, now, second=False)
        if gone_on is None:
            return None
        accounts.change_member(tx, person.id, password_hash=hashed)
        accounts.end_sessions(tx, person.id, now, but=sign_in.kept_sid(tx, new_sid))
        audit.record(
            tx, now, person.id, "changed", "staff", str(person.id), fields=["password"]
        )
    return gone_on
