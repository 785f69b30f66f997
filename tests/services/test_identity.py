"""Is it she? (P9, P8)"""

from datetime import timedelta

import pytest

from scheduler.domain.code_words import CLOSED_AFTER_FAILURE, WordFor
from scheduler.domain.errors import NotThere
from scheduler.domain.plan import Format
from scheduler.services.counselling import sessions
from scheduler.services.files import callers, identity
from scheduler.services.files.identity import Answer
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import code_words
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage.people import ClientFile
from tests.domain.builders import at
from tests.services import filing
from tests.services.filing import Staff


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, words=True, counsellor=staff.cora)


def check(house: House, actor: Actor, file: ClientFile, *typed: str) -> Answer:
    handle = identity.start_check(house, actor, file.code)
    answers = [identity.try_word(house, actor, handle, each).answer for each in typed]
    return answers[-1]


def checked(house: House, actor: Actor, file: ClientFile) -> bool:
    with house.store.reading() as tx:
        return identity.checked(tx, actor, file.id, house.now())


def test_her_word_matches_and_opens_her_file(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    handle = identity.start_check(house, staff.wanda, alma.code)
    tried = identity.try_word(house, staff.wanda, handle, "mar malade")
    assert (tried.answer, tried.code) == (Answer.MATCHED, alma.code)
    assert checked(house, staff.wanda, alma)
    assert not filing.again(house, alma).suspended


def test_three_tries_then_the_plan_is_suspended_and_a_supervisor_told(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    assert check(house, staff.wanda, alma, "jam", "honey") is Answer.NO_MATCH
    assert not filing.again(house, alma).suspended
    assert check(house, staff.wanda, alma, "jam", "honey", "syrup") is Answer.FAILED
    assert filing.again(house, alma).suspended_why == "identity_failed"
    assert filing.open_matters(house) == [("supervisor_needed", alma.id)]
    assert not checked(house, staff.wanda, alma)


def test_a_check_begun_again_goes_on_where_it_was_in_the_same_contact(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    assert check(house, staff.wanda, alma, "jam") is Answer.NO_MATCH
    assert check(house, staff.sue, alma, "honey") is Answer.NO_MATCH
    assert check(house, staff.wanda, alma, "honey") is Answer.NO_MATCH
    clock.at += identity.CONTACT
    assert check(house, staff.wanda, alma, "jam", "honey") is Answer.NO_MATCH
    assert check(house, staff.wanda, alma, "syrup") is Answer.FAILED


def test_the_third_try_may_still_match(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    assert (
        check(house, staff.wanda, alma, "jam", "honey", "marmalade") is Answer.MATCHED
    )


def test_after_three_tries_nothing_typed_counts_for_an_hour(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    check(house, staff.wanda, alma, "jam", "honey", "syrup")
    assert check(house, staff.wanda, alma, "marmalade") is Answer.NO_MATCH
    clock.at += CLOSED_AFTER_FAILURE + timedelta(minutes=1)
    assert check(house, staff.wanda, alma, "marmalade") is Answer.MATCHED


def test_a_check_that_is_over_takes_no_more_words(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    answer = check(house, staff.wanda, alma, "marmalade", "marmalade")
    assert answer is Answer.FAILED
    assert checked(house, staff.wanda, alma)


def test_a_supervisor_who_knows_her_voice_vouches_for_whoever_carries_on(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    check(house, staff.wanda, alma, "jam", "honey", "syrup")
    handle = identity.start_check(house, staff.sue, alma.code)
    assert identity.know_voice(house, staff.sue, handle).code == alma.code
    assert checked(house, staff.wanda, alma)
    assert check(house, staff.wanda, alma, "marmalade") is Answer.MATCHED
    assert filing.again(house, alma).suspended


def test_only_a_supervisor_may_know_a_voice_and_only_in_her_own_check(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    handle = identity.start_check(house, staff.wanda, alma.code)
    for actor in (staff.wanda, staff.cora, staff.sue):
        with pytest.raises(NotThere):
            identity.know_voice(house, actor, handle)


def test_a_voice_nobody_has_is_known_to_nobody(house: House, staff: Staff) -> None:
    handle = callers.find_caller(house, staff.sue, "416 555 0199")
    assert identity.know_voice(house, staff.sue, handle).code is None
    assert identity.know_voice(house, staff.sue, handle).answer is Answer.FAILED


def test_a_handle_belongs_to_whoever_began_it_and_lapses(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    handle = identity.start_check(house, staff.wanda, alma.code)
    for actor, given in ((staff.ines, handle), (staff.wanda, "made-up")):
        with pytest.raises(NotThere):
            identity.try_word(house, actor, given, "marmalade")
    clock.at += identity.CONTACT + timedelta(seconds=1)
    with pytest.raises(NotThere):
        identity.try_word(house, staff.wanda, handle, "marmalade")


def test_the_check_of_one_contact_does_not_serve_the_next(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    check(house, staff.wanda, alma, "marmalade")
    assert not checked(house, staff.ines, alma)
    clock.at += identity.CONTACT
    assert checked(house, staff.wanda, alma)
    clock.at += timedelta(seconds=1)
    assert not checked(house, staff.wanda, alma)


def test_a_failure_since_outweighs_a_match_before(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    check(house, staff.wanda, alma, "marmalade")
    clock.at += timedelta(minutes=5)
    check(house, staff.wanda, alma, "jam", "honey", "syrup")
    assert not checked(house, staff.wanda, alma)


def test_a_check_in_a_session_serves_until_half_an_hour_after_it(
    house: House, staff: Staff, alma: ClientFile, clock: MadeUpClock
) -> None:
    start = at("2026-12-02 09:00")
    session = filing.book(
        house, staff.wanda, alma, start, counsellor=staff.cora, format=Format.PHONE
    )
    clock.at = start
    assert sessions.start(house, staff.cora, session).yes
    assert check(house, staff.cora, alma, "marmalade") is Answer.MATCHED
    clock.at = start + timedelta(minutes=85)
    assert checked(house, staff.cora, alma)
    assert sessions.end(house, staff.cora, session).yes
    clock.at += timedelta(minutes=20)
    assert checked(house, staff.cora, alma)
    clock.at += timedelta(minutes=11)
    assert not checked(house, staff.cora, alma)


@pytest.mark.parametrize(
    ("word", "answer", "why"),
    [
        ("Blue umbrella", Answer.NOT_SAFE, "not_safe"),
        ("paperlantern", Answer.GET_HELP, "get_help"),
    ],
)
def test_her_other_words_are_heard_suspend_and_must_be_replaced(
    house: House, staff: Staff, alma: ClientFile, word: str, answer: Answer, why: str
) -> None:
    handle = identity.start_check(house, staff.wanda, alma.code)
    identity.try_word(house, staff.wanda, handle, "marmalade")
    code_words.set_words(
        house, staff.wanda, alma.code, {}, action="Stay on the line, tell Sue"
    )
    handle = identity.start_check(house, staff.wanda, alma.code)
    tried = identity.try_word(house, staff.wanda, handle, word)
    assert (tried.answer, tried.code) == (answer, None)
    helps = answer is Answer.GET_HELP
    assert tried.action == ("Stay on the line, tell Sue" if helps else None)
    assert filing.again(house, alma).suspended_why == why
    assert ("supervisor_needed", alma.id) in filing.open_matters(house)
    assert code_words.covered(house, staff.wanda, alma.code).to_replace == (
        WordFor(why),
    )


def test_a_failed_check_still_hears_that_she_is_not_safe(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    check(house, staff.wanda, alma, "jam", "honey", "syrup")
    assert check(house, staff.wanda, alma, "blue umbrella") is Answer.NOT_SAFE


def test_what_was_typed_is_nowhere_in_the_trail(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    check(house, staff.wanda, alma, "zebra canary", "marmalade")
    lines = [
        *filing.trail(house, "tried a code word"),
        *filing.trail(house, "began an identity check"),
        *filing.trail(house, "ended an identity check"),
    ]
    assert len(lines) == 4
    assert "zebra" not in repr(lines)
    assert "armalade" not in repr(lines)
