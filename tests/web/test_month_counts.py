"""Counts of a month as a page and as a file (E9, bar-L10)."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import update

from scheduler.domain.people import Role
from scheduler.services.in_and_out import month_counts
from scheduler.storage import accounts, tables
from scheduler.storage.accounts import member_by_sign_in_name
from tests.services import filing
from tests.services.filing import Staff
from tests.services.test_month_counts import took_place
from tests.web import kit, site
from tests.web.test_custody import app, house
from tests.web.test_people import actor, clean
from tests.web.test_plan_journeys import enter

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser

    from scheduler.services.house import House

__all__ = ["app", "house"]


@pytest.fixture
def october(house: House) -> None:
    cora = actor(house, "cora")
    staff = Staff(*[cora] * 7)
    took_place(house, staff, "2026-10-05", 23, language="en")
    took_place(house, staff, "2026-10-06", 12, service="safety_planning", language="fr")
    took_place(house, staff, "2026-10-07", 9, service="intake", language="es")
    month_counts.count_ended(house)


@pytest.fixture
def sue(app: Flask) -> FlaskClient:
    return site.client(app, Role.SUPERVISOR)


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, "")))


def test_the_page_shows_the_last_month_that_is_over(
    sue: FlaskClient, october: None
) -> None:
    page = clean(sue.get("/counts"))
    assert "<h1>October 2026</h1>" in page
    assert '<b class="t">44</b> sessions took place' in page
    assert '<td class="num">23</td>' in page
    assert "52 percent" in page
    assert page.count(">withheld<") > 10


def test_before_a_month_is_counted_the_page_says_when(sue: FlaskClient) -> None:
    assert "No month is counted yet." in clean(sue.get("/counts"))


def test_a_month_with_too_few_says_no_number(sue: FlaskClient, october: None) -> None:
    page = clean(sue.get("/counts?month=2026-09"))
    assert "<h1>September 2026</h1>" in page
    assert "Nothing of this month is told." in page
    assert '<td class="num">' not in page


@pytest.mark.parametrize("month", ["2026-11", "2031-01", "October", "2026-10-05"])
@pytest.mark.parametrize("address", ["/counts", "/counts.csv"])
def test_a_month_that_is_not_offered_is_refused_beside_the_field(
    sue: FlaskClient, october: None, month: str, address: str
) -> None:
    answer = sue.get(f"{address}?month={month}")
    assert answer.status_code == 422
    kit.assert_clean(answer.text)
    assert "A month is counted once, when it has been over" in answer.text


def test_the_file_says_the_same_and_who_took_it(
    app: Flask, october: None, house: House
) -> None:
    maia = site.client(app, Role.ADMINISTRATOR)
    answer = maia.get("/counts.csv?month=2026-10")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"] == (
        'attachment; filename="counts-2026-10.csv"'
    )
    read = rows(answer.text)
    assert read[:2] == [
        ["Month", "By", "Of these", "Sessions"],
        ["2026-10", "All", "all", "44"],
    ]
    assert ["2026-10", "Kind of service", "counselling", "23"] in read
    assert ["2026-10", "Kind of service", "intake", "withheld"] in read
    assert ["2026-10", "Language", "Spanish", "withheld"] in read
    assert read[-1] == ["2026-10", "Taken", "Maia", "2026-11-30 13:00 UTC"]
    [line] = filing.trail(house, "took month counts")
    assert line[1:3] == ("month", "2026-10")


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_name_calculates_in_the_file(
    app: Flask, house: House, october: None, name: str
) -> None:
    with house.store.begin() as tx:
        maia = member_by_sign_in_name(tx, "maia")
        assert maia is not None
        tx.conn.execute(
            update(tables.staff).where(tables.staff.c.id == maia.id).values(name=name)
        )
        assert accounts.members(tx)
    text = site.client(app, Role.ADMINISTRATOR).get("/counts.csv?month=2026-10").text
    assert rows(text)[-1][2] == f"'{name}"


@pytest.mark.journey
@pytest.mark.parametrize("look", ["wide", "narrow", "dark"])
def test_axe_finds_nothing_and_nothing_sticks_out(
    browser: Browser, app: Flask, october: None, look: str
) -> None:
    context = browser.new_context(**kit.LOOKS[look], bypass_csp=True)
    with kit.serve(app) as address:
        page = enter(context, address, Role.SUPERVISOR)
        page.goto(f"{address}/counts")
        kit.assert_fits(page)
        kit.assert_no_axe_findings(page)
    context.close()
