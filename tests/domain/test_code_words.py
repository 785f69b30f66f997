"""What a code word may be, and how a typed one is heard (P9)."""

from datetime import UTC, datetime

import pytest

from scheduler.domain.code_words import CodeWord, Heard, WordFor, hear, what_is_wrong
from scheduler.domain.phrases import Meaning, Phrase

SET = datetime(2026, 11, 30, 13, 0, tzinfo=UTC)

GOOD = {
    WordFor.IDENTITY: ["marmalade"],
    WordFor.NOT_SAFE: ["blue umbrella"],
    WordFor.GET_HELP: ["paper lantern"],
}


def wrong(changed: dict[WordFor, list[str]], **given: object) -> dict[str, str]:
    names = {"agency_names": ("Lakeside House",), **given}
    return what_is_wrong({**GOOD, **changed}, **names)  # type: ignore[arg-type]


def words(*pairs: tuple[WordFor, str]) -> list[CodeWord]:
    return [
        CodeWord(number, purpose, word, SET)
        for number, (purpose, word) in enumerate(pairs)
    ]


def test_three_separate_words_are_all_right() -> None:
    assert wrong({}) == {}


@pytest.mark.parametrize(
    "other", ["Marmalade", "MÁRMALADE", " mar malade ", "mar-malade"]
)
def test_none_is_equal_to_another_whatever_case_accents_and_spacing(other: str) -> None:
    assert set(wrong({WordFor.NOT_SAFE: [other]})) == {"identity.0", "not_safe.0"}


def test_two_words_for_get_help_are_not_equal_either() -> None:
    found = wrong({WordFor.GET_HELP: ["lantern", "Lantern"]})
    assert set(found) == {"get_help.0", "get_help.1"}


@pytest.mark.parametrize(
    ("helping", "enough"),
    [(["lantern"], False), (["paper lantern"], True), (["paper", "lantern"], True)],
)
def test_get_help_has_at_least_two_words(helping: list[str], enough: bool) -> None:
    assert (wrong({WordFor.GET_HELP: helping}) == {}) is enough


@pytest.mark.parametrize(
    "word", ["Lakeside House", "my lakesidehouse", "LAKE SIDE house"]
)
def test_none_contains_the_name_of_the_agency(word: str) -> None:
    assert "agency" in wrong({WordFor.IDENTITY: [word]})["identity.0"]


def test_a_word_that_stands_in_a_text_to_her_is_none() -> None:
    phrases = [Phrase(Meaning.REMINDER, "The marmalade is on the shelf")]
    assert set(wrong({}, phrases=phrases)) == {"identity.0"}
    half = [Phrase(Meaning.REMINDER, "The umbrella is on the shelf")]
    assert wrong({}, phrases=half) == {}


def test_a_word_used_in_earnest_is_not_chosen_again() -> None:
    assert set(wrong({}, used_before=["Blue  Umbrella"])) == {"not_safe.0"}


@pytest.mark.parametrize("word", ["!!!", "…", "a" * 61])
def test_a_word_can_be_said(word: str) -> None:
    assert set(wrong({WordFor.IDENTITY: [word]})) == {"identity.0"}


def test_no_sentence_repeats_a_word() -> None:
    found = wrong(
        {WordFor.NOT_SAFE: ["marmalade"], WordFor.GET_HELP: ["zebra"]},
        used_before=["zebra"],
        phrases=[Phrase(Meaning.REMINDER, "zebra marmalade")],
    )
    assert found
    assert not any(
        word in sentence
        for word in ("marmalade", "zebra")
        for sentence in found.values()
    )


@pytest.mark.parametrize(
    "typed", ["marmalade", "Marmalade", "mármalade", "mar malade", "MAR-MALADE."]
)
def test_case_accents_and_spacing_do_not_count(typed: str) -> None:
    assert hear(typed, words((WordFor.IDENTITY, "Marmalade"))) is Heard.MATCH


@pytest.mark.parametrize("typed", ["", "  ", "marmalades", "marmelade", "jam"])
def test_anything_else_does_not_match(typed: str) -> None:
    assert hear(typed, words((WordFor.IDENTITY, "Marmalade"))) is Heard.NO_MATCH


def test_the_other_words_are_heard_for_what_they_say() -> None:
    hers = words(
        (WordFor.IDENTITY, "marmalade"),
        (WordFor.NOT_SAFE, "blue umbrella"),
        (WordFor.GET_HELP, "paper"),
        (WordFor.GET_HELP, "lantern"),
    )
    assert hear("Blue Umbrella", hers) is Heard.NOT_SAFE
    assert hear("lantern", hers) is Heard.GET_HELP
    assert hear("paper", hers) is Heard.GET_HELP


def test_nobody_s_words_match_nothing() -> None:
    assert hear("marmalade", []) is Heard.NO_MATCH


def test_a_word_is_not_in_the_repr() -> None:
    assert "marmalade" not in repr(words((WordFor.IDENTITY, "marmalade")))
