"""The page of all that is kept about a client."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Person, Role
from scheduler.domain.plan import Format
from scheduler.services.files import people
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


def filled(house: House, file: ClientFile) -> None:
    wanda, cora = actor(house, "wanda"), actor(house, "cora")
    named = Person(session_name="Quillfeather", contact_language="fr")
    people.edit_person(house, wanda, file.code, named)
    start = at("2026-12-07 10:00")
    filing.book(house, wanda, file, start, counsellor=cora, format=Format.IN_PERSON)


def test_it_is_shown_once_after_a_reason(
    carl: FlaskClient, house: House, file: ClientFile
) -> None:
    filled(house, file)
    path = f"/people/{file.code}/her-data"
    asked = carl.get(path).text
    assert "Quillfeather" not in asked
    assert kit.post(carl, path, {}).status_code == 422
    page = kit.post(carl, path, {"reason": "she_asked"}).text
    assert "Quillfeather" in page
    assert "French" in page
    assert "Mon 7 Dec 10:00" in page
    assert "+14165550142" not in page
    assert "30 days after closing" in page
    assert "<title>Kept" in page


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, app: Flask, house: House, file: ClientFile, look: str
) -> None:
    filled(house, file)
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    with kit.serve(app) as address:
        page = enter(context, address, Role.CUSTODIAN)
        page.goto(f"{address}/people/{file.code}/her-data")
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
        page.get_by_role("combobox", name="Reason").select_option("she_asked")
        page.get_by_role("button", name="Show all of it").click()
        page.get_by_role("heading", name="What we keep about you").wait_for()
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
    context.close()
