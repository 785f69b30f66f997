"""Repeat: a series under Find a time, as pages over the real services (B4)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.hours import DateSpan
from scheduler.storage import bookings, counsellors
from scheduler.storage.bookings import Session
from tests.domain.builders import at, hours, plan, rotation
from tests.services import filing
from tests.web import kit
from tests.web.desk import LOOKS, WEDNESDAY, Desk, enter, words

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser
    from werkzeug.test import TestResponse

FIRST = f"{WEDNESDAY} 10:00"


def plan_of(desk: Desk, browser: FlaskClient, **more: Any) -> TestResponse:
    given = {"at": desk.value(FIRST), "count": "3", **more}
    return browser.get("/find/series", query_string=desk.asked(**given))


def field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def sent(desk: Desk, page: str, **more: Any) -> dict[str, Any]:
    """The form as the page gives it, and what is changed in it."""
    given = {"at": desk.value(FIRST), "count": "3", "every": "week"}
    kept = {name: field(page, name) for name in ("seen", "once")}
    return desk.asked(**{**given, **kept, **more})


def book(desk: Desk, browser: FlaskClient, **more: Any) -> TestResponse:
    shown = plan_of(desk, browser).text
    return kit.post(browser, "/find/series/book", sent(desk, shown, **more))


def away(desk: Desk, day: str) -> None:
    span = DateSpan(at(day).date(), at(day).date())
    with desk.house.store.begin() as tx:
        counsellors.add_leave(tx, desk.staff["cora"].id, span)


def booked_starts(desk: Desk) -> list[Session]:
    return [each for each in desk.sessions() if each.state.value == "booked"]


def test_a_held_start_leads_to_the_series(desk: Desk) -> None:
    browser = desk.at_work()
    held = browser.get(desk.hold(browser, FIRST))
    found = re.search(r'href="(/find/series\?[^"]+)"', held.text)
    assert found
    shown = browser.get(found[1].replace("&amp;", "&"))
    kit.assert_clean(shown.text)
    assert "Book 4" in shown.text


def test_each_occurrence_says_what_leaves_or_what_stands_against_it(
    desk: Desk,
) -> None:
    away(desk, "2026-12-16")
    shown = plan_of(desk, desk.at_work())
    kit.assert_clean(shown.text)
    said = words(shown)
    assert "Cora is not available on Wed 16 Dec at 10:00." in said
    assert "Book 2 of 3" in said
    assert said.count("It can be booked.") == 2
    assert said.count("Reminder may leave") == 2
    assert "The plants could do with some water" in shown.text
    assert '<optgroup label="Same time, other counsellor">' in shown.text


def test_what_is_booked_is_what_was_shown_and_what_was_not_is_said(
    desk: Desk,
) -> None:
    away(desk, "2026-12-16")
    browser = desk.at_work()
    answer = book(desk, browser)
    assert answer.status_code == 303
    shown = browser.get(answer.location)
    kit.assert_clean(shown.text)
    said = words(shown)
    assert "Booked. 2 sessions stand." in said
    assert "Not booked Wed 16 Dec 10:00" in said
    assert "Cora is not available" in said
    starts = [each.time.start for each in booked_starts(desk)]
    assert starts == [at(FIRST), at("2026-12-23 10:00")]


def test_a_choice_is_shown_with_its_verdict_before_it_is_booked(desk: Desk) -> None:
    browser = desk.at_work()
    dora = f"{desk.value('2026-12-16 10:00', 'dora')}-in_person"
    answer = book(desk, browser, o2=dora, o3="skip")
    assert answer.status_code == 303
    assert "/find/series?" in answer.location
    assert desk.sessions() == []
    shown = browser.get(answer.location)
    assert "You chose something else." in words(shown)
    data = sent(desk, shown.text, o2=dora, o3="skip")
    done = kit.post(browser, "/find/series/book", data)
    assert "/series?done=booked" in done.location
    held = booked_starts(desk)
    assert [each.time.start for each in held] == [at(FIRST)]
    with desk.house.store.reading() as tx:
        [hers] = bookings.of_counsellors(
            tx, [desk.staff["dora"].id], at("2026-12-16"), at("2026-12-17")
        )
    assert hers.series_id == held[0].series_id


def test_the_same_form_sent_twice_books_one_series(desk: Desk) -> None:
    browser = desk.at_work()
    page = plan_of(desk, browser).text
    data = sent(desk, page)
    first = kit.post(browser, "/find/series/book", data)
    second = kit.post(browser, "/find/series/book", data)
    assert first.status_code == 303
    assert len(booked_starts(desk)) == 3
    assert second.status_code in {303, 409}


def test_a_series_is_undone_as_a_whole_and_not_when_it_is_too_late(
    desk: Desk,
) -> None:
    browser = desk.at_work()
    stands = book(desk, browser).location
    assert "Undo" in browser.get(stands).text
    session_id = booked_starts(desk)[1].id
    undone = kit.post(browser, f"/booking/{session_id}/series/undo")
    assert undone.status_code == 303
    assert "Undone." in browser.get(undone.location).text
    assert booked_starts(desk) == []
    book(desk, browser)
    desk.clock.at += timedelta(seconds=20)
    session_id = booked_starts(desk)[0].id
    late = kit.post(browser, f"/booking/{session_id}/series/undo")
    assert late.status_code == 409
    assert "It is too late to undo all of them." in words(late)


def test_how_many_is_corrected_at_its_field(desk: Desk) -> None:
    browser = desk.at_work()
    page = plan_of(desk, browser).text
    answer = kit.post(browser, "/find/series", sent(desk, page, count="many"))
    assert answer.status_code == 422
    kit.assert_clean(answer.text)
    assert "Give a whole number from 2 to 52." in words(answer)


def test_her_rotation_is_offered_only_where_she_has_one(desk: Desk) -> None:
    assert "rotation" not in plan_of(desk, desk.at_work()).text
    turns = rotation("2026-12-07", 2, (1,), "Wed 09:00-12:00")
    file = filing.a_file(
        desk.house,
        desk.staff["wanda"],
        with_plan=plan(session_hours=hours(rotations=(turns,))),
        counsellor=desk.staff["cora"],
    )
    desk.code = file.code
    shown = plan_of(desk, desk.at_work(), every="rotation")
    assert "in the weeks of her rotation" in shown.text
    assert "Wed 23 Dec" in words(shown)
    assert "Wed 16 Dec" not in words(shown)


def test_without_a_start_the_series_sends_back_to_find_a_time(desk: Desk) -> None:
    answer = desk.at_work().get("/find/series", query_string=desk.asked())
    assert answer.status_code == 303
    assert "/find?" in answer.location


# --- What follows ----------------------------------------------------------------


def test_what_follows_moves_with_its_verdicts_shown_before(desk: Desk) -> None:
    browser = desk.at_work()
    book(desk, browser)
    first, second, _ = booked_starts(desk)
    away(desk, "2026-12-22")
    target = desk.value("2026-12-15 10:00")
    one = browser.get(f"/booking/{second.id}/move?at={target}")
    assert "Move the 1 that follow in the series as well" in one.text
    shown = browser.get(f"/booking/{second.id}/move-all?at={target}")
    kit.assert_clean(shown.text)
    said = words(shown)
    assert "To Tue 15 Dec, 10:00–10:50" in said
    assert "Not to Tue 22 Dec, 10:00–10:50 Cora is not available" in said
    assert "One text tells her of all: it may leave" in said
    data = {"at": target, "by": "agency"}
    done = kit.post(browser, f"/booking/{second.id}/move-all", data)
    stands = words(browser.get(done.location))
    assert "Moved." in stands
    assert "Wed 23 Dec 10:00 stays where it is." in stands
    assert desk.texts(second.id)[0] == ("changed", "planned")
    assert first.id in {each.id for each in booked_starts(desk)}


def test_what_follows_is_cancelled_with_what_goes_shown_before(desk: Desk) -> None:
    browser = desk.at_work()
    book(desk, browser)
    first, second, third = booked_starts(desk)
    assert (
        "Cancel the 1 that follow" in browser.get(f"/booking/{second.id}/cancel").text
    )
    path = f"/booking/{second.id}/cancel-all"
    shown = browser.get(path)
    kit.assert_clean(shown.text)
    assert words(shown).count("does not leave any more.") == 2
    assert kit.post(browser, path).status_code == 422
    done = kit.post(browser, path, {"by": "client"})
    assert "Cancelled." in words(browser.get(done.location))
    assert [each.id for each in booked_starts(desk)] == [first.id]
    assert kit.post(browser, path, {"by": "client"}).status_code == 409
    late = {"by": "client", "at": desk.value("2026-12-15 10:00")}
    assert kit.post(browser, f"/booking/{third.id}/move-all", late).status_code == 409
    unsaid = {"at": late["at"]}
    assert kit.post(browser, f"/booking/{first.id}/move-all", unsaid).status_code == 422


# --- In a browser --------------------------------------------------------------


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with kit.serve(desk.app) as found:
        yield found


@pytest.mark.journey
def test_a_series_is_booked_by_keyboard_from_the_held_start(
    desk: Desk, browser: Browser, address: str
) -> None:
    page = enter(browser, address)
    held = desk.hold(desk.at_work(), FIRST)
    page.goto(address + held)
    page.locator("button.go:focus").wait_for()
    page.keyboard.press("r")
    page.wait_for_url("**/find/series**")
    page.keyboard.press("b")
    page.wait_for_url("**done=booked**")
    assert len(booked_starts(desk)) == 4
    page.keyboard.press("u")
    page.wait_for_url("**done=undone**")
    page.context.close()


@pytest.mark.journey
def test_a_series_needs_no_script(desk: Desk, browser: Browser, address: str) -> None:
    away(desk, "2026-12-16")
    page = enter(browser, address, java_script_enabled=False)
    page.goto(address + desk.hold(desk.at_work(), FIRST))
    page.get_by_role("link", name="Repeat").click()
    choice = page.get_by_label("What to do about number 2, Wed 16 Dec")
    choice.select_option(label="Dora")
    page.get_by_role("button", name="Book 3 of 4").click()
    assert "You chose something else" in page.locator("main").inner_text()
    page.get_by_role("button", name="Book 4").click()
    assert "4 sessions stand." in page.locator("main").inner_text()
    page.context.close()


@pytest.mark.journey
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_a_series_and_nothing_sticks_out(
    desk: Desk, browser: Browser, address: str, look: str
) -> None:
    away(desk, "2026-12-16")
    stands = book(desk, desk.at_work()).location
    desk.clock.at += timedelta(minutes=1)
    page = enter(browser, address, bypass_csp=True, **LOOKS[look])
    query = "&".join(
        f"{name}={value}"
        for name, value in desk.asked(at=desk.value(f"{WEDNESDAY} 11:00")).items()
    )
    second = booked_starts(desk)[1].id
    moved = f"/booking/{second}/move-all?at={desk.value('2026-12-15 10:00')}"
    for path in (
        f"/find/series?{query}&count=4&open=1",
        stands,
        moved,
        f"/booking/{second}/cancel-all",
    ):
        page.goto(address + path)
        kit.assert_no_axe_findings(page)
        kit.assert_fits(page)
    page.context.close()
