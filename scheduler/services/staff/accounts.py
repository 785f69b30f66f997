"""Founding the agency, and who has an account in it (E1).

Whoever's password, role or account changes is signed out everywhere at once.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from scheduler.domain.errors import Misconfigured, Misread, NotThere
from scheduler.domain.people import Role
from scheduler.domain.zones import zone as known_zone
from scheduler.services.house import Actor, House
from scheduler.services.staff.passwords import Passwords, require_good
from scheduler.services.traces import audit
from scheduler.storage import accounts, agency, founding, second_factors
from scheduler.storage.accounts import SessionRow, StaffMember
from scheduler.storage.engine import Tx
from scheduler.storage.refusals import RuleBroken

FIRST_ACCOUNTS: Final = 2
LONGEST_SIGN_IN: Final = timedelta(hours=8)

NAME_TAKEN: Final = "Somebody signs in with this name already. Choose another one."

_SIGN_IN_NAME: Final = re.compile(r"[\w][\w.\-]{1,63}")
_SHOWN_NAME_LENGTH: Final = 64


@dataclass(frozen=True, slots=True)
class NewMember:
    """Somebody who shall get an account."""

    sign_in_name: str
    name: str = field(repr=False)
    role: Role
    zone: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewAgency:
    """What `quietline init` asks. `lint_names` must never be in a text (W2)."""

    name: str = field(repr=False)
    zone: str
    lint_names: tuple[str, ...] = field(default=(), repr=False)
    twelve_hour: bool = False


def init_agency(
    house: House, passwords: Passwords, new: NewAgency, first: Sequence[NewMember]
) -> tuple[int, ...]:
    """Write the agency and its first accounts; their numbers.

    Raises Misconfigured if there is an agency already or nobody could look after the
    accounts, Misread for a name, zone or password that will not do. The sender starts
    stopped only if its clock check says so; two accounts because starting it again
    takes a second person (M10).
    """
    known_zone(new.zone)
    if len(first) < FIRST_ACCOUNTS or all(
        each.role is not Role.ADMINISTRATOR for each in first
    ):
        raise Misconfigured(
            "An agency needs two accounts to begin with, one of them an administrator. "
            "Name both."
        )
    prepared = [_prepared(each, passwords) for each in first]
    now = house.now()
    with house.store.begin() as tx:
        if _founded(tx):
            raise Misconfigured(
                "There is an agency in this database already. Add people to it with "
                "`quietline user add`."
            )
        founding.found_agency(
            tx,
            installation=tx.vault.installation,
            name=new.name,
            zone=new.zone,
            at=now,
            lint_names=new.lint_names,
            twelve_hour=new.twelve_hour,
        )
        audit.record(tx, now, None, "founded", "agency", "1")
        return tuple(_add(tx, each, now, None) for each in prepared)


def add_user(
    house: House, passwords: Passwords, new: NewMember, by: Actor | None
) -> int:
    """Give somebody an account; the row's number. Raises Misread.

    `by` None is the command line.
    """
    prepared = _prepared(new, passwords)
    now = house.now()
    with house.store.begin() as tx:
        agency.settings(tx)
        return _add(tx, prepared, now, by)


def staff(house: House) -> list[StaffMember]:
    """Everybody with an account, by name."""
    with house.store.reading() as tx:
        return accounts.members(tx)


def find_user(house: House, sign_in_name: str) -> StaffMember:
    """Whoever signs in with this name. Raises NotThere."""
    with house.store.reading() as tx:
        found = accounts.member_by_sign_in_name(tx, folded(sign_in_name))
    if found is None:
        raise NotThere
    return found


def set_password(
    house: House, passwords: Passwords, staff_id: int, password: str, by: Actor | None
) -> None:
    """Another password; every sign-in of hers ends. Raises Misread, NotThere."""
    with house.store.reading() as tx:
        member = _required(tx, staff_id)
    require_good(password, not_like=(member.sign_in_name, member.name))
    kept = passwords.hash(password)
    now = house.now()
    with house.store.begin() as tx:
        accounts.change_member(tx, staff_id, password_hash=kept)
        _changed(tx, now, by, staff_id, "password")


def set_role(house: House, staff_id: int, role: Role, by: Actor | None) -> None:
    """Another role; every sign-in of hers ends. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        _required(tx, staff_id)
        accounts.change_member(tx, staff_id, role=role.value)
        _changed(tx, now, by, staff_id, "role")


def set_active(house: House, staff_id: int, by: Actor | None, *, active: bool) -> None:
    """Close an account, or open it again; every sign-in of hers ends. NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        _required(tx, staff_id)
        accounts.change_member(tx, staff_id, active=active)
        _changed(tx, now, by, staff_id, "active")


def forget_second_factor(house: House, staff_id: int, by: Actor | None) -> None:
    """She has lost it, recovery codes too: she sets up another at her next sign-in.

    Every sign-in of hers ends. NotThere.
    """
    now = house.now()
    with house.store.begin() as tx:
        _required(tx, staff_id)
        second_factors.forget(tx, staff_id)
        _changed(tx, now, by, staff_id, "second_factor")


def _changed(
    tx: Tx, now: datetime, by: Actor | None, staff_id: int, column: str
) -> None:
    accounts.end_sessions(tx, staff_id, now)
    audit.record(tx, now, _id(by), "changed", "staff", str(staff_id), fields=[column])


def _id(actor: Actor | None) -> int | None:
    return None if actor is None else actor.id


def _required(tx: Tx, staff_id: int) -> StaffMember:
    found = accounts.member(tx, staff_id)
    if found is None:
        raise NotThere
    return found


def _founded(tx: Tx) -> bool:
    try:
        agency.settings(tx)
    except Misconfigured:
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Prepared:
    sign_in_name: str
    name: str
    role: Role
    zone: str
    password_hash: str = field(repr=False)


def checked_names(sign_in_name: str, name: str) -> tuple[str, str]:
    """Both as they are kept. Raises Misread with what would make them a yes."""
    sign_in_name, name = folded(sign_in_name), name.strip()
    if not is_sign_in_name(sign_in_name):
        raise Misread(
            "A sign-in name has 2 to 64 letters, digits, dots or hyphens. "
            "Choose one such as w.lake."
        )
    if not 0 < len(name) <= _SHOWN_NAME_LENGTH:
        raise Misread("A name has 1 to 64 characters. Give the one colleagues use.")
    return sign_in_name, name


def _prepared(new: NewMember, passwords: Passwords) -> _Prepared:
    # Hashing takes a while: never inside a transaction.
    sign_in_name, name = checked_names(new.sign_in_name, new.name)
    known_zone(new.zone)
    require_good(new.password, not_like=(sign_in_name, name))
    kept = passwords.hash(new.password)
    return _Prepared(sign_in_name, name, new.role, new.zone, kept)


def _add(tx: Tx, new: _Prepared, now: datetime, by: Actor | None) -> int:
    try:
        staff_id = founding.add_staff(
            tx,
            sign_in_name=new.sign_in_name,
            name=new.name,
            role=new.role,
            zone=new.zone,
            at=now,
            password_hash=new.password_hash,
        )
    except RuleBroken as broken:
        if broken.rule != "uq_staff_sign_in_name":
            raise
        raise Misread(NAME_TAKEN) from None
    audit.record(
        tx,
        now,
        _id(by),
        "added",
        "staff",
        str(staff_id),
        fields=["role"],
        reason=new.role.value,
    )
    return staff_id


def sign_out_everywhere(house: House, staff_id: int, by: Actor | None) -> int:
    """End every sign-in of hers; how many there were."""
    now = house.now()
    with house.store.begin() as tx:
        ended = accounts.end_sessions(tx, staff_id, now)
        audit.record(tx, now, _id(by), "ended_sessions", "staff", str(staff_id))
    return ended


def signed_in_now(house: House, staff_id: int) -> list[SessionRow]:
    """Her sign-ins that have not ended, the newest first."""
    with house.store.reading() as tx:
        return accounts.open_sessions(tx, staff_id, house.now() - LONGEST_SIGN_IN)


def is_sign_in_name(text: str) -> bool:
    """Whether a folded name has the form of one that can be given."""
    return _SIGN_IN_NAME.fullmatch(text) is not None


def folded(sign_in_name: str) -> str:
    """A sign-in name as it is kept: case and ways of typing it do not count."""
    return unicodedata.normalize("NFKC", sign_in_name).strip().casefold()
