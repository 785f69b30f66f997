"""Availability: days off are typed, listed, and opened again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from io import BytesIO
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from tests.web import kit, site
from tests.web.test_people import clean

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

DAYS = "2026-12-21..2026-12-23"


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


def leave_form(page: str) -> str:
    """Where the form for days off is sent."""
    found = re.search(r'action="(/availability/\d+/leave)"', page)
    assert found
    return found[1]


def test_leave_is_listed_and_can_be_opened_again(app: Flask) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    action = leave_form(clean(cora.get("/availability")))
    kit.post(cora, action, {"leave": DAYS})
    page = clean(cora.get("/availability"))
    assert f'value="{DAYS}"' in page
    assert "Mon 21 Dec to Wed 23 Dec" in page
    done = kit.post(cora, f"{action}/back", {"days": DAYS})
    after = clean(cora.get(done.location))
    assert "The days are open again, as the hours are." in after
    assert DAYS not in after


@pytest.mark.parametrize(("act", "name"), [("", "leave"), ("/back", "days")])
def test_days_that_are_none_are_said_at_their_field_and_kept(
    app: Flask, act: str, name: str
) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    action = leave_form(clean(cora.get("/availability")))
    answer = kit.post(cora, f"{action}{act}", {name: "2026-12-30..2026-12-28"})
    assert answer.status_code == 422
    kit.assert_clean(answer.text)
    assert "ends before it starts. Turn the dates round." in answer.text
    assert 'value="2026-12-30..2026-12-28"' in answer.text
    assert 'aria-invalid="true"' in answer.text


def test_ticks_come_back_as_they_were_sent_when_something_else_is_wrong(
    app: Flask,
) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    action = leave_form(clean(cora.get("/availability"))).removesuffix("/leave")
    sent = {"weekly": "Mon 09-25", "speaks_es": "yes", "holds_phone": "yes"}
    answer = kit.post(cora, action, sent)
    assert answer.status_code == 422
    kit.assert_clean(answer.text)
    ticked = re.findall(r'name="(\w+)" value="yes" checked', answer.text)
    assert ticked == ["speaks_es", "holds_phone"]
    assert "Mon 09-25" in answer.text


# --- Rules set aside --------------------------------------------------------------


def test_a_supervisor_sets_a_rule_aside_and_lets_it_count_again(app: Flask) -> None:
    sue = site.client(app, Role.SUPERVISOR)
    page = clean(sue.get("/availability"))
    action = re.search(r'action="(/availability/\d+/set-aside)"', page)
    assert action
    sent = {"rule": "gap", "last_day": "2026-12-01", "why": "nobody_else"}
    for name, said in (
        ("rule", "Choose which rule."),
        ("why", "Choose why."),
        ("last_day", "Give the last day."),
    ):
        refused = clean(kit.post(sue, action[1], {**sent, name: ""}), 422)
        assert said in refused
    late = clean(kit.post(sue, action[1], {**sent, "last_day": "2027-02-01"}), 422)
    assert "Give a day from today to 28 days ahead." in late
    assert 'value="2027-02-01"' in late
    done = clean(sue.get(kit.post(sue, action[1], sent).location))
    assert "does not count until the end of Tue 1 Dec." in done
    assert "Nobody else can take it." in done
    cora = site.client(app, Role.COUNSELLOR)
    hers = clean(cora.get("/availability"))
    assert "does not count until the end of Tue 1 Dec." in hers
    assert "Let it count again" not in hers
    again = kit.post(sue, f"{action[1]}/back", {"rule": "gap"})
    assert "The rule counts again." in clean(sue.get(again.location))


# --- A calendar -----------------------------------------------------------------

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:dentist\r\n"
    b"DTSTART:20261201T140000Z\r\nDTEND:20261201T160000Z\r\nEND:VEVENT\r\n"
    b"END:VCALENDAR\r\n"
)


def action_of(page: str, act: str) -> str:
    found = re.search(rf'action="(/availability/\d+/calendar{act})"', page)
    assert found
    return found[1]


def upload(cora: FlaskClient, content: bytes) -> TestResponse:
    action = action_of(cora.get("/availability").text, "")
    return kit.post(cora, action, {"file": (BytesIO(content), "mine.ics")})


def test_what_a_calendar_closes_is_shown_and_counts_on_a_second_press(
    app: Flask,
) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    page = clean(cora.get(upload(cora, CALENDAR).location))
    assert "1 time, from 1 entry" in page
    assert "1 booked session lies in it." in page
    assert "09:00–11:00" in page
    assert "dentist" not in page
    reading = re.search(r'name="reading" value="([^"]+)"', page)
    assert reading
    take = action_of(page, "/take")
    stale = kit.post(cora, take, {"reading": "another"})
    assert stale.status_code == 409
    assert "The calendar was read again meanwhile." in stale.text
    done = kit.post(cora, take, {"reading": reading[1]})
    assert "The calendar is taken over." in clean(cora.get(done.location))
    listed = clean(cora.get("/attention"))
    assert "A booked session lies in time that is closed now." in listed
    page = clean(cora.get("/availability"))
    stopped = kit.post(cora, action_of(page, "/stop"))
    assert "is open again" in clean(cora.get(stopped.location))


@pytest.mark.allow_hosts(["127.0.0.1"])
@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({}, "Choose a file, or give an address."),
        ({"address": "http://calendar.example/a.ics"}, "This is no address of a calen"),
        ({"address": "https://127.0.0.1/a.ics"}, "leads into a private network"),
    ],
)
def test_what_is_wrong_with_a_calendar_is_said_at_its_field_and_kept(
    app: Flask, typed: dict[str, str], said: str
) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    action = action_of(cora.get("/availability").text, "")
    answer = kit.post(cora, action, typed)
    assert answer.status_code == 422
    page = answer.text
    kit.assert_clean(page)
    assert said in page
    assert all(f'value="{each}"' in page for each in typed.values())


def test_a_file_that_is_no_calendar_is_said_at_its_field(app: Flask) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    answer = upload(cora, b"no calendar")
    assert answer.status_code == 422
    assert 'href="#file"' in answer.text


# --- Days the whole agency is closed ----------------------------------------------


def test_the_agency_says_which_of_the_provinces_days_it_keeps(app: Flask) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    path = "/availability/holidays"
    page = clean(maia.get(f"{path}?year=2026&province=ON"))
    assert "Christmas Day" in page
    assert " checked" not in page
    sent = {"year": "2026", "province": "ON", "day": ["2026-12-25"]}
    own = {"own": "2026-12-24", "name": "Staff day"}
    done = kit.post(maia, path, {**sent, **own})
    page = clean(maia.get(done.location))
    assert page.count(" checked") == 2
    assert "Staff day" in page
    assert "closed" in clean(site.client(app, Role.INTAKE).get("/week?from=2026-12-25"))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"own": "2026-12-24"}, "Say what the day is called"),
        ({"name": "Staff day"}, "Give the day, such as 2026-12-24."),
        ({"own": "2027-12-24", "name": "Staff day"}, "Give a day of 2026"),
        ({"own": "soon", "name": "Staff day"}, "is no date"),
    ],
)
def test_a_day_that_is_none_is_said_at_its_field_and_ticks_stay(
    app: Flask, typed: dict[str, str], said: str
) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    sent = {"year": "2026", "province": "ON", "day": ["2026-12-25"], **typed}
    answer = kit.post(maia, "/availability/holidays", sent)
    assert answer.status_code == 422
    kit.assert_clean(answer.text)
    assert said in answer.text
    assert answer.text.count(" checked") == 1
