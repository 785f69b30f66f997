"""Week: reading it, carrying a session by mouse and by keys, and printing it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from tests.web import kit, site
from tests.web.test_people import clean

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Page


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


def code_of(which: str) -> str:
    return site.fill(f"{{file_{which}}}")


def test_counsellors_see_their_own_and_who_books_sees_all(app: Flask) -> None:
    for role, both in ((Role.COUNSELLOR, False), (Role.INTAKE, True)):
        page = clean(site.client(app, role).get("/week"))
        assert code_of("hers") in page
        assert (code_of("not_hers") in page) is both
    page = clean(site.client(app, Role.INTAKE).get("/week?from=2027-01-13"))
    assert "Mon 11 Jan to Sun 17 Jan 2027" in page
    assert "0 sessions" in page
    for day in ("nonsense", "1850-01-01", "2150-01-01"):
        got = site.client(app, Role.INTAKE).get(f"/week?from={day}")
        assert got.status_code == 404


def test_letting_go_leads_to_the_page_that_moves_it(app: Flask) -> None:
    wanda = site.client(app, Role.INTAKE)
    session = site.fill("{hers}")
    asked = f"/week/move?session={session}&day=2026-12-03&who=4&minutes=80"
    got = wanda.get(asked)
    assert got.status_code == 303
    page = clean(wanda.get(got.location))
    assert "To Thu 3 Dec, 10:00–11:20" in page
    assert 'name="minutes" type="number" value="80"' in page
    assert page.count('<input type="hidden" name="minutes" value="80">') == 2
    for wrong in ("&minutes=1000", "&minutes=x", "&who=x", "&day=x"):
        assert wanda.get(f"/week/move?session={session}{wrong}").status_code == 404


def test_a_longer_session_is_booked_by_the_page_that_moves_it(app: Flask) -> None:
    wanda = site.client(app, Role.INTAKE)
    session = site.fill("{hers}")
    path = f"/booking/{session}/move"
    page = clean(
        wanda.get(
            f"/week/move?session={session}&who=4&day=2026-12-01&minutes=60",
            follow_redirects=True,
        )
    )
    at = re.search(r'<input type="hidden" name="at" value="([\d-]+)">', page)
    assert at
    data = {"at": at[1], "minutes": "60", "by": "client"}
    done = kit.post(wanda, path, data)
    assert done.status_code == 303
    assert "10:00–11:00" in clean(wanda.get("/week"))
    data["minutes"] = "1000"
    refused = kit.post(wanda, path, data)
    assert refused.status_code == 422
    assert "Give a whole number from 5 to 240." in refused.text


# --- In a browser -----------------------------------------------------------------


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with kit.serve(app) as found:
        yield found


def entered(browser: Browser, address: str, **given: Any) -> BrowserContext:
    context = browser.new_context(**given)
    context.add_cookies(
        [{"name": "sid", "value": site.cookie(Role.INTAKE), "url": address}]
    )
    return context


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    context = entered(browser, address, viewport=kit.WIDE)
    yield context.new_page()
    context.close()


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, address: str, look: str
) -> None:
    context = entered(browser, address, bypass_csp=True, **kit.LOOKS[look])
    page = context.new_page()
    for path in ("/week", f"/booking/{site.fill('{hers}')}/move", "/availability"):
        page.goto(address + path)
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
    context.close()


@pytest.mark.journey
def test_it_is_carried_and_lengthened_by_keys(page: Page, address: str) -> None:
    page.goto(f"{address}/today")
    page.keyboard.press("w")
    page.wait_for_url("**/week")
    held = page.locator(".held", has_text=code_of("hers"))
    held.locator("a").first.focus()
    for key in ("m", "ArrowRight", "ArrowRight", "ArrowDown", "+", "+"):
        page.keyboard.press(key)
    said = page.locator("[data-who-when-said]")
    assert said.inner_text().startswith("Thu 3 Dec, with Dora, 60 minutes.")
    page.keyboard.press("Escape")
    assert said.inner_text() == "Put back."
    for key in ("m", "ArrowRight", "+", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/booking/*/move?*minutes=55*")
    assert page.get_by_role("heading", name="To Wed 2 Dec, 10:00–10:55").is_visible()


@pytest.mark.journey
def test_it_is_dragged_to_another_day_and_by_its_edge(page: Page, address: str) -> None:
    page.goto(f"{address}/week")
    held = page.locator(".held", has_text=code_of("hers"))
    row = page.locator("section", has=page.get_by_role("heading", name="Cora"))
    held.drag_to(row.locator("[data-day='2026-12-02']"))
    page.wait_for_url("**/booking/*/move?*from=2026-12-02*")
    page.goto(f"{address}/week")
    box = held.locator(".grip").bounding_box()
    assert box
    across, down = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(across, down)
    page.mouse.down()
    page.mouse.move(across, down + 16, steps=3)
    page.mouse.up()
    page.wait_for_url("**/booking/*/move?*minutes=60*")


@pytest.mark.journey
def test_typing_narrows_it_to_a_name_or_a_code(page: Page, address: str) -> None:
    page.goto(f"{address}/week")
    page.keyboard.press("/")
    page.keyboard.type("dora")
    rows = page.locator(".wk:visible")
    assert rows.count() == 1
    page.keyboard.press("Control+a")
    page.keyboard.type(code_of("hers"))
    assert rows.locator("h2").inner_text() == "Cora"


@pytest.mark.journey
@pytest.mark.parametrize("path", ["/week", "/today?day=2026-12-01"])
def test_it_prints_on_one_sheet_with_user_and_time_in_the_foot(
    page: Page, address: str, path: str
) -> None:
    page.goto(address + path)
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    page.emulate_media(media="print")
    foot = page.locator(".sheet-foot:visible")
    assert foot.count() == 1
    assert "Wanda · printed Monday 30 November 2026, 08:00 · codes only" in (
        foot.inner_text()
    )
