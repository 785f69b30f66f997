"""Invitations, resets, roles: what an administrator does to accounts (E1).

No rights travel by mail: a code is shown once to whoever invites, and told by voice or
from hand to hand. What concerns an administrator waits for a second person.
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.people import Role
from scheduler.domain.staff_changes import (
    INVITED_FOR,
    MAY_CONFIRM,
    SECOND_WITHIN,
    ChangeKind,
    takes_two,
)
from scheduler.domain.zones import zone as known_zone
from scheduler.services.house import Actor, House
from scheduler.services.staff import accounts as doors
from scheduler.services.staff import sign_in, throttle
from scheduler.services.staff.passwords import Passwords, require_good
from scheduler.services.staff.sign_in import NotIn, SignedIn
from scheduler.services.staff.throttle import TOO_OFTEN
from scheduler.services.traces import audit
from scheduler.storage import (
    accounts,
    founding,
    integrations,
    second_factors,
    staff_changes,
)
from scheduler.storage.accounts import StaffMember
from scheduler.storage.engine import Tx
from scheduler.storage.refusals import RuleBroken
from scheduler.storage.staff_changes import Wish

_CODE_BYTES: Final = 15

WRONG_CODE: Final = (
    "This name and this code do not go together. Check both, or ask for a new code: "
    "each works once, for three days."
)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of it. `code` is shown this once; `waits` for a second person."""

    code: str = field(default="", repr=False)
    waits: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """A wish in names."""

    wish: Wish
    about: str
    asked_by: str


@dataclass(frozen=True, slots=True)
class Seen:
    """The accounts page: everybody, what waits, who has not begun yet."""

    staff: tuple[StaffMember, ...]
    waiting: tuple[Waiting, ...]
    invited: frozenset[int]


def seen(house: House) -> Seen:
    """Everything the page needs."""
    now = house.now()
    with house.store.reading() as tx:
        members = accounts.members(tx)
        wishes = staff_changes.waiting(tx, now - SECOND_WITHIN)
        invited = staff_changes.invited(tx, now - INVITED_FOR)
        programs = integrations.listed(tx)
    own = {each.staff_id for each in programs if each.role is Role.INTAKE}
    names = {each.id: each.name for each in members}
    waiting = tuple(
        Waiting(each, names[each.staff_id], names[each.asked_by]) for each in wishes
    )
    people = tuple(each for each in members if each.id not in own)
    return Seen(people, waiting, invited)


def invite(
    house: House, actor: Actor, sign_in_name: str, name: str, role: Role, zone: str
) -> Done:
    """An account for somebody who chooses her password herself. Raises Misread."""
    folded, shown = doors.checked_names(sign_in_name, name)
    known_zone(zone)
    now = house.now()
    with house.store.begin() as tx:
        two = takes_two(ChangeKind.INVITE, role)
        try:
            staff_id = founding.add_staff(
                tx, sign_in_name=folded, name=shown, role=role, zone=zone, at=now
            )
        except RuleBroken as broken:
            if broken.rule != "uq_staff_sign_in_name":
                raise
            raise Misread(doors.NAME_TAKEN) from None
        if two:
            accounts.change_member(tx, staff_id, active=False)
        return _ask(tx, house, actor, ChangeKind.INVITE, staff_id, role, now, two=two)


def change(
    house: House,
    actor: Actor,
    kind: ChangeKind,
    staff_id: int,
    role: Role | None = None,
) -> Done:
    """Reset, close, open or give another role. Raises Misread, NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        member = _member(tx, staff_id)
        if staff_id == actor.id:
            raise Misread("Nobody changes her own account. Ask another administrator.")
        _keep_an_administrator(tx, kind, member, role)
        two = takes_two(kind, member.role, role)
        return _ask(tx, house, actor, kind, staff_id, role, now, two=two)


def confirm(house: House, actor: Actor, wish_id: int) -> Done:
    """Be the second person. Raises NotThere, Misread for the one who asked."""
    now = house.now()
    with house.store.begin() as tx:
        wish = _wish(tx, wish_id, now)
        if actor.role not in MAY_CONFIRM or actor.id in {wish.asked_by, wish.staff_id}:
            raise Misread("It takes somebody else to confirm this. Ask a colleague.")
        member = _member(tx, wish.staff_id)
        _keep_an_administrator(tx, wish.kind, member, wish.role)
        if not staff_changes.settle(tx, wish.id, actor.id, now, done=True):
            raise NotThere
        _trace(tx, now, actor, "confirmed", wish.kind, wish.staff_id)
        return _do(tx, house, wish.kind, wish.staff_id, wish.role, now)


def take_back(house: House, actor: Actor, wish_id: int) -> None:
    """Nobody asks for it any longer; anybody who may confirm may say so. NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        wish = _wish(tx, wish_id, now)
        staff_changes.settle(tx, wish.id, actor.id, now, done=False)
        _trace(tx, now, actor, "took_back", wish.kind, wish.staff_id)


def begin(
    house: House,
    passwords: Passwords,
    name: str,
    code: str,
    password: str,
    address: str,
    now: datetime,
) -> SignedIn | NotIn:
    """Choose a password with the code she was told; half in, or one sentence whatever
    was wrong. Raises Misread for a password that will not do, TooManyAtOnce."""
    folded = doors.folded(name)
    folded = folded if doors.is_sign_in_name(folded) else ""
    require_good(password, not_like=(folded,))
    with house.store.begin() as tx:
        attempt_id = throttle.begin(tx, f"invited {folded}", address, now)
    if attempt_id is None:
        return NotIn(TOO_OFTEN)
    kept = passwords.hash(password)
    sid = house.tokens.token(32)
    with house.store.begin() as tx:
        member = accounts.member_by_sign_in_name(tx, folded)
        if member is None or not member.active or not _used(tx, member.id, code, now):
            return NotIn(WRONG_CODE)
        throttle.succeeded(tx, attempt_id)
        accounts.change_member(tx, member.id, password_hash=kept)
        accounts.open_session(tx, sign_in.kept_sid(tx, sid), member.id, now)
        audit.record(tx, now, member.id, "began", "staff", str(member.id))
    return SignedIn(member.id, sid)


def _used(tx: Tx, staff_id: int, code: str, now: datetime) -> bool:
    hashed = _hashed(tx, staff_id, code)
    return staff_changes.use_invitation(tx, staff_id, hashed, now - INVITED_FOR)


# --- Doing it ------------------------------------------------------------------


def _ask(
    tx: Tx,
    house: House,
    actor: Actor,
    kind: ChangeKind,
    staff_id: int,
    role: Role | None,
    now: datetime,
    *,
    two: bool,
) -> Done:
    verb = "asked" if two else "changed_account"
    _trace(tx, now, actor, verb, kind, staff_id)
    if not two:
        return _do(tx, house, kind, staff_id, role, now)
    staff_changes.drop_old(tx, staff_id, now - SECOND_WITHIN)
    try:
        staff_changes.ask(tx, kind, staff_id, role, actor.id, now)
    except RuleBroken as broken:
        if broken.rule != "uq_staff_change_open":
            raise
        raise Misread(
            "Something about this account waits for a second person already. Have it "
            "confirmed, or take it back first."
        ) from None
    return Done(waits=True)


def _do(
    tx: Tx,
    house: House,
    kind: ChangeKind,
    staff_id: int,
    role: Role | None,
    now: datetime,
) -> Done:
    accounts.end_sessions(tx, staff_id, now)
    match kind:
        case ChangeKind.INVITE:
            accounts.change_member(tx, staff_id, active=True)
            return Done(_new_code(tx, house, staff_id, now))
        case ChangeKind.RESET:
            second_factors.forget(tx, staff_id)
            accounts.change_member(tx, staff_id, password_hash=founding.NO_PASSWORD)
            return Done(_new_code(tx, house, staff_id, now))
        case ChangeKind.ROLE:
            if role is None:
                raise Misread("Choose the role she is to have.")
            accounts.change_member(tx, staff_id, role=role.value)
        case ChangeKind.CLOSE:
            staff_changes.forget_invitation(tx, staff_id)
            accounts.change_member(tx, staff_id, active=False)
        case ChangeKind.OPEN:
            accounts.change_member(tx, staff_id, active=True)
    return Done()


def _keep_an_administrator(
    tx: Tx, kind: ChangeKind, member: StaffMember, role: Role | None
) -> None:
    leaves = kind is ChangeKind.CLOSE or (
        kind is ChangeKind.ROLE and role is not Role.ADMINISTRATOR
    )
    if not leaves or member.role is not Role.ADMINISTRATOR or not member.active:
        return
    if staff_changes.administrators(tx) < 2:  # noqa: PLR2004 - she and one more
        raise Misread(
            "She is the only administrator, and somebody has to look after the "
            "accounts. Make another one first."
        )


def _new_code(tx: Tx, house: House, staff_id: int, now: datetime) -> str:
    digest = sha256(house.tokens.token(_CODE_BYTES).encode()).digest()
    plain = b32encode(digest[:_CODE_BYTES]).decode()
    staff_changes.invite(tx, staff_id, _hashed(tx, staff_id, plain), now)
    return "-".join(plain[at : at + 4] for at in range(0, len(plain), 4))


def _hashed(tx: Tx, staff_id: int, code: str) -> bytes:
    plain = re.sub(r"[\s-]", "", code).upper()
    return tx.vault.index("invitation", f"{staff_id} {plain}")


def _member(tx: Tx, staff_id: int) -> StaffMember:
    found = accounts.member(tx, staff_id)
    if found is None:
        raise NotThere
    return found


def _wish(tx: Tx, wish_id: int, now: datetime) -> Wish:
    for each in staff_changes.waiting(tx, now - SECOND_WITHIN):
        if each.id == wish_id:
            return each
    raise NotThere


def _trace(
    tx: Tx, now: datetime, actor: Actor, verb: str, kind: ChangeKind, staff_id: int
) -> None:
    audit.record(tx, now, actor.id, verb, "staff", str(staff_id), reason=kind.value)
