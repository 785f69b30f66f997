"""Availability: days off are typed, listed, and opened again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from tests.web import kit, site
from tests.web.test_people import clean

if TYPE_CHECKING:
    from flask import Flask

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


def test_times_that_a_calendar_would_close_are_taken_over_as_they_were_shown(
    app: Flask,
) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    page = clean(cora.get("/availability"))
    action = leave_form(page).removesuffix("/leave")
    kit.post(cora, action, {"weekly": "Mon-Sun 09:00-17:00"})
    times = "2026-12-07T14:00:00Z 2026-12-08T03:00:00Z\n"
    calendar = f"{action}/calendar"
    done = kit.post(cora, calendar, {"take": "shown", "times": times})
    after = clean(cora.get(done.location))
    assert "The calendar is taken over." in after
    assert "Tue 8 Dec</b>" in after
    assert "Mon 7 Dec</b>" not in after
    wrong = kit.post(cora, calendar, {"take": "shown", "times": "at noon\n"})
    assert wrong.status_code == 422
    assert "Choose the calendar file again." in wrong.text
