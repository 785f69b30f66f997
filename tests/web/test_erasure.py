"""The pages on which a custodian erases a file: what goes, the code once more, the
receipt."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from scheduler.domain.plan import Format
from tests.domain.builders import at
from tests.services import filing
from tests.web import kit
from tests.web.test_custody import actor, app, carl, enter, file, house

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from scheduler.services.house import House
    from scheduler.storage.people import ClientFile

__all__ = ["app", "carl", "file", "house"]


def erased(carl: FlaskClient, file: ClientFile) -> str:
    """The address of the receipt."""
    data = {"typed": file.code.lower(), "ground": "asked"}
    answer = kit.post(carl, f"/people/{file.code}/erase", data)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_what_goes_and_what_stays_is_shown_before(
    carl: FlaskClient, file: ClientFile
) -> None:
    page = carl.get(f"/people/{file.code}/erase").text
    assert "Versions of her plan" in page
    assert "copy of the clients&#39; keys" in page
    assert "Type the code of the file once more" in page


def test_another_code_erases_nothing_and_keeps_what_was_chosen(
    carl: FlaskClient, file: ClientFile
) -> None:
    data = {"typed": "K-0000", "ground": "mistake"}
    answer = kit.post(carl, f"/people/{file.code}/erase", data)
    assert answer.status_code == 422
    assert "This is not the code of this file." in answer.text
    assert 'value="K-0000"' in answer.text
    assert 'value="mistake" checked' in answer.text
    assert carl.get(f"/people/{file.code}").status_code == 200


def test_a_receipt_is_all_that_is_left(carl: FlaskClient, file: ClientFile) -> None:
    receipt = carl.get(erased(carl, file))
    assert receipt.status_code == 200
    assert file.code not in receipt.text
    assert f"client:{file.id}" in receipt.text
    assert carl.get(f"/people/{file.code}").status_code == 404
    assert carl.get(f"/people/{file.code}/erase").status_code == 404
    listed = carl.get("/erased").text
    assert "Receipt 1" in listed
    asked = kit.post(carl, "/erased", {"code": file.code.lower()})
    assert "A file with this code was erased." in asked.text


def test_what_stands_in_the_way_is_said_and_there_is_no_button(
    carl: FlaskClient, house: House, file: ClientFile
) -> None:
    wanda, cora = actor(house, "wanda"), actor(house, "cora")
    start = at("2026-12-07 10:00")
    filing.book(house, wanda, file, start, counsellor=cora, format=Format.IN_PERSON)
    page = carl.get(f"/people/{file.code}/erase").text
    assert "She has sessions to come" in page
    assert "Erase it for good" not in page


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, app: Flask, carl: FlaskClient, file: ClientFile, look: str
) -> None:
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    with kit.serve(app) as address:
        page = enter(context, address, Role.CUSTODIAN)
        page.goto(f"{address}/people/{file.code}/erase")
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
        for path in (erased(carl, file), "/erased"):
            page.goto(address + path)
            kit.assert_fits(page)
            kit.assert_no_axe_findings(page)
    context.close()
