"""A sheet of clients and plans, read line by line."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.domain.csv_cells import lines as csv_lines
from scheduler.domain.errors import Misread
from scheduler.domain.import_columns import COLUMNS, NAMES, column_of
from scheduler.domain.import_lines import Brought, read_line
from scheduler.domain.import_sheet import MOST_LINES, Line, read_sheet, same_line
from scheduler.domain.people import ServiceKind
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Format, LineType, Mode, Purpose, Sure, Voicemail
from scheduler.domain.typed_hours import write_denial, write_weekly
from scheduler.web.zone_names import zone_named
from tests.contracts import ROOT
from tests.domain.builders import TORONTO
from tests.profiles import trials

TODAY = date(2026, 11, 30)
EXAMPLE = {each.name: each.example for each in COLUMNS} | {"code": ""}
VOICE = {
    "voice_number": "416 555 0143",
    "voice_line": "landline",
    "voice_purposes": "session; call_back",
    "voice_hours": "Mon-Fri 09:00-12:00; Fri 22:00-01:00",
    "voicemail": "no_content",
    "voice_others": "her sister",
}


def read(**cells: str) -> Brought:
    return read_line(Line(2, cells), zone_named, TODAY, TORONTO)


def wrongs(**cells: str) -> dict[str, str]:
    return dict(read(**cells).wrongs)


# --- The file -----------------------------------------------------------------


@pytest.mark.parametrize("separator", [",", ";", "\t"])
@pytest.mark.parametrize("ends", ["\n", "\r\n"])
@pytest.mark.parametrize("begins", ["", "\ufeff"])
def test_any_form_of_csv_is_read_and_lines_keep_their_numbers(
    separator: str, ends: str, begins: str
) -> None:
    rows = [
        ["Code", "session_hours", "session_name"],
        ["", "Tue 09:00-10:00", "Robin"],
        ["", "", ""],
        ["C2", f'"Tue 09:00-10:00{separator} Wed 09:00-10:00"', '"two\nlines"'],
        ["C3", "", "Kim"],
    ]
    text = begins + ends.join(separator.join(each) for each in rows) + ends
    lines = read_sheet(text)
    assert [each.number for each in lines] == [2, 4, 6]
    assert lines[1].cells["session_hours"] == (
        f"Tue 09:00-10:00{separator} Wed 09:00-10:00"
    )
    assert lines[2].cells == {"code": "C3", "session_hours": "", "session_name": "Kim"}


def test_what_was_made_inert_for_spreadsheets_is_read_as_it_was() -> None:
    [line] = read_sheet("text_number,session_name\n'+14165550142,'t Hart\n")
    assert line.cells == {"text_number": "+14165550142", "session_name": "'t Hart"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "names no column"),
        ("\n\n", "names no column"),
        ("name,number\nRobin,1\n", "names no column"),
        ("code,diagnosis\nC1,x\n", "“diagnosis” is not known"),
        ("code,code\nC1,C2\n", "stands there twice"),
        ("code,zone\n", "no line below the head"),
        ("code\nC1,Toronto\n", "In line 2 something stands below no name"),
        ("code,\nC1,Toronto\n", "In line 2 something stands below no name"),
        ('code,zone\nC1,Toronto\nC2,"Tor\n', "From line 3 on the quotation marks"),
        ("code\n" + "C1\n" * (MOST_LINES + 1), f"at most {MOST_LINES} at once"),
    ],
)
def test_a_file_that_is_no_such_sheet_is_refused_whole(text: str, said: str) -> None:
    with pytest.raises(Misread, match=said):
        read_sheet(text)


def test_the_same_line_laid_otherwise_is_the_same() -> None:
    one = Line(2, {"code": "c1", "session_name": "Robin  Lake", "zone": ""})
    other = Line(9, {"session_name": "robin Lake", "code": "C1"})
    assert same_line(one) == same_line(other)
    assert same_line(one) != same_line(replace(one, cells={"code": "C1"}))


# --- A line -------------------------------------------------------------------


def test_the_example_is_right_but_for_being_one() -> None:
    brought = read(**EXAMPLE)
    assert brought.wrongs == {}
    assert set(wrongs(**(EXAMPLE | {"code": "example"}))) == {"code"}
    assert brought.zone == TORONTO
    assert brought.service is ServiceKind.COUNSELLING
    assert brought.requested_on == date(2026, 11, 2)
    assert brought.person.session_name == "Robin"
    plan = brought.plan
    assert plan is not None
    assert plan.valid_until == date(2026, 12, 20)
    [text] = plan.channels
    assert (text.key, text.mode, text.line) == (
        "text",
        Mode.ASSISTED,
        LineType.OWN_MOBILE,
    )
    assert text.purposes == {Purpose.REMINDER, Purpose.CHANGE}
    assert list(map(write_weekly, text.hours.weekly)) == ["Tue 09:00-11:30"]
    assert list(map(write_denial, text.hours.deny)) == ["2026-12-24..2026-12-26"]
    assert [each.format for each in plan.formats] == [Format.IN_PERSON]
    assert [each.text for each in plan.phrases_for(Meaning.REMINDER)] == [
        "The tomatoes want water"
    ]
    assert plan.devices[0].monitored is Sure.NO


def test_calls_formats_and_the_cut_off_are_read_as_the_form_reads_them() -> None:
    plan = read(
        valid_until="2026-12-20",
        device="phone",
        formats="phone, video",
        we_dial="yes",
        cutoff_agreed="yes",
        cutoff_steps="client rejoin 5; counsellor call 10",
        phrase_rejoin="The kettle is on | The line is clear",
        **VOICE,
    ).plan
    assert plan is not None
    [voice] = plan.channels
    assert (voice.voicemail, voice.line) == (Voicemail.NO_CONTENT, LineType.LANDLINE)
    assert voice.mode is Mode.NONE
    assert [(each.format, each.we_dial) for each in plan.formats] == [
        (Format.PHONE, True),
        (Format.VIDEO, False),
    ]
    assert {each.device for each in (voice, *plan.formats)} == {"device"}
    assert [each.after for each in plan.cutoff.steps] == [5, 10]
    assert plan.cutoff.agreed
    assert len(plan.phrases) == 2


def test_a_line_that_says_nothing_of_a_plan_has_none() -> None:
    brought = read(session_name="Robin")
    assert brought.plan is None
    assert brought.zone == TORONTO
    assert brought.wrongs == {}


def test_a_device_of_which_nothing_was_said_counts_as_watched() -> None:
    plan = read(valid_until="2026-12-20", device="phone").plan
    assert plan is not None
    assert plan.monitored("device")


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("code", "C 1"),
        ("code", "C" * 17),
        ("requested_on", "12/01/2026"),
        ("requested_on", "2026-12-01"),
        ("service", "tea"),
        ("service", "group, intake"),
        ("contact_language", "Klingon"),
        ("session_language", "english"),
        ("children_over_two", "two"),
        ("valid_until", "soon"),
        ("device_monitored", "maybe"),
        ("text_line", "mobile"),
        ("text_line", "landline work"),
        ("text_shared_ok", "perhaps"),
        ("text_mode", "always"),
        ("text_consent", "x"),
        ("text_purposes", "reminder and change"),
        ("text_hours", "Tue 9-11"),
        ("text_never", "Christmas"),
        ("voice_line", "bell"),
        ("voice_purposes", "gossip"),
        ("voice_hours", "Tuesdays"),
        ("voice_never", "2026-12-26..2026-12-24"),
        ("voicemail", "a little"),
        ("formats", "letter"),
        ("we_dial", "yes"),
        ("session_hours", "Tue"),
        ("session_never", "Sun"),
        ("cutoff_agreed", "sure"),
        ("cutoff_steps", "wait a bit"),
        ("cutoff_steps", "; ".join(["client rejoin 5"] * 6)),
        ("cover_topic", "x" * 2001),
    ],
)
def test_what_cannot_be_read_is_said_at_its_column(column: str, cell: str) -> None:
    given = {"valid_until": "2026-12-20", column: cell}
    found = wrongs(**given)
    assert set(found) == {column}
    assert found[column].endswith((".", "”"))


def test_a_plan_without_its_last_day_is_told_so() -> None:
    assert set(wrongs(formats="in_person")) == {"valid_until"}


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("valid_until", "valid_until"),
        ("zone", "zone"),
        ("session_name", "session_name"),
        ("channels.text.address", "text_number"),
        ("channels.text.mode", "text_mode"),
        ("channels.text.shared_ok", "text_shared_ok"),
        ("channels.text.hours", "text_hours"),
        ("channels.text.hours.deny", "text_never"),
        ("channels.voice.others", "voice_others"),
        ("channels.voice.may_say", "voice_may_say"),
        ("channels.voice.voicemail", "voicemail"),
        ("session_hours", "session_hours"),
        ("session_hours.deny", "session_never"),
        ("formats", "formats"),
        ("formats.phone", "we_dial"),
        ("formats.video", "formats"),
        ("devices.device", "device"),
        ("phrases.call_us.1", "phrase_call_us"),
        ("steps.0.who", "cutoff_steps"),
        ("cutoff.agreed", "cutoff_steps"),
        ("away.0", ""),
        ("channels", ""),
        ("anything", ""),
    ],
)
def test_what_a_service_says_of_a_field_finds_its_column(
    field: str, column: str
) -> None:
    assert column_of(field) == column


def test_the_instructions_name_every_column() -> None:
    page = (ROOT / "docs/operations/sheets.md").read_text(encoding="utf-8")
    listed = [
        line.split("`")[1] for line in page.splitlines() if line.startswith("| `")
    ]
    assert tuple(listed) == NAMES


# --- Whatever stands in it ------------------------------------------------------

cells = st.one_of(
    st.sampled_from([each.example for each in COLUMNS] + ["yes", "no", "2026-12-31"]),
    st.text(max_size=40),
    st.text("0123456789-:;.,| MonTueyes", max_size=30),
)


@settings(max_examples=trials(60, 2_000))
@given(st.dictionaries(st.sampled_from(NAMES), cells))
def test_any_line_is_read_or_told_why_not(drawn: dict[str, str]) -> None:
    brought = read_line(Line(2, drawn), zone_named, TODAY, TORONTO)
    assert set(brought.wrongs) <= set(drawn) | {"valid_until"}
    assert all(brought.wrongs.values())
    if brought.plan is not None and not brought.wrongs:
        assert brought.plan.valid_until.isoformat() == drawn["valid_until"].strip()


@settings(max_examples=trials(60, 2_000))
@given(st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=4))
def test_what_a_spreadsheet_writes_is_read_as_it_was(rows: list[list[str]]) -> None:
    head = ["session_name", "cover_topic", "pronouns"]
    # Line ends in a cell are one sign here, and cells are taken without their edges.
    tidy = [[" ".join(cell.split("\r")).strip() for cell in row] for row in rows]
    full = [row for row in tidy if any(row)]
    if not full:
        return
    found = [list(each.cells.values()) for each in read_sheet(csv_lines([head, *tidy]))]
    assert found == full
