"""A form sent twice over HTTP: the second answer is the first one's (B8)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import bookings, interruptions, people
from tests.services import filing
from tests.stores import BEGINNING
from tests.web import kit, site

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


@pytest.fixture
def house(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


@pytest.fixture
def session(house: House) -> str:
    """Cora's, and it is time for it."""
    clock = house.clock
    assert isinstance(clock, MadeUpClock)
    clock.at = BEGINNING + timedelta(days=1, hours=2)
    return f"/session/{site.fill('{hers}')}"


def once(page: TestResponse) -> str:
    found = re.search(r'name="once" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def twice(
    browser: FlaskClient, path: str, data: dict[str, Any] | None = None
) -> list[TestResponse]:
    return [kit.post(browser, path, data) for _ in range(2)]


def both_go_to(answers: list[TestResponse]) -> str:
    assert [each.status_code for each in answers] == [303, 303], answers[1].text
    assert answers[0].location == answers[1].location
    return str(answers[0].location)


def test_a_new_file_sent_twice_leads_to_one_file(app: Flask, house: House) -> None:
    browser = site.client(app, Role.INTAKE)
    with house.store.reading() as tx:
        before = len(people.open_files(tx))
    token = once(browser.get("/people/new"))
    data = {"once": token, "zone": "America/Toronto"}
    where = both_go_to(twice(browser, "/people/new", data))
    assert browser.get(where).status_code == 200
    with house.store.reading() as tx:
        assert len(people.open_files(tx)) == before + 1
    assert once(browser.get("/people/new")) != token


def test_a_form_that_comes_back_with_a_sentence_is_still_the_same_form(
    app: Flask,
) -> None:
    browser = site.client(app, Role.INTAKE)
    data = {"once": "one-form", "zone": "Atlantis"}
    answer = kit.post(browser, "/people/new", data)
    assert answer.status_code == 422
    assert once(answer) == "one-form"


def test_her_word_sent_twice_opens_her_file(app: Flask, house: House) -> None:
    wanda = filing.a_staff(house, "wanda")
    file = filing.a_file(house, wanda, words=True)
    browser = site.client(app, Role.INTAKE)
    page = kit.post(browser, "/people", {"sought": file.code})
    handle = re.search(r'name="handle" value="([^"]+)"', page.text)
    assert handle is not None
    data = {"handle": handle[1], "once": once(page), "word_heard": "marmalade"}
    where = both_go_to(twice(browser, "/people/check", data))
    assert where == f"/people/{file.code}"


def test_a_wrong_word_sent_twice_leaves_two_tries_and_a_new_form(
    app: Flask, house: House
) -> None:
    file = filing.a_file(house, filing.a_staff(house, "wanda"), words=True)
    browser = site.client(app, Role.INTAKE)
    page = kit.post(browser, f"/people/{file.code}/check", {"lead": "file"})
    handle = re.search(r'name="handle" value="([^"]+)"', page.text)
    assert handle is not None
    data = {"handle": handle[1], "once": once(page), "word_heard": "jam"}
    for answer in twice(browser, "/people/check", data):
        assert "2 more tries" in answer.text
        assert once(answer) != data["once"]


def test_a_session_takes_every_press_twice(
    app: Flask, house: House, session: str
) -> None:
    browser = site.signed_in_now(app, Role.COUNSELLOR)
    acts: list[tuple[str, dict[str, Any]]] = [
        ("start", {}),
        ("broke-off", {"branch": "technical"}),
        ("back", {}),
        ("end", {"answers": "not_asked"}),
    ]
    for act, data in acts:
        assert both_go_to(twice(browser, f"{session}/{act}", data)) == session
    with house.store.reading() as tx:
        stands = bookings.get(tx, session.rpartition("/")[2])
        assert stands is not None
        last = interruptions.latest(tx, stands.id)
        assert last is not None
        entries = [each.entry for each in interruptions.log(tx, last.id)]
    assert stands.state.value == "completed"
    assert entries == ["dropped", "branch", "closed"]
    assert kit.post(browser, f"{session}/start").status_code == 409


def test_the_log_says_which_branch_it_was_and_keeps_both(
    app: Flask, session: str
) -> None:
    browser = site.signed_in_now(app, Role.COUNSELLOR)
    kit.post(browser, f"{session}/start")
    for branch in ("technical", "no_answer"):
        kit.post(browser, f"{session}/broke-off", {"branch": branch})
    log = browser.get(session).text.partition("Written down")[2]
    assert "what it was · Technical drop" in log
    assert "what it was · No answer" in log


def test_not_joined_sent_twice_is_so(app: Flask, session: str) -> None:
    browser = site.signed_in_now(app, Role.COUNSELLOR)
    assert both_go_to(twice(browser, f"{session}/not-joined")) == session


def test_a_place_too_long_to_keep_says_so_and_is_not_lost(
    app: Flask, session: str
) -> None:
    browser = site.signed_in_now(app, Role.COUNSELLOR)
    kit.post(browser, f"{session}/start")
    long = "the small room at the back " * 10
    answer = kit.post(browser, f"{session}/place", {"place": long})
    assert answer.status_code == 422
    assert "longer than 200 characters" in answer.text
    assert long.strip() in answer.text
