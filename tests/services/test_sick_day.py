"""A counsellor falls ill: her day in one list, and one act for each."""

from datetime import date
from typing import Any

import pytest

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.hours import DateSpan
from scheduler.domain.plan import Format, Mode
from scheduler.services.files import apartness
from scheduler.services.house import House
from scheduler.services.scheduling import booking, sick_day
from scheduler.services.scheduling.sick_day import SickDays, Stranded
from scheduler.services.scheduling.what_leaves import Leaving
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.watching import attention_list
from scheduler.storage import counsellors
from tests.domain.builders import at, hours, plan, text
from tests.services import filing
from tests.services.bookings_of import Office, open_office

DAY = date(2026, 12, 2)
SPAN = DateSpan(DAY, DAY)


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def day(office: Office, by: Any = None) -> SickDays:
    return sick_day.see(office.house, by or office.wanda, office.cora.id, SPAN)


def only(office: Office, by: Any = None) -> Stranded:
    [found] = day(office, by).listed
    return found


def test_her_day_is_one_list_with_whoever_is_available(office: Office) -> None:
    first = office.booked("2026-12-02 09:00")
    other = office.another()
    second = office.booked("2026-12-02 10:30", codes=(other.code,))
    office.booked("2026-12-01 09:00", codes=(other.code,))
    found = day(office)
    assert [each.session.id for each in found.listed] == [first, second]
    assert [[one.name for one in each.stand_ins] for each in found.listed] == [
        ["Dora"],
        ["Dora"],
    ]
    assert found.counsellor == "Cora"


def test_named_are_only_those_who_fit_her_file_language_format_and_gaps(
    office: Office,
) -> None:
    office.booked("2026-12-02 10:00", language="fr")
    every = hours("Mon-Fri 09:00-17:00")
    dora = office.dora.id

    def profile(**given: Any) -> None:
        with office.house.store.begin() as tx:
            counsellors.set_profile(tx, dora, every, **given)

    profile(languages=["en"])
    assert only(office).stand_ins == ()
    profile(languages=["fr"], formats=[Format.VIDEO])
    assert only(office).stand_ins == ()
    profile(languages=["fr", "en"])
    assert [each.id for each in only(office).stand_ins] == [dora]
    neighbour = office.another()
    beside = office.booked(
        "2026-12-02 09:05", codes=(neighbour.code,), counsellor_id=dora
    )
    assert only(office).stand_ins == ()
    booking.cancel(office.house, office.wanda, beside, by_agency=False)
    apartness.shut_out(office.house, office.sue, office.file.code, dora)
    assert only(office).stand_ins == ()


def test_it_says_whether_she_may_be_told_now_why_not_and_when(
    office: Office, clock: MadeUpClock
) -> None:
    by_hand = office.another(with_plan=plan(text(mode=Mode.ASSISTED)))
    office.booked("2026-12-02 10:00", codes=(by_hand.code,))
    clock.at = at("2026-12-01 08:00")
    [reached] = only(office).clients
    [way] = reached.reach
    assert not way.decision.yes
    assert Reason.OUTSIDE_WINDOW in way.decision.reasons
    assert way.decision.again_at == at("2026-12-01 09:00")
    assert isinstance(reached.of.cancelled, Leaving)
    clock.at = at("2026-12-01 09:30")
    [reached] = only(office).clients
    assert reached.reach[0].decision.yes


def test_she_is_away_and_nothing_new_is_booked(office: Office) -> None:
    session_id = office.booked("2026-12-02 10:30")
    for _ in range(2):
        sick_day.call_in(office.house, office.wanda, office.cora.id, SPAN)
    assert day(office).off
    assert filing.open_matters(office.house) == [("counsellor_away", office.file.id)]
    other = office.another()
    refused = office.book("2026-12-02 09:00", codes=(other.code,))
    assert refused.decision.reasons == (Reason.COUNSELLOR_UNAVAILABLE,)
    assert len(filing.trail(office.house, "ill")) == 1
    assert office.session(session_id).state.value == "booked"


def test_handed_over_it_keeps_its_time_and_nothing_is_sent(office: Office) -> None:
    session_id = office.booked("2026-12-02 10:00")
    sick_day.call_in(office.house, office.wanda, office.cora.id, SPAN)
    for _ in range(2):
        answer = sick_day.hand_over(
            office.house, office.wanda, session_id, office.dora.id, "once"
        )
        assert answer.decision.yes
    session = office.session(session_id)
    assert (session.counsellor_id, session.version) == (office.dora.id, 2)
    assert session.time.start == at("2026-12-02 10:00")
    assert sorted(office.states(session_id)) == [
        ("reminder", "cancelled"),
        ("reminder", "planned"),
    ]
    assert day(office).listed == ()
    assert filing.open_matters(office.house) == []


def test_called_off_she_is_told_or_somebody_is_in_the_room(office: Office) -> None:
    told = office.booked("2026-12-02 09:00")
    silent = office.another(with_plan=plan(text(hours=hours("Thu 09:00-12:00"))))
    untold = office.booked("2026-12-02 10:30", codes=(silent.code,))
    for each in (told, untold):
        assert sick_day.call_off(office.house, office.sue, each).yes
    assert ("cancelled", "planned") in office.states(told)
    room = only(office)
    assert room.session.id == untold
    [item] = room.room_items
    attention_list.choose(office.house, office.wanda, item, "there")
    assert day(office).listed == ()


def test_a_file_that_is_shut_does_not_exist_here_either(office: Office) -> None:
    office.booked("2026-12-02 10:00")
    apartness.shut_out(office.house, office.sue, office.file.code, office.wanda.id)
    assert day(office).listed == ()
    assert len(day(office, office.sue).listed) == 1


def test_only_whoever_books_for_others_may(office: Office) -> None:
    session_id = office.booked("2026-12-02 10:00")
    for actor in (office.cora, office.staff.maia):
        with pytest.raises(NotThere):
            day(office, actor)
        with pytest.raises(NotThere):
            sick_day.call_in(office.house, actor, office.cora.id, SPAN)
        with pytest.raises(NotThere):
            sick_day.call_off(office.house, actor, session_id)
        with pytest.raises(NotThere):
            sick_day.hand_over(office.house, actor, session_id, office.dora.id, None)
    with pytest.raises(NotThere):
        sick_day.see(office.house, office.wanda, office.sue.id, SPAN)
