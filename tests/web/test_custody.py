"""A custodian's pages: a file by its code, versions, and one of them to read (P10)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from re import sub
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from scheduler.services.files import apartness
from scheduler.services.house import House
from scheduler.services.safe_contact import plan_talk
from scheduler.services.safe_contact import plans as saving
from scheduler.storage.people import ClientFile
from scheduler.web import version_words
from tests.domain.builders import hours
from tests.services import filing
from tests.web import kit, site
from tests.web.test_people import actor, clean
from tests.web.test_plan_journeys import enter

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        made.config["PROPAGATE_EXCEPTIONS"] = True
        yield made


@pytest.fixture
def house(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


@pytest.fixture
def carl(app: Flask) -> FlaskClient:
    return site.client(app, Role.CUSTODIAN)


@pytest.fixture
def file(house: House) -> ClientFile:
    """A plan with a third version, in which the session hours changed."""
    wanda = actor(house, "wanda")
    made = filing.a_file(house, wanda)
    seen = plan_talk.look(house, wanda, made.code)
    draft = replace(seen.plan, session_hours=hours("Mon 10:00-12:00"))
    saved = saving.save_plan(house, wanda, made.code, draft, seen.plan.version)
    assert isinstance(saved, saving.Saved)
    return made


def test_a_custodian_begins_at_the_files_and_has_every_place_in_the_head(
    carl: FlaskClient,
) -> None:
    assert carl.get("/").location == "/custody"
    page = clean(carl.get("/custody"))
    assert 'href="/settings"' in page
    assert "<summary" not in page


def test_a_code_leads_to_the_file_and_on_to_its_versions(
    carl: FlaskClient, file: ClientFile
) -> None:
    found = kit.post(carl, "/custody", {"code": file.code.lower()})
    assert found.location == f"/people/{file.code}"
    page = clean(carl.get(found.location))
    assert f'href="/people/{file.code}/versions"' in page
    listed = clean(carl.get(f"/people/{file.code}/versions"))
    assert f'href="/people/{file.code}/versions/2"' in listed
    assert "session hours" in listed


def test_a_version_shows_what_it_was_and_offers_nothing_to_do(
    carl: FlaskClient, file: ClientFile
) -> None:
    page = clean(carl.get(f"/people/{file.code}/versions/3"))
    assert "Mon 10:00-12:00" in page
    assert "+14165550142" not in page
    main = page.partition("<main")[2]
    assert "<form" not in main
    assert "<button" not in main


def test_only_the_custodian_is_led_there(app: Flask, house: House) -> None:
    cora = site.client(app, Role.COUNSELLOR)
    page = clean(cora.get(site.fill("/people/{file_hers}")))
    assert "/versions" not in page
    assert "/custody" not in page


def test_no_file_and_a_file_that_is_shut_to_her_are_answered_alike(
    carl: FlaskClient, house: House, file: ClientFile
) -> None:
    apartness.shut_out(
        house, actor(house, "sue"), file.code, actor(house, "carl").id, shut=True
    )
    answers = [
        kit.post(carl, "/custody", {"code": code}) for code in (file.code, "A-0008")
    ]
    assert [each.status_code for each in answers] == [422, 422]
    # A token has the second it was made in.
    shut, none = (sub(r'name="csrf_token" value="[^"]+"', "", a.text) for a in answers)
    assert shut.replace(file.code, "A-0008") == none
    assert "is open to you" in none


def test_a_slip_is_said_before_anything_else(carl: FlaskClient) -> None:
    answer = kit.post(carl, "/custody", {"code": "K-1234"})
    assert answer.status_code == 422
    assert "has a slip in it" in answer.text


def test_what_changed_is_said_in_words_and_by_way() -> None:
    names = ["channels.text.hours", "channels.text.hours.deny", "devices.phone"]
    assert version_words.fields([*names, "valid_until", "phrases.call_us"]) == (
        "way text: hours, hours never; devices: phone; until when it holds; "
        "words: “call us”"
    )
    assert version_words.fields([]) == "nothing"


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_the_way_is_gone_by_keyboard(
    browser: Browser, app: Flask, file: ClientFile, look: str
) -> None:
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    with kit.serve(app) as address:
        page = enter(context, address, Role.CUSTODIAN)
        page.goto(f"{address}/custody")
        kit.wait_for_focus(page)
        page.keyboard.type(file.code)
        page.keyboard.press("Enter")
        page.wait_for_url(f"**/people/{file.code}")
        page.keyboard.press("v")
        page.wait_for_url("**/versions")
        kit.assert_no_axe_findings(page)
        kit.assert_fits(page)
        page.get_by_role("link", name="Version 3").press("Enter")
        page.wait_for_url("**/versions/3")
        kit.assert_no_axe_findings(page)
        kit.assert_fits(page)
    context.close()
