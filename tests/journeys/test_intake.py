"""Intake: a new file, the talk, the plan, a time, booked, and what will be sent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from scheduler.domain.people import Role
from scheduler.storage import outbox, people
from tests.journeys.desk import Desk, key, press, reads, tab_to
from tests.web import kit

if TYPE_CHECKING:
    from playwright.sync_api import Page

    from scheduler.storage.outbox import Message

pytestmark = pytest.mark.journey

NUMBER: Final = "416 555 0177"
PHRASE: Final = "The lemon tree is out on the porch"


def fill(page: Page, label: str, typed: str) -> None:
    """Tab to a field and type over what is in it."""
    tab_to(page, label)
    page.keyboard.press("Control+a")
    page.keyboard.type(typed)


def tick(page: Page, label: str) -> None:
    """Tab to a box and tick it."""
    tab_to(page, label)
    page.keyboard.press("Space")


def new_file(desk: Desk, page: Page) -> str:
    """People, new file, nothing written: its code."""
    press(page, "People")
    press(page, "New file")
    press(page, "Open the file, go to the plan")
    found = re.search(r"/people/([A-Z]-\d{4})/plan", page.url)
    assert found, page.url
    return found[1]


def talk(page: Page) -> None:
    """The plan in the order of the talk."""
    tab_to(page, "No, she contacts us")
    page.keyboard.press("ArrowDown")
    fill(page, "Number", NUMBER)
    tab_to(page, "Whose line")
    page.keyboard.type("her own")
    tick(page, "reminder")
    tick(page, "change")
    tab_to(page, "never")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    tick(page, "She consents to texts by themselves")
    fill(page, "Sessions, every week", "Mon-Sun 09:00-18:00")
    fill(page, "Texts, every week", "Mon-Sun 09:00-12:00")
    tick(page, "Sessions in person")
    fill(page, "Reminder: she has a session", PHRASE)


def planned(desk: Desk, code: str) -> Message:
    """The reminder that is to leave to her."""
    with desk.demo.installation.house.store.reading() as tx:
        file = people.client_by_code(tx, code)
        assert file is not None
        coming = outbox.open_of_client(tx, file.id)
    assert len(coming) == 1
    return coming[0]


def test_from_a_first_call_to_a_booked_session_and_its_reminder(desk: Desk) -> None:
    page = desk.sit_down(Role.INTAKE)
    code = new_file(desk, page)
    reads(page, "Can we reach you at all?")
    talk(page)
    kit.assert_no_axe_findings(page)
    press(page, "Save the plan")
    reads(page, code)

    press(page, "Find a time")
    fill(page, "Who", code)
    with page.expect_navigation():
        page.keyboard.press("Enter")
    reads(page, code, "may be seen")
    kit.assert_no_axe_findings(page)
    key(page, "5")
    reads(page, "held for you until", PHRASE)
    kit.assert_no_axe_findings(page)

    key(page, "b")
    reads(page, "Booked.")
    text = planned(desk, code)
    desk.demo.clock.at = text.not_before + timedelta(seconds=5)
    desk.tick()
    thread = desk.demo.phone.thread("+14165550177")
    assert [each.body for each in thread] == [PHRASE]
    assert 9 <= desk.demo.clock.at.hour - 5 < 12
