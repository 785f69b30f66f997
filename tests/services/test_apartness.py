"""Who never meets whom (E4, E5)."""

import pytest

from scheduler.domain.decision import Audience, Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.plan import Format
from scheduler.services.files import apartness, people
from scheduler.services.house import House
from scheduler.storage import people as kept
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, plan, text
from tests.services import filing
from tests.services.filing import Staff


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


@pytest.fixture
def alma(house: House, staff: Staff) -> ClientFile:
    return filing.a_file(house, staff.wanda, counsellor=staff.cora)


@pytest.fixture
def bea(house: House, staff: Staff) -> ClientFile:
    own = plan(text(address="+14165550177"))
    return filing.a_file(house, staff.wanda, with_plan=own)


def test_whoever_is_shut_out_is_no_longer_her_usual_counsellor(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    apartness.shut_out(house, staff.sue, alma.code, staff.cora.id)
    assert filing.again(house, alma).usual_counsellor_id is None
    with house.store.reading() as tx:
        assert kept.shut_out_codes(tx, staff.cora.id) == {alma.code}
        assert kept.shut_out_staff(tx, alma.id) == {staff.cora.id}
        assert kept.shut_out_codes(tx, staff.dora.id) == frozenset()


def test_she_may_be_let_in_again(house: House, staff: Staff, alma: ClientFile) -> None:
    apartness.shut_out(house, staff.sue, alma.code, staff.ines.id)
    with pytest.raises(NotThere):
        people.see_file(house, staff.ines, alma.code)
    apartness.shut_out(house, staff.sue, alma.code, staff.ines.id, shut=False)
    assert people.see_file(house, staff.ines, alma.code).id == alma.id


def test_a_supervisor_who_is_shut_out_cannot_let_herself_in(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    apartness.shut_out(house, staff.sue, alma.code, staff.sue.id)
    with pytest.raises(NotThere):
        apartness.shut_out(house, staff.sue, alma.code, staff.sue.id, shut=False)


@pytest.mark.parametrize("who", ["wanda", "cora", "carl", "maia"])
def test_only_supervisors_set_it(
    house: House, staff: Staff, alma: ClientFile, bea: ClientFile, who: str
) -> None:
    with pytest.raises(NotThere):
        apartness.shut_out(house, getattr(staff, who), alma.code, staff.dora.id)
    with pytest.raises(NotThere):
        apartness.keep_apart(house, getattr(staff, who), alma.code, bea.code)


def test_what_is_booked_with_her_is_put_before_a_person(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    for start, counsellor in (("02 09:00", staff.cora), ("02 10:30", staff.dora)):
        filing.book(
            house,
            staff.wanda,
            alma,
            at(f"2026-12-{start}"),
            counsellor=counsellor,
            format=Format.PHONE,
        )
    apartness.shut_out(house, staff.sue, alma.code, staff.cora.id)
    assert filing.open_matters(house) == [("supervisor_needed", alma.id)]


def test_files_kept_apart_know_of_each_other_both_ways(
    house: House, staff: Staff, alma: ClientFile, bea: ClientFile
) -> None:
    apartness.keep_apart(house, staff.sue, bea.code, alma.code)
    apartness.keep_apart(house, staff.sue, alma.code, bea.code)
    with house.store.reading() as tx:
        assert kept.apart_from(tx, alma.id) == (bea.id,)
        assert kept.apart_from(tx, bea.id) == (alma.id,)
        assert kept.apart_of_many(tx, [alma.id, bea.id]) == {
            alma.id: (bea.id,),
            bea.id: (alma.id,),
        }
    apartness.keep_apart(house, staff.sue, alma.code, bea.code, apart=False)
    with house.store.reading() as tx:
        assert kept.apart_from(tx, alma.id) == ()


def test_a_file_is_not_kept_apart_from_itself(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    with pytest.raises(NotThere):
        apartness.keep_apart(house, staff.sue, alma.code, alma.code)


def test_a_counsellor_both_have_sessions_with_is_put_before_a_person(
    house: House, staff: Staff, alma: ClientFile, bea: ClientFile
) -> None:
    for file, start in ((alma, "02 09:00"), (bea, "02 10:30")):
        filing.book(
            house,
            staff.wanda,
            file,
            at(f"2026-12-{start}"),
            counsellor=staff.cora,
            format=Format.PHONE,
        )
    apartness.keep_apart(house, staff.sue, alma.code, bea.code)
    assert filing.open_matters(house) == [("supervisor_needed", alma.id)]


def test_the_usual_counsellor_of_one_is_not_that_of_the_other(
    house: House, staff: Staff, alma: ClientFile, bea: ClientFile
) -> None:
    assert apartness.set_usual_counsellor(
        house, staff.wanda, bea.code, staff.dora.id
    ).yes
    apartness.keep_apart(house, staff.sue, alma.code, bea.code)
    refused = apartness.set_usual_counsellor(
        house, staff.wanda, bea.code, staff.cora.id
    )
    assert refused.reasons == (Reason.KEPT_APART,)
    assert filing.again(house, bea).usual_counsellor_id == staff.dora.id


def test_shut_out_and_kept_apart_read_like_not_available_to_anybody(
    house: House, staff: Staff, alma: ClientFile, bea: ClientFile
) -> None:
    apartness.shut_out(house, staff.sue, bea.code, staff.dora.id)
    apartness.keep_apart(house, staff.sue, alma.code, bea.code)
    shown = [
        apartness.set_usual_counsellor(house, staff.wanda, bea.code, each.id).shown_to(
            Audience.ANYBODY
        )
        for each in (staff.cora, staff.dora)
    ]
    assert shown[0] == shown[1]
    assert shown[0].reasons == (Reason.COUNSELLOR_UNAVAILABLE,)


def test_nobody_may_be_the_usual_one(
    house: House, staff: Staff, alma: ClientFile
) -> None:
    assert apartness.set_usual_counsellor(house, staff.wanda, alma.code, None).yes
    assert filing.again(house, alma).usual_counsellor_id is None
