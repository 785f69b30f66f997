"""The page on which a file is closed or handed over, and reopened from its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from scheduler.services.files import apartness
from tests.domain.builders import at
from tests.services import filing
from tests.web import kit, site
from tests.web.test_custody import actor, app, enter, file, house

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from scheduler.services.house import House
    from scheduler.storage.people import ClientFile

__all__ = ["app", "file", "house"]


@pytest.fixture
def wanda(app: Flask) -> FlaskClient:
    return site.client(app, Role.INTAKE)


def booked(house: House, file: ClientFile) -> None:
    who, cora = actor(house, "wanda"), actor(house, "cora")
    start = at("2026-12-07 10:00")
    filing.book(house, who, file, start, counsellor=cora, format=Format.IN_PERSON)


def test_what_follows_is_shown_before_and_done_after(
    wanda: FlaskClient, house: House, file: ClientFile
) -> None:
    booked(house, file)
    path = f"/people/{file.code}"
    page = wanda.get(f"{path}/closing").text
    assert "Mon 7 Dec 10:00 with Cora is cancelled." in page
    assert "Nothing is texted, and nobody is told." in page
    assert "go from Wednesday 30 December 2026 on" in page
    assert "the whole file from Tuesday 30 November 2027 on" in page
    unsaid = kit.post(wanda, f"{path}/close", {"why": "done"})
    assert unsaid.status_code == 422
    assert "Choose whether she knows" in unsaid.text
    assert 'value="done" checked' in unsaid.text
    done = kit.post(wanda, f"{path}/close", {"why": "done", "knows": "yes"})
    assert done.status_code == 303
    page = wanda.get(done.location).text
    assert "Closed since" in page
    assert "This file is closed." in page
    assert "Find a time</a>" not in page.partition("<main")[2]
    again = kit.post(wanda, f"{path}/reopen")
    assert "talked through with her anew" in wanda.get(again.location).text


def test_the_words_for_somebody_shut_out_are_those_for_somebody_busy(
    wanda: FlaskClient, app: Flask, house: House, file: ClientFile
) -> None:
    dora = actor(house, "dora").id
    apartness.shut_out(house, actor(house, "sue"), file.code, dora)
    path = f"/people/{file.code}/hand-over"
    refused = kit.post(wanda, path, {"staff": str(dora)})
    assert refused.status_code == 409
    assert "shut out" not in refused.text.partition("<main")[2]
    sue = site.client(app, Role.SUPERVISOR)
    assert "shut out" in kit.post(sue, path, {"staff": str(dora)}).text
    done = kit.post(wanda, path, {"staff": str(actor(house, "cora").id)})
    assert "Handed over to Cora." in wanda.get(done.location).text


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser,
    app: Flask,
    wanda: FlaskClient,
    house: House,
    file: ClientFile,
    look: str,
) -> None:
    booked(house, file)
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    path = f"/people/{file.code}"
    with kit.serve(app) as address:
        page = enter(context, address, Role.INTAKE)
        page.goto(f"{address}{path}/closing")
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
        kit.post(wanda, f"{path}/close", {"why": "done", "knows": "yes"})
        for each in (path, f"{path}/closing"):
            page.goto(address + each)
            kit.assert_fits(page)
            kit.assert_no_axe_findings(page)
    context.close()
