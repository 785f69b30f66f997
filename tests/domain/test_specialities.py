"""Specialities are few, short words (A1, E6)."""

import pytest

from scheduler.domain.errors import Misread
from scheduler.domain.specialities import MOST, read_specialities


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ()),
        (" , ", ()),
        ("Young  people, court", ("court", "young people")),
        ("court, Court", ("court",)),
        ("École, aînées", ("aînées", "école")),
        ("12-step", ("12-step",)),
    ],
)
def test_words_are_kept_once_in_order(typed: str, read: tuple[str, ...]) -> None:
    assert read_specialities(typed) == read


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("x" * 25, "is no short word"),
        ("court; youth", "is no short word"),
        ("-court", "is no short word"),
        ("a <b>", "is no short word"),
        (", ".join(str(n) for n in range(MOST + 1)), "There is room for 8."),
    ],
)
def test_anything_else_is_said(typed: str, said: str) -> None:
    with pytest.raises(Misread, match=said):
        read_specialities(typed)
