"""People and the plan in a real Chromium: by keyboard, narrow and dark, checked by axe,
with a script and without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from tests.web import kit, site
from tests.web.test_plans import two_saved

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page

    from scheduler.services.house import House

pytestmark = pytest.mark.journey

PAGES = (
    "/people",
    "/people/new",
    "/people/{file_hers}",
    "/people/{file_hers}/person",
    "/people/{file_hers}/video",
    "/people/{file_hers}/words",
    "/people/{file_hers}/plan",
)


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with kit.serve(app) as served:
        yield served


def enter(context: BrowserContext, address: str, role: Role) -> Page:
    context.add_cookies([{"name": "sid", "value": site.cookie(role), "url": address}])
    return context.new_page()


@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, address: str, look: str
) -> None:
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    page = enter(context, address, Role.SUPERVISOR)
    for path in PAGES:
        page.goto(address + site.fill(path))
        kit.assert_no_axe_findings(page)
        kit.assert_fits(page)
    context.close()


def tab_to(page: Page, field: str) -> None:
    """With the keyboard alone, as far as it takes."""
    for _ in range(200):
        if page.evaluate("document.activeElement?.id") == field:
            return
        page.keyboard.press("Tab")
    pytest.fail(f"{field} is not reached by Tab")


def test_a_new_file_is_talked_through_by_keyboard_and_lints_while_typing(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(**kit.LOOKS["wide"])
    page = enter(context, address, Role.INTAKE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "console",
        lambda said: troubles.append(said.text) if said.type == "error" else None,
    )
    page.goto(f"{address}/people")
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    page.goto(f"{address}/people/new")
    tab_to(page, "requested_on")
    page.keyboard.press("Enter")
    page.wait_for_url("**/plan")
    tab_to(page, "channels.text.address")
    page.keyboard.type("(416) 555-0123")
    tab_to(page, "phrases.reminder.0")
    page.keyboard.type("See you on Tuesday")
    said = page.locator("[id='phrases.reminder.0-say']")
    said.get_by_text("is a weekday").wait_for()
    assert page.evaluate("document.activeElement.id") == "phrases.reminder.0"
    page.keyboard.press("Control+A")
    page.keyboard.type("The marmalade is nearly gone")
    said.get_by_text("28 of 136 signs").wait_for()
    page.locator("#lock").get_by_text("The marmalade is nearly gone").wait_for()
    page.get_by_label("No, she contacts us").check()
    tab_to(page, "valid_until")
    page.locator("button", has_text="Save the plan").focus()
    page.keyboard.press("Enter")
    page.get_by_text("The plan is saved.").wait_for()
    assert troubles == []
    context.close()


def test_without_a_script_checking_shows_the_same(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(**kit.LOOKS["narrow"], java_script_enabled=False)
    page = enter(context, address, Role.INTAKE)
    page.goto(address + site.fill("/people/{file_hers}/plan"))
    phrase = page.locator("[id='phrases.reminder.0']")
    phrase.fill("Your counselling is near")
    phrase.press("Enter")
    page.get_by_role("link", name="is a word of this work").wait_for()
    assert page.url.endswith("/plan/check")
    assert phrase.input_value() == "Your counselling is near"
    context.close()


def test_axe_finds_nothing_on_what_an_act_answers(
    app: Flask, browser: Browser, address: str
) -> None:
    """The pages that have no address of their own: a check, a refusal, a conflict."""
    house: House = app.extensions["quietline.services"].house
    file = two_saved(app, house)
    context = browser.new_context(**kit.LOOKS["narrow"], bypass_csp=True)
    page = enter(context, address, Role.SUPERVISOR)

    def looked_at() -> None:
        kit.assert_no_axe_findings(page)
        kit.assert_fits(page)

    page.goto(f"{address}/people")
    page.get_by_label("File code").fill(file.code)
    page.keyboard.press("Enter")
    page.get_by_label("Type the word").fill("Cabbage")
    looked_at()
    page.keyboard.press("Enter")
    page.get_by_text("It does not match.").wait_for()
    looked_at()
    page.goto(f"{address}/people/{file.code}/plan/conflict")
    looked_at()
    page.get_by_role("link", name="Go on from").last.click()
    page.get_by_label("Holds through").fill("2028-01-01")
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_role("alert").wait_for()
    looked_at()
    page.goto(f"{address}/people/{file.code}")
    page.get_by_text("For supervisors").click()
    page.get_by_role("button", name="Keep apart").click()
    page.get_by_role("alert").wait_for()
    looked_at()
    context.close()
