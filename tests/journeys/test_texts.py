"""Texts, seen on the practice phone: inside her hours only, STOP, by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.messages import MessageState
from scheduler.domain.people import Role
from scheduler.storage import outbox
from tests.journeys.desk import Desk, key, press, reads, tab_to, words_on
from tests.web import kit

if TYPE_CHECKING:
    from scheduler.storage.outbox import Message

pytestmark = pytest.mark.journey


def planned(desk: Desk, name: str) -> Message:
    """The next text that is to leave to her."""
    with desk.demo.installation.house.store.reading() as tx:
        coming = outbox.open_of_client(tx, desk.demo.stage.rows[name])
    assert coming
    assert coming[0].state is MessageState.PLANNED
    return coming[0]


def phone_of(desk: Desk, name: str) -> str:
    """The address of her phone."""
    return f"{desk.address}/phone?of={desk.demo.stage.codes[name]}"


def test_the_reminder_comes_inside_her_window_and_says_nothing(desk: Desk) -> None:
    text = planned(desk, "travels")
    before = len(desk.demo.phone.thread(desk.demo.stage.numbers["travels"]))

    desk.demo.clock.at = text.not_before - timedelta(minutes=1)
    desk.tick()
    page = desk.sit_down(Role.INTAKE)
    page.goto(phone_of(desk, "travels"))
    assert page.locator(".thread .bub").count() == before

    desk.demo.clock.at = text.not_before + timedelta(seconds=5)
    desk.tick()
    page.reload()
    assert page.locator(".thread .bub").count() == before + 1
    came = page.locator(".thread .bub").last.inner_text()
    assert page.locator(".lock .note").inner_text().endswith(came)
    reads(page, "Reminder left, inside her hours.")
    kit.assert_no_axe_findings(page)

    press(page, "Delivered now")
    reads(page, "Delivered, inside her hours.", "No text is waiting for a receipt.")


def test_a_reminder_whose_window_passed_in_an_outage_never_leaves(desk: Desk) -> None:
    text = planned(desk, "travels")
    before = len(desk.demo.phone.thread(desk.demo.stage.numbers["travels"]))
    desk.demo.clock.at = text.not_after + timedelta(minutes=1)
    desk.tick()
    page = desk.sit_down(Role.INTAKE)
    page.goto(phone_of(desk, "travels"))
    assert page.locator(".thread .bub").count() == before
    reads(page, "its time passed, so it never leaves.")


def test_a_late_receipt_stops_her_plan(desk: Desk) -> None:
    text = planned(desk, "travels")
    desk.demo.clock.at = text.not_before + timedelta(seconds=5)
    desk.tick()
    page = desk.sit_down(Role.INTAKE)
    page.goto(phone_of(desk, "travels"))
    press(page, "Delivered after her hours")
    reads(page, "Her plan is stopped.", "A text came after her hours (M9).")


def test_stop_on_her_phone_is_on_the_list_at_once(desk: Desk) -> None:
    code = desk.demo.stage.codes["lamp"]
    page = desk.sit_down(Role.SUPERVISOR)
    page.goto(phone_of(desk, "lamp"))
    press(page, "Send STOP")
    reads(page, "Her plan is stopped.", "the number is blocked for good")
    reads(page, "No answer comes back.", "Reminder to come: void.")
    kit.assert_no_axe_findings(page)

    key(page, "a")
    row = page.get_by_role("listitem").filter(has_text=code)
    assert "A text said stop." in row.first.inner_text()


def test_somebody_else_answers_and_only_a_talk_starts_her_plan_again(
    desk: Desk,
) -> None:
    page = desk.sit_down(Role.INTAKE)
    page.goto(phone_of(desk, "lamp"))
    tab_to(page, "Text")
    page.keyboard.type("who is this")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reads(page, "who is this", "Her plan is stopped.", "No text goes back.")
    key(page, "a")
    reads(page, "Only a talk with her starts it.")


def test_a_text_by_hand_is_shown_with_its_number_and_gone_when_it_is_sent(
    desk: Desk,
) -> None:
    number = desk.demo.stage.numbers["waiting"]
    code = desk.demo.stage.codes["waiting"]
    desk.tick()
    page = desk.sit_down(Role.INTAKE)
    page.goto(f"{desk.address}/attention")
    row = page.get_by_role("listitem").filter(has_text=code)
    assert "A text may be sent by hand now." in row.first.inner_text()
    assert number[-4:] not in words_on(page)

    press(page, "Show number and words")
    reads(page, number, "Type it letter for letter; add nothing.")
    kit.assert_no_axe_findings(page)
    key(page, "s")
    reads(page, "Written down: sent by hand.")
    page.goto(phone_of(desk, "waiting"))
    reads(page, "Reminder: sent by hand.")
