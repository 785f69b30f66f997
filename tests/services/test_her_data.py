"""All that is kept about a client, to be gone through with her (E2, E4, E5, E7)."""

from __future__ import annotations

import pytest

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Person
from scheduler.domain.reveals import RevealReason
from scheduler.services.files import apartness, her_data, people
from scheduler.services.house import House
from scheduler.services.messages import inbound
from scheduler.services.safe_contact import code_words
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import erasing
from tests.domain.builders import plan, text
from tests.services import filing
from tests.services.sending import NUMBER, Desk, open_desk

ASKED = RevealReason.SHE_ASKED
BODY = "Marmalade is out of stock"


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    made = open_desk(house, clock)
    code_words.set_words(made.house, made.wanda, made.alma.code, filing.WORDS)
    people.edit_person(
        made.house, made.wanda, made.alma.code, Person(session_name="Quillfeather")
    )
    reminder = made.reminded()
    made.tick(reminder.not_before)
    inbound.reply(made.house, NUMBER, BODY)
    return made


def opened(desk: Desk) -> her_data.HerData:
    return her_data.open_all(desk.house, desk.office.cora, desk.alma.code, ASKED)


def test_everything_is_there_and_that_it_was_opened_is_written_down(desk: Desk) -> None:
    seen = opened(desk)
    assert seen.person.session_name == "Quillfeather"
    assert [body for _, body in seen.replies] == [BODY]
    assert len(seen.sessions) == 1
    assert len(seen.messages) == 1
    assert seen.plan
    [line] = filing.trail(desk.house, "read her data")
    assert (line[0], line[-1]) == (desk.office.cora.id, "she_asked")


def test_no_code_word_and_no_whole_number_is_in_it(desk: Desk) -> None:
    said = repr(opened(desk)) + "".join(each.now for each in opened(desk).plan)
    assert NUMBER not in said
    for words in filing.WORDS.values():
        for each in words:
            assert each not in said.replace(BODY, "")


def test_what_is_about_others_is_not_in_it(desk: Desk) -> None:
    sue, dora = desk.office.staff.sue, desk.office.dora
    other = desk.office.another(with_plan=plan(text(address="+14165550177")))
    apartness.shut_out(desk.house, sue, desk.alma.code, dora.id)
    apartness.keep_apart(desk.house, sue, desk.alma.code, other.code)
    seen = opened(desk)
    assert {"apart", "shut_out"} & set(seen.rows) == set()
    assert {"shut out", "kept apart"} & {each.verb for each in seen.looked} == set()
    assert other.code not in repr(seen)


def test_every_row_of_hers_is_counted(desk: Desk) -> None:
    seen = opened(desk)
    with desk.house.store.reading() as tx:
        assert dict(seen.rows) == erasing.count(tx, desk.alma.id)


@pytest.mark.parametrize("who", ["wanda", "sue", "dora", "maia"])
def test_it_is_for_a_custodian_and_her_counsellor(desk: Desk, who: str) -> None:
    with pytest.raises(NotThere):
        her_data.open_all(
            desk.house, getattr(desk.office.staff, who), desk.alma.code, ASKED
        )
    carl = desk.office.staff.carl
    assert her_data.open_all(desk.house, carl, desk.alma.code, ASKED).rows
