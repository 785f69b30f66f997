"""The gallery in a real Chromium: axe, widths, policy, and every script by keyboard."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from tests.web import kit, stand_ins
from tests.web.stand_ins import HeadNow

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response

pytestmark = pytest.mark.journey

PAGES = ("forms", "today", "find", "session", "attention")


@pytest.fixture
def app() -> Flask:
    return kit.gallery_app()


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with kit.serve(app) as found:
        yield found


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """Ines, signed in, under the real policy."""
    context = browser.new_context(viewport=kit.WIDE)
    yield kit.enter(context, address, Role.COUNSELLOR)
    context.close()


def house(app: Flask) -> stand_ins.EmptyHouse:
    found: stand_ins.EmptyHouse = app.extensions["quietline.services"].house
    return found


def board(app: Flask) -> stand_ins.BoardInMemory:
    found: stand_ins.BoardInMemory = app.extensions["quietline.services"].board
    return found


LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": kit.WIDE},
    "narrow": {"viewport": kit.NARROW, "has_touch": True},
    "dark": {"viewport": kit.WIDE, "color_scheme": "dark"},
    "zoomed": {"viewport": {"width": 640, "height": 400}, "color_scheme": "dark"},
}


@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, address: str, look: str
) -> None:
    context = browser.new_context(bypass_csp=True, **LOOKS[look])
    page = kit.enter(context, address, Role.COUNSELLOR)
    paths = [f"/gallery/{each}" for each in PAGES]
    for path in (*paths, "/today", "/keys", "/nothing", "/sign-in", "/gallery/door"):
        page.goto(address + path)
        kit.assert_fits(page)
        if look != "zoomed":
            kit.assert_no_axe_findings(page)
    context.close()


def test_the_twelve_hour_clock_fits_as_well(browser: Browser) -> None:
    settings = stand_ins.settings(twelve_hours=True)
    with kit.serve(kit.gallery_app(settings=settings)) as address:
        for viewport in (kit.WIDE, kit.NARROW):
            context = browser.new_context(viewport=viewport)
            page = kit.enter(context, address, Role.COUNSELLOR)
            for each in PAGES:
                page.goto(f"{address}/gallery/{each}")
                kit.assert_fits(page)
            context.close()


def test_under_the_real_policy_no_page_complains_or_asks_anybody_else(
    page: Page, address: str
) -> None:
    said: list[str] = []
    foreign: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            said.append(message.text)

    def watch(request: Request) -> None:
        if not request.url.startswith(address):
            foreign.append(request.url)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("request", watch)
    for each in PAGES:
        page.goto(f"{address}/gallery/{each}")
    assert (said, foreign) == ([], [])


def test_the_policy_stops_what_a_page_must_not_do(page: Page, address: str) -> None:
    page.goto(f"{address}/today")
    refused = page.evaluate(
        """() => {
            try { document.body.innerHTML = "<p>x</p>"; return false; }
            catch { return true; }
        }"""
    )
    assert refused
    styled = page.evaluate(
        """() => {
            const made = document.createElement("p");
            made.setAttribute("style", "width: 7px; position: absolute");
            document.body.append(made);
            return made.getBoundingClientRect().width;
        }"""
    )
    assert styled != 7


def test_the_first_page_is_small_and_takes_few_requests(
    browser: Browser, address: str
) -> None:
    context = browser.new_context()
    kit.enter(context, address, Role.COUNSELLOR)
    state = context.storage_state()
    context.close()
    for each in PAGES:
        cold = browser.new_context(storage_state=state)
        page = cold.new_page()
        got: list[Response] = []
        page.on("response", partial(list.append, got))
        page.goto(f"{address}/gallery/{each}", wait_until="networkidle")
        sizes = {answer.url: len(answer.body()) for answer in got}
        assert len(got) <= (5 if each == "find" else 4), sizes
        assert sum(sizes.values()) <= 60 * 1024, sizes
        cold.close()


# --- Keys ---------------------------------------------------------------------


def test_one_key_goes_to_a_page_and_never_while_typing(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/gallery/forms")
    page.get_by_label("A line to say").press("t")
    assert page.url.endswith("/gallery/forms")
    page.locator("h1").click()
    page.keyboard.press("Control+a")
    assert page.url.endswith("/gallery/forms")
    page.keyboard.press("!")
    page.wait_for_url("**/asking")
    page.keyboard.press("t")
    page.wait_for_url("**/today")


def test_a_control_that_waits_takes_the_focus_and_does_nothing(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/gallery/find")
    waiting = page.get_by_role("button", name="Book Wed 11:00")
    waiting.evaluate("each => each.setAttribute('aria-keyshortcuts', 'b')")
    page.keyboard.press("b")
    assert waiting.evaluate("each => each === document.activeElement")
    assert waiting.get_attribute("aria-describedby") == "not-yet"


def test_the_question_mark_lists_the_keys_of_this_page(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/gallery/session")
    page.keyboard.press("?")
    dialog = page.get_by_role("dialog", name="Keys on this page")
    dialog.wait_for()
    words = dialog.inner_text().split("\n")
    for key, what in (("1", "Technical drop"), ("j", "She is back"), ("t", "Today")):
        assert words[words.index(key) + 1] == what
    page.keyboard.press("j")
    assert page.url.endswith("/gallery/session")
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")


def test_single_keys_can_be_switched_off_but_the_cover_stays(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/keys")
    page.get_by_label("Single keys work on this computer").uncheck()
    page.goto(f"{address}/gallery/session")
    page.keyboard.press("t")
    page.keyboard.press("Escape")
    assert page.url.startswith(f"{address}/gallery/session")
    assert page.get_by_role("heading", name="Leek and potato soup").is_visible()


def test_the_slash_goes_to_the_filter_and_typing_narrows_the_list(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/gallery/attention")
    page.keyboard.press("/")
    page.keyboard.type("PLAN énds")
    rows = page.locator("#waiting > li:not(.head):visible")
    assert rows.count() == 1
    assert page.locator("#waiting > .head:visible").count() == 1
    assert page.locator("[data-shown]").inner_text() == "1 shown"
    page.keyboard.press("Escape")
    assert rows.count() == 3


def test_arrow_keys_move_between_starts(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery/find")

    def here() -> str:
        return str(page.evaluate("document.activeElement.value"))

    page.locator(".slot[value='13']").focus()
    for key, value in (
        ("ArrowDown", "14"),
        ("ArrowRight", "16"),
        ("ArrowRight", "17"),
        ("ArrowRight", "17"),
        ("ArrowLeft", "16"),
        ("ArrowLeft", "15"),
        ("ArrowUp", "14"),
        ("ArrowLeft", "11"),
        ("ArrowUp", "11"),
    ):
        page.keyboard.press(key)
        assert here() == value, key


# --- Cover --------------------------------------------------------------------


def test_escape_covers_at_once_also_while_typing_and_nothing_behind_is_reached(
    page: Page, address: str
) -> None:
    page.goto(f"{address}/gallery/session")
    page.locator("summary", has_text="It was something else").focus()
    page.keyboard.press("Escape")
    assert_covered(page)
    for _ in range(4):
        page.keyboard.press("Tab")
        within = "document.activeElement.closest('#cover, html') !== null"
        assert page.evaluate(within)
        assert not page.evaluate("!!document.activeElement.closest('main, header')")
    assert page.title() == "Call"
    page.get_by_role("link", name="Back").click()
    assert page.get_by_role("heading", name="T-3158").is_visible()
    assert page.evaluate("document.activeElement.matches('[data-cover]')")


def assert_covered(page: Page) -> None:
    size = page.viewport_size
    assert size
    for across in (0.02, 0.5, 0.98):
        for down in (0.02, 0.5, 0.98):
            point = [size["width"] * across, size["height"] * down]
            seen = "point => !!document.elementFromPoint(...point).closest('#cover')"
            assert page.evaluate(seen, point), point


def test_the_cover_works_without_a_script(browser: Browser, address: str) -> None:
    context = browser.new_context(viewport=kit.NARROW)
    signed_in = kit.enter(context, address, Role.COUNSELLOR)
    state = context.storage_state()
    signed_in.close()
    plain = browser.new_context(
        viewport=kit.NARROW, java_script_enabled=False, storage_state=state
    )
    page = plain.new_page()
    page.goto(f"{address}/gallery/session")
    page.get_by_role("link", name="Someone is here").click()
    box = page.locator("#cover").bounding_box()
    assert box
    assert (box["x"], box["y"]) == (0, 0)
    assert box["width"] >= 305
    assert box["height"] == 640
    page.get_by_role("link", name="Back").click()
    assert not page.locator("#cover").is_visible()
    plain.close()
    context.close()


# --- Clock, alerts, lock ------------------------------------------------------


def test_countdowns_run_and_end(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/gallery/forms")
    left = page.locator("[role=timer] [data-left]")
    assert left.inner_text() == "3:41"
    page.clock.run_for(1000 * 60)
    assert left.inner_text() == "2:41"
    undo = page.get_by_role("button", name="Undo")
    assert undo.is_visible()
    page.clock.run_for(1000 * 162)
    assert left.inner_text() == "0:00"
    assert not undo.is_visible()


def test_the_big_clock_runs_in_the_readers_time(page: Page, address: str) -> None:
    page.clock.install()
    page.goto(f"{address}/gallery/session")
    clock = page.locator(".clock-big")
    assert clock.inner_text() == "11:21:00"
    page.clock.run_for(1000 * 61)
    assert clock.inner_text() == "11:22:01"


def test_an_alert_reaches_an_open_page_by_itself_and_is_seen_by_one_press(
    page: Page, app: Flask, address: str
) -> None:
    page.clock.install()
    page.goto(f"{address}/gallery/forms")
    banner = page.get_by_role("region", name="Staff alert")
    assert not banner.is_visible()
    board(app).head_now = HeadNow(alerts=("a-1",))
    page.clock.run_for(15_500)
    banner.wait_for()
    assert banner.get_by_role("alert").inner_text() == "Quietline: please look"
    assert page.title() == "(1) Forms"
    banner.get_by_role("button", name="I have seen it").click()
    banner.wait_for(state="hidden")
    assert board(app).head_now.alerts == ()
    assert page.title() == "Forms"


def test_a_page_left_alone_is_covered_and_keeps_what_was_typed(
    page: Page, app: Flask, address: str
) -> None:
    page.clock.install()
    page.goto(f"{address}/gallery/forms")
    note = page.get_by_label("A line to say")
    note.fill("half a sent")
    page.clock.run_for(16_000)
    house(app).clock.forward(minutes=15)
    page.clock.run_for(16_000)
    dialog = page.get_by_role("dialog", name="Locked")
    dialog.wait_for()
    page.keyboard.press("Escape")
    assert dialog.is_visible()
    dialog.get_by_label("Sign-in name").fill("Ines")
    dialog.get_by_label("Password").fill("wrong")
    page.keyboard.press("Enter")
    dialog.get_by_text(stand_ins.REFUSED).wait_for()
    dialog.get_by_label("Password").fill(stand_ins.PASSWORD)
    page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    assert note.input_value() == "half a sent"
    seen: list[int] = []
    page.on("response", lambda answer: seen.append(answer.status))
    page.get_by_role("button", name="Do nothing").click()
    page.wait_for_load_state("networkidle")
    assert 403 in seen  # Ines may not post this form, but her token was taken
    assert 400 not in seen


def test_somebody_else_does_not_get_the_page_of_whoever_was_here(
    page: Page, app: Flask, address: str
) -> None:
    page.clock.install()
    page.goto(f"{address}/gallery/forms")
    page.clock.run_for(16_000)
    house(app).clock.forward(minutes=15)
    page.clock.run_for(16_000)
    dialog = page.get_by_role("dialog", name="Locked")
    dialog.get_by_label("Sign-in name").fill("Wanda")
    dialog.get_by_label("Password").fill(stand_ins.PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url("**/find")


def test_typing_keeps_the_page_open_and_a_session_is_never_covered_by_the_lock(
    page: Page, app: Flask, address: str
) -> None:
    page.clock.install()
    page.goto(f"{address}/gallery/forms")
    for _ in range(3):
        page.get_by_label("A line to say").press("x")
        with page.expect_response("**/still-here"):
            page.clock.run_for(76_000)
        house(app).clock.forward(minutes=14)
    with page.expect_response("**/alerts"):
        page.clock.run_for(16_000)
    assert page.get_by_role("dialog").count() == 0
    page.goto(f"{address}/gallery/session")
    house(app).clock.forward(minutes=15)
    with page.expect_response(lambda answer: answer.status == 403):
        page.clock.run_for(16_000)
    page.clock.run_for(1_000)
    assert page.get_by_role("dialog").count() == 0


def test_a_page_that_loses_the_server_says_so_and_takes_it_back(
    page: Page, address: str
) -> None:
    page.clock.install()
    page.goto(f"{address}/gallery/forms")
    page.route("**/alerts", lambda route: route.abort())
    page.clock.run_for(15_500)
    page.wait_for_timeout(50)
    page.clock.run_for(15_500)
    lost = page.get_by_text("This page has lost the office machine.")
    lost.wait_for()
    page.unroute("**/alerts")
    page.clock.run_for(15_500)
    lost.wait_for(state="detached")


def test_the_weekday_follows_the_date(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery/forms")
    page.locator("#until").fill("2026-12-24")
    assert page.locator("[data-weekday=until]").inner_text() == "Thu 24 Dec"


def test_after_signing_out_back_shows_nothing(page: Page, address: str) -> None:
    page.goto(f"{address}/gallery/today")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/sign-in")
    page.go_back()
    assert page.get_by_text("R-7315").count() == 0
