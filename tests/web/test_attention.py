"""Attention: what each matter says, and a wrong entry beside its field."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

from scheduler.domain.people import Role
from scheduler.services.files import identity
from scheduler.services.house import House
from scheduler.services.safe_contact import code_words
from tests.services import filing
from tests.web import kit, site
from tests.web.test_people import clean

if TYPE_CHECKING:
    from flask import Flask


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        yield made


def test_a_caller_who_was_not_found_to_be_she_is_not_called_a_session(
    app: Flask,
) -> None:
    house: House = app.extensions["quietline.services"].house
    wanda, code = filing.a_staff(house, "wanda"), site.fill("{file_hers}")
    assert code_words.set_words(house, wanda, code, filing.WORDS) is None
    handle = identity.start_check(house, wanda, code)
    for word in ("jam", "honey", "syrup"):
        identity.try_word(house, wanda, handle, word)
    page = clean(site.client(app, Role.SUPERVISOR).get("/attention"))
    assert "Somebody was not found to be she." in page
    assert "needed in a session" not in page


def test_a_thanks_is_not_lifted_without_a_reason_and_that_is_said_at_its_field(
    app: Flask,
) -> None:
    sue = site.client(app, Role.SUPERVISOR)
    kit.post(sue, "/attention/reply", {"number": "416 555 0142", "body": "thanks"})
    lift = re.search(r'action="(/attention/[^"]+/lift)"', clean(sue.get("/attention")))
    assert lift
    page = clean(kit.post(sue, lift[1], {"reason": " "}), 422)
    assert page.count("Say why in a few words.") == 1
    assert 'aria-describedby="why-wrong"' in page
    done = kit.post(sue, lift[1], {"reason": "only her thanks"})
    assert "Her plan is taken up again" in clean(sue.get(done.location))


def test_a_booked_time_is_moved_or_cancelled_from_wherever_it_is_seen(
    app: Flask,
) -> None:
    way = site.fill('href="/booking/{hers}"')
    call = site.fill('href="/session/{hers}"')
    file = site.fill("/people/{file_hers}")
    wanda = site.client(app, Role.INTAKE)
    page = clean(wanda.get(file))
    # Intake holds no sessions, so nothing leads her to a page she may not see.
    assert (way in page, call in page) == (True, False)
    assert "Move it" in clean(wanda.get(site.fill("/booking/{hers}")))
    cora = site.client(app, Role.COUNSELLOR)
    for address in (file, site.fill("/session/{hers}")):
        assert way in clean(cora.get(address))
    read_only = clean(site.client(app, Role.CUSTODIAN).get(file))
    assert (way in read_only, call in read_only) == (False, False)
