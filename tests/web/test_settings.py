"""The settings page: policy as it stands, and one value changed within its limits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields as fields_of
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from scheduler.domain.fallback import Actor, Step, StepKind
from scheduler.domain.people import Role
from scheduler.domain.policy import Policy
from scheduler.services.house import House
from scheduler.storage import agency
from scheduler.storage.tables import policy_version
from scheduler.web.policy_words import POLICY
from tests.services import filing
from tests.web import kit, site
from tests.web.test_people import actor, clean

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient

OFFERED = "client wait 0, client rejoin 5, client call_in 5, supervisor hand_over 5"


@pytest.fixture
def app() -> Iterator[Flask]:
    with site.built() as made:
        made.config["PROPAGATE_EXCEPTIONS"] = True
        yield made


@pytest.fixture
def house(app: Flask) -> House:
    found: House = app.extensions["quietline.services"].house
    return found


@pytest.fixture
def maia(app: Flask) -> FlaskClient:
    return site.client(app, Role.ADMINISTRATOR)


def refused(maia: FlaskClient, key: str, value: str) -> str:
    fields = {"key": key, "value": value, "reason": "agreed in the team"}
    answer = kit.post(maia, "/settings/policy", fields)
    assert answer.status_code == 422
    kit.assert_clean(answer.text)
    return answer.text


def test_each_value_of_policy_is_in_words_with_its_rule(maia: FlaskClient) -> None:
    assert set(POLICY) == {each.name for each in fields_of(Policy)}
    page = clean(maia.get("/settings"))
    for words, rule in POLICY.values():
        assert words in page
        assert rule in page


def test_the_steps_offered_for_a_broken_call_are_policy_like_any_other(
    app: Flask, house: House, maia: FlaskClient
) -> None:
    assert OFFERED in clean(maia.get("/settings"))
    fields = {"key": "cutoff_steps", "value": "counsellor call 3", "reason": "agreed"}
    assert kit.post(maia, "/settings/policy", fields).status_code == 303
    with house.store.reading() as tx:
        assert agency.policy(tx).cutoff_steps == (
            Step(Actor.COUNSELLOR, StepKind.CALL, 3),
        )
        kept = tx.conn.execute(select(policy_version).order_by("number")).all()[-1]
    assert (kept.changed_by, kept.reason) == (actor(house, "maia").id, "agreed")
    assert filing.trail(house, "changed policy")[-1][1:4] == (
        "policy",
        "cutoff_steps",
        ["cutoff_steps"],
    )
    assert "counsellor call 3" in clean(maia.get("/settings"))


@pytest.mark.parametrize("value", ["she waits", ", ".join(["client wait 0"] * 6)])
def test_what_is_no_step_is_said_and_nothing_typed_is_lost(
    app: Flask, house: House, maia: FlaskClient, value: str
) -> None:
    page = refused(maia, "cutoff_steps", value)
    assert "client rejoin 5" in page
    assert value in page
    with house.store.reading() as tx:
        assert len(agency.policy(tx).cutoff_steps) == 5
