"""A group's time: several codes in one search, each member's own verdict and preview,
and nobody told by the page what is not hers to know (B7, E5)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from scheduler.services.files import apartness
from tests.domain.builders import hours, plan
from tests.services import filing
from tests.web import kit
from tests.web.desk import LOOKS, WEDNESDAY, Desk, enter, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from werkzeug.test import TestResponse


def another(desk: Desk, **changes: Any) -> str:
    """A second file that may be seen on Wednesdays only."""
    given = {"session_hours": hours("Wed 09:00-12:00"), **changes}
    return filing.a_file(desk.house, desk.staff["wanda"], with_plan=plan(**given)).code


def looked(desk: Desk, *codes: str, **more: Any) -> TestResponse:
    role = more.pop("by", Role.INTAKE)
    given = desk.asked(**{"who": " ".join((desk.code, *codes)), **more})
    return desk.at_work(role).get("/find", query_string=given)


def test_several_codes_look_for_a_time_that_suits_all(desk: Desk) -> None:
    other = another(desk)
    typed = {"who": f"{desk.code}, {other.lower()}", "minutes": "50"}
    browser = desk.at_work()
    answer = kit.post(browser, "/find", typed)
    assert answer.status_code == 303
    shown = browser.get(answer.location)
    kit.assert_clean(shown.text)
    said = words(shown)
    assert f"{other} may be seen" in said
    assert "Wed 9 Dec" in said
    assert "Tue 8 Dec · " not in said


def test_each_member_has_her_own_verdict_and_preview(desk: Desk) -> None:
    other = another(desk)
    shown = looked(desk, other, at=desk.value("2026-12-08 10:00"))
    kit.assert_clean(shown.text)
    said = words(shown)
    assert f"{desk.code} It fits her." in said
    assert f"{other} {other} cannot be seen on Tue 8 Dec at 10:00." in said
    fits = looked(desk, other, at=desk.value(f"{WEDNESDAY} 10:00"))
    said = words(fits)
    assert said.count("It fits her.") == 2
    assert said.count("On her locked phone") == 2
    assert "In everybody’s window" in said


def test_a_group_is_booked_moved_and_cancelled_as_one(desk: Desk) -> None:
    other = another(desk)
    browser = desk.at_work()
    both = f"{desk.code} {other}"
    desk.book(browser, f"{WEDNESDAY} 10:00", who=both)
    [session] = desk.sessions()
    assert len(session.client_ids) == 2
    assert desk.texts(session.id) == [("reminder", "planned")] * 2
    for path in ("", "/move", "/cancel"):
        shown = browser.get(f"/booking/{session.id}{path}")
        kit.assert_clean(shown.text)
        assert desk.code in shown.text
        assert other in shown.text
    target = desk.value("2026-12-16 10:00")
    moved = {"at": target, "by": "agency", "once": "1"}
    assert kit.post(browser, f"/booking/{session.id}/move", moved).status_code == 303
    kinds = [kind for kind, state in desk.texts(session.id) if state == "planned"]
    assert kinds == ["changed", "changed", "reminder", "reminder"]


def test_files_kept_apart_read_like_a_counsellor_who_is_not_available(
    desk: Desk,
) -> None:
    other = another(desk)
    at_ten = {"at": desk.value(f"{WEDNESDAY} 10:00", "dora")}
    apartness.keep_apart(desk.house, desk.staff["sue"], desk.code, other)
    shown = words(looked(desk, other, **at_ten))
    assert "Dora is not available on Wed 9 Dec at 10:00." in shown
    assert "kept apart" not in shown
    told = words(looked(desk, other, by=Role.SUPERVISOR, **at_ten))
    assert "Two files that are kept apart would meet." in told


def test_no_file_says_who_else_has_a_seat(desk: Desk) -> None:
    other = another(desk)
    both = f"{desk.code} {other}"
    desk.book(desk.at_work(), f"{WEDNESDAY} 10:00", who=both)
    for role in (Role.INTAKE, Role.SUPERVISOR):
        assert desk.code not in desk.at_work(role).get(f"/people/{other}").text
    roster = desk.at_work(Role.COUNSELLOR).get(f"/today?day={WEDNESDAY}")
    assert f"{desk.code}, {other}" in words(roster)


def test_a_group_has_no_more_seats_than_a_room(desk: Desk) -> None:
    codes = " ".join(f"K-{number:04}" for number in range(13))
    answer = kit.post(desk.at_work(), "/find", {"who": codes})
    assert answer.status_code == 422


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with kit.serve(desk.app) as found:
        yield found


@pytest.mark.journey
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_a_group_and_nothing_sticks_out(
    desk: Desk, browser: Browser, address: str, look: str
) -> None:
    other = another(desk)
    page = enter(browser, address, bypass_csp=True, **LOOKS[look])
    at = desk.value("2026-12-08 10:00")
    page.goto(f"{address}/find?who={desk.code}+{other}&format=in_person&at={at}")
    kit.assert_no_axe_findings(page)
    kit.assert_fits(page)
    page.context.close()
