"""A plan as a document, and back (P10)."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from scheduler.domain.errors import Misconfigured
from scheduler.domain.plan import ContactPlan
from scheduler.storage.plan_document import read_plan, write_plan
from tests.domain.builders import away, hours, plan, rotation, text, voice
from tests.plans_at_random import plans
from tests.profiles import trials

FULL = plan(
    text(
        hours=hours(
            "Tue 09:00-11:30",
            "Fri 22:00-01:00",
            once=("2026-12-05 10:00-12:00",),
            rotations=(rotation("2026-11-30", 2, (1,), "Wed 13:00-15:00"),),
            deny=("2026-12-29", "Sat-Sun 00:00-24:00", "2026-12-08 09:00-10:00"),
        )
    ),
    voice(),
    away=(away("2026-12-07..2026-12-12", "America/Vancouver", "Tue 10:00-11:00"),),
)


@settings(max_examples=trials(25, 1_000))
@given(plans)
def test_every_plan_comes_back_as_it_was(made: ContactPlan) -> None:
    assert read_plan(write_plan(made), made.version) == made


def test_the_same_plan_gives_the_same_bytes() -> None:
    assert write_plan(FULL) == write_plan(replace(FULL, version=7))


def test_the_number_of_the_version_comes_from_the_row() -> None:
    assert read_plan(write_plan(FULL), 12) == replace(FULL, version=12)


def test_a_form_this_version_does_not_know_is_refused() -> None:
    document = json.loads(write_plan(FULL))
    document["v"] = 2
    with pytest.raises(Misconfigured, match="newer one"):
        read_plan(json.dumps(document).encode(), 1)


@pytest.mark.parametrize("where", ["", "channels", "session_hours", "cutoff", "away"])
def test_a_word_this_version_does_not_know_is_refused_as_it_may_be_a_denial(
    where: str,
) -> None:
    document = json.loads(write_plan(FULL))
    inner = document[where] if where else document
    (inner[0] if isinstance(inner, list) else inner)["only_when_alone"] = True
    with pytest.raises(Misconfigured):
        read_plan(json.dumps(document).encode(), 1)


@pytest.mark.parametrize(
    "damage",
    [
        lambda plan: plan.pop("zone"),
        lambda plan: plan.update(valid_until="soon"),
        lambda plan: plan.update(channels=None),
        lambda plan: plan["channels"][0].update(kind="carrier pigeon"),
        lambda plan: plan["session_hours"]["deny"].append({"moon": [1, 2]}),
        lambda plan: plan["cutoff"].update(steps=[{}]),
        lambda plan: plan["phrases"].append(["reminder"]),
    ],
)
def test_a_damaged_document_is_refused_without_repeating_what_is_in_it(
    damage: object,
) -> None:
    document = json.loads(write_plan(FULL))
    damage(document)  # type: ignore[operator]
    with pytest.raises(Misconfigured) as refused:
        read_plan(json.dumps(document).encode(), 1)
    assert refused.value.__cause__ is None
    assert "+1416" not in str(refused.value)
