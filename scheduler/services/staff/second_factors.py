"""The second factor: codes of an app (TOTP), and recovery codes for a lost phone.

A code of the app is taken once: the time step of the last one is kept, and no code of
that step or an earlier one counts again. A recovery code is taken once too.
"""

from __future__ import annotations

import hmac
import re
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

import pyotp

from scheduler.domain.errors import Misread, NotThere
from scheduler.services.house import House
from scheduler.services.staff import sign_in, throttle
from scheduler.services.staff.sign_in import NotIn, SignedIn
from scheduler.services.staff.throttle import TOO_OFTEN
from scheduler.services.traces import audit
from scheduler.storage import accounts, passkeys, second_factors
from scheduler.storage.engine import Tx

STEP: Final = 30
# One step either way: her phone's clock and ours are never quite the same.
_STEPS_OFF: Final = (0, -1, 1)
_SECRET_BYTES: Final = 20
RECOVERY_CODES: Final = 10
_RECOVERY_BYTES: Final = 15  # 120 bits: no guessing, so no slow hash is needed
_GROUP: Final = 4

WRONG_CODE: Final = (
    "This code does not count. Take the one your app shows now; each works once."
)


@dataclass(frozen=True, slots=True)
class Offered:
    """A secret for her app. `address` is what the drawing holds."""

    secret: str = field(repr=False)
    address: str = field(repr=False)

    @property
    def typed(self) -> str:
        """In groups, for whoever types it."""
        return _grouped(self.secret)


@dataclass(frozen=True, slots=True)
class SetUp:
    """It is hers from now on. The codes are shown this once."""

    signed_in: SignedIn
    codes: tuple[str, ...] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """What an account has beside its password."""

    app_since: datetime | None
    codes_left: int


def standing(house: House, staff_id: int) -> Standing:
    """What she has."""
    with house.store.reading() as tx:
        app = second_factors.app(tx, staff_id)
        left = second_factors.codes_left(tx, staff_id)
    return Standing(app.set_up_at if app else None, left)


def offer(house: House, sid: str, staff_id: int) -> Offered:
    """A secret for her app, the same all through one sign-in. It is written nowhere,
    and counts for nothing until `set_up`. Raises NotThere: no such account."""
    with house.store.reading() as tx:
        member = accounts.member(tx, staff_id)
        secret = _secret(tx, sid)
    if member is None:
        raise NotThere
    # No name of an agency: it stands in an app that others may see.
    address = pyotp.TOTP(secret).provisioning_uri(
        name=member.sign_in_name, issuer_name="Office"
    )
    return Offered(secret, address)


def set_up(
    house: House, sid: str, code: str, address: str, now: datetime
) -> SetUp | NotIn | None:
    """Take the offered secret for hers, shown a code made from it; None: nobody is in.

    Whoever has a second factor already has given it in this sign-in. All her other
    sign-ins end, and this one goes on under a new id.
    """
    new_sid = house.tokens.token(32)
    with house.store.begin() as tx:
        there = sign_in.opened(house, tx, sid, now)
        if there is None or not there.may_set_up:
            return None
        staff_id = there.staff_id
        attempt_id = throttle.begin(tx, _tried(staff_id), address, now)
        if attempt_id is None:
            return NotIn(TOO_OFTEN)
        secret = _secret(tx, sid)
        step = _step_of(secret, code, now)
        if step is None:
            return NotIn(WRONG_CODE)
        throttle.succeeded(tx, attempt_id)
        second_factors.set_up(tx, staff_id, secret, step, now)
        codes = keep_new_codes(house, tx, staff_id, now)
        audit.record(tx, now, staff_id, "set_up", "second_factor", str(staff_id))
        risen = go_on_alone(tx, sid, new_sid, now)
    return None if risen is None else SetUp(risen, codes)


def go_on_alone(tx: Tx, sid: str, new_sid: str, now: datetime) -> SignedIn | None:
    """Go on with the second factor given, and end her other sign-ins: whoever had only
    what she had before is out."""
    risen = sign_in.rise(tx, sid, new_sid, now, second=True)
    if risen is not None:
        kept = sign_in.kept_sid(tx, new_sid)
        accounts.end_sessions(tx, risen.staff_id, now, but=kept)
    return risen


def give(
    house: House, sid: str, code: str, address: str, now: datetime
) -> SignedIn | NotIn | None:
    """The second factor of a sign-in that has it still to give, or gives it again as a
    proof; None when nobody is in. Goes on under a new id."""
    new_sid = house.tokens.token(32)
    with house.store.begin() as tx:
        there = sign_in.opened(house, tx, sid, now)
        if there is None or there.locked or not there.has_second:
            return None
        attempt_id = throttle.begin(tx, _tried(there.staff_id), address, now)
        if attempt_id is None:
            return NotIn(TOO_OFTEN)
        way = _taken(tx, there.staff_id, code, now)
        if way is None:
            return NotIn(WRONG_CODE)
        throttle.succeeded(tx, attempt_id)
        audit.record(
            tx, now, there.staff_id, "proved", "staff", str(there.staff_id), reason=way
        )
        return sign_in.rise(tx, sid, new_sid, now, second=True)


def new_recovery_codes(house: House, staff_id: int, now: datetime) -> tuple[str, ...]:
    """Ten new ones; the old are worth nothing. Raises Misread without a second factor.

    Shown this once: only digests are kept.
    """
    with house.store.begin() as tx:
        if second_factors.app(tx, staff_id) is None and not passkeys.of(tx, staff_id):
            raise Misread("Set up a second factor first; these codes stand in for it.")
        codes = keep_new_codes(house, tx, staff_id, now)
        audit.record(tx, now, staff_id, "made_codes", "second_factor", str(staff_id))
    return codes


# --- Codes -------------------------------------------------------------------


def _taken(tx: Tx, staff_id: int, code: str, now: datetime) -> str | None:
    """By which way the code counts, used up with this; None: it does not."""
    app = second_factors.app(tx, staff_id)
    step = _step_of(app.secret, code, now) if app else None
    if step is not None:
        return "app" if second_factors.take_step(tx, staff_id, step) else None
    hashed = _hashed(tx, staff_id, code)
    used = second_factors.use_recovery_code(tx, staff_id, hashed, now)
    return "recovery_code" if used else None


def _step_of(secret: str, code: str, now: datetime) -> int | None:
    """The time step whose code this is, if it is one of those that count now."""
    typed = re.sub(r"[\s-]", "", code)
    present = int(now.timestamp()) // STEP
    made = pyotp.TOTP(secret)
    for off in _STEPS_OFF:
        right = made.generate_otp(present + off)
        if hmac.compare_digest(right.encode(), typed.encode("utf-8", "replace")):
            return present + off
    return None


def keep_new_codes(
    house: House, tx: Tx, staff_id: int, now: datetime
) -> tuple[str, ...]:
    """Ten new recovery codes in the place of hers, to be shown this once."""
    codes = tuple(_new_code(house) for _ in range(RECOVERY_CODES))
    hashes = [_hashed(tx, staff_id, each) for each in codes]
    second_factors.keep_recovery_codes(tx, staff_id, hashes, now)
    return codes


def _hashed(tx: Tx, staff_id: int, code: str) -> bytes:
    plain = re.sub(r"[\s-]", "", code).upper()
    return tx.vault.index("recovery code", f"{staff_id} {plain}")


def _new_code(house: House) -> str:
    digest = sha256(house.tokens.token(_RECOVERY_BYTES).encode()).digest()
    return _grouped(b32encode(digest[:_RECOVERY_BYTES]).decode())


def _secret(tx: Tx, sid: str) -> str:
    # Derived, so that showing the page writes nothing (bar-S5).
    return b32encode(tx.vault.index("second factor", sid)[:_SECRET_BYTES]).decode()


def _grouped(text: str) -> str:
    return "-".join(text[at : at + _GROUP] for at in range(0, len(text), _GROUP))


def _tried(staff_id: int) -> str:
    return f"second factor {staff_id}"
