"""Programs of others: as whom they act, and by which token they are known."""

from datetime import timedelta

import pytest

from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.people import Role
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import accounts, integrations
from tests.services.filing import Staff, found


@pytest.fixture
def staff(house: House) -> Staff:
    return found(house)


def test_a_program_acts_as_intake_by_an_account_nobody_signs_in_with(
    house: House, staff: Staff
) -> None:
    made = integrations.make(house, "Case files", staff.maia)
    known = integrations.known(house, made.token)
    assert known is not None
    assert known.role is Role.INTAKE
    own = next(each for each in accounts.staff(house) if each.id == known.staff_id)
    assert own.sign_in_name.startswith("program-")


def test_a_program_acts_for_a_counsellor_as_herself(house: House, staff: Staff) -> None:
    made = integrations.make(house, "Own diary", staff.maia, acts_for="cora")
    known = integrations.known(house, made.token)
    assert known is not None
    assert (known.staff_id, known.role) == (staff.cora.id, Role.COUNSELLOR)


@pytest.mark.parametrize("nobody", ["wanda", "sue", "maia"])
def test_a_program_acts_for_nobody_else(
    house: House, staff: Staff, nobody: str
) -> None:
    with pytest.raises(Misread, match="holds no sessions"):
        integrations.make(house, "Own diary", staff.maia, acts_for=nobody)
    with pytest.raises(NotThere):
        integrations.make(house, "Own diary", staff.maia, acts_for="nobody")
    assert integrations.listed(house) == []


def test_a_token_counts_until_it_is_taken_back(house: House, staff: Staff) -> None:
    made = integrations.make(house, "Case files", staff.maia)
    assert integrations.known(house, made.token + "x") is None
    assert integrations.known(house, "") is None
    integrations.revoke(house, "Case files", staff.maia)
    integrations.revoke(house, "Case files", staff.maia)
    assert integrations.known(house, made.token) is None
    [listed] = integrations.listed(house)
    assert listed.revoked_at is not None
    with pytest.raises(NotThere):
        integrations.revoke(house, "Another", staff.maia)


def test_when_it_last_asked_is_kept_to_a_few_minutes(
    house: House, staff: Staff, clock: MadeUpClock
) -> None:
    made = integrations.make(house, "Case files", staff.maia)
    begun = house.now()
    seen = []
    for _ in range(3):
        integrations.known(house, made.token)
        seen.append(integrations.listed(house)[0].used_at)
        clock.at += timedelta(minutes=4)
    assert seen == [begun, begun, begun + timedelta(minutes=8)]


@pytest.mark.parametrize("name", ["", "x", "Ana <b>", "y" * 49, "two\nlines"])
def test_a_name_that_will_not_do_is_refused_in_a_sentence(
    house: House, staff: Staff, name: str
) -> None:
    with pytest.raises(Misread, match="Take the name of the system"):
        integrations.make(house, name, staff.maia)


def test_two_programs_have_two_names(house: House, staff: Staff) -> None:
    integrations.make(house, "Case files", staff.maia)
    with pytest.raises(Misread, match="already"):
        integrations.make(house, "Case files", staff.maia)
