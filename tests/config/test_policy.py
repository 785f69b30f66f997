"""The policy an agency begins with is the one the rules name."""

import re
import tomllib
from dataclasses import asdict, fields
from pathlib import Path

import config
from config.policy import shipped_policy
from scheduler.domain.policy import Policy

TEXT = (Path(config.__file__).parent / "policy.toml").read_text(encoding="utf-8")


def test_the_file_states_every_value_and_no_other() -> None:
    assert set(tomllib.loads(TEXT)) == {each.name for each in fields(Policy)}


def test_the_file_and_the_domain_agree_on_the_defaults_in_use() -> None:
    assert shipped_policy() == Policy()


def test_the_values_are_those_of_the_rules() -> None:
    shipped = asdict(shipped_policy())
    named = {
        "margin_minutes": 15,
        "reminder_hours": (24,),
        "reminder_earliest_hours": 48,
        "reminder_latest_hours": 2,
        "spread_minutes": 30,
        "messages_per_day": 1,
        "messages_per_week": 2,
        "plan_days": 30,
        "plan_days_max": 90,
        "gap_minutes": 15,
        "gap_after_interruption_minutes": 30,
        "sessions_per_day": 5,
        "caseload_most": 0,
        "session_minutes": 50,
        "hold_minutes": 5,
        "booking_lead_minutes": 30,
        "target_spread_hours": 6,
        "require_on_call": True,
    }
    assert named.items() <= shipped.items()


def test_every_value_stands_under_a_comment_that_names_its_rule() -> None:
    rule = ""
    for line in TEXT.splitlines():
        if line.startswith("#"):
            found = re.match(r"# ([A-Z]\d+)(, [A-Z]\d+)*: ", line)
            rule = found.group(0) if found else rule
        elif not line:
            rule = ""
        else:
            assert rule, line
