"""The weighted caseload: what a counsellor carries, over the real storage (A2)."""

from datetime import date

import pytest

from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.hours import DateSpan
from scheduler.domain.plan import Format
from scheduler.services.files import people
from scheduler.services.house import House
from scheduler.services.scheduling import booking, finding, sick_day
from scheduler.storage import people as files
from scheduler.storage.refusals import RuleBroken
from tests.domain.builders import at
from tests.services.bookings_of import Office, open_office

FULL = (Reason.CASELOAD,)


@pytest.fixture
def office(house: House) -> Office:
    return open_office(house)


def starts(office: Office, code: str, who: int) -> int:
    found = finding.starts(
        office.house,
        codes=(code,),
        counsellor_ids=(who,),
        since=at("2026-12-01"),
        until=at("2026-12-03"),
        minutes=50,
        format_=Format.IN_PERSON,
    )
    return len(found)


def test_without_a_limit_nobody_is_too_many(office: Office) -> None:
    assert office.book(codes=(office.another().code,)).decision.yes


def test_who_is_new_does_not_fit_into_a_full_caseload(office: Office) -> None:
    office.policy(caseload_most=1)
    new = office.another()
    assert office.book(codes=(new.code,)).decision.reasons == FULL
    assert starts(office, new.code, office.cora.id) == 0
    # Her own files and those she has a session with are carried already.
    assert office.book("2026-12-02 10:00").decision.yes
    assert starts(office, new.code, office.dora.id) > 0


def test_files_weigh_what_they_were_given(office: Office) -> None:
    office.policy(caseload_most=4)
    new = office.another()
    people.set_weight(office.house, office.sue, new.code, 4)
    assert office.book(codes=(new.code,)).decision.reasons == FULL
    people.set_weight(office.house, office.sue, new.code, 3)
    assert office.book(codes=(new.code,)).decision.yes


def test_a_session_to_come_is_carried_until_it_is_cancelled(office: Office) -> None:
    office.policy(caseload_most=2)
    first, second = office.another(), office.another()
    session_id = office.booked("2026-12-02 10:00", codes=(first.code,))
    refused = office.book("2026-12-01 09:00", codes=(second.code,))
    assert refused.decision.reasons == FULL
    moved = booking.move(office.house, office.wanda, session_id, at("2026-12-02 09:00"))
    assert moved.decision.yes
    booking.cancel(office.house, office.wanda, session_id, by_agency=False)
    assert office.book("2026-12-01 09:00", codes=(second.code,)).decision.yes


def test_a_group_counts_all_that_are_new(office: Office) -> None:
    office.policy(caseload_most=2)
    codes = (office.file.code, office.another().code)
    assert office.book("2026-12-02 10:00", codes=codes).decision.yes
    more = (office.another().code, office.another().code)
    refused = office.book("2026-12-02 09:00", codes=more, counsellor_id=office.cora.id)
    assert Reason.CASELOAD in refused.decision.reasons


def test_a_full_caseload_is_not_set_aside_by_a_supervisor(office: Office) -> None:
    office.policy(caseload_most=1)
    refused = office.book(
        by=office.sue,
        codes=(office.another().code,),
        overrides=frozenset({Reason.CASELOAD}),
        reason="she asked for her",
    )
    assert refused.decision.reasons == FULL


def test_a_stand_in_has_to_have_room_too(office: Office) -> None:
    office.policy(caseload_most=1)
    office.booked("2026-12-02 10:00")
    office.another(counsellor=office.dora)
    span = DateSpan(date(2026, 12, 2), date(2026, 12, 2))
    seen = sick_day.see(office.house, office.wanda, office.cora.id, span)
    assert seen.listed[0].stand_ins == ()


def test_a_weight_is_from_one_to_five_and_not_the_counsellors_to_say(
    office: Office,
) -> None:
    for actor, weight in ((office.cora, 2), (office.sue, 6), (office.sue, 0)):
        with pytest.raises(NotThere):
            people.set_weight(office.house, actor, office.file.code, weight)
    with pytest.raises(RuleBroken), office.house.store.begin() as tx:
        files.update_file(tx, office.file.id, weight=9)
