"""Somebody calls: found or not looks alike, and her word opens the file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scheduler.cli.demo import making
from scheduler.domain.people import Role
from tests.journeys.desk import Desk, press, reads, tab_to, words_on
from tests.web import kit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey


def look_for(page: Page, typed: str) -> None:
    """With the keys only: People, the box, Enter."""
    if not page.url.endswith("/people"):
        press(page, "People")
    tab_to(page, "File code")
    page.keyboard.type(typed)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def say(page: Page, word: str) -> None:
    """Type the word she says."""
    page.get_by_label("Type the word she says").focus()
    page.keyboard.type(word)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_a_caller_is_found_by_code_and_word(desk: Desk) -> None:
    code, word = making.caller(desk.demo.stage)
    page = desk.sit_down(Role.INTAKE)
    look_for(page, code)
    reads(page, "Is it she?")
    assert code not in words_on(page)
    kit.assert_no_axe_findings(page)
    say(page, word.upper())
    reads(page, code)
    assert page.url.endswith(f"/people/{code}")
    kit.assert_no_axe_findings(page)


def test_a_caller_is_found_by_her_number(desk: Desk) -> None:
    code, word = making.caller(desk.demo.stage)
    page = desk.sit_down(Role.INTAKE)
    look_for(page, desk.demo.stage.numbers["moved"])
    say(page, word)
    assert page.url.endswith(f"/people/{code}")


def test_who_is_not_there_gets_the_same_page_and_three_tries(desk: Desk) -> None:
    code, _ = making.caller(desk.demo.stage)
    page = desk.sit_down(Role.INTAKE)
    look_for(page, code)
    there = words_on(page)
    # A letter typed into the box for her word is no key: so by the link.
    press(page, "People")
    look_for(page, "+14165550199")
    assert words_on(page) == there
    for left in ("2", "1"):
        say(page, "not her word")
        reads(page, left)
    say(page, "not her word")
    assert page.get_by_label("Type the word she says").count() == 0
