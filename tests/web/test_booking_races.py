"""bar-B1 over HTTP: of many who send the form for one time one books, and each of the
others gets a 409 that says so and offers the next three times."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher

from config import wordlists
from scheduler.services.house import House
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts, SignedIn
from scheduler.services.watching.board import Board
from scheduler.storage import accounts
from scheduler.storage.engine import Store
from scheduler.web.app import create_app
from scheduler.web.shell import Services
from tests.profiles import trials
from tests.services.racing import RACERS, Course, a_house, booked, race
from tests.services.test_booking_races import course
from tests.stores import BEGINNING, sqlite_template, store_address
from tests.web import kept, kit, stand_ins

if TYPE_CHECKING:
    from flask.testing import FlaskClient

__all__ = ["course", "sqlite_template", "store_address"]

ROUNDS = trials(1, 20)
PASSWORD = "a long enough pass phrase"
QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
BUTTON = re.compile(r'name="at" value="(\d+-\d+)"><b>')


@pytest.fixture(scope="session")
def words() -> wordlists.Words:
    """The word lists as they ship, read once."""
    return wordlists.load()


@pytest.fixture
def sid(course: Course, words: wordlists.Words) -> str:
    """Wanda, signed in."""
    house = a_house(course.address, 9, words)
    with house.store.begin() as tx:
        kept = QUICK.hash(PASSWORD)
        accounts.change_member(tx, course.wanda.id, password_hash=kept)
    answer = Accounts(house, QUICK).sign_in("wanda", PASSWORD, "127.0.0.1", BEGINNING)
    house.store.close()
    assert isinstance(answer, SignedIn)
    return answer.sid


def browser_of(house: House, sid: str) -> FlaskClient:
    services = Services(
        house=house, accounts=Accounts(house, QUICK), board=Board(house)
    )
    app = create_app(services, stand_ins.settings(zone="America/Toronto"))
    app.jinja_env.bytecode_cache = kept.TEMPLATES
    browser = app.test_client()
    browser.set_cookie("sid", sid)
    return browser


def test_of_many_forms_for_one_time_one_books(
    course: Course, sid: str, words: wordlists.Words
) -> None:
    # By its store: no two processes share a house, and so the numbers it gives out.
    browsers: dict[Store, tuple[FlaskClient, str]] = {}

    def send(
        house: House, course: Course, number: int, round_: int
    ) -> tuple[str, tuple[str, ...]]:
        if house.store not in browsers:
            browser = browser_of(house, sid)
            browsers[house.store] = browser, kit.token(browser)
        browser, token = browsers[house.store]
        start = int(course.start(round_).timestamp())
        data = {
            "csrf_token": token,
            "who": course.codes[number],
            "format": "in_person",
            "minutes": "50",
            "at": f"{start}-{course.counsellor_ids[0]}",
        }
        answer = browser.post(
            "/find/book",
            data=data,
            headers={"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"},
        )
        said = "This time was just taken." in answer.text
        offered = len(BUTTON.findall(answer.text))
        return str(answer.status_code), (str(said), str(offered))

    told = race(course, words, send, rounds=ROUNDS)
    answers = Counter((verdict, why) for _, verdict, why in told)
    assert answers == {
        ("303", ("False", "0")): ROUNDS,
        ("409", ("True", "3")): (RACERS - 1) * ROUNDS,
    }
    assert booked(course, words, ROUNDS) == Counter(map(course.start, range(ROUNDS)))
