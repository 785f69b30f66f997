"""A counsellor's afternoon: today, start, it breaks off, steps, log, the end."""

from __future__ import annotations

import pytest

from scheduler.cli.demo import history
from scheduler.domain.people import Role
from tests.journeys.desk import Desk, key, press, reads, tab_to, words_on
from tests.web import kit

pytestmark = pytest.mark.journey


def test_a_call_breaks_off_and_the_agreed_steps_are_on_the_screen(desk: Desk) -> None:
    code = desk.demo.stage.codes["harbour"]
    number = desk.demo.stage.numbers["harbour"]
    page = desk.sit_down(Role.COUNSELLOR)
    reads(page, "Roster of Ines", code, "next at 14:45", "Salma, acknowledged")
    kit.assert_no_axe_findings(page)

    press(page, "Start 14:45")
    reads(page, "What she agreed to, if the line breaks")
    key(page, "s")
    reads(page, "First minute", "It broke off")
    tab_to(page, "Type the word she says")
    page.keyboard.type(_word(desk))
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reads(page, "1 of 5")

    desk.pass_time(minutes=10)
    page.reload()
    key(page, "1")
    reads(page, "Broke off 14:50.", "Technical drop: the steps she agreed to")
    assert "Now:" not in words_on(page)
    kit.assert_no_axe_findings(page)

    desk.pass_time(minutes=5, seconds=5)
    page.reload()
    reads(page, "Now: She joins again by herself.")
    key(page, "n")
    reads(page, "not back")

    desk.pass_time(minutes=3, seconds=5)
    page.reload()
    reads(page, "Now: You call her once. One attempt.", "Show the number")
    assert number[-4:] not in words_on(page)
    key(page, "v")
    reads(page, number, "No voicemail: hang up at the tone.")
    key(page, "n")
    reads(page, "no answer")
    assert number[-4:] not in words_on(page)

    desk.pass_time(minutes=10, seconds=5)
    page.reload()
    reads(page, "Now: The supervisor takes over.")
    key(page, "n")

    key(page, "e")
    reads(page, "Before we stop")
    key(page, "e")
    reads(page, "It broke off at 14:50", "Look at it together by")
    reads(page, "step 1 · not back", "step 2 · no answer", "step 3 · done")
    kit.assert_no_axe_findings(page)

    press(page, "Reviewed")
    reads(page, "reviewed")


def _word(desk: Desk) -> str:
    return history.word_of("harbour")


def test_someone_is_here_covers_the_screen_at_once(desk: Desk) -> None:
    page = desk.sit_down(Role.COUNSELLOR)
    press(page, "Start 14:45")
    key(page, "s")
    tab_to(page, "Someone is here")
    page.keyboard.press("Enter")
    cover = page.locator("#cover")
    cover.wait_for(state="visible")
    # Whoever looks over a shoulder reads of one thing from head to foot.
    assert "leeks" not in cover.inner_text()


def test_not_safe_offers_no_call_back_and_calls_the_supervisor(desk: Desk) -> None:
    page = desk.sit_down(Role.COUNSELLOR)
    press(page, "Start 14:45")
    key(page, "s")
    key(page, "2")
    page.locator("#cover").wait_for(state="visible")
    page.get_by_role("link", name="Back").press("Enter")
    page.locator("#cover").wait_for(state="hidden")
    desk.pass_time(minutes=20)
    page.reload()
    reads(page, "Nobody calls her back, whatever the plan says.")
    assert "Show the number" not in words_on(page)

    salma = desk.sit_down(Role.SUPERVISOR)
    salma.goto(f"{desk.address}/attention")
    reads(salma, "A supervisor is needed in a session.")
