"""How often the pages that are open all day ask the database: eight times at most, and
as often with many counsellors and sessions as with few (bench-S2, bench-R1)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

import pytest
from sqlalchemy import event

from scheduler.domain.people import Role
from scheduler.storage import counsellors, founding
from tests.domain.builders import hours
from tests.web import kit
from tests.web.desk import TUESDAY, Desk, desk

if TYPE_CHECKING:
    from flask.testing import FlaskClient

__all__ = ["desk"]

MOST: Final = 8


@contextmanager
def asked(desk: Desk) -> Iterator[list[str]]:
    """What reaches the database, without what only begins."""
    seen: list[str] = []

    def note(*given: Any) -> None:
        if not given[2].startswith(("BEGIN", "PRAGMA")):
            seen.append(given[2])

    engine = desk.house.store.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def count(desk: Desk, browser: FlaskClient, path: str) -> int:
    """How often a page asks, once what seldom changes is known."""
    assert browser.get(path).status_code == 200
    with asked(desk) as seen:
        kit.assert_clean(browser.get(path).text)
    return len(seen)


def more_of_everything(desk: Desk) -> None:
    """Twelve more counsellors, and a session more on Cora's Tuesday."""
    with desk.house.store.begin() as tx:
        for number in range(12):
            staff_id = founding.add_staff(
                tx,
                sign_in_name=f"more{number}",
                name=f"More {number}",
                role=Role.COUNSELLOR,
                zone="America/Toronto",
                at=desk.house.now(),
            )
            counsellors.set_profile(tx, staff_id, hours("Mon-Fri 09:00-17:00"))
    booked = desk.book(desk.at_work(), f"{TUESDAY} 10:10")
    assert booked.status_code == 303, booked.text


@pytest.mark.parametrize("page", ["today", "find", "find with one"])
def test_a_page_asks_eight_times_at_most_however_much_there_is(
    desk: Desk, page: str
) -> None:
    cora = desk.staff["cora"].id
    path = {
        "today": f"/today?who={cora}&day={TUESDAY}",
        "find": f"/find?{urlencode(desk.asked())}",
        "find with one": f"/find?{urlencode(desk.asked())}&with={cora}",
    }[page]
    browser = desk.at_work()
    desk.book(browser, f"{TUESDAY} 09:00")
    few = count(desk, browser, path)
    more_of_everything(desk)
    assert count(desk, browser, path) == few <= MOST
