"""Hours painted by mouse and by keyboard in a real Chromium: the typed lines follow."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.hours import DAY
from scheduler.domain.people import Role
from scheduler.domain.typed_hours import DAYS, read_weekly
from scheduler.services.house import House
from scheduler.storage import counsellors, plans
from tests.domain.builders import hours, plan, rotation, text
from tests.services import filing
from tests.web import kit, site
from tests.web.test_people import actor
from tests.web.test_plan_journeys import enter

if TYPE_CHECKING:
    from flask import Flask
    from playwright.sync_api import Browser, BrowserContext, Locator, Page

pytestmark = pytest.mark.journey

TYPED = "Tue,Thu 09:00-11:10\nFri 22:00-01:00\nsome day perhaps"


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


@pytest.fixture
def house(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    with kit.serve(app) as served:
        yield served


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(**kit.LOOKS["wide"])
    yield made
    made.close()


def own_hours(context: BrowserContext, address: str) -> Page:
    """A counsellor's own Availability."""
    page = enter(context, address, Role.COUNSELLOR)
    page.goto(f"{address}/availability")
    return page


def cell(page: Page, day: str, time: str) -> Locator:
    """The half hour that begins then."""
    return page.locator(f'[role=gridcell][aria-label^="{day} {time} to"]')


def drag(page: Page, *stops: tuple[str, str]) -> None:
    """With the mouse, from one half hour to the next."""
    cell(page, *stops[0]).evaluate("each => each.scrollIntoView({block: 'center'})")
    for number, stop in enumerate(stops):
        box = cell(page, *stop).bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        if number == 0:
            page.mouse.down()
    page.mouse.up()


def typed(page: Page, field: str = "weekly") -> list[str]:
    return page.locator(f"[id='{field}']").input_value().splitlines()


def test_dragging_paints_over_several_days_and_is_saved(
    context: BrowserContext, address: str, house: House
) -> None:
    page = own_hours(context, address)
    page.get_by_label("Every week").fill("Sat 12:00-13:00")
    drag(page, ("Mon", "09:00"), ("Wed", "10:00"), ("Wed", "16:30"))
    assert typed(page) == ["Sat 12:00-13:00", "Mon-Wed 09:00-17:00"]
    page.get_by_text("Mon–Wed 09:00–17:00 painted").wait_for()
    page.get_by_role("button", name="Save the hours").click()
    page.get_by_text("The hours are saved.").wait_for()
    cora = actor(house, "cora").id
    with house.store.reading() as tx:
        saved = counsellors.by_ids(tx, [cora], house.now())[cora].hours.weekly
    assert set(saved) == set(map(read_weekly, typed(page)))


def test_a_stroke_that_begins_on_open_hours_clears(
    context: BrowserContext, address: str
) -> None:
    page = own_hours(context, address)
    page.get_by_label("Every week").fill("Mon-Fri 09:00-17:00")
    drag(page, ("Wed", "12:00"), ("Wed", "12:30"))
    assert typed(page) == [
        "Mon,Tue,Thu,Fri 09:00-17:00",
        "Wed 09:00-12:00",
        "Wed 13:00-17:00",
    ]


def test_lines_that_were_not_painted_on_stay_as_they_were_typed(
    context: BrowserContext, address: str
) -> None:
    page = own_hours(context, address)
    page.get_by_label("Every week").fill(TYPED.replace("Tue,Thu", "thursday, tue"))
    drag(page, ("Sun", "09:00"), ("Sun", "09:30"))
    assert typed(page) == [
        "thursday, tue 09:00-11:10",
        "Fri 22:00-01:00",
        "some day perhaps",
        "Sun 09:00-10:00",
    ]


def test_a_window_past_midnight_is_kept_and_cut_where_it_was_cleared(
    context: BrowserContext, address: str
) -> None:
    page = own_hours(context, address)
    field = page.get_by_label("Every week")
    field.fill("Fri 22:00-01:00")
    drag(page, ("Sat", "01:00"), ("Sat", "01:30"))
    assert typed(page) == ["Fri 22:00-01:00", "Sat 01:00-02:00"]
    field.fill("Fri 22:00-01:00")
    drag(page, ("Fri", "21:00"), ("Fri", "21:30"))
    assert typed(page) == ["Fri 21:00-01:00"]
    drag(page, ("Sat", "00:30"), ("Sat", "00:30"))
    assert typed(page) == ["Fri 21:00-00:30"]
    drag(page, ("Fri", "23:00"), ("Fri", "23:30"))
    assert typed(page) == ["Fri 21:00-23:00", "Sat 00:00-00:30"]


def test_by_keyboard_space_paints_shift_goes_on_and_escape_takes_back(
    context: BrowserContext, address: str
) -> None:
    page = own_hours(context, address)
    page.get_by_label("Every week").fill("")
    page.locator("[data-paint-tools] select").focus()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.ariaLabel") == "Mon 09:00 to 09:30"
    for key in ("ArrowDown", "ArrowRight", "Space"):
        page.keyboard.press(key)
    assert typed(page) == ["Tue 09:30-10:00"]
    for key in ("ArrowRight", "ArrowRight", "ArrowDown", "ArrowLeft"):
        page.keyboard.press(f"Shift+{key}")
    assert typed(page) == ["Tue,Wed 09:30-10:30"]
    page.keyboard.press("Escape")
    assert typed(page) == []
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.role") != "gridcell"


def test_what_was_typed_meanwhile_is_not_painted_away(
    context: BrowserContext, address: str
) -> None:
    page = own_hours(context, address)
    field = page.get_by_label("Every week")
    drag(page, ("Sun", "09:00"))
    field.fill("")
    field.press_sequentially("Mon 08:00-08:30")
    cell(page, "Sun", "09:00").focus()
    page.keyboard.press("Shift+ArrowRight")
    assert typed(page) == ["Mon 08:00-08:30", "Sun 09:00-10:00"]


def test_any_strokes_give_the_minutes_that_were_painted(
    context: BrowserContext, address: str
) -> None:
    """Against a week of minutes; typed windows cross midnight and lie on each other."""
    chance = random.Random(7)
    page = own_hours(context, address)
    begun = "Fri 22:00-01:20\nSun 23:10-02:00\nTue,Wed 09:05-11:25\nWed 10:00-12:00"
    page.get_by_label("Every week").fill(begun)
    week = minutes(begun.splitlines())
    for _ in range(20):
        days = sorted(chance.choices(range(7), k=2))
        halves = sorted(chance.choices(range(48), k=2))
        first = (days[0], halves[0])
        stops = [
            (DAYS[d], f"{h // 2:02}:{h % 2 * 30:02}")
            for d, h in zip(days, halves, strict=True)
        ]
        opens = not all(
            (first[0] * DAY + first[1] * 30 + each) in week for each in range(30)
        )
        drag(page, *stops)
        stroke = {
            day * DAY + minute
            for day in range(days[0], days[1] + 1)
            for minute in range(halves[0] * 30, halves[1] * 30 + 30)
        }
        week = week | stroke if opens else week - stroke
        assert minutes(typed(page)) == week


def minutes(lines: list[str]) -> set[int]:
    """The minutes of a week that lines open, counted from Monday."""
    return {
        (day * DAY + minute) % (7 * DAY)
        for each in map(read_weekly, lines)
        for day in each.days
        for minute in range(each.start, each.end)
    }


def test_a_plan_is_painted_and_saved_with_its_turns_and_single_days_as_they_were(
    context: BrowserContext, address: str, house: House
) -> None:
    turns = rotation("2026-11-30", 2, (1,), "Wed 13:00-15:00")
    agreed = plan(
        text(hours=hours("Tue 09:00-11:00", deny=("2026-12-24",))),
        session_hours=hours("Fri 22:00-01:00", rotations=(turns,)),
    )
    file = filing.a_file(house, actor(house, "wanda"), with_plan=agreed)
    page = enter(context, address, Role.INTAKE)
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.goto(f"{address}/people/{file.code}/plan")
    assert page.locator("#bars .bar > .turn").count() == 1
    drag(page, ("Mon", "13:00"), ("Mon", "14:30"))
    page.locator("[data-paint-tools] select").select_option(label="Texts")
    drag(page, ("Thu", "09:00"), ("Thu", "10:30"))
    assert typed(page, "session_hours") == ["Fri 22:00-01:00", "Mon 13:00-15:00"]
    assert typed(page, "channels.text.hours") == ["Tue,Thu 09:00-11:00"]
    # The drawing is asked for anew while the focus is in the grid.
    page.locator("#bars .bar > .txt").nth(1).wait_for()
    page.get_by_role("button", name="Save the plan").click()
    page.get_by_text("The plan is saved.").wait_for()
    assert troubles == []
    with house.store.reading() as tx:
        saved = plans.current(tx, file.id)[0]
    assert saved.session_hours.rotations == (turns,)
    assert set(saved.session_hours.weekly) == {
        read_weekly("Fri 22:00-01:00"),
        read_weekly("Mon 13:00-15:00"),
    }
    assert saved.channels[0].hours == hours("Tue,Thu 09:00-11:00", deny=("2026-12-24",))


@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_on_a_grid_that_is_painted(
    browser: Browser, address: str, look: str
) -> None:
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    page = own_hours(context, address)
    drag(page, ("Sun", "09:00"), ("Sun", "09:30"))
    kit.assert_no_axe_findings(page)
    kit.assert_fits(page)
    context.close()


def test_without_a_script_nothing_is_offered_that_does_nothing(
    browser: Browser, address: str
) -> None:
    context = browser.new_context(**kit.LOOKS["wide"], java_script_enabled=False)
    page = own_hours(context, address)
    assert page.locator("[data-paint-tools]").is_hidden()
    assert page.locator("[role=grid]").count() == 0
    page.get_by_label("Every week").fill("Mon 09:00-10:00")
    page.get_by_role("button", name="Save the hours").click()
    page.get_by_text("The hours are saved.").wait_for()
    context.close()
