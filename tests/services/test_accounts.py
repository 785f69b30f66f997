"""Founding an agency, and what becomes of accounts (E1)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from scheduler.domain.errors import Misconfigured, Misread, NotThere, UnknownZone
from scheduler.domain.people import Role
from scheduler.services.house import Actor, House
from scheduler.services.staff import accounts
from scheduler.services.staff.accounts import NewAgency, NewMember
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts, SignedIn
from scheduler.storage import agency, tables
from tests.stores import INSTALLATION

GOOD = "lantern gravel otter spoon"
AGENCY = NewAgency("Lakeside House", "America/Winnipeg", ("Lakeside", "Pemmican"))
MAIA = NewMember("m.stone", "Maia", Role.ADMINISTRATOR, "America/Winnipeg", GOOD)
RUTH = NewMember("r.hill", "Ruth", Role.SUPERVISOR, "America/Toronto", GOOD)
PLACE = "203.0.113.7"


@pytest.fixture(scope="module")
def passwords() -> Passwords:
    """Cheap ones: what is tested here is who comes in, not how dear a guess is."""
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


@pytest.fixture
def founded(house: House, passwords: Passwords) -> tuple[int, ...]:
    """The numbers of the first two."""
    return accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])


def audit_lines(house: House) -> list[tuple[Any, ...]]:
    sheet = tables.audit.c
    query = select(sheet.actor_id, sheet.verb, sheet.subject_id, sheet.fields)
    with house.store.reading() as tx:
        return [tuple(row) for row in tx.conn.execute(query.order_by(sheet.id))]


def test_an_agency_begins_with_its_settings_and_two_people(
    house: House, founded: tuple[int, ...]
) -> None:
    with house.store.reading() as tx:
        settings = agency.settings(tx)
        assert not agency.sender(tx).stopped
    assert settings.installation == INSTALLATION
    assert (settings.name, settings.zone) == ("Lakeside House", "America/Winnipeg")
    assert settings.lint_names == ("Lakeside", "Pemmican")
    assert [(each.id, each.name) for each in accounts.staff(house)] == [
        (founded[0], "Maia"),
        (founded[1], "Ruth"),
    ]


def test_an_agency_is_founded_once(
    house: House, passwords: Passwords, founded: tuple[int, ...]
) -> None:
    with pytest.raises(Misconfigured, match="quietline user add"):
        accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])
    assert len(accounts.staff(house)) == 2


@pytest.mark.parametrize(
    "first", [[], [MAIA], [RUTH, replace(RUTH, sign_in_name="x1")]]
)
def test_an_agency_needs_two_people_one_an_administrator(
    house: House, passwords: Passwords, first: list[NewMember]
) -> None:
    with pytest.raises(Misconfigured, match="two accounts"):
        accounts.init_agency(house, passwords, AGENCY, first)
    assert accounts.staff(house) == []


def test_two_people_with_one_name_leave_nothing_half_founded(
    house: House, passwords: Passwords
) -> None:
    with pytest.raises(Misread, match="Choose another"):
        accounts.init_agency(
            house, passwords, AGENCY, [MAIA, replace(RUTH, sign_in_name="M.Stone ")]
        )
    assert accounts.staff(house) == []
    accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])


def test_without_an_agency_there_are_no_people(
    house: House, passwords: Passwords
) -> None:
    with pytest.raises(Misconfigured, match="quietline init"):
        accounts.add_user(house, passwords, MAIA, None)


def test_a_zone_nobody_knows_is_refused(house: House, passwords: Passwords) -> None:
    with pytest.raises(UnknownZone):
        accounts.init_agency(
            house, passwords, replace(AGENCY, zone="America/Winipeg"), [MAIA, RUTH]
        )
    with pytest.raises(UnknownZone):
        accounts.init_agency(
            house, passwords, AGENCY, [MAIA, replace(RUTH, zone="Mars/Base")]
        )


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"sign_in_name": ""}, "sign-in name"),
        ({"sign_in_name": "x"}, "sign-in name"),
        ({"sign_in_name": "wanda lake"}, "sign-in name"),
        ({"sign_in_name": "w" * 65}, "sign-in name"),
        ({"sign_in_name": "<b>"}, "sign-in name"),
        ({"name": "  "}, "1 to 64"),
        ({"name": "W" * 65}, "1 to 64"),
        ({"password": ""}, "too short"),
        ({"password": "short words"}, "too short"),
        ({"password": "a" * 1025}, "too long"),
        ({"password": "aaaaaaaaaaaaaaaa"}, "easy to guess"),
        ({"password": "w.lake w.lake"}, "easy to guess"),
        ({"password": "Wanda-2026-2026"}, "easy to guess"),
    ],
)
def test_what_will_not_do_gets_a_sentence(
    house: House,
    passwords: Passwords,
    founded: tuple[int, ...],
    change: dict[str, Any],
    says: str,
) -> None:
    wanda = NewMember("w.lake", "Wanda", Role.INTAKE, "America/Winnipeg", GOOD)
    with pytest.raises(Misread, match=says) as refusal:
        accounts.add_user(house, passwords, replace(wanda, **change), None)
    assert (change.get("password") or GOOD) not in str(refusal.value)
    assert len(accounts.staff(house)) == 2


def test_adding_somebody_is_audited_without_a_name(
    house: House, passwords: Passwords, founded: tuple[int, ...]
) -> None:
    wanda = NewMember("W.Lake", "Wanda", Role.INTAKE, "America/Regina", GOOD)
    by = Actor(founded[0], Role.ADMINISTRATOR)
    number = accounts.add_user(house, passwords, wanda, by)
    assert audit_lines(house)[-1] == (founded[0], "added", str(number), ["role"])
    assert accounts.find_user(house, " w.LAKE").id == number
    assert "Wanda" not in str(audit_lines(house))


def test_a_name_nobody_has_is_not_there(house: House, founded: Any) -> None:
    with pytest.raises(NotThere):
        accounts.find_user(house, "nobody")


def test_no_password_is_kept(house: House, founded: Any) -> None:
    with house.store.reading() as tx:
        kept = tx.conn.execute(select(tables.staff.c.password_hash)).scalars().all()
    assert all(each.startswith("$argon2id$") and GOOD not in each for each in kept)
    assert len(set(kept)) == 2


def test_nothing_shows_a_password_or_a_name() -> None:
    assert GOOD not in repr(MAIA)
    assert "Maia" not in repr(MAIA)
    assert "Lakeside" not in repr(AGENCY)


CHANGES: dict[str, Callable[[House, Passwords, int, Actor], None]] = {
    "password": lambda house, passwords, ruth, by: accounts.set_password(
        house, passwords, ruth, "another four quiet words", by
    ),
    "role": lambda house, _, ruth, by: accounts.set_role(
        house, ruth, Role.COUNSELLOR, by
    ),
    "active": lambda house, _, ruth, by: accounts.set_active(
        house, ruth, by, active=False
    ),
    "sessions": lambda house, _, ruth, by: _everywhere(house, ruth, by),
}


def _everywhere(house: House, ruth: int, by: Actor) -> None:
    assert accounts.sign_out_everywhere(house, ruth, by) == 1


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_signs_her_out_at_once_and_is_audited(
    house: House, passwords: Passwords, founded: tuple[int, ...], change: str
) -> None:
    doors = Accounts(house, passwords)
    ruth = doors.sign_in("r.hill", GOOD, PLACE, house.now())
    maia = doors.sign_in("m.stone", GOOD, PLACE, house.now())
    assert isinstance(ruth, SignedIn)
    assert isinstance(maia, SignedIn)
    CHANGES[change](house, passwords, founded[1], Actor(founded[0], Role.ADMINISTRATOR))
    assert doors.session(ruth.sid, house.now()) is None
    assert doors.session(maia.sid, house.now()) is not None
    actor, _, subject, _ = audit_lines(house)[-1]
    assert (actor, subject) == (founded[0], str(founded[1]))


def test_a_new_password_is_the_only_one_that_counts(
    house: House, passwords: Passwords, founded: tuple[int, ...]
) -> None:
    new = "another four quiet words"
    accounts.set_password(house, passwords, founded[1], new, None)
    doors = Accounts(house, passwords)
    assert not isinstance(doors.sign_in("r.hill", GOOD, PLACE, house.now()), SignedIn)
    assert isinstance(doors.sign_in("r.hill", new, PLACE, house.now()), SignedIn)
    with pytest.raises(Misread):
        accounts.set_password(house, passwords, founded[1], "short", None)
    with pytest.raises(NotThere):
        accounts.set_password(house, passwords, 999, new, None)


def test_a_closed_account_can_be_opened_again(
    house: House, passwords: Passwords, founded: tuple[int, ...]
) -> None:
    doors = Accounts(house, passwords)
    accounts.set_active(house, founded[1], None, active=False)
    assert doors.person(founded[1]) is None
    assert not isinstance(doors.sign_in("r.hill", GOOD, PLACE, house.now()), SignedIn)
    accounts.set_active(house, founded[1], None, active=True)
    assert isinstance(doors.sign_in("r.hill", GOOD, PLACE, house.now()), SignedIn)


def test_a_changed_role_shows_at_once(
    house: House, passwords: Passwords, founded: tuple[int, ...]
) -> None:
    accounts.set_role(house, founded[1], Role.INTAKE, None)
    found = Accounts(house, passwords).person(founded[1])
    assert found is not None
    assert (found.role, found.zone) == (Role.INTAKE, "America/Toronto")
    assert accounts.staff(house)[1] == found
    with pytest.raises(NotThere):
        accounts.set_role(house, 999, Role.INTAKE, None)
    with pytest.raises(NotThere):
        accounts.set_active(house, 999, None, active=True)
