"""Whether video suits a client (P12)."""

from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest

from scheduler.domain.suitability import Connection, Suitability

TODAY = date(2026, 12, 1)


def record(**changes: Any) -> Suitability:
    """A record of today that stands for a month."""
    given_: dict[str, Any] = {
        "recorded_on": TODAY,
        "review_on": TODAY + timedelta(days=30),
        "wants_video": True,
        "knows_equal": True,
        "connection": Connection.GOOD,
        "risk_changed": False,
    }
    return Suitability(**{**given_, **changes})


def test_what_was_talked_through_and_is_wanted_suits() -> None:
    assert record().suits(TODAY)


def test_a_record_with_nothing_in_it_does_not_count_as_suitable() -> None:
    assert not Suitability(TODAY, TODAY).suits(TODAY)


@pytest.mark.parametrize(
    "changes",
    [
        {"wants_video": False},
        {"knows_equal": False},
        {"connection": Connection.NONE},
        {"risk_changed": True},
    ],
)
def test_one_thing_against_it_is_enough(changes: dict[str, Any]) -> None:
    assert not record(**changes).suits(TODAY)


@pytest.mark.parametrize("connection", [Connection.WEAK, Connection.METERED])
def test_a_poor_connection_is_no_reason_against_it(connection: Connection) -> None:
    assert record(connection=connection).suits(TODAY)


def test_a_record_stands_through_the_day_of_its_review() -> None:
    assert record(review_on=TODAY).suits(TODAY)
    assert not record(review_on=TODAY).suits(TODAY + timedelta(days=1))


def test_all_four_have_to_be_right() -> None:
    for wants, knows, line, calm in product((True, False), repeat=4):
        found = record(
            wants_video=wants,
            knows_equal=knows,
            connection=Connection.GOOD if line else Connection.NONE,
            risk_changed=not calm,
        )
        assert found.suits(TODAY) == (wants and knows and line and calm)


def test_nothing_shows_where_she_will_be_or_with_whom() -> None:
    shown = repr(record(where="the loft", usually_there="her brother"))
    assert "loft" not in shown
    assert "brother" not in shown
