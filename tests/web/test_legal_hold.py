"""The pages on which a custodian holds a file."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from tests.web import kit, site
from tests.web.test_custody import app, carl, enter, file, house

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from scheduler.services.house import House
    from scheduler.storage.people import ClientFile

__all__ = ["app", "carl", "file", "house"]


def lay(carl: FlaskClient, house: House, file: ClientFile) -> None:
    day = (house.now() + timedelta(days=30)).date().isoformat()
    data = {"reason": "order", "review_on": day}
    answer = kit.post(carl, f"/people/{file.code}/hold", data)
    assert answer.status_code == 303, answer.text


def test_a_hold_is_laid_shown_and_ended(
    carl: FlaskClient, app: Flask, house: House, file: ClientFile
) -> None:
    path = f"/people/{file.code}/hold"
    lay(carl, house, file)
    page = carl.get(f"{path}?done=held").text
    assert "Held: An order or a subpoena has come." in page
    assert file.code in carl.get("/holds").text
    wanda = site.client(app, Role.INTAKE)
    seen = wanda.get(f"/people/{file.code}").text
    assert "Under legal hold" in seen
    assert "subpoena" not in seen
    erasing = carl.get(f"/people/{file.code}/erase").text
    assert "This file is under legal hold" in erasing
    assert "Erase it for good" not in erasing
    answer = kit.post(carl, f"{path}/end", {"reason": "over"})
    assert answer.status_code == 303
    assert "Not held" in carl.get(path).text
    assert file.code not in carl.get("/holds").text


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(
    carl: FlaskClient, house: House, file: ClientFile
) -> None:
    path = f"/people/{file.code}/hold"
    data = {"reason": "lawyer", "review_on": "2026-11-01"}
    answer = kit.post(carl, path, data)
    assert answer.status_code == 422
    assert "Choose a later day." in answer.text
    assert 'value="lawyer" checked' in answer.text
    assert 'value="2026-11-01"' in answer.text
    lay(carl, house, file)
    ending = kit.post(carl, f"{path}/end", {})
    assert ending.status_code == 422
    assert "Choose why it may end." in ending.text


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser,
    app: Flask,
    carl: FlaskClient,
    house: House,
    file: ClientFile,
    look: str,
) -> None:
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    path = f"/people/{file.code}/hold"
    with kit.serve(app) as address:
        page = enter(context, address, Role.CUSTODIAN)
        page.goto(address + path)
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
        lay(carl, house, file)
        for each in (path, "/holds"):
            page.goto(address + each)
            kit.assert_fits(page)
            kit.assert_no_axe_findings(page)
    context.close()
