"""A supervisor sets a counsellor's gap or maximum aside until a day is over (A2)."""

from datetime import date

import pytest

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.plan import Format
from scheduler.domain.set_aside import WhyAside
from scheduler.services.calendar import set_aside
from scheduler.services.house import House
from scheduler.services.scheduling import finding
from tests.domain.builders import at
from tests.services import filing
from tests.services.bookings_of import Office, open_office

TUESDAY = date(2026, 12, 1)
TEN, TEN_TO = "2026-12-01 10:00", "2026-12-01 10:50"


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def put(office: Office, last_day: date = TUESDAY, rule: Reason = Reason.GAP) -> object:
    return set_aside.put(
        office.house,
        office.sue,
        office.cora.id,
        rule,
        last_day,
        WhyAside.COUNSELLOR_AGREES,
    )


def test_an_intake_worker_books_and_finds_within_what_a_supervisor_set_aside(
    office: Office,
) -> None:
    other, third = office.another(), office.another()
    office.booked(TEN)
    office.booked(TEN, codes=(third.code,), counsellor_id=office.dora.id)
    assert office.book(TEN_TO, codes=(other.code,)).decision.reasons == (Reason.GAP,)
    assert not found(office, other.code)
    assert put(office) is None
    assert found(office, other.code)
    assert office.book(TEN_TO, codes=(other.code,)).decision.yes


def found(office: Office, code: str) -> bool:
    start = at(TEN_TO)
    starts = finding.starts(
        office.house,
        codes=(code,),
        counsellor_ids=None,
        since=start,
        until=at("2026-12-01 10:55"),
        minutes=50,
        format_=Format.IN_PERSON,
    )
    return start in starts


def test_it_is_over_with_its_last_day_or_when_it_is_taken_back(office: Office) -> None:
    other = office.another()
    office.booked(TEN)
    put(office, date(2026, 11, 30))
    assert not office.book(TEN_TO, codes=(other.code,)).decision.yes
    put(office)
    (kept,) = set_aside.see(office.house, office.cora, office.cora.id)
    assert (kept.rule, kept.last_day) == (Reason.GAP, TUESDAY)
    for _ in range(2):
        set_aside.take_back(office.house, office.sue, office.cora.id, Reason.GAP)
    assert not office.book(TEN_TO, codes=(other.code,)).decision.yes
    assert set_aside.see(office.house, office.cora, office.cora.id) == ()
    assert len(filing.trail(office.house, "let a rule count again")) == 1


def test_only_a_supervisor_does_it_and_only_with_these_two_rules(
    office: Office,
) -> None:
    for other in (office.cora, office.wanda):
        with pytest.raises(NotThere):
            set_aside.put(
                office.house,
                other,
                office.cora.id,
                Reason.GAP,
                TUESDAY,
                WhyAside.CANNOT_WAIT,
            )
    for rule in set(Reason) - {Reason.GAP, Reason.DAILY_MAXIMUM}:
        with pytest.raises(NotThere):
            put(office, rule=rule)
    with pytest.raises(NotThere):
        set_aside.take_back(office.house, office.cora, office.cora.id, Reason.GAP)


@pytest.mark.parametrize("day", [date(2026, 11, 29), date(2027, 1, 30)])
def test_a_day_that_is_over_or_too_far_ahead_is_said_at_its_field(
    office: Office, day: date
) -> None:
    failed = put(office, day)
    assert failed is not None
    assert set_aside.see(office.house, office.sue, office.cora.id) == ()


def test_twice_is_once_and_the_trail_names_rule_and_reason(office: Office) -> None:
    for _ in range(2):
        put(office)
    (line,) = filing.trail(office.house, "set a rule aside")
    assert "counsellor_agrees" in line
