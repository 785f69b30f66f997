"""The page on which the audit trail is read (E8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from scheduler.services.safe_contact import plan_talk
from tests.web import kit, site
from tests.web.test_custody import actor, app, carl, enter, file, house

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from scheduler.services.house import House
    from scheduler.storage.people import ClientFile

__all__ = ["app", "carl", "file", "house"]


@pytest.fixture
def suspended(house: House, file: ClientFile) -> ClientFile:
    plan_talk.suspend(house, actor(house, "wanda"), file.code)
    return file


def test_lines_are_narrowed_by_person_act_day_and_file(
    carl: FlaskClient, suspended: ClientFile
) -> None:
    page = carl.get(f"/trail?code={suspended.code}&verb=suspended").text
    assert page.count('<th scope="row">') == 1
    assert "Wanda" in page
    assert suspended.code in page
    assert "No line is like that." in carl.get("/trail?day=2020-01-01").text
    assert "No line is like that." in carl.get("/trail?verb=danced").text


def test_what_cannot_be_read_is_said_at_its_field_and_stays_there(
    carl: FlaskClient,
) -> None:
    answer = carl.get("/trail?day=yesterday")
    assert answer.status_code == 422
    assert "is no date" in answer.text
    assert 'value="yesterday"' in answer.text
    answer = carl.get("/trail?code=K-0000")
    assert answer.status_code == 422
    assert "No file with this code is open to you." in answer.text


def test_an_administrator_sees_acts_and_no_code_of_a_file(
    app: Flask, suspended: ClientFile
) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    page = maia.get("/trail").text
    assert "suspended" in page
    assert suspended.code not in page
    assert maia.get(f"/trail?code={suspended.code}").status_code == 422


def test_older_lines_are_a_press_away(carl: FlaskClient) -> None:
    for _ in range(51):
        carl.get("/trail")
    page = carl.get("/trail?verb=read+the+trail").text
    assert "Older lines" in page
    assert "verb=read+the+trail&amp;before=" in page


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, app: Flask, suspended: ClientFile, look: str
) -> None:
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    with kit.serve(app) as address:
        page = enter(context, address, Role.CUSTODIAN)
        page.goto(f"{address}/trail?code={suspended.code}")
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
    context.close()
