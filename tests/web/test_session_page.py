"""The page of a session: the first minute, the branches, and where each act leads."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.code_words import WordFor
from scheduler.domain.decision import Decision, Reason, Verdict
from scheduler.domain.fallback import Actor, Step, StepKind
from scheduler.domain.people import Role
from scheduler.domain.plan import AgreedFormat, Format
from scheduler.services.counselling.session_view import StepNow
from scheduler.services.house import House
from scheduler.services.safe_contact import code_words
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.web import session_words
from tests.domain.builders import hours, plan, voice
from tests.services import filing
from tests.stores import BEGINNING
from tests.web import kit, site

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


@pytest.fixture
def cora(app: Flask) -> FlaskClient:
    """In a session with somebody who has chosen her words."""
    house: House = app.extensions["quietline.services"].house
    wanda, code = filing.a_staff(house, "wanda"), site.fill("{file_hers}")
    assert code_words.set_words(house, wanda, code, filing.WORDS) is None
    assert isinstance(house.clock, MadeUpClock)
    house.clock.at = BEGINNING + timedelta(days=1, hours=2)
    browser = site.signed_in_now(app, Role.COUNSELLOR)
    kit.post(browser, site.fill("/session/{hers}/start"))
    return browser


PAGE = site.fill("/session/{hers}")


def test_not_safe_now_covers_the_screen_and_no_other_branch_does(
    cora: FlaskClient,
) -> None:
    covered = kit.post(cora, f"{PAGE}/broke-off", {"branch": "not_safe"})
    assert covered.location == f"{PAGE}#cover"
    assert 'id="cover"' in cora.get(PAGE).text
    other = kit.post(cora, f"{PAGE}/broke-off", {"branch": "technical"})
    assert other.location == PAGE


def test_whoever_ticks_by_keyboard_goes_on_where_she_was(cora: FlaskClient) -> None:
    ticked = kit.post(cora, f"{PAGE}/tick", {"item": "read_aloud", "on": "yes"})
    assert ticked.location == f"{PAGE}#tick-read_aloud"
    assert 'id="tick-read_aloud" aria-pressed="true"' in cora.get(PAGE).text
    placed = kit.post(cora, f"{PAGE}/place", {"place": "the blue house"})
    assert placed.location == f"{PAGE}#place"


def test_a_wrong_word_is_said_at_its_field_and_loading_anew_gives_no_more_tries(
    cora: FlaskClient,
) -> None:
    first = kit.post(cora, f"{PAGE}/identity", {"word_heard": "jam"})
    assert "2 more tries" in first.text
    assert 'aria-describedby="word_heard-wrong"' in first.text
    second = kit.post(cora, f"{PAGE}/identity", {"word_heard": "honey"})
    assert "1 more try" in second.text
    third = kit.post(cora, f"{PAGE}/identity", {"word_heard": "syrup"})
    assert "It cannot be said that it is she." in third.text


def test_a_word_that_asks_for_help_is_heard_as_such_in_the_first_minute(
    cora: FlaskClient,
) -> None:
    word = filing.WORDS[WordFor.GET_HELP][0]
    answer = kit.post(cora, f"{PAGE}/identity", {"word_heard": word})
    assert "She has told you that she needs help." in answer.text
    assert word not in answer.text


def test_something_different_at_the_end_opens_the_plan(cora: FlaskClient) -> None:
    ended = kit.post(cora, f"{PAGE}/end", {"answers": "changed"})
    assert ended.location == site.fill("/people/{file_hers}/plan")


def test_a_step_to_come_says_that_it_will_be_skipped_as_it_stands() -> None:
    step = Step(Actor.COUNSELLOR, StepKind.CALL, 3)
    refused = Decision(Verdict.REFUSE, (Reason.PLAN_SUSPENDED,))
    said = session_words.turn(StepNow(2, step, None, offered=False, may=refused))
    assert said.startswith("after 3 min; as it stands it will be skipped: ")
    assert session_words.turn(StepNow(2, step, None, offered=False, may=None)) == (
        "after 3 min"
    )


@pytest.mark.parametrize(
    ("we_dial", "said"), [(False, "She calls in."), (True, "You ring her.")]
)
def test_by_phone_it_is_said_who_rings(
    app: Flask, cora: FlaskClient, *, we_dial: bool, said: str
) -> None:
    assert said not in cora.get(PAGE).text
    house: House = app.extensions["quietline.services"].house
    wanda, counsellor = filing.a_staff(house, "wanda"), filing.a_staff(house, "cora")
    by_phone = (AgreedFormat(Format.PHONE, "", we_dial),)
    agreed = plan(voice(hours=hours("Wed 09:00-12:00")), formats=by_phone)
    file = filing.a_file(house, wanda, with_plan=agreed, counsellor=counsellor)
    at = BEGINNING + timedelta(days=2, hours=2)
    how = {"counsellor": counsellor, "format": Format.PHONE}
    number = filing.book(house, wanda, file, at, **how)
    assert isinstance(house.clock, MadeUpClock)
    house.clock.at = at
    browser = site.signed_in_now(app, Role.COUNSELLOR)
    assert said in browser.get(f"/session/{number}").text
