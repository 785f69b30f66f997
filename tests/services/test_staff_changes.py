"""Accounts: codes told by voice, and two people wherever an administrator is made."""

from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import insert, select

from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.people import Role
from scheduler.domain.staff_changes import (
    INVITED_FOR,
    SECOND_WITHIN,
    ChangeKind,
    takes_two,
)
from scheduler.services.house import Actor, House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import (
    accounts,
    second_factors,
    sign_in,
    staff_changes,
)
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts, NotIn, SignedIn
from scheduler.services.staff.staff_changes import WRONG_CODE, Done
from scheduler.services.staff.throttle import MOST_ACCOUNT, TOO_OFTEN
from scheduler.storage import second_factors as kept
from scheduler.storage import tables
from scheduler.storage.refusals import RuleBroken
from tests.services.test_accounts import AGENCY, GOOD, MAIA, RUTH

PLACE, ZONE = "203.0.113.7", "America/Winnipeg"
OWN = "four words of her own"
SECOND = timedelta(seconds=1)


@pytest.fixture
def doors(house: House) -> Accounts:
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])
    return Accounts(house, passwords)


@pytest.fixture
def maia(doors: Accounts) -> Actor:
    """The administrator."""
    return actor(doors, "m.stone")


@pytest.fixture
def ruth(doors: Accounts) -> Actor:
    """A supervisor."""
    return actor(doors, "r.hill")


def actor(doors: Accounts, name: str) -> Actor:
    found = accounts.find_user(doors.house, name)
    return Actor(found.id, found.role, found.name)


def invite(doors: Accounts, by: Actor, role: Role = Role.INTAKE) -> Done:
    return staff_changes.invite(doors.house, by, "w.lake", "Wanda", role, ZONE)


def change(
    doors: Accounts, by: Actor, kind: ChangeKind, name: str, **more: Any
) -> Done:
    about = accounts.find_user(doors.house, name).id
    return staff_changes.change(doors.house, by, kind, about, **more)


def begin(doors: Accounts, code: str, name: str = "w.lake", password: str = OWN) -> Any:
    return staff_changes.begin(
        doors.house, doors.passwords, name, code, password, PLACE, doors.house.now()
    )


def waiting(doors: Accounts) -> list[int]:
    return [each.wish.id for each in staff_changes.seen(doors.house).waiting]


# --- Codes ---------------------------------------------------------------------


def test_whoever_is_invited_chooses_her_own_password_once(
    doors: Accounts, maia: Actor
) -> None:
    made = invite(doors, maia)
    assert not made.waits
    assert isinstance(begin(doors, made.code.lower().replace("-", " ")), SignedIn)
    assert begin(doors, made.code) == NotIn(WRONG_CODE)
    now = doors.house.now()
    assert isinstance(doors.sign_in("w.lake", OWN, PLACE, now), SignedIn)


def test_before_that_nobody_signs_in_with_anything(
    doors: Accounts, maia: Actor
) -> None:
    invite(doors, maia)
    for password in ("", "!", OWN):
        now = doors.house.now()
        assert isinstance(doors.sign_in("w.lake", password, PLACE, now), NotIn)


@pytest.mark.parametrize(("off", "counts"), [(-SECOND, True), (0 * SECOND, False)])
def test_a_code_is_good_for_three_days(
    doors: Accounts, maia: Actor, clock: MadeUpClock, off: timedelta, counts: bool
) -> None:
    code = invite(doors, maia).code
    clock.at += INVITED_FOR + off
    assert isinstance(begin(doors, code), SignedIn) is counts


def test_old_codes_are_forgotten(
    doors: Accounts, maia: Actor, clock: MadeUpClock
) -> None:
    invite(doors, maia)
    clock.at += INVITED_FOR
    sign_in.forget_old(doors.house, clock.at)
    with doors.house.store.reading() as tx:
        assert tx.conn.execute(select(tables.invitation)).all() == []


def test_wrong_name_wrong_code_and_too_often_look_alike_for_everybody(
    doors: Accounts, maia: Actor
) -> None:
    code = invite(doors, maia).code
    assert begin(doors, code, "r.hill") == NotIn(WRONG_CODE)
    assert begin(doors, code, "nobody") == NotIn(WRONG_CODE)
    answers = [begin(doors, "AAAA") for _ in range(MOST_ACCOUNT + 1)]
    assert answers == [NotIn(WRONG_CODE)] * MOST_ACCOUNT + [NotIn(TOO_OFTEN)]
    assert begin(doors, code) == NotIn(TOO_OFTEN)


def test_a_password_that_will_not_do_does_not_use_the_code_up(
    doors: Accounts, maia: Actor
) -> None:
    code = invite(doors, maia).code
    with pytest.raises(Misread):
        begin(doors, code, password="short")
    assert isinstance(begin(doors, code), SignedIn)


def test_the_code_lies_as_a_digest_only(doors: Accounts, maia: Actor) -> None:
    code = invite(doors, maia).code
    with doors.house.store.reading() as tx:
        rows = str(tx.conn.execute(select(tables.invitation)).all())
    assert code not in rows
    assert code.replace("-", "") not in rows


def test_a_name_that_is_taken_is_said_so(doors: Accounts, maia: Actor) -> None:
    invite(doors, maia)
    with pytest.raises(Misread, match="signs in with this name already"):
        invite(doors, maia)


def test_a_reset_takes_password_and_second_factor_and_ends_every_sign_in(
    doors: Accounts, maia: Actor, ruth: Actor
) -> None:
    now = doors.house.now()
    signed_in = doors.sign_in("r.hill", GOOD, PLACE, now)
    assert isinstance(signed_in, SignedIn)
    with doors.house.store.begin() as tx:
        kept.set_up(tx, ruth.id, "A" * 32, 1, now)
    code = change(doors, maia, ChangeKind.RESET, "r.hill").code
    assert doors.session(signed_in.sid, now) is None
    assert isinstance(doors.sign_in("r.hill", GOOD, PLACE, now), NotIn)
    assert second_factors.standing(doors.house, ruth.id).app_since is None
    assert isinstance(begin(doors, code, "r.hill"), SignedIn)


def test_whoever_is_shut_out_cannot_begin(doors: Accounts, maia: Actor) -> None:
    code = invite(doors, maia).code
    change(doors, maia, ChangeKind.CLOSE, "w.lake")
    assert begin(doors, code) == NotIn(WRONG_CODE)
    change(doors, maia, ChangeKind.OPEN, "w.lake")
    assert begin(doors, code) == NotIn(WRONG_CODE)


# --- Two people ----------------------------------------------------------------


@pytest.mark.parametrize("kind", list(ChangeKind))
@pytest.mark.parametrize("then", [None, Role.INTAKE, Role.ADMINISTRATOR])
@pytest.mark.parametrize("now", [Role.COUNSELLOR, Role.ADMINISTRATOR])
def test_what_takes_two(kind: ChangeKind, now: Role, then: Role | None) -> None:
    admin = Role.ADMINISTRATOR in {now, then}
    assert takes_two(kind, now, then) is (admin and kind is not ChangeKind.CLOSE)


def test_an_administrator_is_invited_by_two(
    doors: Accounts, maia: Actor, ruth: Actor
) -> None:
    assert invite(doors, maia, Role.ADMINISTRATOR) == Done(waits=True)
    assert not accounts.find_user(doors.house, "w.lake").active
    (wish,) = waiting(doors)
    with pytest.raises(Misread, match="somebody else"):
        staff_changes.confirm(doors.house, maia, wish)
    made = staff_changes.confirm(doors.house, ruth, wish)
    assert waiting(doors) == []
    assert isinstance(begin(doors, made.code), SignedIn)
    with pytest.raises(NotThere):
        staff_changes.confirm(doors.house, ruth, wish)


def test_a_role_of_administrator_is_given_by_two_and_then_counts_at_once(
    doors: Accounts, maia: Actor, ruth: Actor
) -> None:
    invite(doors, maia)
    role = Role.ADMINISTRATOR
    assert change(doors, maia, ChangeKind.ROLE, "w.lake", role=role).waits
    (wish,) = waiting(doors)
    staff_changes.confirm(doors.house, ruth, wish)
    assert accounts.find_user(doors.house, "w.lake").role is role
    change(doors, actor(doors, "w.lake"), ChangeKind.RESET, "m.stone")
    about_maia = waiting(doors)[0]
    with pytest.raises(Misread, match="somebody else"):
        staff_changes.confirm(doors.house, maia, about_maia)


def test_whoever_is_of_another_role_confirms_nothing(
    doors: Accounts, maia: Actor, ruth: Actor
) -> None:
    invite(doors, maia, Role.ADMINISTRATOR)
    with pytest.raises(Misread, match="somebody else"):
        staff_changes.confirm(
            doors.house, Actor(ruth.id, Role.COUNSELLOR), waiting(doors)[0]
        )


def test_what_waits_is_taken_back_or_too_late_after_a_day(
    doors: Accounts, maia: Actor, ruth: Actor, clock: MadeUpClock
) -> None:
    invite(doors, maia, Role.ADMINISTRATOR)
    (wish,) = waiting(doors)
    with pytest.raises(Misread, match="waits for a second person already"):
        change(doors, maia, ChangeKind.OPEN, "w.lake")
    staff_changes.take_back(doors.house, ruth, wish)
    with pytest.raises(NotThere):
        staff_changes.confirm(doors.house, ruth, wish)
    change(doors, maia, ChangeKind.OPEN, "w.lake")
    (wish,) = waiting(doors)
    clock.at += SECOND_WITHIN
    assert waiting(doors) == []
    with pytest.raises(NotThere):
        staff_changes.confirm(doors.house, ruth, wish)
    assert change(doors, maia, ChangeKind.OPEN, "w.lake").waits


def test_the_database_takes_no_wish_done_by_whoever_asked(
    doors: Accounts, maia: Actor, ruth: Actor
) -> None:
    row = {"kind": "open", "asked_by": maia.id, "asked_at": doors.house.now()}
    done = {"settled_at": doors.house.now(), "done": True}
    for by in (maia.id, ruth.id):
        wish = {**row, **done, "staff_id": ruth.id, "settled_by": by}
        with pytest.raises(RuleBroken), doors.house.store.begin() as tx:
            tx.conn.execute(insert(tables.staff_change).values(wish))


def test_nobody_changes_herself_nor_the_only_administrator(
    doors: Accounts, maia: Actor, ruth: Actor
) -> None:
    with pytest.raises(Misread, match="her own account"):
        change(doors, maia, ChangeKind.RESET, "m.stone")
    for kind, role in ((ChangeKind.CLOSE, None), (ChangeKind.ROLE, Role.INTAKE)):
        with pytest.raises(Misread, match="the only administrator"):
            change(doors, ruth, kind, "m.stone", role=role)
