"""The page that says what is kept how long, and what goes next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from sqlalchemy import insert

from scheduler.domain.people import Role
from scheduler.domain.policy import Policy
from scheduler.domain.retention import Matter
from scheduler.storage import tables
from scheduler.web import retention_words
from tests.web import kit, site
from tests.web.test_custody import app, carl, enter, file, house

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from scheduler.services.house import House

__all__ = ["app", "carl", "file", "house"]


def went(house: House) -> None:
    with house.store.begin() as tx:
        for kind, many in (("reminder", 12), ("cancelled", 4)):
            tx.conn.execute(
                insert(tables.gone_count).values(
                    month="2026-10",
                    what="message",
                    kind=kind,
                    outcome="delivered",
                    many=many,
                )
            )


def test_what_goes_is_counted_by_day_and_few_that_went_are_said_as_few(
    carl: FlaskClient, house: House
) -> None:
    went(house)
    page = carl.get("/retention").text
    assert "Where she was on a day" in page
    assert "30 days after closing" in page
    assert "Messages: reminder, delivered" in page
    assert ">12<" in page
    assert "fewer than 5" in page
    assert ">4<" not in page


def test_it_is_led_to_from_the_files_and_from_settings(
    carl: FlaskClient, app: Flask
) -> None:
    assert 'href="/retention"' in carl.get("/custody").text
    maia = site.client(app, Role.ADMINISTRATOR)
    assert 'href="/retention"' in maia.get("/settings").text
    assert maia.get("/retention").status_code == 200


def test_every_matter_has_words() -> None:
    for matter in Matter:
        assert retention_words.what(matter)
        assert "{" not in retention_words.kept(matter, Policy())


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, app: Flask, house: House, look: str
) -> None:
    went(house)
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    with kit.serve(app) as address:
        page = enter(context, address, Role.CUSTODIAN)
        page.goto(f"{address}/retention")
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
    context.close()
