"""Wanda's desk: the site with a file that may be booked, for the tests of the pages
that find, book, repeat and move."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any

import pytest

from scheduler.domain.people import Role
from scheduler.services.house import Actor, House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import accounts, bookings, counsellors, outbox, people
from scheduler.storage.bookings import Session
from tests.domain.builders import at, hours
from tests.services import filing
from tests.web import kit, site

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, Page
    from werkzeug.test import TestResponse

TUESDAY, WEDNESDAY = "2026-12-08", "2026-12-09"


@dataclass
class Desk:
    """Wanda at her desk: the app, its house, and a file that may be seen on Tuesday and
    Wednesday mornings, with Cora, who is there on weekdays."""

    app: Flask
    house: House
    staff: dict[str, Actor]
    code: str

    def at_work(self, role: Role = Role.INTAKE) -> FlaskClient:
        return site.client(self.app, role)

    def value(self, time: str, who: str = "cora") -> str:
        """A start with a counsellor, as its button says it."""
        return f"{int(at(time).timestamp())}-{self.staff[who].id}"

    def asked(self, **more: Any) -> dict[str, Any]:
        """The search, as its forms carry it."""
        given = {"who": self.code, "format": "in_person", "minutes": "50"}
        return {**given, "from": "2026-12-07", **more}

    def sessions(self) -> list[Session]:
        with self.house.store.reading() as tx:
            found = bookings.of_counsellors(
                tx, [self.staff["cora"].id], at("2026-11-30"), at("2027-03-01")
            )
            mine = people.client_by_code(tx, self.code)
        assert mine is not None
        return [each for each in found if mine.id in each.client_ids]

    def texts(self, session_id: str) -> list[tuple[str, str]]:
        with self.house.store.reading() as tx:
            found = outbox.of_sessions(tx, [session_id])
        return sorted((each.kind.value, each.state.value) for each in found)

    @property
    def clock(self) -> MadeUpClock:
        clock = self.house.clock
        assert isinstance(clock, MadeUpClock)
        return clock

    def hold(self, browser: FlaskClient, time: str, **more: Any) -> str:
        """Hold a start; the address the browser is sent to."""
        data = self.asked(at=self.value(time), **more)
        answer = kit.post(browser, "/find/hold", data)
        assert answer.status_code == 303, answer.text
        return answer.location

    def book(self, browser: FlaskClient, time: str, **more: Any) -> TestResponse:
        return kit.post(browser, "/find/book", self.asked(at=self.value(time), **more))

    def booked(self, browser: FlaskClient, time: str = f"{WEDNESDAY} 10:00") -> str:
        """Book it; the session's id."""
        answer = self.book(browser, time)
        assert answer.status_code == 303, answer.text
        return str(self.sessions()[-1].id)


@pytest.fixture
def desk() -> Iterator[Desk]:
    with site.built() as app:
        house = app.extensions["quietline.services"].house
        with house.store.begin() as tx:
            staff = {
                each.sign_in_name: Actor(each.id, each.role, each.name)
                for each in accounts.members(tx)
            }
            for name in ("cora", "dora"):
                counsellors.set_profile(
                    tx, staff[name].id, hours("Mon-Fri 09:00-17:00")
                )
        file = filing.a_file(house, staff["wanda"], counsellor=staff["cora"])
        yield Desk(app, house, staff, file.code)


def words(answer: TestResponse) -> str:
    """What a reader reads, in one line."""
    body = answer.text.partition("<main")[2]
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", body)).split())


def enter(browser: Browser, address: str, **given: Any) -> Page:
    context = browser.new_context(**{"viewport": kit.WIDE, **given})
    cookie = site.cookie(Role.INTAKE)
    context.add_cookies([{"name": "sid", "value": cookie, "url": address}])
    return context.new_page()


LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": kit.WIDE},
    "narrow": {"viewport": kit.NARROW, "has_touch": True},
    "dark": {"viewport": kit.WIDE, "color_scheme": "dark"},
    "zoomed": {"viewport": {"width": 640, "height": 400}},
}
