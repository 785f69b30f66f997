"""Forms keep what was typed and say beside each field what is wrong with it."""

from __future__ import annotations

from datetime import date, time
from enum import Enum

import pytest
from flask import render_template_string

from scheduler.domain.people import Role
from scheduler.web.forms import Typed, row_number, whole_number
from tests.web import kit, site

MACROS = (
    '{% from "macros/form.html" import field, area, choose, radios, ticks, tick,'
    " date_field, wrongs %}"
)


class Way(Enum):
    VIDEO = "video"
    PHONE = "phone"


def drawn(source: str, typed: Typed) -> str:
    with kit.app().test_request_context():
        return render_template_string(MACROS + source, typed=typed)


def test_text_is_trimmed_for_the_view_and_kept_for_the_page() -> None:
    typed = Typed({"note": "  two\r\nlines "})
    assert typed.text("note") == "two\nlines"
    assert typed.value("note") == "  two\r\nlines "
    assert not typed.wrongs


def test_what_is_missing_says_so_only_where_it_must_be_there() -> None:
    typed = Typed({"name": "  "})
    assert typed.text("name", missing="Type a name.") == ""
    assert typed.text("note") == ""
    assert typed.wrongs == {"name": "Type a name."}


def test_too_long_says_how_long() -> None:
    typed = Typed({"note": "x" * 201})
    typed.text("note", longest=200)
    assert typed.said("note") == "This holds 200 signs at most, and has 201."


def test_the_first_sentence_beside_a_field_stays() -> None:
    typed = Typed({})
    typed.wrong("a", "First.")
    typed.wrong("a", "Second.")
    assert typed.wrongs == {"a": "First."}


def test_dates_times_and_figures_are_read_or_explained() -> None:
    typed = Typed({"day": "2026-12-07", "at": "09:30", "wait": "15"})
    assert typed.date("day") == date(2026, 12, 7)
    assert typed.time("at") == time(9, 30)
    assert typed.number("wait", lowest=0, highest=60) == 15
    assert not typed.wrongs


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("day", "7 December", "“7 December” is no date. Write it as 2026-12-07."),
        ("at", "half ten", "“half ten” is no time. Write it as 09:30."),
        ("wait", "61", "Give a whole number from 0 to 60."),
        ("wait", "-1", "Give a whole number from 0 to 60."),
        ("wait", "٣", "Give a whole number from 0 to 60."),
        ("way", "fax", "Choose one of those shown."),
    ],
)
def test_what_cannot_be_read_says_what_can(
    name: str, value: str, sentence: str
) -> None:
    typed = Typed({name: value})
    read = {
        "day": typed.date("day"),
        "at": typed.time("at"),
        "wait": typed.number("wait", lowest=0, highest=60),
        "way": typed.choice("way", Way),
    }
    assert set(read.values()) == {None}
    assert typed.wrongs == {name: sentence}


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(("7", 7), ("0", 0), ("9" * 10, 9999999999)),
        *((each, None) for each in ("", "²", "٣", "-1", " 7", "9" * 11, "9" * 5000)),
    ],
)
def test_a_figure_is_plain_and_short_or_none(text: str, read: int | None) -> None:
    assert whole_number(text) == read


def test_the_number_of_a_row_is_one_that_a_database_counts_to() -> None:
    assert row_number(str(2**31 - 1)) == 2**31 - 1
    assert row_number(str(2**31)) is None
    assert row_number("0") is None


@pytest.mark.parametrize(
    "path",
    [
        "/today?day=0001-01-01",
        "/today?day=9999-12-31",
        "/today?who=999999999999999999999",
        "/today?who=²",
        "/week?day=9999-12-31",
    ],
)
def test_a_day_or_a_row_beyond_all_reach_is_not_there(path: str) -> None:
    with site.built() as app:
        app.config["PROPAGATE_EXCEPTIONS"] = True
        found = site.client(app, Role.SUPERVISOR).get(path).status_code
    assert found in {200, 404}


def test_empty_fields_are_none_and_right() -> None:
    typed = Typed({})
    assert typed.date("day") is None
    assert typed.time("at") is None
    assert typed.number("wait", lowest=0, highest=60) is None
    assert typed.choice("way", Way) is None
    assert typed.choices("ways", Way) == frozenset()
    assert not typed.ticked("alone")
    assert not typed.wrongs
    assert typed.choice("way", Way, missing="Choose a way.") is None
    assert typed.said("way") == "Choose a way."


def test_choices_are_read_by_their_value() -> None:
    typed = Typed({"way": "phone", "ways": ["video", "phone"], "alone": "yes"})
    assert typed.choice("way", Way) is Way.PHONE
    assert typed.choices("ways", Way) == frozenset(Way)
    assert typed.ticked("alone")
    assert typed.has("way")


def test_the_form_of_a_request_is_read_with_all_its_values() -> None:
    app = kit.app()
    with app.test_request_context("/x?q=1", method="POST", data={"a": ["1", "2"]}):
        assert Typed.posted().values("a") == ["1", "2"]
        assert Typed.asked().value("q") == "1"


def test_a_field_comes_back_as_typed_with_its_sentence_bound_to_it() -> None:
    typed = Typed({"phrase": 'See you on "Tuesday"'}, prefix="p-")
    typed.wrong("phrase", "“Tuesday” is a weekday.")
    html = drawn('{{ field(typed, "phrase", "Reminder", hint="Short.") }}', typed)
    assert 'value="See you on &#34;Tuesday&#34;"' in html
    assert 'aria-describedby="p-phrase-hint p-phrase-wrong"' in html
    assert 'aria-invalid="true"' in html
    assert 'id="p-phrase-wrong"' in html


def test_a_right_field_is_not_called_wrong() -> None:
    html = drawn('{{ field(typed, "who", "Who") }}', Typed({}))
    assert "aria-invalid" not in html
    assert "aria-describedby" not in html


@pytest.mark.parametrize("how", ['type="password"', "secret=true"])
def test_a_secret_is_never_shown_again(how: str) -> None:
    typed = Typed({"word_help": "periwinkle"})
    html = drawn('{{ field(typed, "word_help", "Word", ' + how + ") }}", typed)
    assert "periwinkle" not in html


def test_ticks_and_choices_come_back_as_they_were() -> None:
    typed = Typed({"mode": "b", "for": ["x"], "size": "2", "alone": "yes"})
    html = drawn(
        '{{ radios(typed, "mode", "Mode", [("a", "A"), ("b", "B")]) }}'
        '{{ ticks(typed, "for", "For", [("x", "X"), ("y", "Y")]) }}'
        '{{ choose(typed, "size", "Size", [(1, "one"), (2, "two")]) }}'
        '{{ tick(typed, "alone", "Alone") }}',
        typed,
    )
    assert '"radio" name="mode" value="b" checked>' in html
    assert '"radio" name="mode" value="a">' in html
    assert '"checkbox" name="for" value="x" checked>' in html
    assert '"checkbox" name="for" value="y">' in html
    assert '<option value="2" selected>' in html
    assert 'id="alone" name="alone" value="yes" checked>' in html


def test_several_lines_come_back_to_the_letter() -> None:
    typed = Typed({"hours": "\nTue 09:00-11:15\n</textarea>"})
    html = drawn('{{ area(typed, "hours", "Hours") }}', typed)
    assert ">\n\nTue 09:00-11:15\n&lt;/textarea&gt;</textarea>" in html


def test_a_date_has_its_weekday_beside_it() -> None:
    html = drawn('{{ date_field(typed, "day", "From") }}', Typed({"day": "2026-12-07"}))
    assert ">Mon 7 Dec</b>" in html
    assert drawn('{{ date_field(typed, "day", "From") }}', Typed({"day": "x"}))


def test_all_that_is_wrong_stands_at_the_head_with_a_way_to_each_field() -> None:
    typed = Typed({})
    assert drawn("{{ wrongs(typed) }}", typed).strip() == ""
    typed.wrong("a", "First.")
    typed.wrong("b", "Second.")
    html = drawn('{{ wrongs(typed, {"b": "Bee"}) }}', typed)
    assert '<a href="#a">First.</a>' in html
    assert 'Bee: <a href="#b">Second.</a>' in html
    assert 'role="alert"' in html


def test_a_clock_is_named_by_its_town_or_by_its_zone() -> None:
    typed = Typed({"zone": " edmonton ", "there": "Europe/Berlin", "other": "Nowhere"})
    assert typed.zone("zone", missing="Give it.") == "America/Edmonton"
    assert typed.zone("there", missing="Give it.") == "Europe/Berlin"
    assert typed.zone("other", missing="Give it.") == "Nowhere"
    assert typed.zone("none", missing="Give it.") == ""
    assert typed.wrongs == {"none": "Give it."}
