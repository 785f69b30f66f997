"""Signing in at somebody else's door (OpenID Connect), where an agency has one.

It takes the place of the password and of nothing else: the second factor, the locks and
the ends of a sign-in are ours as before. Which account there is whose here, she says
herself, signed in at both. Nothing is written when she leaves for the other door: what
she takes along is derived from the browser's id and good once, for ten minutes.
"""

from __future__ import annotations

import hmac
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from enum import Enum
from typing import Final

from scheduler.domain.errors import NotThere
from scheduler.ports import Asked, OutsideDoor, OutsideRefused
from scheduler.services.house import House
from scheduler.services.staff import sign_in, throttle
from scheduler.services.staff.sign_in import NotIn, SignedIn
from scheduler.services.staff.throttle import TOO_OFTEN
from scheduler.services.traces import audit
from scheduler.storage import accounts, outside, passkeys
from scheduler.storage.engine import Tx

GOOD_FOR: Final = timedelta(minutes=10)
NOBODYS: Final = (
    "No account here belongs to the one you signed in with there. Sign in with your "
    "name and password, and link it under “You”."
)
TAKEN: Final = (
    "That account is linked to somebody else here. Sign in there as yourself and try"
    " again."
)
_PARTS: Final = 3


class For(Enum):
    """What she went there for."""

    ENTERING = "entering"
    LINKING = "linking"


def door(house: House) -> OutsideDoor:
    """The other door. Raises NotThere where an agency has none."""
    if house.outside is None:
        raise NotThere
    return house.outside


def address(house: House, use: For, sid: str, now: datetime) -> str:
    """Where her browser goes. Raises NotThere, OutsideUnreachable."""
    there = door(house)
    with house.store.reading() as tx:
        head = f"{int(now.timestamp())}.{house.tokens.token(16)}"
        asked = _asked(tx, head, use, sid)
    return there.address(asked)


def enter(
    house: House, sid: str, state: str, code: str, address_: str, now: datetime
) -> SignedIn | NotIn:
    """In, as far as a password would let her in; or one sentence.

    Raises NotThere, OutsideRefused, OutsideUnreachable.
    """
    new_sid = house.tokens.token(32)
    asked = _spent(house, For.ENTERING, sid, state, now)
    subject = door(house).who(code, asked)
    with house.store.begin() as tx:
        attempt_id = throttle.begin(tx, "outside", address_, now, guessable=False)
        if attempt_id is None:
            return NotIn(TOO_OFTEN)
        staff_id = outside.whose(tx, _kept(tx, house, subject))
        member = None if staff_id is None else accounts.member(tx, staff_id)
        if member is None or not member.active:
            return NotIn(NOBODYS)
        throttle.succeeded(tx, attempt_id)
        accounts.open_session(tx, sign_in.kept_sid(tx, new_sid), member.id, now)
        audit.record(
            tx, now, member.id, "signed_in", "staff", str(member.id), reason="outside"
        )
    return SignedIn(member.id, new_sid)


def link(
    house: House, staff_id: int, sid: str, state: str, code: str, now: datetime
) -> str:
    """Hers from now on; a sentence if it is somebody else's already, or empty.

    Raises NotThere, OutsideRefused, OutsideUnreachable.
    """
    asked = _spent(house, For.LINKING, sid, state, now)
    subject = door(house).who(code, asked)
    with house.store.begin() as tx:
        kept = _kept(tx, house, subject)
        if outside.whose(tx, kept) not in {None, staff_id}:
            return TAKEN
        outside.link(tx, staff_id, kept, now)
        audit.record(tx, now, staff_id, "linked", "outside_account", str(staff_id))
    return ""


def unlink(house: House, staff_id: int, now: datetime) -> None:
    """It opens nothing here any more; twice is once."""
    with house.store.begin() as tx:
        if outside.unlink(tx, staff_id):
            audit.record(
                tx, now, staff_id, "unlinked", "outside_account", str(staff_id)
            )


def linked_at(house: House, staff_id: int) -> datetime | None:
    """Since when hers is linked, or None."""
    with house.store.reading() as tx:
        return outside.linked_at(tx, staff_id)


def _kept(tx: Tx, house: House, subject: str) -> bytes:
    return tx.vault.index("outside account", f"{door(house).issuer}\0{subject}")


def _asked(tx: Tx, head: str, use: For, sid: str) -> Asked:
    def derived(what: str) -> str:
        found = tx.vault.index(f"outside {what}", f"{use.value} {head} {sid}")
        return urlsafe_b64encode(found).decode().rstrip("=")

    return Asked(f"{head}.{derived('state')}", derived("nonce"), derived("verifier"))


def _spent(house: House, use: For, sid: str, state: str, now: datetime) -> Asked:
    """What she was asked, if it is of this browser, for this, and comes back for the
    first time in time. Raises OutsideRefused."""
    head, _, _ = state.rpartition(".")
    with house.store.begin() as tx:
        asked = _asked(tx, head, use, sid)
        at = head.partition(".")[0]
        ours = hmac.compare_digest(asked.state.encode(), state.encode())
        if not ours or not at.isdecimal():
            raise OutsideRefused
        young = 0 <= int(now.timestamp()) - int(at) < GOOD_FOR.total_seconds()
        first = passkeys.spend(tx, tx.vault.index("outside spent", head), now)
    # Written before it is refused: it has come back, in time or not.
    if not young or not first:
        raise OutsideRefused
    return asked
