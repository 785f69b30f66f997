"""Setting, covering, showing and using up code words (P9)."""

import pytest

from scheduler.domain.code_words import WordFor
from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.reveals import RevealReason
from scheduler.services.files import identity
from scheduler.services.house import House
from scheduler.services.safe_contact import code_words, heard_words
from scheduler.storage import tables
from scheduler.storage.people import ClientFile
from tests.services import filing
from tests.services.filing import WORDS, Staff


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, words=True)


def match(house: House, staff: Staff, file: ClientFile) -> None:
    handle = identity.start_check(house, staff.wanda, file.code)
    identity.try_word(house, staff.wanda, handle, "marmalade")


def test_words_are_counted_and_not_shown(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    found = code_words.covered(house, staff.wanda, alma.code)
    assert dict(found.count) == dict.fromkeys(WordFor, 1)
    assert (found.absent, found.to_replace) == ((), ())
    assert "armalade" not in repr(found)


def test_a_file_without_words_says_which_are_absent(house: House, staff: Staff) -> None:
    file = filing.a_file(house, staff.wanda)
    found = code_words.covered(house, staff.wanda, file.code)
    assert found.absent == tuple(WordFor)


def test_words_are_sealed_in_the_database(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with house.store.reading() as tx:
        rows = tx.conn.execute(tables.code_word.select()).all()
    assert len(rows) == 3
    stored = b"".join(each.word for each in rows).lower()
    assert b"marmalade" not in stored


def test_a_word_is_shown_with_a_reason_that_stays_in_the_trail(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    shown = code_words.reveal(
        house, staff.wanda, alma.code, WordFor.NOT_SAFE, RevealReason.BEFORE_SESSION
    )
    assert shown == ("blue umbrella",)
    assert filing.trail(house, "read code words") == [
        (staff.wanda.id, "client", str(alma.id), ["not_safe"], "before_session")
    ]


def test_the_word_that_is_checked_is_not_shown_to_whoever_checks(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with pytest.raises(NotThere):
        code_words.reveal(
            house, staff.wanda, alma.code, WordFor.IDENTITY, RevealReason.SHE_ASKED
        )
    assert code_words.reveal(
        house, staff.sue, alma.code, WordFor.IDENTITY, RevealReason.SHE_ASKED
    ) == ("Marmalade",)


def test_words_that_are_there_change_only_after_a_check(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    new = {WordFor.NOT_SAFE: ["yellow kite"]}
    refused = code_words.set_words(house, staff.wanda, alma.code, new)
    assert isinstance(refused, FieldErrors)
    assert set(refused.wrongs) == {"not_safe.0"}
    match(house, staff, alma)
    assert code_words.set_words(house, staff.wanda, alma.code, new) is None
    assert code_words.reveal(
        house, staff.wanda, alma.code, WordFor.NOT_SAFE, RevealReason.REVIEW
    ) == ("yellow kite",)


def test_what_is_left_blank_stays(house: House, staff: Staff, alma: ClientFile) -> None:
    match(house, staff, alma)
    code_words.set_words(
        house,
        staff.wanda,
        alma.code,
        {WordFor.IDENTITY: ["", " "], WordFor.GET_HELP: ["silver", "thimble"]},
    )
    found = code_words.covered(house, staff.wanda, alma.code)
    assert dict(found.count) == {
        WordFor.IDENTITY: 1,
        WordFor.NOT_SAFE: 1,
        WordFor.GET_HELP: 2,
    }


@pytest.mark.parametrize("action", ["get help", None])
def test_what_get_help_means_is_kept(
    house: House, staff: Staff, action: str | None
) -> None:
    file = filing.a_file(house, staff.wanda)
    code_words.set_words(house, staff.wanda, file.code, WORDS, action=action)
    found = code_words.covered(house, staff.wanda, file.code)
    assert found.action == (action or "")


def test_a_new_word_equal_to_one_that_is_there_is_refused_where_it_was_typed(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    match(house, staff, alma)
    for purpose in (WordFor.IDENTITY, WordFor.GET_HELP):
        refused = code_words.set_words(
            house, staff.wanda, alma.code, {purpose: ["Blue Umbrella"]}
        )
        assert isinstance(refused, FieldErrors)
        assert set(refused.wrongs) == {f"{purpose.value}.0"}


@pytest.mark.parametrize("word", ["Lakeside House", "our pemmican"])
def test_no_word_contains_a_name_of_the_agency(
    house: House, staff: Staff, word: str
) -> None:
    file = filing.a_file(house, staff.wanda)
    refused = code_words.set_words(
        house, staff.wanda, file.code, {WordFor.IDENTITY: [word]}
    )
    assert isinstance(refused, FieldErrors)
    assert set(refused.wrongs) == {"identity.0"}


def test_a_word_of_one_of_her_phrases_is_refused(house: House, staff: Staff) -> None:
    file = filing.a_file(house, staff.wanda)
    refused = code_words.set_words(
        house, staff.wanda, file.code, {WordFor.IDENTITY: ["ladder"]}
    )
    assert isinstance(refused, FieldErrors)
    assert "phrase" in refused.wrongs["identity.0"]


def test_a_word_used_in_earnest_is_replaced_by_another_one(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with house.store.begin() as tx:
        now = house.now()
        heard_words.mark_used(tx, alma.id, WordFor.NOT_SAFE, now, by=staff.cora.id)
        heard_words.mark_used(tx, alma.id, WordFor.NOT_SAFE, now, by=staff.cora.id)
    assert len(filing.trail(house, "used code word")) == 1
    found = code_words.covered(house, staff.wanda, alma.code)
    assert found.to_replace == (WordFor.NOT_SAFE,)
    match(house, staff, alma)
    again = {WordFor.NOT_SAFE: ["BLUE umbrella"]}
    refused = code_words.set_words(house, staff.wanda, alma.code, again)
    assert isinstance(refused, FieldErrors)
    new = {WordFor.NOT_SAFE: ["yellow kite"]}
    assert code_words.set_words(house, staff.wanda, alma.code, new) is None
    assert code_words.covered(house, staff.wanda, alma.code).to_replace == ()
    later = {WordFor.GET_HELP: ["blue umbrella"]}
    assert isinstance(
        code_words.set_words(house, staff.wanda, alma.code, later), FieldErrors
    )


def test_a_long_action_is_refused(house: House, staff: Staff) -> None:
    file = filing.a_file(house, staff.wanda)
    refused = code_words.set_words(house, staff.wanda, file.code, {}, action="a" * 201)
    assert isinstance(refused, FieldErrors)
    assert set(refused.wrongs) == {"action"}


def test_the_trail_names_the_purposes_and_no_word(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    assert filing.trail(house, "set code words") == [
        (
            staff.wanda.id,
            "client",
            str(alma.id),
            ["identity", "not_safe", "get_help"],
            "",
        )
    ]
