"""Which word she said, on the page of a session that broke off (P9, F3)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.code_words import WordFor
from scheduler.domain.people import Role
from scheduler.services.house import House
from scheduler.services.safe_contact import code_words
from scheduler.services.simulation.made_up import MadeUpClock
from tests.services import filing
from tests.stores import BEGINNING
from tests.web import kit, site

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

WORDS = {**filing.WORDS, WordFor.GET_HELP: ["paper lantern", "striped pyjamas"]}


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


@pytest.fixture
def cora(app: Flask) -> FlaskClient:
    """In a session with somebody who has chosen her words."""
    house: House = app.extensions["quietline.services"].house
    wanda, code = filing.a_staff(house, "wanda"), site.fill("{file_hers}")
    assert code_words.set_words(house, wanda, code, WORDS) is None
    assert isinstance(house.clock, MadeUpClock)
    house.clock.at = BEGINNING + timedelta(days=1, hours=2)
    browser = site.signed_in_now(app, Role.COUNSELLOR)
    kit.post(browser, site.fill("/session/{hers}/start"))
    return browser


def test_the_word_that_was_heard_is_typed_and_never_shown(cora: FlaskClient) -> None:
    page = site.fill("/session/{hers}")
    kit.post(cora, f"{page}/broke-off", {"branch": "get_help"})
    shown = cora.get(page).text
    assert "Her words for “get help” count as used" in shown
    wrong = kit.post(cora, f"{page}/word", {"word_said": "a lantern"})
    assert wrong.status_code == 422
    assert "none of the words that count as used" in wrong.text
    assert "a lantern" not in wrong.text
    assert kit.post(cora, f"{page}/word", {"word_said": "paper lantern"}).location
    shown = cora.get(page).text
    assert "Her word for “get help” counts as used" in shown
    assert "antern" not in shown


def test_the_file_says_that_the_word_has_to_be_replaced_and_where(
    cora: FlaskClient,
) -> None:
    page = site.fill("/session/{hers}")
    kit.post(cora, f"{page}/broke-off", {"branch": "not_safe"})
    file = cora.get(site.fill("/people/{file_hers}")).text
    assert "She has used her word for “Not safe now”." in file
    assert site.fill('href="/people/{file_hers}/words"') in file
    kit.post(cora, f"{page}/word", {"none": "yes"})
    assert (
        "She has used her word" not in cora.get(site.fill("/people/{file_hers}")).text
    )
    assert "counts as used" not in cora.get(page).text
