"""Who is who: values that show nobody, and file codes that notice a slip (P13, P14)."""

from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.people import (
    FILE_LETTERS,
    Person,
    Role,
    ServiceKind,
    check_digit,
    file_code,
    is_file_code,
)

letters = st.sampled_from(FILE_LETTERS)
digits = st.text("0123456789", min_size=3, max_size=3)

EVERY_DIGITS = [f"{number:03}" for number in range(1000)]


def test_a_person_shows_nothing_that_says_who_she_is() -> None:
    person = Person(
        session_name="Marisol",
        aloud_name="Mari",
        pronouns="she",
        contact_language="fr",
        session_language="es",
        interpreter="LSQ, Ms Okafor",
        refuses_interpreter="Mr Adeyemi",
        cover_topic="the choir",
        line_if_other="About the piano",
        children_over_two=True,
        known_by="the yellow house",
    )
    shown = repr(person)
    for hidden in ("Mari", "Okafor", "Adeyemi", "choir", "piano", "yellow"):
        assert hidden not in shown


def test_all_of_a_person_may_be_blank() -> None:
    assert Person() == Person(children_over_two=None)


def test_no_letter_is_taken_for_a_figure() -> None:
    assert len(FILE_LETTERS) == 24
    assert not set(FILE_LETTERS) & set("IO")


@given(letters, digits)
def test_a_code_has_a_letter_three_digits_and_their_check_digit(
    letter: str, three: str
) -> None:
    code = file_code(letter, three)
    assert code == f"{letter}-{three}{check_digit(letter, three)}"
    assert is_file_code(code)
    assert is_file_code(f" {code.lower()} ")
    assert is_file_code(code.replace("-", "- "))


@given(letters, digits, st.integers(0, 3), st.sampled_from("0123456789"))
def test_one_wrong_figure_is_always_noticed(
    letter: str, three: str, place: int, figure: str
) -> None:
    figures = list(file_code(letter, three)[2:])
    if figures[place] == figure:
        return
    figures[place] = figure
    assert not is_file_code(f"{letter}-{''.join(figures)}")


@given(letters, digits, st.integers(0, 2))
def test_two_neighbouring_figures_swapped_are_always_noticed(
    letter: str, three: str, place: int
) -> None:
    figures = list(file_code(letter, three)[2:])
    if figures[place] == figures[place + 1]:
        return
    figures[place], figures[place + 1] = figures[place + 1], figures[place]
    assert not is_file_code(f"{letter}-{''.join(figures)}")


def test_a_wrong_letter_is_noticed_in_more_than_nine_of_ten() -> None:
    pairs = list(combinations(FILE_LETTERS, 2))
    missed = sum(
        check_digit(one, three) == check_digit(other, three)
        for one, other in pairs
        for three in EVERY_DIGITS[::37]
    )
    assert missed < len(pairs) * len(EVERY_DIGITS[::37]) / 10


def test_every_check_digit_comes_up() -> None:
    found = {check_digit("K", three) for three in EVERY_DIGITS}
    assert found == set("0123456789")


@pytest.mark.parametrize(
    "typed",
    ["", "K", "K-104", "K-10421", "I-1042", "O-1042", "1-1042", "K1042", "K_1042"],
)
def test_what_is_shaped_otherwise_is_no_code(typed: str) -> None:
    assert not is_file_code(typed)


@pytest.mark.parametrize("figures", ["१०४२", "104²", "10 4x", "1O42"])
def test_figures_of_another_script_make_no_code(figures: str) -> None:
    assert not is_file_code(f"K-{figures}")


def test_roles_and_kinds_of_service_are_the_fields_words() -> None:
    assert {each.value for each in Role} == {
        "intake",
        "counsellor",
        "supervisor",
        "administrator",
        "custodian",
        "second",
    }
    assert {each.value for each in ServiceKind} == {
        "safety_planning",
        "counselling",
        "psycho_education",
        "group",
        "intake",
    }
