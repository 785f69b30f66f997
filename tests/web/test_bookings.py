"""Find a time, and moving and cancelling: pages, forms and answers over the real
services, and in a real browser by keyboard and without a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Person, Role
from scheduler.domain.plan import Format, Purpose
from scheduler.domain.suitability import Connection, Suitability
from scheduler.services.files import people as files
from scheduler.storage import counsellors, people
from tests.domain.builders import at, hours, plan, text
from tests.services import filing
from tests.web import kit, site
from tests.web.desk import LOOKS, TUESDAY, WEDNESDAY, Desk, enter, words

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser
    from werkzeug.test import TestResponse


def find(desk: Desk, browser: FlaskClient, **more: Any) -> TestResponse:
    return browser.get("/find", query_string=desk.asked(**more))


# --- Looking -------------------------------------------------------------------


def test_the_page_opens_with_one_field_to_fill(desk: Desk) -> None:
    answer = desk.at_work().get("/find")
    assert answer.status_code == 200
    kit.assert_clean(answer.text)
    assert re.search(r'id="who"[^>]*autofocus', answer.text)


def test_a_search_is_answered_with_an_address_of_codes_and_choices(
    desk: Desk,
) -> None:
    browser = desk.at_work()
    typed = {"who": f" {desk.code.lower().replace('-', '')} ", "minutes": "50"}
    answer = kit.post(browser, "/find", typed)
    assert answer.status_code == 303
    assert f"who={desk.code}" in answer.location
    shown = browser.get(answer.location)
    kit.assert_clean(shown.text)
    assert "Best six" in shown.text


@pytest.mark.parametrize("typed", ["Marie Tremblay", "416 555 0142", "K-9999", "", "K"])
def test_what_is_typed_by_mistake_comes_back_and_is_in_no_address(
    desk: Desk, typed: str
) -> None:
    answer = kit.post(desk.at_work(), "/find", {"who": typed, "minutes": "25"})
    assert answer.status_code == 422
    assert "Location" not in answer.headers
    kit.assert_clean(answer.text)
    assert f'value="{typed}"' in answer.text or typed == ""
    assert 'value="25"' in answer.text


def test_a_file_that_is_not_hers_reads_like_one_that_is_not_there(desk: Desk) -> None:
    cora = desk.at_work(Role.COUNSELLOR)
    dora_only = filing.a_file(
        desk.house, desk.staff["wanda"], counsellor=desk.staff["dora"]
    ).code
    not_hers = kit.post(cora, "/find", {"who": dora_only})
    not_there = kit.post(cora, "/find", {"who": "Z-9999"})
    assert not_hers.status_code == not_there.status_code == 422
    assert words(not_hers) == words(not_there)
    for code in (dora_only, "Z-9999"):
        assert cora.get("/find", query_string={"who": code}).status_code == 404


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("minutes", "3"),
        ("minutes", "soon"),
        ("from", "2020-01-01"),
        ("from", "tomorrow"),
        ("format", "dance"),
        ("with", "Cora"),
        ("language", "not one!"),
        ("speciality", "<not one>"),
    ],
)
def test_a_wrong_entry_gets_a_sentence_at_its_field(
    desk: Desk, name: str, value: str
) -> None:
    browser = desk.at_work()
    for answer in (
        kit.post(browser, "/find", desk.asked(**{name: value})),
        find(desk, browser, **{name: value}),
    ):
        assert answer.status_code == 422
        kit.assert_clean(answer.text)
        assert f'id="{name}-wrong"' in answer.text
        assert desk.code in answer.text


def test_her_windows_free_time_and_starts_are_laid_over_each_other(desk: Desk) -> None:
    shown = find(desk, desk.at_work())
    read = words(shown)
    assert "in person Tue,Wed 09:00–12:00" in read
    assert "her clock" in read
    assert "hers 09:00–12:00" in read
    assert "Cora free 09:00–17:00, Dora free 09:00–17:00" in read
    assert "none of her windows" in read
    assert shown.text.count('class="slot at') == 8


def test_her_clock_stands_beside_yours(desk: Desk) -> None:
    file = filing.a_file(
        desk.house,
        desk.staff["wanda"],
        with_plan=plan(text(), zone="America/Vancouver"),
    )
    read = words(find(desk, desk.at_work(), who=file.code))
    assert "Hers is 2 h behind yours." in read
    assert "hers 09:00" in read


def test_every_day_without_a_time_says_what_closed_it(desk: Desk) -> None:
    file = filing.a_file(
        desk.house,
        desk.staff["wanda"],
        with_plan=plan(session_hours=hours("Tue-Thu 09:00-12:00", deny=(TUESDAY,))),
    )
    read = words(find(desk, desk.at_work(), who=file.code))
    assert "Tue 8 she said no to it" in read
    assert "Mon 7 none of her windows" in read


def test_times_that_wait_for_something_say_for_what_and_where(desk: Desk) -> None:
    shown = find(desk, desk.at_work(), format="video")
    kit.assert_clean(shown.text)
    assert "It is not recorded that video suits her." in words(shown)
    assert "Record it" in words(shown)
    assert "waits" in words(shown)


def test_a_client_who_agreed_to_nothing_gets_the_reason_and_the_remedy(
    desk: Desk,
) -> None:
    file = filing.a_file(desk.house, desk.staff["wanda"], with_plan=plan(formats=()))
    read = words(find(desk, desk.at_work(), who=file.code))
    assert "did not agree to a session in person" in read
    assert "There is no time to book in these four weeks." in read


# --- Holding -------------------------------------------------------------------


def test_a_chosen_time_is_held_and_says_what_it_brings(desk: Desk) -> None:
    browser = desk.at_work()
    there = desk.hold(browser, f"{WEDNESDAY} 10:00")
    shown = browser.get(there)
    kit.assert_clean(shown.text)
    read = words(shown)
    assert "held for you until 08:05" in read
    assert "The plants could do with some water" in read
    assert "may leave Tue 8 Dec 09:30–10:30" in read
    assert "In her window, with 15 min to spare" in read
    assert "+1416" not in shown.text
    assert re.search(r"autofocus[^>]*>Book Wed 9 Dec 10:00", shown.text)


def test_choosing_again_lets_the_first_time_go(desk: Desk) -> None:
    browser = desk.at_work()
    first = desk.hold(browser, f"{TUESDAY} 09:00")
    hold_id = re.search(r"hold=([0-9a-f-]{36})", first)
    assert hold_id
    desk.hold(browser, f"{TUESDAY} 10:00", hold=hold_id[1])
    other = site.client(desk.app, Role.SUPERVISOR)
    assert "09:00" in words(find(desk, other, **{"with": desk.staff["cora"].id}))


def test_a_start_pressed_twice_is_held_once_and_not_taken(desk: Desk) -> None:
    browser = desk.at_work()
    assert desk.hold(browser, f"{TUESDAY} 10:00") == desk.hold(
        browser, f"{TUESDAY} 10:00"
    )


def test_cancelling_and_undoing_may_be_pressed_twice(desk: Desk) -> None:
    browser = desk.at_work()
    session_id = desk.booked(browser)
    for _ in range(2):
        answer = kit.post(browser, "/find/undo", desk.asked(booked=session_id))
        assert "done=undone" in answer.location
    session_id = desk.booked(browser, f"{TUESDAY} 10:00")
    for _ in range(2):
        answer = kit.post(browser, f"/booking/{session_id}/cancel", {"by": "client"})
        assert "done=cancelled" in answer.location


def test_a_hold_is_let_go_on_request(desk: Desk) -> None:
    browser = desk.at_work()
    there = desk.hold(browser, f"{TUESDAY} 09:00")
    hold_id = re.search(r"hold=([0-9a-f-]{36})", there)
    assert hold_id
    answer = kit.post(browser, "/find/let-go", desk.asked(hold=hold_id[1]))
    assert answer.status_code == 303
    assert "hold=" not in answer.location


def test_a_lapsed_hold_says_so_and_how_to_go_on(desk: Desk) -> None:
    browser = desk.at_work()
    there = desk.hold(browser, f"{TUESDAY} 09:00")
    desk.clock.at += timedelta(minutes=6)
    read = words(browser.get(there))
    assert "The time is no longer held for you." in read
    assert "Hold it again" in read
    assert "Waits for one thing" in read


def test_any_start_may_be_typed_and_says_what_stands_against_it(desk: Desk) -> None:
    browser = desk.at_work()
    data = desk.asked(day=WEDNESDAY, time="18:00", who_with=desk.staff["cora"].id)
    answer = kit.post(browser, "/find/hold", data)
    assert answer.status_code == 409
    read = words(answer)
    assert "cannot be seen on Wed 9 Dec at 18:00" in read
    assert "Cora is not available on Wed 9 Dec at 18:00" in read
    assert "Waits for 2 things" in read
    fitting = {**data, "time": "09:25"}
    assert kit.post(browser, "/find/hold", fitting).status_code == 303


def test_a_start_typed_wrong_gets_a_sentence_at_its_field(desk: Desk) -> None:
    data = desk.asked(day="soon", time="25:99")
    answer = kit.post(desk.at_work(), "/find/hold", data)
    assert answer.status_code == 422
    kit.assert_clean(answer.text)
    assert 'id="day-wrong"' in answer.text
    assert "Best six" in answer.text


# --- Booking -------------------------------------------------------------------


def test_a_held_time_is_booked_with_all_that_comes_with_it(desk: Desk) -> None:
    browser = desk.at_work()
    there = desk.hold(browser, f"{WEDNESDAY} 10:00")
    hold_id = re.search(r"hold=([0-9a-f-]{36})", there)
    assert hold_id
    answer = desk.book(browser, f"{WEDNESDAY} 10:00", hold=hold_id[1])
    assert answer.status_code == 303
    (session,) = desk.sessions()
    assert session.time.start == at(f"{WEDNESDAY} 10:00")
    shown = browser.get(answer.location)
    kit.assert_clean(shown.text)
    read = words(shown)
    assert "Booked. With Cora." in read
    assert "Reminder, planned Tue 8 Dec 09:30–10:30" in read
    assert "Undo" in read


def test_the_same_form_sent_twice_books_once(desk: Desk) -> None:
    browser = desk.at_work()
    for _ in range(2):
        answer = desk.book(browser, f"{WEDNESDAY} 10:00", once="one-form")
        assert answer.status_code == 303
    assert len(desk.sessions()) == 1


def test_a_time_that_was_just_taken_is_a_409_with_the_next_three(desk: Desk) -> None:
    browser = desk.at_work()
    other = filing.a_file(desk.house, desk.staff["wanda"])
    filing.book(
        desk.house,
        desk.staff["wanda"],
        other,
        at(f"{TUESDAY} 09:00"),
        counsellor=desk.staff["cora"],
        format=Format.IN_PERSON,
    )
    for path in ("/find/hold", "/find/book"):
        data = desk.asked(at=desk.value(f"{TUESDAY} 09:00"))
        answer = kit.post(browser, path, data)
        assert answer.status_code == 409
        kit.assert_clean(answer.text)
        assert "This time was just taken." in words(answer)
        for minute in ("05", "10", "15"):
            assert desk.value(f"{TUESDAY} 10:{minute}") in answer.text
    assert desk.sessions() == []


def test_a_refusal_says_every_reason_and_writes_nothing(desk: Desk) -> None:
    answer = desk.book(desk.at_work(), f"{WEDNESDAY} 10:00", format="video")
    assert answer.status_code == 409
    assert "It is not recorded that video suits her." in words(answer)
    assert desk.sessions() == []


def test_a_plan_that_ends_before_is_pointed_out_before_it_is_booked(
    desk: Desk,
) -> None:
    file = filing.a_file(
        desk.house,
        desk.staff["wanda"],
        with_plan=plan(valid_until=date(2026, 12, 8)),
        counsellor=desk.staff["cora"],
    )
    at_ = desk.value(f"{WEDNESDAY} 10:00")
    read = words(find(desk, desk.at_work(), who=file.code, at=at_))
    assert "Her plan ends Tue 2026-12-08, before the session." in read


def test_a_supervisor_sets_a_gap_aside_with_a_reason(desk: Desk) -> None:
    other = filing.a_file(desk.house, desk.staff["wanda"])
    filing.book(
        desk.house,
        desk.staff["wanda"],
        other,
        at(f"{TUESDAY} 09:00"),
        counsellor=desk.staff["cora"],
        format=Format.IN_PERSON,
    )
    near = f"{TUESDAY} 09:55"
    shown = find(desk, desk.at_work(), at=desk.value(near))
    assert "Book all the same" not in shown.text
    sue = desk.at_work(Role.SUPERVISOR)
    shown = find(desk, sue, at=desk.value(near))
    assert "Book all the same" in shown.text
    assert desk.book(sue, near, aside="gap").status_code == 409
    assert desk.book(sue, near, aside="gap", why="because").status_code == 409
    assert desk.book(sue, near, aside="gap", why="cannot_wait").status_code == 303
    assert len(desk.sessions()) == 1


# --- Undo ----------------------------------------------------------------------


def test_undo_takes_it_back_within_its_seconds(desk: Desk) -> None:
    browser = desk.at_work()
    session_id = desk.booked(browser)
    answer = kit.post(browser, "/find/undo", desk.asked(booked=session_id))
    assert answer.status_code == 303
    read = words(browser.get(answer.location))
    assert "Undone. The session is taken back" in read
    assert desk.texts(session_id) == [("reminder", "cancelled")]


def test_after_its_seconds_undo_is_neither_offered_nor_done(desk: Desk) -> None:
    browser = desk.at_work()
    session_id = desk.booked(browser)
    desk.clock.at += timedelta(seconds=15)
    shown = find(desk, browser, booked=session_id)
    assert "Undo" not in shown.text
    answer = kit.post(browser, "/find/undo", desk.asked(booked=session_id))
    assert answer.status_code == 409
    assert "Booked. With Cora." in words(answer)
    assert desk.sessions()[0].state.value == "booked"


# --- Moving and cancelling -----------------------------------------------------


def test_moving_shows_its_consequences_before_it_is_done(desk: Desk) -> None:
    browser = desk.at_work()
    session_id = desk.booked(browser, "2026-12-16 10:00")
    shown = browser.get(f"/booking/{session_id}/move")
    kit.assert_clean(shown.text)
    assert "Now: Wed 16 Dec, 10:00–10:50" in words(shown)
    there = {"at": desk.value("2026-12-23 10:00"), "from": "2026-12-23"}
    chosen = browser.get(f"/booking/{session_id}/move", query_string=there)
    kit.assert_clean(chosen.text)
    read = words(chosen)
    assert "To Wed 23 Dec, 10:00–10:50" in read
    assert "Reminder, planned Tue 15 Dec 09:30–10:30: does not leave" in read
    assert "may leave Tue 22 Dec 09:30–10:30" in read
    assert "A text may leave Tue 1 Dec 09:00–09:30" in read
    assert "I moved the ladder" in read
    assert desk.sessions()[0].version == 1


@pytest.mark.parametrize(("by", "told"), [("client", False), ("agency", True)])
def test_a_session_is_moved_with_or_without_her(
    desk: Desk, by: str, told: bool
) -> None:
    browser = desk.at_work()
    session_id = desk.booked(browser, "2026-12-16 10:00")
    data = {"at": desk.value("2026-12-23 10:00"), "by": by}
    answer = kit.post(browser, f"/booking/{session_id}/move", data)
    assert answer.status_code == 303
    assert "Moved." in words(browser.get(answer.location))
    kinds = [kind for kind, _ in desk.texts(session_id)]
    assert ("changed" in kinds) is told
    assert desk.sessions()[0].time.start == at("2026-12-23 10:00")


def test_a_move_that_cannot_be_is_a_409_with_its_reasons(desk: Desk) -> None:
    browser = desk.at_work()
    session_id = desk.booked(browser)
    data = {"at": desk.value("2026-12-03 10:00"), "by": "client"}
    answer = kit.post(browser, f"/booking/{session_id}/move", data)
    assert answer.status_code == 409
    kit.assert_clean(answer.text)
    assert "cannot be seen on Thu 3 Dec at 10:00" in words(answer)
    assert desk.sessions()[0].version == 1


def test_who_moves_it_has_to_be_said(desk: Desk) -> None:
    browser = desk.at_work()
    session_id = desk.booked(browser)
    for act in ("move", "cancel"):
        data = {"at": desk.value("2026-12-16 10:00"), "by": "fate"}
        answer = kit.post(browser, f"/booking/{session_id}/{act}", data)
        assert answer.status_code == 422
    assert desk.sessions()[0].version == 1


def test_cancelling_says_whether_she_can_be_told(desk: Desk) -> None:
    browser = desk.at_work()
    session_id = desk.booked(browser)
    shown = browser.get(f"/booking/{session_id}/cancel")
    kit.assert_clean(shown.text)
    read = words(shown)
    assert "You agree it with her now, so nothing is sent." in read
    assert "I put the ladder back" in read
    answer = kit.post(browser, f"/booking/{session_id}/cancel", {"by": "agency"})
    assert "Cancelled." in words(browser.get(answer.location))
    assert ("cancelled", "planned") in desk.texts(session_id)
    again = kit.post(browser, f"/booking/{session_id}/cancel", {"by": "agency"})
    assert again.location == answer.location
    assert [each[0] for each in desk.texts(session_id)].count("cancelled") == 1


def test_when_she_cannot_be_told_somebody_has_to_be_there(desk: Desk) -> None:
    silent = filing.a_file(
        desk.house,
        desk.staff["wanda"],
        with_plan=plan(text(purposes=frozenset({Purpose.REMINDER}))),
        counsellor=desk.staff["cora"],
    )
    session_id = filing.book(
        desk.house,
        desk.staff["wanda"],
        silent,
        at(f"{WEDNESDAY} 10:00"),
        counsellor=desk.staff["cora"],
        format=Format.IN_PERSON,
    )
    read = words(desk.at_work().get(f"/booking/{session_id}/cancel"))
    assert "She cannot be told." in read
    assert "Somebody has to be in the room Wed 9 Dec at 10:00" in read


# --- Whom it may be told (E5) --------------------------------------------------


def test_files_kept_apart_read_word_for_word_like_a_counsellor_who_is_away(
    desk: Desk,
) -> None:
    other = filing.a_file(
        desk.house, desk.staff["wanda"], counsellor=desk.staff["dora"]
    )
    asked = {
        "with": desk.staff["dora"].id,
        "at": desk.value(f"{TUESDAY} 10:00", "dora"),
    }

    def set_apart(since: datetime | None) -> None:
        with desk.house.store.begin() as tx:
            mine = people.client_by_code(tx, desk.code)
            assert mine is not None
            people.set_apart(tx, mine.id, other.id, since)

    set_apart(desk.house.now())
    apart = find(desk, desk.at_work(), **asked)
    told = find(desk, desk.at_work(Role.SUPERVISOR), **asked)
    set_apart(None)
    with desk.house.store.begin() as tx:
        counsellors.set_profile(tx, desk.staff["dora"].id, hours())
    away = find(desk, desk.at_work(), **asked)
    assert words(apart) == words(away)
    assert "Dora is not available" in words(apart)
    assert "Two files that are kept apart would meet." in words(told)


def test_no_name_and_no_number_is_on_the_page(desk: Desk) -> None:
    file = files.open_file(
        desk.house,
        desk.staff["wanda"],
        person=Person(session_name="Zebra Canary"),
        usual_counsellor_id=desk.staff["cora"].id,
    )
    assert isinstance(file, people.ClientFile)
    for path in ("/find", f"/find?who={file.code}"):
        shown = desk.at_work().get(path)
        assert "Zebra" not in shown.text
        assert "555" not in shown.text


# --- In a browser --------------------------------------------------------------


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """Where it is served; video suits her, so nothing has to be seen to."""
    record = Suitability(
        recorded_on=date(2026, 11, 30),
        review_on=date(2027, 3, 1),
        wants_video=True,
        knows_equal=True,
        connection=Connection.GOOD,
    )
    files.record_suitability(desk.house, desk.staff["wanda"], desk.code, record)
    with kit.serve(desk.app) as found:
        yield found


@pytest.mark.journey
def test_from_the_code_to_the_booking_by_keyboard_alone(
    desk: Desk, browser: Browser, address: str
) -> None:
    page = enter(browser, address)
    page.goto(f"{address}/find")
    kit.wait_for_focus(page)
    page.keyboard.type(desk.code)
    page.keyboard.press("Enter")
    page.wait_for_url("**/find?who=**")
    page.keyboard.press("1")
    page.wait_for_url("**hold=**")
    page.locator("button.go:focus").wait_for()
    page.keyboard.press("Enter")
    page.wait_for_url("**booked=**")
    assert len(desk.sessions()) == 1
    page.keyboard.press("u")
    page.wait_for_url("**done=undone**")
    assert [each.state.value for each in desk.sessions()] == ["cancelled"]
    page.context.close()


@pytest.mark.journey
def test_escape_leaves_the_field_so_that_the_keys_work(
    desk: Desk, browser: Browser, address: str
) -> None:
    page = enter(browser, address)
    page.goto(f"{address}/find")
    kit.wait_for_focus(page)
    page.keyboard.type("p")
    assert page.get_by_label("Who").input_value() == "p"
    page.keyboard.press("Escape")
    page.keyboard.press("p")
    page.wait_for_url("**/people")
    page.context.close()


@pytest.mark.journey
def test_arrow_keys_move_in_the_week_and_enter_holds(
    desk: Desk, browser: Browser, address: str
) -> None:
    page = enter(browser, address)
    page.goto(f"{address}/find?who={desk.code}&from=2026-12-07")
    page.locator(".slot").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.wait_for_url("**hold=**")
    assert "Wed 9 Dec, 09:30" in page.locator("#chosen").inner_text()
    page.context.close()


@pytest.mark.journey
def test_everything_works_without_a_script(
    desk: Desk, browser: Browser, address: str
) -> None:
    page = enter(browser, address, java_script_enabled=False)
    page.goto(f"{address}/find")
    page.get_by_label("Who").fill(desk.code)
    page.get_by_role("button", name="Show").click()
    page.locator(".slot").first.click()
    page.get_by_role("button", name="Book").click()
    page.get_by_role("button", name="Undo").click()
    assert "Undone." in page.locator("main").inner_text()
    page.context.close()


# What is read out and not drawn takes no room; what is drawn stands whole in its slot.
_DRAWN_OVER = """() => {
  const box = (each) => each.getBoundingClientRect();
  const free = [...document.querySelectorAll(".lane > .free *")];
  const slots = [...document.querySelectorAll(".lane > .slot")];
  return {
    free: free.length,
    drawn: free.filter((each) => box(each).width > 1 || box(each).height > 1).length,
    cut: slots.filter((each) => {
      const word = each.querySelector(".by");
      const long = word.offsetWidth > each.clientWidth;
      return long || box(word).bottom > box(each).bottom + 1;
    }).map((each) => each.innerText),
  };
}"""


@pytest.mark.journey
@pytest.mark.parametrize("width", [1280, 1024])
def test_in_the_week_no_words_are_drawn_over_others(
    desk: Desk, browser: Browser, address: str, width: int
) -> None:
    with desk.house.store.begin() as tx:
        for name in ("cora", "dora"):
            pieces = (
                "Mon-Fri 09:00-10:30",
                "Mon-Fri 11:00-12:15",
                "Mon-Fri 13:00-17:00",
            )
            counsellors.set_profile(tx, desk.staff[name].id, hours(*pieces))
    page = enter(browser, address, viewport={"width": width, "height": 900})
    page.goto(f"{address}/find?who={desk.code}&from=2026-12-07")
    found = page.evaluate(_DRAWN_OVER)
    assert found["free"] >= 10
    assert found["drawn"] == 0
    assert found["cut"] == []
    page.context.close()


@pytest.mark.journey
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_and_nothing_sticks_out(
    desk: Desk, browser: Browser, address: str, look: str
) -> None:
    session_id = desk.booked(desk.at_work(), "2026-12-16 10:00")
    held = desk.hold(desk.at_work(), f"{WEDNESDAY} 10:00")
    late = desk.value(f"{TUESDAY} 18:00")
    waits = f"/find?who={desk.code}&format=video&at={late}"
    page = enter(browser, address, bypass_csp=True, **LOOKS[look])
    for path in (
        "/find",
        f"/find?who={desk.code}&format=in_person",
        held,
        waits,
        f"/find?who={desk.code}&booked={session_id}",
        f"/booking/{session_id}",
        f"/booking/{session_id}/move",
        f"/booking/{session_id}/move?at={desk.value('2026-12-23 10:00')}",
        f"/booking/{session_id}/cancel",
    ):
        page.goto(address + path)
        kit.assert_no_axe_findings(page)
        kit.assert_fits(page)
    page.context.close()
