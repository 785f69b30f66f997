"""Signing in with a password that somebody else keeps for her (ASVS 6.2.7)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from tests.cli.practised import PEOPLE
from tests.journeys.desk import Desk
from tests.web import kit

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey

# What a password manager goes by: the fields of one form, and what each is for.
_KEPT_BY = """() => [...document.querySelectorAll("main form")].map((form) =>
  [...form.elements].filter((each) => each.autocomplete && each.autocomplete !== "off")
    .map((each) => [each.name, each.type, each.autocomplete].join(" ")))"""


def paste(page: Page, label: str, text: str) -> str:
    """By keyboard, out of the clipboard; what then stands in the field."""
    field = page.get_by_label(label, exact=True)
    page.evaluate("text => navigator.clipboard.writeText(text)", text)
    field.focus()
    page.keyboard.press("Control+V")
    return field.input_value()


def test_a_password_is_pasted_and_a_manager_finds_its_fields(desk: Desk) -> None:
    name, password = PEOPLE[Role.INTAKE]
    context = desk.browser.new_context(
        viewport=kit.WIDE, permissions=["clipboard-read", "clipboard-write"]
    )
    page = context.new_page()
    page.goto(f"{desk.address}/sign-in")
    assert page.evaluate(_KEPT_BY) == [
        ["name text username", "password password current-password"]
    ]
    assert paste(page, "Sign-in name", name) == name
    assert paste(page, "Password", password) == password
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)

    page.goto(f"{desk.address}/you/password")
    assert page.evaluate(_KEPT_BY) == [
        [
            "password_old password current-password",
            "password_new password new-password",
        ]
    ]
    long = "four words of her own, and forty signs that a manager made: x9#q7f-kd3 &é"
    assert paste(page, "The one from now on", long) == long
    context.close()
