"""When one working day is over (F6)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.working_days import end_of_next_working_day
from scheduler.domain.zones import local_date
from tests.domain.builders import TORONTO, at, dates


@pytest.mark.parametrize(
    ("now", "holidays", "due"),
    [
        ("2026-12-01 08:00", "2027-01-01", "2026-12-02 17:00"),
        ("2026-12-01 23:59", "2027-01-01", "2026-12-02 17:00"),
        ("2026-12-04 10:00", "2027-01-01", "2026-12-07 17:00"),
        ("2026-12-05 10:00", "2027-01-01", "2026-12-07 17:00"),
        ("2026-12-06 10:00", "2027-01-01", "2026-12-07 17:00"),
        ("2026-12-23 10:00", "2026-12-24..2026-12-28", "2026-12-29 17:00"),
        ("2026-10-30 10:00", "2027-01-01", "2026-11-02 17:00"),
    ],
)
def test_a_review_is_due_at_five_on_the_next_working_day(
    now: str, holidays: str, due: str
) -> None:
    assert end_of_next_working_day(at(now), TORONTO, dates(holidays)) == at(due)


def test_the_day_is_that_of_the_agency() -> None:
    now = at("2026-12-01 23:00")
    west = end_of_next_working_day(now, "America/Vancouver", ())
    assert west == at("2026-12-02 17:00", "America/Vancouver")
    east = end_of_next_working_day(now, "Pacific/Apia", ())
    assert east == at("2026-12-03 17:00", "Pacific/Apia")


@given(
    st.datetimes(at("2026-01-01").replace(tzinfo=None)).map(
        lambda each: each.isoformat()
    )
)
def test_it_is_never_today_nor_on_a_weekend(now: str) -> None:
    moment = at(now[:16])
    due = end_of_next_working_day(moment, TORONTO, ())
    day = local_date(due, TORONTO)
    assert day > local_date(moment, TORONTO)
    assert day.weekday() < 5
    assert (day - local_date(moment, TORONTO)).days <= 3
