"""Clients and plans from a sheet: all of it or nothing, and nothing leaves by it."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.domain.errors import NotThere
from scheduler.domain.plan import Format
from scheduler.services.files import erasure
from scheduler.services.house import House
from scheduler.services.in_and_out import imports
from scheduler.services.in_and_out.imports import Looked
from scheduler.services.safe_contact import standing
from scheduler.storage import people
from scheduler.storage.tables import metadata
from scheduler.web.zone_names import zone_named
from tests.domain.builders import at
from tests.services import filing
from tests.services.filing import Staff

NUMBER = "(416) 555-0142"
LINE = {
    "session_name": "Robin",
    "valid_until": "2026-12-20",
    "text_number": NUMBER,
    "text_line": "own_mobile",
    "text_mode": "automatic",
    "text_consent": "yes",
    "text_purposes": "reminder, change",
    "text_hours": "Mon-Sun 00:00-24:00",
    "formats": "in_person",
    "session_hours": "Tue 09:00-12:00",
    "phrase_reminder": "The tomatoes want water",
}


@pytest.fixture
def staff(house: House) -> Staff:
    return filing.found(house)


def sheet(*lines: dict[str, str]) -> bytes:
    names = list(dict.fromkeys(name for each in lines for name in each))
    out = io.StringIO()
    writer = csv.DictWriter(out, names)
    writer.writeheader()
    writer.writerows(lines)
    return out.getvalue().encode()


def many(count: int) -> list[dict[str, str]]:
    return [
        {**LINE, "code": f"C{n}", "text_number": f"(416) 555-{100 + n:04}"}
        for n in range(count)
    ]


def bring(house: House, staff: Staff, *lines: dict[str, str]) -> Looked:
    return imports.bring_in(house, staff.sue, sheet(*lines), zone_named)


def look(house: House, staff: Staff, *lines: dict[str, str]) -> Looked:
    return imports.look(house, staff.sue, sheet(*lines), zone_named)


def wrongs(seen: Looked) -> list[tuple[int, str]]:
    return [(each.line, each.column) for each in seen.wrongs]


def everything(house: House) -> dict[str, list[Any]]:
    """Every row of every table, to see that none has changed."""
    with house.store.reading() as tx:
        found = {
            each.name: sorted(map(repr, tx.conn.execute(select(each))))
            for each in metadata.sorted_tables
        }
    found["shelf"] = sorted(each.owner for each in house.store.shelf.everything())
    return found


def file_of(house: House, code: str) -> people.ClientFile:
    with house.store.reading() as tx:
        found = people.client_by_code(tx, code)
    assert found is not None
    return found


# --- Looking -------------------------------------------------------------------


def test_looking_through_a_right_sheet_says_how_much_and_writes_nothing(
    house: House, staff: Staff
) -> None:
    before = everything(house)
    assert look(house, staff, *many(3), {"session_name": "Kim"}) == Looked(4, 3)
    assert everything(house) == before


def test_everything_wrong_is_said_by_line_and_column_and_nothing_is_written(
    house: House, staff: Staff
) -> None:
    known = filing.a_file(house, staff.wanda)
    lines = [
        LINE,
        {**LINE, "text_number": "12", "code": known.code},
        {**LINE, "text_line": "landline", "valid_until": "2027-12-20"},
        {"zone": "Atlantis", "usual_counsellor": "wanda"},
        {**LINE, "phrase_reminder": "See you at the shelter"},
        {**LINE, "text_hours": "Tue 9-11", "code": "C7"},
        {"code": "C7", "session_name": "x" * 61},
        LINE,
        {"known_by": "the red bicycle"},
    ]
    before = everything(house)
    for act in (look, bring):
        assert wrongs(act(house, staff, *lines)) == [
            (3, "code"),
            (3, "text_number"),
            (4, "valid_until"),
            (4, "text_line"),
            (5, "zone"),
            (5, "usual_counsellor"),
            (6, "phrase_reminder"),
            (7, "text_hours"),
            (8, "code"),
            (8, "session_name"),
            (9, ""),
            (10, "session_name"),
        ]
        assert everything(house) == before


def test_no_sentence_repeats_a_number_or_a_name(house: House, staff: Staff) -> None:
    seen = look(house, staff, {**LINE, "text_number": "416 555 01", "code": "C 9"})
    told = " ".join(each.sentence for each in seen.wrongs)
    assert len(seen.wrongs) == 2
    assert "555 01" not in told
    assert "Robin" not in told


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00c", b"", b"code\nC\0\n", b"a,b\n1,2\n"]
)
def test_a_file_that_is_no_sheet_has_one_sentence(
    house: House, staff: Staff, content: bytes
) -> None:
    for act in (imports.look, imports.bring_in):
        [wrong] = act(house, staff.sue, content, zone_named).wrongs
        assert (wrong.line, wrong.column) == (0, "")
        assert wrong.sentence.endswith(".")


def test_only_supervisors_bring_a_sheet_in(house: House, staff: Staff) -> None:
    for actor in (staff.wanda, staff.cora, staff.maia, staff.carl):
        for act in (imports.look, imports.bring_in):
            with pytest.raises(NotThere):
                act(house, actor, sheet(LINE), zone_named)


# --- Bringing in ----------------------------------------------------------------


def test_each_line_is_a_file_as_if_it_had_been_typed(
    house: House, staff: Staff
) -> None:
    seen = bring(
        house,
        staff,
        {**LINE, "code": "c2041", "usual_counsellor": "cora", "zone": "Edmonton"},
        {"session_name": "Kim", "service": "group"},
    )
    assert seen.wrongs == ()
    assert (seen.lines, seen.plans, seen.codes[0]) == (2, 1, "C2041")
    file = file_of(house, "C2041")
    assert file.zone == "America/Edmonton"
    assert file.usual_counsellor_id == staff.cora.id
    [plan] = filing.in_force(house, file)
    assert plan.channels[0].address == "+14165550142"
    assert plan.valid_until == date(2026, 12, 20)
    assert plan.agreed(Format.IN_PERSON) is not None
    with house.store.reading() as tx:
        assert people.person(tx, file).session_name == "Robin"
        number = tx.vault.index(people.NUMBER, "+14165550142")
        assert people.clients_with(tx, people.NUMBER, number) == (file.id,)
    other = file_of(house, seen.codes[1])
    assert not filing.in_force(house, other)[0].channels
    assert not other.suspended


def test_every_act_is_in_the_trail_by_whoever_brought_it(
    house: House, staff: Staff
) -> None:
    bring(house, staff, {**LINE, "code": "C1"})
    number = str(file_of(house, "C1").id)
    sue = staff.sue.id
    assert filing.trail(house, "opened") == [(sue, "client", number, [], "")]
    [saved] = filing.trail(house, "saved plan")
    assert saved[:3] == (sue, "plan", number)
    assert filing.trail(house, "suspended") == [(sue, "plan", number, [], "imported")]
    assert filing.trail(house, "brought in") == [(sue, "sheet", "-", [], "1 files")]


def test_a_plan_from_a_sheet_lets_nothing_leave_until_a_talk(
    house: House, staff: Staff
) -> None:
    bring(house, staff, {**LINE, "code": "C1"})
    file = file_of(house, "C1")
    assert file.suspended_why == imports.SUSPENDED_WHY
    start = at("2026-12-08 09:00")
    booked = filing.book(
        house, staff.wanda, file, start, counsellor=staff.cora, format=Format.IN_PERSON
    )
    assert booked
    assert filing.messages(house, file) == []
    with house.store.begin() as tx:
        standing.confirm(tx, house, file.id, house.now(), by=staff.wanda.id)
    assert filing.messages(house, file) == [("reminder", "planned")]


def test_the_same_sheet_again_does_nothing(house: House, staff: Staff) -> None:
    lines = [{**each, "code": ""} for each in many(2)]
    assert not bring(house, staff, *lines).wrongs
    before = everything(house)
    again = bring(house, staff, *reversed(lines))
    assert wrongs(again) == [(2, ""), (3, "")]
    assert "was brought in before" in again.wrongs[0].sentence
    assert everything(house) == before
    longer = bring(house, staff, *lines, {"session_name": "Kim"})
    assert wrongs(longer) == [(2, ""), (3, "")]


def test_two_files_with_one_number_are_saved_without_a_word_and_a_supervisor_is_told(
    house: House, staff: Staff
) -> None:
    bring(house, staff, {**LINE, "code": "C1"})
    assert filing.open_matters(house) == []
    seen = bring(house, staff, {**LINE, "code": "C2", "session_name": "Kim"})
    assert seen.wrongs == ()
    one, two = file_of(house, "C1").id, file_of(house, "C2").id
    assert filing.open_matters(house) == [("same_number", one), ("same_number", two)]


def test_a_number_that_was_stopped_stays_stopped(house: House, staff: Staff) -> None:
    with house.store.begin() as tx:
        number = tx.vault.index(people.NUMBER, "+14165550142")
        people.block(tx, number, house.now(), "stop")
    bring(house, staff, {**LINE, "code": "C1"})
    file = file_of(house, "C1")
    with house.store.begin() as tx:
        standing.confirm(tx, house, file.id, house.now(), by=staff.wanda.id)
    filing.book(
        house,
        staff.wanda,
        file,
        at("2026-12-08 09:00"),
        counsellor=staff.cora,
        format=Format.IN_PERSON,
    )
    assert filing.messages(house, file) == []


def test_a_code_that_was_erased_is_refused_like_one_in_use(
    house: House, staff: Staff
) -> None:
    bring(house, staff, {"code": "C1", "session_name": "Robin"})
    in_use = look(house, staff, {"code": "C1"}).wrongs
    done = erasure.erase(house, staff.carl, "C1", "C1", erasure.Ground.ASKED)
    assert isinstance(done, int)
    assert look(house, staff, {"code": "C1"}).wrongs == in_use
    # Her line is gone with her: it may come again, as a new file.
    assert not look(house, staff, {"code": "C2", "session_name": "Robin"}).wrongs
