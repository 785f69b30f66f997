"""Opening files, who may see them, and what is written in them (P1, P12–P14, E2–E4)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from scheduler.domain.errors import Misconfigured, NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.people import Person, Role, ServiceKind, is_file_code
from scheduler.domain.plan import ContactPlan, Format
from scheduler.domain.reveals import RevealReason
from scheduler.domain.suitability import Connection, Suitability
from scheduler.services.files import apartness, people
from scheduler.services.house import Actor, House
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.storage import people as kept
from scheduler.storage import tables
from scheduler.storage.people import ClientFile
from tests.domain.builders import at
from tests.services import filing
from tests.services.filing import Staff

ALMA = Person(
    session_name="Alma",
    aloud_name="",
    pronouns="she",
    contact_language="fr",
    cover_topic="knitting",
    line_if_other="Sorry, wrong number",
    children_over_two=True,
    known_by="the lighthouse",
)


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


class Drawn(SeededTokens):
    """Chance that always draws the same place."""

    def __init__(self, place: int) -> None:
        super().__init__(1)
        self._place = place

    def below(self, n: int) -> int:
        return self._place % n


def test_a_new_file_has_a_code_with_a_check_digit_and_the_plan_she_contacts_us(
    house: House, staff: Staff
) -> None:
    file = people.open_file(
        house, staff.wanda, person=ALMA, service=ServiceKind.COUNSELLING
    )
    assert isinstance(file, ClientFile)
    assert is_file_code(file.code)
    assert file.service is ServiceKind.COUNSELLING
    assert file.requested_on == date(2026, 11, 30)
    assert (file.plan_number, file.valid_until) == (1, date(2026, 12, 30))
    assert filing.in_force(house, file) == (
        ContactPlan("America/Toronto", date(2026, 12, 30)),
    )


def test_codes_are_never_given_twice_even_if_chance_repeats_itself(
    house: House, staff: Staff
) -> None:
    stuck = replace(house, tokens=Drawn(23_998))
    codes = []
    for _ in range(4):
        file = people.open_file(stuck, staff.wanda)
        assert isinstance(file, ClientFile)
        codes.append(file.code)
    assert [each[:5] for each in codes] == ["Z-998", "Z-999", "A-000", "A-001"]
    assert all(is_file_code(each) for each in codes)


def test_without_a_code_left_no_file_is_opened(
    house: House, staff: Staff, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(people, "FILE_LETTERS", "A")
    monkeypatch.setattr(people, "_DIGITS", 2)
    people.open_file(house, staff.wanda)
    people.open_file(house, staff.wanda)
    with pytest.raises(Misconfigured, match="in use"):
        people.open_file(house, staff.wanda)


def test_an_unknown_zone_or_a_long_name_opens_nothing(
    house: House, staff: Staff
) -> None:
    refused = people.open_file(
        house, staff.wanda, zone_name="Mars/Base", person=Person(session_name="a" * 61)
    )
    assert isinstance(refused, FieldErrors)
    assert set(refused.wrongs) == {"zone", "session_name"}
    with house.store.reading() as tx:
        assert kept.open_files(tx) == []


def test_a_counsellor_who_opens_a_file_is_the_one_usually_seen(
    house: House, staff: Staff
) -> None:
    file = people.open_file(house, staff.cora)
    assert isinstance(file, ClientFile)
    assert file.usual_counsellor_id == staff.cora.id
    assert people.see_file(house, staff.cora, file.code) == file


@pytest.mark.parametrize(
    ("who", "sees"),
    [
        ("wanda", True),
        ("sue", True),
        ("carl", True),
        ("cora", True),
        ("dora", False),
        ("maia", False),
    ],
)
def test_counsellors_see_their_own_files_and_administrators_none(
    house: House, staff: Staff, who: str, sees: bool
) -> None:
    file = filing.a_file(house, staff.wanda, counsellor=staff.cora)
    if sees:
        assert people.see_file(house, getattr(staff, who), file.code) == file
    else:
        with pytest.raises(NotThere):
            people.see_file(house, getattr(staff, who), file.code)


def test_a_custodian_looks_and_changes_nothing(house: House, staff: Staff) -> None:
    file = filing.a_file(house, staff.wanda)
    with pytest.raises(NotThere):
        people.edit_person(house, staff.carl, file.code, ALMA)
    with pytest.raises(NotThere):
        people.open_file(house, staff.maia)


def test_a_counsellor_sees_the_file_of_a_session_of_hers(
    house: House, staff: Staff
) -> None:
    file = filing.a_file(house, staff.wanda)
    with pytest.raises(NotThere):
        people.see_file(house, staff.cora, file.code)
    filing.book(
        house,
        staff.wanda,
        file,
        at("2026-12-02 09:00"),
        counsellor=staff.cora,
        format=Format.PHONE,
    )
    assert people.see_file(house, staff.cora, file.code).code == file.code


def test_a_file_that_is_shut_is_not_there_in_any_way(
    house: House, staff: Staff
) -> None:
    file = filing.a_file(house, staff.wanda, counsellor=staff.cora)
    apartness.shut_out(house, staff.sue, file.code, staff.cora.id)
    nowhere = "Z-9999"
    for code in (file.code, nowhere):
        with pytest.raises(NotThere) as refused:
            people.see_file(house, staff.cora, code)
        assert str(refused.value) == str(NotThere())


def test_a_file_that_is_shut_is_not_there_for_whoever_sees_any_file(
    house: House, staff: Staff
) -> None:
    file = filing.a_file(house, staff.wanda)
    apartness.shut_out(house, staff.sue, file.code, staff.ines.id)
    assert people.see_file(house, staff.wanda, file.code).id == file.id
    with pytest.raises(NotThere):
        people.see_file(house, staff.ines, file.code)


def test_what_she_is_known_by_is_sealed_and_comes_back(
    house: House, staff: Staff
) -> None:
    file = filing.a_file(house, staff.wanda, person=ALMA)
    found = people.reveal_person(
        house, staff.wanda, file.code, RevealReason.SPEAKING_WITH_HER
    )
    assert found == ALMA
    with house.store.reading() as tx:
        row = tx.conn.execute(tables.client.select()).one()
    assert b"Alma" not in b"".join(
        each for each in row._mapping.values() if isinstance(each, bytes)
    )
    assert "Alma" not in repr(found)


def test_every_reveal_is_in_the_trail_with_its_reason(
    house: House, staff: Staff
) -> None:
    file = filing.a_file(house, staff.wanda, person=ALMA)
    people.reveal_person(house, staff.sue, file.code, RevealReason.REVIEW)
    assert filing.trail(house, "read") == [
        (staff.sue.id, "client", str(file.id), [], "review")
    ]


def test_the_trail_names_the_fields_that_changed_and_not_what_is_in_them(
    house: House, staff: Staff
) -> None:
    file = filing.a_file(house, staff.wanda, person=ALMA)
    changed = replace(ALMA, pronouns="they", cover_topic="chess")
    assert isinstance(
        people.edit_person(house, staff.wanda, file.code, changed), ClientFile
    )
    assert filing.trail(house, "described") == [
        (staff.wanda.id, "client", str(file.id), ["pronouns", "cover_topic"], "")
    ]


def test_the_other_thing_she_is_known_by_needs_the_name_too(
    house: House, staff: Staff
) -> None:
    file = filing.a_file(house, staff.wanda)
    refused = people.edit_person(
        house, staff.wanda, file.code, Person(known_by="the lighthouse")
    )
    assert isinstance(refused, FieldErrors)
    assert set(refused.wrongs) == {"session_name"}


VIDEO = Suitability(
    recorded_on=date(2026, 11, 30),
    review_on=date(2027, 2, 1),
    wants_video=True,
    knows_equal=True,
    where="at her sister's",
    connection=Connection.GOOD,
    comfort=4,
    headphones=True,
)


def test_a_record_about_video_comes_back_and_stands_until_its_review(
    house: House, staff: Staff
) -> None:
    file = filing.a_file(house, staff.wanda)
    recorded = people.record_suitability(house, staff.wanda, file.code, VIDEO)
    assert isinstance(recorded, ClientFile)
    assert recorded.suitable_until == date(2027, 2, 1)
    assert recorded.suitable_on(date(2027, 2, 1))
    assert not recorded.suitable_on(date(2027, 2, 2))
    assert people.read_suitability(house, staff.wanda, file.code) == VIDEO
    assert len(filing.trail(house, "read video")) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"wants_video": False},
        {"knows_equal": False},
        {"connection": Connection.NONE},
        {"risk_changed": True},
    ],
)
def test_a_record_that_speaks_against_video_does_not_stand(
    house: House, staff: Staff, change: dict[str, object]
) -> None:
    file = filing.a_file(house, staff.wanda)
    assert not file.suitable_on(date(2026, 12, 1))
    people.record_suitability(house, staff.wanda, file.code, VIDEO)
    people.record_suitability(house, staff.wanda, file.code, replace(VIDEO, **change))
    assert filing.again(house, file).suitable_until is None


def test_not_recorded_is_none(house: House, staff: Staff) -> None:
    file = filing.a_file(house, staff.wanda)
    assert people.read_suitability(house, staff.wanda, file.code) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"comfort": 6}, "comfort"),
        ({"comfort": 0}, "comfort"),
        ({"review_on": date(2026, 11, 29)}, "review_on"),
        ({"review_on": date(2028, 1, 1)}, "review_on"),
        ({"where": "a" * 201}, "where"),
    ],
)
def test_a_record_that_cannot_be(
    house: House, staff: Staff, change: dict[str, object], field: str
) -> None:
    file = filing.a_file(house, staff.wanda)
    refused = people.record_suitability(
        house, staff.wanda, file.code, replace(VIDEO, **change)
    )
    assert isinstance(refused, FieldErrors)
    assert set(refused.wrongs) == {field}


def test_the_place_of_today_is_gone_when_the_session_is_over(
    house: House, staff: Staff, clock: MadeUpClock
) -> None:
    file = filing.a_file(house, staff.wanda)
    until = clock.at + timedelta(minutes=50)
    assert people.note_place(house, staff.wanda, file.code, "12 Elm", until) is None
    with house.store.reading() as tx:
        assert kept.place_today(tx, file.id, until - timedelta(seconds=1)) == "12 Elm"
        assert kept.place_today(tx, file.id, until) is None
    too_long = people.note_place(house, staff.wanda, file.code, "a" * 201, until)
    assert isinstance(too_long, FieldErrors)


def test_roles_are_checked_by_the_service_too(house: House, staff: Staff) -> None:
    second = Actor(staff.sue.id, Role.SECOND)
    file = filing.a_file(house, staff.wanda)
    with pytest.raises(NotThere):
        people.see_file(house, second, file.code)


def test_a_counsellor_s_list_holds_her_own_files_only(
    house: House, staff: Staff
) -> None:
    usual = filing.a_file(house, staff.wanda, counsellor=staff.cora)
    seen = filing.a_file(house, staff.wanda)
    filing.a_file(house, staff.wanda, counsellor=staff.dora)
    filing.book(
        house,
        staff.wanda,
        seen,
        at("2026-12-02 09:00"),
        counsellor=staff.cora,
        format=Format.PHONE,
    )
    with house.store.reading() as tx:
        hers = {each.id for each in kept.files_of_counsellor(tx, staff.cora.id)}
    assert hers == {usual.id, seen.id}
