"""The accounts page: a code shown once, a second person, and somebody's first day."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from tests.web import kit, site
from tests.web.test_second_factor import forward, serving_real_people, text_of

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser

NEW = {"name": "Nora", "sign_in_name": "n.reed", "zone": "Winnipeg"}
OWN = "four words of her own"


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


def code_in(page: Any) -> str:
    return str(re.findall(r'<code translate="no">([A-Z2-7-]+)</code>', page.text)[0])


def test_from_an_invitation_to_the_first_page(app: Flask) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    page = kit.post(maia, "/settings/staff", {**NEW, "role": "intake"})
    kit.assert_clean(page.text)
    code = code_in(page)
    assert "has a code" in text_of(page)
    assert code not in maia.get("/settings/staff").text
    serving_real_people(app)
    nora = app.test_client()
    kit.assert_clean(nora.get("/sign-in/invited").text)
    fields = {"name": "n.reed", "code": code, "password": "short"}
    wrong = kit.post(nora, "/sign-in/invited", fields, page="/sign-in/invited")
    assert (wrong.status_code, code in wrong.text) == (422, True)
    assert "This password is too short." in text_of(wrong)
    kit.assert_clean(wrong.text)
    fields["password"] = OWN
    done = kit.post(nora, "/sign-in/invited", fields, page="/sign-in/invited")
    assert (done.status_code, done.location) == (303, "/sign-in/second?next=/")
    again = app.test_client()
    used = kit.post(again, "/sign-in/invited", fields, page="/sign-in/invited")
    assert "do not go together" in text_of(used)


def test_an_administrator_waits_for_a_second_person(app: Flask) -> None:
    maia, sue = (
        site.client(app, each) for each in (Role.ADMINISTRATOR, Role.SUPERVISOR)
    )
    page = kit.post(maia, "/settings/staff", {**NEW, "role": "administrator"})
    assert "It waits for a second person." in text_of(page)
    assert "<code" not in page.text
    kit.assert_clean(page.text)
    act = re.findall(
        r'action="(/settings/staff/wish/\d+)/confirm"', sue.get("/settings/staff").text
    )
    assert "/confirm" not in page.text
    refused = kit.post(maia, f"{act[0]}/confirm")
    assert refused.status_code == 422
    assert "somebody else" in text_of(refused)
    assert code_in(kit.post(sue, f"{act[0]}/confirm"))


def test_what_is_not_right_stands_beside_its_field(app: Flask) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    page = kit.post(maia, "/settings/staff", {**NEW, "role": ""})
    assert page.status_code == 422
    assert 'value="n.reed"' in page.text
    assert "Choose what she does here." in text_of(page)
    kit.assert_clean(page.text)


def test_roles_and_closing_are_acts_of_the_row(app: Flask) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    wanda = re.findall(
        r'action="(/settings/staff/\d+)"', maia.get("/settings/staff").text
    )
    cora = site.client(app, Role.COUNSELLOR)
    assert cora.get("/today").status_code == 200
    for path in set(wanda):
        kit.post(maia, path, {"kind": "close"})
    assert cora.get("/today").status_code == 303
    shut = maia.get("/settings/staff?done=changed")
    assert "Let in again" in text_of(shut)
    kit.assert_clean(shut.text)


def test_the_page_asks_for_a_fresh_proof_and_says_so_to_whoever_may(
    app: Flask,
) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    forward(app, minutes=11)
    asked = kit.post(maia, "/settings/staff", {**NEW, "role": "intake"})
    assert "Is it still you?" in asked.text


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_its_pages_are_for_everybody(app: Flask, browser: Browser, look: str) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    kit.post(maia, "/settings/staff", {**NEW, "role": "administrator"})
    with kit.serve(app) as address:
        context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
        cookie = {"name": "sid", "value": site.cookie(Role.SUPERVISOR), "url": address}
        context.add_cookies([cookie])  # type: ignore[list-item]
        page = context.new_page()
        for path in ("/settings/staff", "/sign-in/invited", "/you", "/sign-in/again"):
            page.goto(address + path)
            kit.assert_no_axe_findings(page)
            kit.assert_fits(page)
        context.close()
