"""Passkeys: one proof that is password and second factor at once (WebAuthn).

A challenge is a nonce and an instant with a keyed digest over both, over what it is for
and over the browser it was given to. So asking for one writes nothing; what comes back
is written down, right or wrong, and a challenge that came back once is worth nothing.
"""

from __future__ import annotations

import hmac
import struct
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import Enum
from hashlib import sha256
from typing import Final

import webauthn
from webauthn.authentication.verify_authentication_response import (
    VerifiedAuthentication,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
    parse_client_data_json,
    parse_registration_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from scheduler.domain.errors import NotThere
from scheduler.services.house import House
from scheduler.services.staff import second_factors, sign_in, throttle
from scheduler.services.staff.second_factors import SetUp
from scheduler.services.staff.sign_in import NotIn, SignedIn
from scheduler.services.staff.throttle import TOO_OFTEN
from scheduler.services.traces import audit
from scheduler.storage import accounts, passkeys
from scheduler.storage.engine import Tx
from scheduler.storage.passkeys import Passkey

GOOD_FOR: Final = timedelta(minutes=5)
_NONCE_BYTES: Final = 16
_STAMP: Final = struct.Struct(">q")
LONGEST_NAME: Final = 40
LONGEST_ANSWER: Final = 20_000

NOT_TAKEN: Final = "This passkey was not taken. Try once more, or type your password."
NOT_ADDED: Final = "This passkey was not added. Try once more."


class For(Enum):
    """What a challenge is for: one does not do for the other."""

    ENTERING = "entering"
    ADDING = "adding"


@dataclass(frozen=True, slots=True)
class RelyingParty:
    """Who a passkey is for: a host name, and the origin its pages have."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class _Known:
    """What is right about an answer before its signature is looked at."""

    credential_id: str = field(repr=False)
    challenge: bytes = field(repr=False)


def to_enter(house: House, party: RelyingParty, sid: str, now: datetime) -> str:
    """What the browser is asked for, as JSON: any passkey it has for this host."""
    with house.store.reading() as tx:
        challenge = _challenge(tx, house.tokens.token(), For.ENTERING, sid, now)
    options = webauthn.generate_authentication_options(
        rp_id=party.host,
        challenge=challenge,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return webauthn.options_to_json(options)


def enter(
    house: House,
    party: RelyingParty,
    sid: str,
    answer: str,
    address: str,
    now: datetime,
) -> SignedIn | NotIn:
    """In with both factors given, under a new id; or one sentence, whatever was wrong.

    `sid` is the id of the browser that asked for the challenge.
    """
    new_sid = house.tokens.token(32)
    with house.store.begin() as tx:
        known = _known(tx, answer, For.ENTERING, sid, now)
        found = passkeys.by_credential(tx, known.credential_id) if known else None
        attempt_id = throttle.begin(tx, _tried(found), address, now, guessable=False)
        if attempt_id is None:
            return NotIn(TOO_OFTEN)
        # Written down before it is looked at: it has come back, right or wrong.
        first = known is not None and passkeys.spend(tx, _digest(known), now)
        if known is None or found is None or not first:
            return NotIn(NOT_TAKEN)
        right = _verified(party, found, known, answer)
        member = accounts.member(tx, found.staff_id)
        hers = _is_hers(tx, answer, found)
        if right is None or not hers or member is None or not member.active:
            return NotIn(NOT_TAKEN)
        throttle.succeeded(tx, attempt_id)
        passkeys.used(tx, found.id, right.new_sign_count, now)
        kept = sign_in.kept_sid(tx, new_sid)
        accounts.open_session(tx, kept, found.staff_id, now, second_at=now)
        who = str(found.staff_id)
        audit.record(
            tx, now, found.staff_id, "signed_in", "staff", who, reason="passkey"
        )
    return SignedIn(found.staff_id, new_sid)


def to_add(
    house: House, party: RelyingParty, sid: str, staff_id: int, now: datetime
) -> str:
    """What the browser is asked to make, as JSON. Raises NotThere: no such account."""
    with house.store.reading() as tx:
        member = accounts.member(tx, staff_id)
        challenge = _challenge(tx, house.tokens.token(), For.ADDING, sid, now)
        handle = _handle(tx, staff_id)
        mine = passkeys.of(tx, staff_id)
    if member is None:
        raise NotThere
    options = webauthn.generate_registration_options(
        rp_id=party.host,
        # No name of an agency: it stands in a list that others may see.
        rp_name=party.host,
        user_name=member.sign_in_name,
        user_id=handle,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id))
            for each in mine
        ],
    )
    return webauthn.options_to_json(options)


def add(
    house: House,
    party: RelyingParty,
    sid: str,
    answer: str,
    called: str,
    address: str,
    now: datetime,
) -> SetUp | NotIn | None:
    """Hers from now on; None when nobody is in who may add one.

    Goes on under a new id, and her other sign-ins end. Whoever had no second factor
    gets recovery codes too.
    """
    new_sid = house.tokens.token(32)
    with house.store.begin() as tx:
        there = sign_in.opened(house, tx, sid, now)
        if there is None or not there.may_set_up:
            return None
        staff_id = there.staff_id
        attempt_id = throttle.begin(tx, f"second factor {staff_id}", address, now)
        if attempt_id is None:
            return NotIn(TOO_OFTEN)
        known = _known(tx, answer, For.ADDING, sid, now)
        first = known is not None and passkeys.spend(tx, _digest(known), now)
        if (
            known is None
            or not first
            or not _keep(tx, party, staff_id, known, answer, called, now)
        ):
            return NotIn(NOT_ADDED)
        throttle.succeeded(tx, attempt_id)
        codes = (
            ()
            if there.has_second
            else second_factors.keep_new_codes(house, tx, staff_id, now)
        )
        audit.record(tx, now, staff_id, "added", "passkey", str(staff_id))
        risen = second_factors.go_on_alone(tx, sid, new_sid, now)
    return None if risen is None else SetUp(risen, codes)


def hers(house: House, staff_id: int) -> list[Passkey]:
    """Her passkeys, the oldest first."""
    with house.store.reading() as tx:
        return passkeys.of(tx, staff_id)


def remove(house: House, staff_id: int, passkey_id: int, now: datetime) -> None:
    """Take one of hers away; sign-ins end everywhere. Raises NotThere."""
    with house.store.begin() as tx:
        if not passkeys.remove(tx, staff_id, passkey_id):
            raise NotThere
        accounts.end_sessions(tx, staff_id, now)
        audit.record(tx, now, staff_id, "removed", "passkey", str(staff_id))


# --- What an answer is worth ---------------------------------------------------


def _challenge(tx: Tx, chance: str, use: For, sid: str, now: datetime) -> bytes:
    nonce = sha256(chance.encode()).digest()[:_NONCE_BYTES]
    head = nonce + _STAMP.pack(int(now.timestamp()))
    return head + _mac(tx, head, use, sid)


def _mac(tx: Tx, head: bytes, use: For, sid: str) -> bytes:
    return tx.vault.index("passkey challenge", f"{use.value} {head.hex()} {sid}")


def _known(tx: Tx, answer: str, use: For, sid: str, now: datetime) -> _Known | None:
    """What an answer names, if its challenge is one of ours, for this, this browser
    and these five minutes."""
    read = (
        parse_authentication_credential_json
        if use is For.ENTERING
        else parse_registration_credential_json
    )
    try:
        given = read(answer[:LONGEST_ANSWER])
        challenge = parse_client_data_json(given.response.client_data_json).challenge
    except (WebAuthnException, ValueError):
        return None
    head = challenge[: _NONCE_BYTES + _STAMP.size]
    if not hmac.compare_digest(challenge, head + _mac(tx, head, use, sid)):
        return None
    made = _STAMP.unpack(head[_NONCE_BYTES:])[0]
    if not 0 <= int(now.timestamp()) - made < GOOD_FOR.total_seconds():
        return None
    return _Known(bytes_to_base64url(given.raw_id), challenge)


def _verified(
    party: RelyingParty, found: Passkey, known: _Known, answer: str
) -> VerifiedAuthentication | None:
    try:
        return webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=known.challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            credential_public_key=base64url_to_bytes(found.public_key),
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return None


def _is_hers(tx: Tx, answer: str, found: Passkey) -> bool:
    """A passkey names its account; it must be the one it was added to."""
    named = parse_authentication_credential_json(answer).response.user_handle
    return named is not None and hmac.compare_digest(named, _handle(tx, found.staff_id))


def _keep(
    tx: Tx,
    party: RelyingParty,
    staff_id: int,
    known: _Known,
    answer: str,
    called: str,
    now: datetime,
) -> bool:
    if passkeys.by_credential(tx, known.credential_id) is not None:
        return False
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=known.challenge,
            expected_rp_id=party.host,
            expected_origin=party.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError):
        return False
    passkeys.add(
        tx,
        staff_id,
        known.credential_id,
        bytes_to_base64url(made.credential_public_key),
        sign_count=made.sign_count,
        called=called[:LONGEST_NAME],
        at=now,
    )
    return True


def _digest(known: _Known) -> bytes:
    return sha256(known.challenge).digest()


def _handle(tx: Tx, staff_id: int) -> bytes:
    return tx.vault.index("passkey handle", str(staff_id))


def _tried(found: Passkey | None) -> str:
    return "passkey of nobody" if found is None else f"second factor {found.staff_id}"
