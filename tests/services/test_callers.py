"""Finding a caller tells nobody that there is one (P14, E3, E4)."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import event, select

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Person, file_code
from scheduler.services.files import apartness, callers, identity
from scheduler.services.files.callers import Slip, TooOften
from scheduler.services.files.identity import Answer
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import plans
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import people as kept
from scheduler.storage import tables
from scheduler.storage.people import ClientFile
from tests.domain.builders import plan, text
from tests.services import filing
from tests.services.filing import Staff

ALMA = Person(session_name="Alma", known_by="the lighthouse")


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, person=ALMA, words=True)


def found(house: House, actor: Actor, typed: str, known_by: str = "") -> str | None:
    """The code of the file that was found, which only her word tells."""
    handle = callers.find_caller(house, actor, typed, known_by)
    tried = identity.try_word(house, actor, handle, "marmalade")
    assert (tried.answer is Answer.MATCHED) is (tried.code is not None)
    return tried.code


def test_a_caller_is_found_by_her_code_however_it_is_typed(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    letter, digits = alma.code.split("-")
    for typed in (alma.code, f"{letter}{digits}".lower(), f" {letter} {digits} "):
        assert found(house, staff.wanda, typed) == alma.code


@pytest.mark.parametrize(
    "typed", ["(416) 555-0142", "+1 416 555 0142", "4165550142", "1-416-555-0142"]
)
def test_a_caller_is_found_by_her_exact_number(
    house: House, staff: Staff, alma: ClientFile, typed: str
) -> None:
    assert found(house, staff.sue, typed) == alma.code


def test_a_number_she_had_before_finds_nobody(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    changed = plan(text(address="+14165550177"))
    plans.save_plan(house, staff.wanda, alma.code, changed, 2)
    assert found(house, staff.wanda, "416 555 0142") is None
    assert found(house, staff.wanda, "416 555 0177") == alma.code


@pytest.mark.parametrize(
    ("typed", "known_by", "finds"),
    [
        ("Alma", "the lighthouse", True),
        ("ALMA", "The Lighthouse", True),
        ("Álma", "thelighthouse", True),
        ("Alma", "", False),
        ("Alma", "lighthouse", False),
        ("Alm", "the lighthouse", False),
        ("", "the lighthouse", False),
        ("the lighthouse", "Alma", False),
    ],
)
def test_a_caller_is_found_by_name_and_the_thing_she_chose_together(
    house: House,
    staff: Staff,
    alma: ClientFile,
    typed: str,
    known_by: str,
    finds: bool,
) -> None:
    assert (found(house, staff.wanda, typed, known_by) == alma.code) is finds


def test_two_who_fit_are_none(house: House, staff: Staff, alma: ClientFile) -> None:
    filing.a_file(house, staff.wanda, person=ALMA, words=True)
    assert found(house, staff.wanda, "Alma", "the lighthouse") is None
    assert found(house, staff.wanda, "416 555 0142") is None
    assert found(house, staff.wanda, alma.code) == alma.code


def test_a_file_that_is_shut_is_not_found_and_not_counted(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    other = filing.a_file(house, staff.wanda, person=ALMA, words=True)
    apartness.shut_out(house, staff.sue, alma.code, staff.ines.id)
    assert found(house, staff.ines, alma.code) is None
    assert found(house, staff.ines, "Alma", "the lighthouse") == other.code


@pytest.mark.parametrize("who", ["cora", "carl", "maia"])
def test_only_intake_and_supervisors_look(
    house: House, staff: Staff, alma: ClientFile, who: str
) -> None:
    with pytest.raises(NotThere):
        callers.find_caller(house, getattr(staff, who), alma.code)


def test_a_slip_in_a_code_is_refused(house: House, staff: Staff) -> None:
    right = file_code("K", "104")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    with pytest.raises(Slip):
        callers.find_caller(house, staff.wanda, wrong)
    assert callers.find_caller(house, staff.wanda, right)


def test_a_code_of_an_import_is_kept_and_found_as_it_is(
    house: House, staff: Staff
) -> None:
    right = file_code("K", "104")
    imported = right[:-1] + str((int(right[-1]) + 1) % 10)
    file = filing.a_file(house, staff.wanda, words=True)
    with house.store.begin() as tx:
        kept.update_file(tx, file.id, code=imported)
    assert found(house, staff.wanda, imported) == imported
    apartness.shut_out(house, staff.sue, imported, staff.ines.id)
    with pytest.raises(Slip):
        callers.find_caller(house, staff.ines, imported)


def test_found_and_not_found_look_alike(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    shown = []
    for typed in (alma.code, file_code("Q", "777")):
        handle = callers.find_caller(house, staff.wanda, typed)
        tries = [
            identity.try_word(house, staff.wanda, handle, word)
            for word in ("jam", "honey", "treacle", "syrup")
        ]
        assert {each.handle for each in tries} == {handle}
        alike = [replace(each, handle="") for each in tries]
        shown.append((len(handle), alike))
    assert shown[0] == shown[1]
    assert [each.answer for each in shown[0][1]] == [
        Answer.NO_MATCH,
        Answer.NO_MATCH,
        Answer.FAILED,
        Answer.FAILED,
    ]
    assert [each.tries_left for each in shown[0][1]] == [2, 1, 0, 0]


def test_the_same_is_asked_of_the_database_whatever_was_typed(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    asked: dict[str, list[str]] = {}
    for typed in (alma.code, file_code("Q", "777"), "416 555 0142", "Alma", "zzz"):
        asked[typed] = []

        def note(
            conn: object, cursor: object, statement: str, *rest: object, of: str = typed
        ) -> None:
            if statement.lstrip().upper().startswith("SELECT"):
                # How many numbers a list has depends on who fits, its query does not.
                asked[of].append(re.sub(r"IN \(.*\)", "IN ()", statement))

        event.listen(house.store.engine, "before_cursor_execute", note)
        callers.find_caller(house, staff.wanda, typed)
        event.remove(house.store.engine, "before_cursor_execute", note)
    first, *others = asked.values()
    assert first
    assert all(each == first for each in others)


def test_looking_is_rate_limited_and_opens_again(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    for _ in range(callers.MOST_FINDS):
        callers.find_caller(house, staff.wanda, alma.code)
    with pytest.raises(TooOften):
        callers.find_caller(house, staff.wanda, alma.code)
    assert callers.find_caller(house, staff.ines, alma.code)
    clock.at += callers.WITHIN
    assert callers.find_caller(house, staff.wanda, alma.code)


def test_a_slip_counts_too(house: House, staff: Staff) -> None:
    right = file_code("K", "104")
    wrong = right[:-1] + str((int(right[-1]) + 1) % 10)
    for _ in range(callers.MOST_FINDS):
        with pytest.raises(Slip):
            callers.find_caller(house, staff.wanda, wrong)
    with pytest.raises(TooOften):
        callers.find_caller(house, staff.wanda, wrong)


def test_every_look_is_counted_and_in_the_trail_without_what_was_typed(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    callers.find_caller(house, staff.wanda, "416 555 0142")
    callers.find_caller(house, staff.wanda, "416 555 0199")
    looked = filing.trail(house, "looked for")
    assert [each[:3] for each in looked] == [
        (staff.wanda.id, "client", str(alma.id)),
        (staff.wanda.id, "client", "-"),
    ]
    with house.store.reading() as tx:
        counted = tx.conn.execute(select(tables.finding.c.found)).scalars().all()
    assert counted == [True, False]


def test_very_long_input_finds_nobody(house: House, staff: Staff) -> None:
    assert callers.find_caller(house, staff.wanda, "9" * 10_000, "x" * 10_000)
