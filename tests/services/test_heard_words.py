"""A code word said in earnest counts as used at once, and must be replaced (P9, F3)."""

import pytest

from scheduler.domain.code_words import WordFor
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback import Branch
from scheduler.services.counselling import fallback, session_view, sessions
from scheduler.services.files import apartness, file_view, identity
from scheduler.services.house import House
from scheduler.services.safe_contact import code_words, heard_words
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import code_words as kept
from tests.services import filing
from tests.services.sending import Desk, open_desk

WORDS = {
    WordFor.IDENTITY: ["Marmalade"],
    WordFor.NOT_SAFE: ["blue umbrella"],
    WordFor.GET_HELP: ["paper lantern", "striped pyjamas"],
}


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    desk = open_desk(house, clock)
    assert code_words.set_words(house, desk.wanda, desk.alma.code, WORDS) is None
    return desk


def broke_off(desk: Desk, branch: Branch) -> str:
    session = desk.office.booked("2026-12-01 10:00")
    desk.go_to("2026-12-01 10:00")
    assert sessions.start(desk.house, desk.office.cora, session).yes
    desk.later(minutes=12)
    fallback.interrupt(desk.house, desk.office.cora, session, branch)
    return session


def used(desk: Desk) -> list[str]:
    with desk.house.store.reading() as tx:
        found = kept.words(tx, desk.alma.id)
    return sorted(each.word for each in found if each.used_at is not None)


BOTH = ["paper lantern", "striped pyjamas"]


@pytest.mark.parametrize(
    ("branch", "marked", "purpose"),
    [
        (Branch.NOT_SAFE, ["blue umbrella"], (WordFor.NOT_SAFE,)),
        (Branch.GET_HELP, BOTH, (WordFor.GET_HELP,)),
        (Branch.TECHNICAL, [], ()),
        (Branch.NO_ANSWER, [], ()),
    ],
)
def test_a_branch_that_a_word_brings_marks_her_words_and_the_file_says_so(
    desk: Desk, branch: Branch, marked: list[str], purpose: tuple[WordFor, ...]
) -> None:
    session = broke_off(desk, branch)
    assert used(desk) == marked
    cora, house = desk.office.cora, desk.house
    assert file_view.see(house, cora, desk.alma.code).to_replace == purpose
    assert code_words.covered(house, cora, desk.alma.code).to_replace == purpose
    shown = session_view.view(house, cora, session)
    assert len(shown.words_used) == len(marked)
    assert len(filing.trail(house, "used code word")) == len(purpose)


def test_the_word_that_was_heard_is_the_one_to_replace(desk: Desk) -> None:
    session = broke_off(desk, Branch.GET_HELP)
    cora, house = desk.office.cora, desk.house
    desk.later(minutes=3)
    assert heard_words.name_heard(house, cora, session, " Paper LANTERN")
    assert used(desk) == ["paper lantern"]
    assert len(filing.trail(house, "unused code word")) == 1
    assert heard_words.name_heard(house, cora, session, "paper lantern")
    assert len(filing.trail(house, "unused code word")) == 1


@pytest.mark.parametrize("typed", ["", "blue umbrella", "marmalade", "a lantern"])
def test_what_is_none_of_those_words_changes_nothing(desk: Desk, typed: str) -> None:
    session = broke_off(desk, Branch.GET_HELP)
    assert not heard_words.name_heard(desk.house, desk.office.cora, session, typed)
    assert used(desk) == BOTH


def test_where_no_word_was_said_hers_stay_hers_and_the_plan_stays_suspended(
    desk: Desk,
) -> None:
    session = broke_off(desk, Branch.NOT_SAFE)
    heard_words.none_heard(desk.house, desk.office.cora, session)
    assert used(desk) == []
    assert desk.file().suspended_why == "not_safe"


def test_another_branch_after_a_wrong_press_takes_the_mark_with_it(desk: Desk) -> None:
    session = broke_off(desk, Branch.NOT_SAFE)
    desk.later(minutes=1)
    fallback.change_branch(desk.house, desk.office.cora, session, Branch.GET_HELP)
    assert used(desk) == BOTH
    desk.later(minutes=1)
    fallback.change_branch(desk.house, desk.office.cora, session, Branch.TECHNICAL)
    assert used(desk) == []


def test_a_word_used_before_stays_used_whatever_is_said_of_this_time(
    desk: Desk,
) -> None:
    cora, house = desk.office.cora, desk.house
    code_words.said_in_earnest(house, desk.wanda, desk.alma.code, WordFor.NOT_SAFE)
    session = broke_off(desk, Branch.NOT_SAFE)
    heard_words.none_heard(house, cora, session)
    assert used(desk) == ["blue umbrella"]


def test_in_a_check_the_word_that_was_typed_is_the_one_that_is_used(desk: Desk) -> None:
    handle = identity.start_check(desk.house, desk.wanda, desk.alma.code)
    identity.try_word(desk.house, desk.wanda, handle, "Striped pyjamas")
    assert used(desk) == ["striped pyjamas"]
    assert len(filing.trail(desk.house, "used code word")) == 1


def test_only_whoever_holds_the_session_says_which_word_it_was(desk: Desk) -> None:
    session = broke_off(desk, Branch.GET_HELP)
    house, sue = desk.house, desk.office.sue
    assert heard_words.name_heard(house, sue, session, "paper lantern")
    apartness.shut_out(house, sue, desk.alma.code, desk.office.cora.id, shut=True)
    for actor in (desk.office.dora, desk.wanda, desk.office.cora):
        with pytest.raises(NotThere):
            heard_words.name_heard(house, actor, session, "paper lantern")
        with pytest.raises(NotThere):
            heard_words.none_heard(house, actor, session)
