"""The waiting list as pages: what she waits for, and from Attention to Find a time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from tests.services import filing
from tests.web import kit
from tests.web.desk import LOOKS, WEDNESDAY, Desk, enter, words

if TYPE_CHECKING:
    from playwright.sync_api import Browser


def test_from_the_list_to_a_time_that_became_free(desk: Desk) -> None:
    browser = desk.at_work()
    other = filing.a_file(desk.house, desk.staff["wanda"]).code
    path = f"/people/{other}/waiting"
    assert path in browser.get(f"/people/{other}").text
    shown = browser.get(path)
    kit.assert_clean(shown.text)
    wrong = kit.post(browser, path, {"windows": "whenever", "formats": "phone"})
    assert wrong.status_code == 422
    assert ">\nwhenever</textarea>" in wrong.text
    put = kit.post(browser, path, {"windows": "Wed 09:00-12:00"})
    assert "She is on the list." in words(browser.get(put.location))
    session_id = desk.booked(browser, f"{WEDNESDAY} 10:00")
    kit.post(browser, f"/booking/{session_id}/cancel", {"by": "client"})
    listed = browser.get("/attention")
    kit.assert_clean(listed.text)
    assert "A time is free that would suit her." in listed.text
    found = re.search(r'href="(/attention/[^"]+/time)"', listed.text)
    assert found
    there = browser.get(found[1])
    assert there.status_code == 303
    assert "Book Wed 9 Dec 10:00" in words(browser.get(there.location))
    off = kit.post(browser, f"{path}/off")
    assert "She is off the list." in words(browser.get(off.location))
    assert browser.get(found[1]).status_code == 404


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    with kit.serve(desk.app) as found:
        yield found


@pytest.mark.journey
@pytest.mark.parametrize("look", LOOKS)
def test_axe_finds_nothing_on_the_list_and_nothing_sticks_out(
    desk: Desk, browser: Browser, address: str, look: str
) -> None:
    page = enter(browser, address, bypass_csp=True, **LOOKS[look])
    page.goto(f"{address}/people/{desk.code}/waiting")
    kit.assert_no_axe_findings(page)
    kit.assert_fits(page)
    page.context.close()
