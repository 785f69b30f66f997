"""Starter phrases (W5): each passes the lint of all languages, fits and differs."""

import pytest

from scheduler.domain.folding import fold
from scheduler.domain.lint import lint
from scheduler.domain.phrases import Meaning
from scheduler.domain.segments import measure
from tests.domain.worded import LANGUAGES, words


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("meaning", Meaning)
def test_there_are_eight_starters_a_meaning_and_each_passes(
    language: str, meaning: Meaning
) -> None:
    starters = words().starters[language][meaning]
    assert len(starters) >= 8
    for each in starters:
        assert lint(each, words().lists) == ()
        assert measure(each).fits


def test_no_two_starters_read_the_same() -> None:
    starters = words().all_starters()
    assert len({fold(each) for each in starters}) == len(starters)


def test_english_starters_need_no_second_alphabet() -> None:
    for some in words().starters["en"].values():
        assert {measure(each).alphabet for each in some} == {"gsm7"}


def test_no_starter_is_marked_or_shouted() -> None:
    for each in words().all_starters():
        assert each[0].isupper()
        assert each[-1].isalpha()
        assert "!" not in each
