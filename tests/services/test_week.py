"""Week: who has a session when; another length is decided like another time."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from scheduler.domain.errors import NotThere
from scheduler.domain.hours import DateSpan
from scheduler.services.calendar import availability, week
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import booking, booking_preview
from scheduler.storage import agency, people
from tests.domain.builders import at
from tests.services.bookings_of import Office, open_office

MONDAY = date(2026, 11, 30)
TORONTO = "America/Toronto"


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def of(office: Office, actor: Actor, monday: date = MONDAY) -> week.Week:
    return week.of_week(office.house, actor, monday, TORONTO)


def held(office: Office, actor: Actor) -> dict[str, list[str]]:
    return {
        each.name: [one.session_id for one in each.held]
        for each in of(office, actor).people
    }


def test_everybodys_sessions_for_who_books_and_her_own_for_a_counsellor(
    office: Office,
) -> None:
    coras = office.booked("2026-12-01 10:00")
    doras = office.booked("2026-12-02 10:00", counsellor_id=office.dora.id)
    for actor in (office.wanda, office.sue):
        assert held(office, actor) == {"Cora": [coras], "Dora": [doras]}
    assert held(office, office.cora) == {"Cora": [coras]}
    booking.cancel(office.house, office.wanda, doras, by_agency=False)
    assert held(office, office.wanda) == {"Cora": [coras], "Dora": []}
    day = of(office, office.cora).people[0].on(date(2026, 12, 1))
    assert [each.minutes for each in day] == [50]
    assert of(office, office.cora).people[0].on(date(2026, 12, 2)) == ()
    assert of(office, office.wanda, MONDAY + timedelta(weeks=1)).people[0].held == ()


def test_a_file_she_is_shut_out_of_is_not_there(office: Office) -> None:
    office.booked("2026-12-01 10:00")
    with office.house.store.begin() as tx:
        people.set_shut_out(tx, office.sue.id, office.file.id, office.house.now())
    assert held(office, office.sue) == {"Cora": [], "Dora": []}


def test_leave_days_off_and_holidays_are_said(office: Office) -> None:
    span = DateSpan(date(2026, 12, 2), date(2026, 12, 3))
    availability.add_leave(office.house, office.cora, office.cora.id, span)
    with office.house.store.begin() as tx:
        agency.add_holiday(tx, date(2026, 12, 4), "Founding day")
    found = of(office, office.wanda)
    cora, dora = found.people
    assert cora.away == {date(2026, 12, 2), date(2026, 12, 3)}
    assert (dora.away, found.holidays) == (set(), {date(2026, 12, 4)})
    assert cora.off == {date(2026, 12, 5), date(2026, 12, 6)}


def test_it_asks_the_same_whatever_there_is_and_nothing_of_the_past(
    office: Office,
) -> None:
    asked: list[tuple[str, str]] = []

    def note(*given: object) -> None:
        asked.append((str(given[2]), str(given[3])))

    event.listen(office.house.store.engine, "before_cursor_execute", note)
    try:
        office.booked("2026-12-01 10:00")
        asked.clear()
        of(office, office.wanda)
        few = len(asked)
        for day in ("2026-12-02", "2026-12-09", "2026-12-15"):
            for start, who in (("09:00", office.cora), ("10:30", office.dora)):
                office.booked(f"{day} {start}", counsellor_id=who.id)
        asked.clear()
        assert len(of(office, office.wanda).people[1].held) == 1
        assert len(asked) == few <= 14
    finally:
        event.remove(office.house.store.engine, "before_cursor_execute", note)
    of_sessions = [
        given
        for text, given in asked
        if "FROM session\n" in text or "FROM session " in text
    ]
    assert of_sessions
    assert all("2026" in given for given in of_sessions)


# --- Another length -------------------------------------------------------------


def test_a_session_is_lengthened_where_it_fits_and_keeps_its_start(
    office: Office,
) -> None:
    session = office.booked("2026-12-01 09:30")
    start = at("2026-12-01 09:30")
    answer = booking.move(office.house, office.wanda, session, start, minutes=80)
    assert answer.decision.yes
    found = office.session(session)
    assert (found.time.start, found.minutes, found.version) == (start, 80, 2)
    assert [each.minutes for each in [office.session(session)]] == [80]


def test_a_length_that_does_not_fit_says_why_and_changes_nothing(
    office: Office,
) -> None:
    session = office.booked("2026-12-01 09:30")
    before = office.session(session)
    for minutes, reason in (
        (240, "outside_session_window"),
        (53, "off_grid"),
        (0, "off_grid"),
    ):
        start = before.time.start
        preview = booking_preview.preview_move(
            office.house, office.wanda, session, start, minutes=max(minutes, 1)
        )
        answer = booking.move(
            office.house, office.wanda, session, start, minutes=minutes
        )
        assert reason in [each.value for each in answer.decision.reasons]
        assert not preview.possible.yes
    assert office.session(session) == before


def test_the_hour_on_another_day_is_the_readers_also_after_a_change_of_clocks(
    office: Office,
) -> None:
    session = office.booked("2026-12-01 10:00")
    asked = (office.house, office.wanda, session, date(2027, 3, 16))
    assert week.start_on(*asked, TORONTO) == at("2027-03-16 10:00")
    assert week.start_on(*asked, "America/Regina") == at("2027-03-16 11:00")
    with pytest.raises(NotThere):
        week.start_on(office.house, office.dora, session, MONDAY, TORONTO)
    with pytest.raises(NotThere):
        week.start_on(office.house, office.wanda, "none", MONDAY, TORONTO)
