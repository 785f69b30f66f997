"""Passkeys in a real browser, with a device that Chromium makes up (bar-S9)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from tests.web import kit, site
from tests.web.test_second_factor import serving_real_people

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, Page


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        serving_real_people(made)
        yield made


def with_device(browser: Browser) -> Page:
    """A page of a browser that has a device of its own, held by her finger."""
    context = browser.new_context(viewport=kit.WIDE, bypass_csp=False)
    page = context.new_page()
    page.set_default_timeout(8000)
    tools = context.new_cdp_session(page)
    tools.send("WebAuthn.enable")
    device = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    tools.send("WebAuthn.addVirtualAuthenticator", {"options": device})
    return page


def type_password(page: Page) -> None:
    name, password = site.PEOPLE[Role.INTAKE]
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")


def by_name(address: str) -> str:
    """No browser makes passkeys for a bare number."""
    return address.replace("127.0.0.1", "localhost")


def forward(app: Flask, **by: float) -> None:
    app.extensions["quietline.services"].house.clock.at += timedelta(**by)


@pytest.mark.journey
def test_added_once_a_passkey_lets_in_opens_the_lock_and_proves(
    app: Flask, browser: Browser
) -> None:
    with kit.serve(app) as served:
        address = by_name(served)
        page = with_device(browser)
        page.goto(f"{address}/sign-in?next=/people")
        type_password(page)
        page.wait_for_url(re.compile("/sign-in/second"))
        page.get_by_label("What you call it").fill("laptop")
        page.get_by_role("button", name="Add a passkey").click()
        page.get_by_role("heading", name="Your recovery codes").wait_for()
        page.get_by_role("link", name="They are kept, go on").click()
        page.wait_for_url(f"{address}/people")

        page.get_by_role("button", name="Sign out").click()
        page.wait_for_url("**/sign-in")
        page.goto(f"{address}/sign-in?next=/people")
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{address}/people")

        page.goto(address + site.fill("/people/{file_hers}/person"))
        forward(app, minutes=10)
        page.get_by_label("Why you need to see it").select_option("she_asked")
        page.get_by_role("button", name="Show").click()
        page.get_by_role("heading", name="Is it still you?").wait_for()
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_role("button", name="Send it now").wait_for()

        forward(app, minutes=16)
        page.goto(f"{address}/people")
        page.get_by_role("heading", name="Locked").wait_for()
        page.get_by_role("button", name="Use a passkey").click()
        page.wait_for_url(f"{address}/people")
        page.context.close()


@pytest.mark.journey
def test_where_there_is_none_the_page_says_so_and_the_password_stays(
    app: Flask, browser: Browser
) -> None:
    with kit.serve(app) as served:
        page = with_device(browser)
        page.goto(f"{by_name(served)}/sign-in")
        page.get_by_role("button", name="Use a passkey").click()
        page.get_by_text("Nothing was used.").wait_for()
        type_password(page)
        page.wait_for_url(re.compile("/sign-in/second"))
        page.context.close()


@pytest.mark.journey
def test_without_a_script_password_and_code_are_all_there_is(
    app: Flask, browser: Browser
) -> None:
    with kit.serve(app) as served:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.goto(f"{by_name(served)}/sign-in")
        assert not page.get_by_role("button", name="Use a passkey").is_visible()
        type_password(page)
        page.wait_for_url(re.compile("/sign-in/second"))
        assert not page.get_by_role("button", name="Add a passkey").is_visible()
        context.close()


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_its_pages_are_for_everybody(app: Flask, browser: Browser, look: str) -> None:
    with kit.serve(app) as served:
        context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.goto(f"{by_name(served)}/sign-in")
        kit.assert_no_axe_findings(page)
        type_password(page)
        page.wait_for_url(re.compile("/sign-in/second"))
        kit.assert_no_axe_findings(page)
        kit.assert_fits(page)
        context.close()


def test_a_bare_number_has_no_passkeys(app: Flask) -> None:
    browser: Any = app.test_client()
    page = browser.get("/sign-in", base_url="http://127.0.0.1")
    assert "passkey" not in page.text
    got = browser.get("/sign-in/passkey", base_url="http://127.0.0.1")
    assert got.status_code == 404
