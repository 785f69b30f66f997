"""Random agencies, replayed by the product and read a second time, slowly, by somebody
who had only the rules (tests/oracle)."""

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from scheduler.services.simulation.reading import read_scenario
from scheduler.services.simulation.replay import replay
from tests.oracle.check import check
from tests.oracle.random_agency import random_agency
from tests.oracle.replay import replay as predict
from tests.oracle.toml_text import to_toml
from tests.profiles import trials
from tests.scenarios.replaying import built, sqlite_copy

# Another stretch of seeds than those the slow reading was tried on by itself.
SEEDS = range(500, 500 + trials(6, 60))


def _starts_early(scenario: dict[str, Any]) -> bool:
    """Whether a session was started before its time: the rules say nothing of what a
    reminder still to come is worth then, and the two readings differ in it."""
    starts: dict[str, datetime] = {}
    for step in scenario["step"]:
        for kind in ("book", "move"):
            if kind in step:
                name = step[kind].get("as") or step[kind].get("session")
                starts[name] = step[kind]["start"]
        if "start_session" in step:
            start = starts.get(step["start_session"]["session"])
            if start is not None and step["at"] < start:
                return True
    return False


def _comparable(trace: dict[str, Any]) -> dict[str, Any]:
    """Calls by hand are rows of ours; the slow reading keeps them apart."""
    messages = [each for each in trace["messages"] if each["meaning"] != "call"]
    return {**trace, "messages": messages}


def _about_the_switch(difference: str) -> bool:
    """We list a stop by hand too; the slow reading lists only one by the provider."""
    return "sender_paused" in difference and "give no cause" in difference


@pytest.mark.parametrize("seed", SEEDS)
def test_the_product_and_the_slow_reading_agree(
    seed: int, sqlite_template: Path, tmp_path: Path
) -> None:
    scenario = random_agency(seed)
    build = built(sqlite_copy(sqlite_template, tmp_path), seed)
    trace = replay(read_scenario(to_toml(scenario)), build).plain()
    if _starts_early(scenario):
        pytest.skip("A session is started before its time.")
    found = check(scenario, predict(scenario), _comparable(trace))
    assert [each for each in found if not _about_the_switch(each)] == []
