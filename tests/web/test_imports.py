"""A sheet of clients and plans on its page: looked through, then brought in."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.import_columns import COLUMNS, NAMES
from scheduler.domain.import_sheet import read_sheet
from scheduler.domain.people import Role
from tests.services.test_imports import LINE, sheet
from tests.web import kit, site
from tests.web.test_custody import app, house
from tests.web.test_people import clean
from tests.web.test_plan_journeys import enter

if TYPE_CHECKING:
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser
    from werkzeug.test import TestResponse

__all__ = ["app", "house"]

WRONG = sheet({**LINE, "text_hours": "Tue 9-11", "code": "C1"}, {"zone": "Atlantis"})


@pytest.fixture
def sue(app: Flask) -> FlaskClient:
    return site.client(app, Role.SUPERVISOR)


def send(sue: FlaskClient, content: bytes, act: str) -> TestResponse:
    data = {"sheet": (io.BytesIO(content), "sheet.csv"), "act": act}
    return kit.post(sue, "/import", data)


def test_the_page_names_every_column_and_offers_a_sheet_to_begin_with(
    sue: FlaskClient,
) -> None:
    page = clean(sue.get("/import"))
    assert all(f"<code>{each}</code>" in page for each in NAMES)
    offered = sue.get("/import/sheet.csv")
    assert offered.headers["Content-Disposition"].endswith('"sheet.csv"')
    [line] = read_sheet(offered.get_data(as_text=True))
    assert dict(line.cells) == {each.name: each.example for each in COLUMNS}
    refused = send(sue, offered.data, "bring")
    assert refused.status_code == 422
    assert "This line came with the sheet." in refused.text


def test_what_is_wrong_stands_by_line_and_column(sue: FlaskClient) -> None:
    for act in ("look", "bring"):
        answer = send(sue, WRONG, act)
        assert answer.status_code == 422
        kit.assert_clean(answer.text)
        assert (
            '<th scope="row" class="t">2</th><td class="t"><code>text_hours</code>'
            in (answer.text)
        )
        assert '<th scope="row" class="t">3</th><td class="t"><code>zone</code>' in (
            answer.text
        )
        assert "Nothing was brought in." in answer.text


def test_a_right_sheet_is_first_looked_through_and_then_brought_in(
    sue: FlaskClient,
) -> None:
    content = sheet({**LINE, "code": "C1"}, {"code": "C2", "session_name": "Kim"})
    looked = clean(send(sue, content, "look"))
    assert "2 lines, 1 with a plan." in looked
    assert sue.get("/people/C1").status_code == 404
    brought = clean(send(sue, content, "bring"))
    assert "2 files were opened, 1 with a plan." in brought
    assert 'href="/people/C1"' in brought
    file = clean(sue.get("/people/C1"))
    assert "it came in a sheet, and nobody has talked it through with her here" in file
    again = send(sue, content, "bring")
    assert again.status_code == 422
    assert "This line was brought in before." in again.text


def test_without_a_sheet_it_is_said_at_the_field(sue: FlaskClient) -> None:
    answer = send(sue, b"", "look")
    assert answer.status_code == 422
    assert "Choose a sheet, saved as CSV." in answer.text


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, app: Flask, look: str, tmp_path: Path
) -> None:
    (tmp_path / "sheet.csv").write_bytes(WRONG)
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    with kit.serve(app) as address:
        page = enter(context, address, Role.SUPERVISOR)
        page.goto(f"{address}/import")
        page.set_input_files("input[name=sheet]", tmp_path / "sheet.csv")
        page.get_by_role("button", name="Look through it", exact=True).click()
        page.get_by_role("heading", name="What is wrong").wait_for()
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
    context.close()
