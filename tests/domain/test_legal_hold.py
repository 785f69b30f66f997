"""When a hold is looked at again (E7)."""

from datetime import date, timedelta

import pytest

from scheduler.domain.legal_hold import (
    END_IN_WORDS,
    HOLD_IN_WORDS,
    LONGEST,
    EndReason,
    HoldReason,
    review_is_due,
    wrong_review,
)

TODAY = date(2026, 12, 1)


@pytest.mark.parametrize(
    ("days", "wrong"),
    [(-1, "later"), (0, "later"), (1, ""), (366, ""), (367, "earlier")],
)
def test_a_review_is_on_a_day_to_come_and_within_a_year(days: int, wrong: str) -> None:
    said = wrong_review(TODAY + timedelta(days=days), TODAY)
    assert (wrong in said) if wrong else said == ""
    assert timedelta(days=366) == LONGEST


def test_a_review_is_due_from_its_day_on() -> None:
    assert not review_is_due(TODAY + timedelta(days=1), TODAY)
    assert review_is_due(TODAY, TODAY)
    assert review_is_due(TODAY - timedelta(days=9), TODAY)


def test_every_reason_has_words_but_the_machines_own() -> None:
    assert set(HOLD_IN_WORDS) == set(HoldReason)
    assert set(END_IN_WORDS) == set(EndReason) - {EndReason.ERASED}
