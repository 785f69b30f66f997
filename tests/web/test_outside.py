"""Signing in at another door, on pages, with a real provider behind it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import pytest

from integrations.accounts.openid import OpenIdDoor
from scheduler.domain.people import Role
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import accounts
from tests.integrations.openid_provider import provider, sign_in
from tests.services import filing
from tests.web import kit, site
from tests.web.test_people import clean

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])

BACK = "/sign-in/outside/back"
ELSEWHERE = {"Sec-Fetch-Site": "cross-site"}


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    with provider() as address:
        yield address


@pytest.fixture
def app(issuer: str) -> Iterator[Flask]:
    """The site of an agency that has such a door."""
    with site.built() as made:
        services = made.extensions["quietline.services"]
        there = OpenIdDoor(issuer, "quietline", "s", f"http://localhost{BACK}", 10.0)
        house = replace(services.house, outside=there)
        made.extensions["quietline.services"] = replace(
            services, house=house, accounts=replace(services.accounts, house=house)
        )
        settings = made.extensions["quietline.settings"]
        made.extensions["quietline.settings"] = replace(settings, outside="Lakeside")
        yield made


def there_and_back(browser: FlaskClient, who: str, start: str) -> dict[str, str]:
    """Out by our page, in at theirs; what comes back to ours."""
    gone = browser.get(start)
    assert gone.status_code == 303, gone.text
    return sign_in(gone.location, who)


def arrive(browser: FlaskClient, sent: dict[str, str]) -> TestResponse:
    """Back on our page, and the one press."""
    page = clean(browser.get(f"{BACK}?{urlencode(sent)}"))
    action = re.search(r'method="post" action="([^"]+outside)"', page)
    assert action, page
    return kit.post(browser, action[1], sent, page="/sign-in")


def linked(app: Flask, who: str = "cora@there") -> FlaskClient:
    """Cora, who has linked her account there."""
    cora = site.client(app, Role.COUNSELLOR)
    assert "Sign in there and link it" in clean(cora.get("/you"))
    sent = there_and_back(cora, who, "/you/outside")
    page = cora.get(f"{BACK}?{urlencode(sent)}")
    assert "Link it" in clean(page)
    done = kit.post(cora, "/you/outside", sent)
    assert done.location == "/you"
    assert "Linked:" in clean(cora.get("/you"))
    return cora


def stranger(app: Flask) -> FlaskClient:
    """A browser that has read the page for signing in."""
    browser = app.test_client()
    assert "Sign in at Lakeside" in clean(browser.get("/sign-in"))
    return browser


def test_a_linked_account_signs_her_in_and_asks_for_no_password(app: Flask) -> None:
    linked(app)
    browser = stranger(app)
    done = arrive(browser, there_and_back(browser, "cora@there", "/sign-in/outside"))
    assert done.status_code == 303
    assert "Cora" in browser.get("/keys").text
    trail = filing.trail(app.extensions["quietline.services"].house, "signed_in")
    assert trail[-1][4] == "outside"


def test_who_comes_back_from_another_site_brings_the_cookie_along_first(
    app: Flask,
) -> None:
    linked(app)
    browser = stranger(app)
    sent = there_and_back(browser, "cora@there", "/sign-in/outside")
    address = f"{BACK}?{urlencode(sent)}"
    first = app.test_client().get(address, headers=ELSEWHERE)
    assert "Set-Cookie" not in first.headers
    assert "0; url=" in first.text
    assert "csrf_token" not in first.text


def test_an_account_that_is_nobodys_here_opens_nothing(app: Flask) -> None:
    browser = stranger(app)
    sent = there_and_back(browser, "somebody@there", "/sign-in/outside")
    refused = arrive(browser, sent)
    assert refused.status_code == 403
    assert "No account here belongs to the one" in clean(refused, 403)
    assert browser.get("/keys").status_code == 303


def test_an_account_that_is_shut_here_opens_nothing(app: Flask) -> None:
    linked(app)
    house = app.extensions["quietline.services"].house
    with house.store.begin() as tx:
        cora = next(e for e in accounts.members(tx) if e.sign_in_name == "cora")
        accounts.change_member(tx, cora.id, active=False)
    browser = stranger(app)
    sent = there_and_back(browser, "cora@there", "/sign-in/outside")
    assert arrive(browser, sent).status_code == 403


@pytest.mark.parametrize("how", ["again", "another browser", "late", "other state"])
def test_what_comes_back_counts_once_here_and_soon(app: Flask, how: str) -> None:
    linked(app)
    browser = stranger(app)
    sent = there_and_back(browser, "cora@there", "/sign-in/outside")
    if how == "again":
        assert arrive(browser, sent).status_code == 303
        browser = stranger(app)
    if how == "another browser":
        browser = stranger(app)
    if how == "late":
        clock = app.extensions["quietline.services"].house.clock
        assert isinstance(clock, MadeUpClock)
        clock.at += timedelta(minutes=11)
    if how == "other state":
        sent = {**sent, "state": sent["state"][:-1] + "?"}
    answer = kit.post(browser, "/sign-in/outside", sent, page="/sign-in")
    assert answer.status_code == 403
    assert "does not count" in clean(answer, 403)


def test_an_answer_fetched_for_linking_signs_nobody_in(app: Flask) -> None:
    cora = linked(app)
    sent = there_and_back(cora, "cora@there", "/you/outside")
    assert kit.post(cora, "/sign-in/outside", sent).status_code == 403


def test_one_account_there_is_one_persons_here(app: Flask) -> None:
    linked(app)
    wanda = site.client(app, Role.INTAKE)
    sent = there_and_back(wanda, "cora@there", "/you/outside")
    refused = kit.post(wanda, "/you/outside", sent)
    assert "linked to somebody else here" in clean(refused, 403)


def test_what_is_unlinked_opens_nothing_any_more(app: Flask) -> None:
    cora = linked(app)
    assert kit.post(cora, "/you/outside/end").location == "/you"
    browser = stranger(app)
    sent = there_and_back(browser, "cora@there", "/sign-in/outside")
    assert arrive(browser, sent).status_code == 403


def test_who_did_not_sign_in_there_is_told_so(app: Flask) -> None:
    browser = stranger(app)
    answer = browser.get(f"{BACK}?error=access_denied&state=x")
    assert "You did not sign in there." in clean(answer, 403)
