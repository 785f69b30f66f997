"""Somebody proves on the terminal that it is she, for one act."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from scheduler.domain.errors import QuietlineError
from scheduler.services.staff import second_factors
from scheduler.services.staff.sign_in import Accounts, NotIn, SignedIn
from scheduler.services.staff.throttle import TOO_OFTEN
from scheduler.storage.accounts import StaffMember

_HERE: Final = "this machine"


class TooOften(QuietlineError):
    """Too many wrong tries; the sentence says how long to wait."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What she types: name, password, and the code of her second factor."""

    name: str
    password: str = field(repr=False)
    code: str = field(repr=False)


def who_proves(accounts: Accounts, proof: Proof) -> StaffMember | None:
    """Who it is, in a sign-in that is over with this; None whatever was wrong.

    Raises TooOften.
    """
    signed = _signed_in(accounts, proof)
    if signed is None:
        return None
    member = accounts.person(signed.staff_id)
    accounts.sign_out(signed.sid, accounts.house.now())
    return member


def _signed_in(accounts: Accounts, proof: Proof) -> SignedIn | None:
    house = accounts.house
    now = house.now()
    answer: SignedIn | NotIn | None = accounts.sign_in(
        proof.name, proof.password, _HERE, now
    )
    if isinstance(answer, SignedIn):
        opened = accounts.session(answer.sid, now)
        if opened is not None and opened.half:
            answer = second_factors.give(house, answer.sid, proof.code, _HERE, now)
    if isinstance(answer, NotIn) and answer.sentence == TOO_OFTEN:
        raise TooOften(TOO_OFTEN)
    return answer if isinstance(answer, SignedIn) else None
