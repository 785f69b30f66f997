"""A custodian finds a file by its code alone and reads versions; nothing comes back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from scheduler.domain.errors import NotThere
from scheduler.services.files import apartness, callers, custody
from scheduler.services.house import House
from scheduler.services.safe_contact import plan_talk, plans
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import plans as kept_plans
from scheduler.storage.people import ClientFile
from scheduler.storage.tables import plan_version
from tests.domain.builders import hours
from tests.services import filing
from tests.services.filing import Staff


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, words=True)


def change_sessions(house: House, staff: Staff, file: ClientFile) -> None:
    seen = plan_talk.look(house, staff.wanda, file.code)
    draft = replace(seen.plan, session_hours=hours("Mon 10:00-12:00"))
    saved = plans.save_plan(house, staff.wanda, file.code, draft, seen.plan.version)
    assert isinstance(saved, plans.Saved)


def test_versions_say_who_when_and_which_fields(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    change_sessions(house, staff, alma)
    seen = custody.versions(house, staff.carl, alma.code)
    assert [each.number for each in seen.listed] == [3, 2, 1]
    newest = seen.listed[0]
    assert (newest.changed_fields, newest.based_on) == (("session_hours",), 2)
    assert seen.names[newest.saved_by or 0] == "Wanda"
    assert filing.trail(house, "read versions") == [
        (staff.carl.id, "client", str(alma.id), [], "")
    ]


def test_a_version_is_read_whole_and_against_what_it_was_saved_over(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    change_sessions(house, staff, alma)
    read = custody.read_version(house, staff.carl, alma.code, 3)
    assert [(each.name, each.now) for each in read.changed] == [
        ("session_hours", "Mon 10:00-12:00")
    ]
    assert (read.base, read.version.state) == (2, "current")
    assert {"zone", "valid_until", "session_hours"} <= {e.name for e in read.whole}
    assert all("+14165550142" not in each.now for each in read.whole)
    assert [each[3] for each in filing.trail(house, "read version")] == [["3"]]


def test_the_first_version_has_nothing_before_it(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    read = custody.read_version(house, staff.carl, alma.code, 1)
    assert (read.base, read.changed) == (None, ())


def test_a_purged_version_keeps_who_when_and_field_names(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    change_sessions(house, staff, alma)
    with house.store.begin() as tx:
        tx.conn.execute(
            update(plan_version)
            .where(plan_version.c.client_id == alma.id, plan_version.c.number == 2)
            .values(document=None)
        )
    read = custody.read_version(house, staff.carl, alma.code, 2)
    assert (read.plan, read.whole, read.changed) == (None, (), ())
    assert "session_hours" in read.version.changed_fields
    assert custody.read_version(house, staff.carl, alma.code, 3).base is None


@pytest.mark.parametrize("who", ["wanda", "sue", "dora", "maia"])
def test_versions_are_there_for_nobody_else(
    house: House, staff: Staff, alma: ClientFile, who: str
) -> None:
    other = getattr(staff, who)
    for number in (1, 2):
        with pytest.raises(NotThere):
            custody.read_version(house, other, alma.code, number)
    with pytest.raises(NotThere):
        custody.versions(house, other, alma.code)
    with pytest.raises(NotThere):
        custody.find_file(house, other, alma.code)
    assert filing.trail(house, "read version") == []


def test_what_has_no_such_version_is_not_there(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    for code, number in ((alma.code, 9), ("Z-9999", 1)):
        with pytest.raises(NotThere):
            custody.read_version(house, staff.carl, code, number)


def test_reading_changes_nothing(house: House, staff: Staff, alma: ClientFile) -> None:
    custody.read_version(house, staff.carl, alma.code, 1)
    with house.store.reading() as tx:
        assert kept_plans.current(tx, alma.id)[0].version == 2


# --- Finding -----------------------------------------------------------------


def test_a_file_is_found_by_its_code_however_it_is_typed(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    typed = f" {alma.code.lower()} "
    assert custody.find_file(house, staff.carl, typed) == alma.code
    assert filing.trail(house, "sought file") == [
        (staff.carl.id, "client", str(alma.id), [], "")
    ]


@pytest.mark.parametrize("typed", ["+14165550142", "416 555 0142", "Alma", "", "%"])
def test_nothing_but_a_code_finds_one(
    house: House, staff: Staff, alma: ClientFile, typed: str
) -> None:
    with pytest.raises(callers.Slip):
        custody.find_file(house, staff.carl, typed)


def test_none_and_a_file_that_is_shut_are_the_same_and_both_are_written_down(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    apartness.shut_out(house, staff.sue, alma.code, staff.carl.id, shut=True)
    said = []
    for code in (alma.code, "A-0008"):
        with pytest.raises(NotThere) as refused:
            custody.find_file(house, staff.carl, code)
        said.append(str(refused.value))
    assert said[0] == said[1]
    assert [each[2] for each in filing.trail(house, "sought file")] == ["-", "-"]


def test_looking_too_often_is_refused_until_it_is_quiet(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    for _ in range(callers.MOST_FINDS):
        custody.find_file(house, staff.carl, alma.code)
    with pytest.raises(callers.TooOften):
        custody.find_file(house, staff.carl, alma.code)
    clock.at += callers.WITHIN + timedelta(seconds=1)
    assert custody.find_file(house, staff.carl, alma.code) == alma.code
