"""Someone is asking: one key from anywhere, one script, nothing looked up."""

from __future__ import annotations

import pytest

from scheduler.domain.people import Role
from tests.journeys.desk import Desk, key, press, reads
from tests.web import kit

pytestmark = pytest.mark.journey


def test_the_script_is_one_key_away_and_the_custodian_is_told(desk: Desk) -> None:
    page = desk.sit_down(Role.INTAKE)
    page.goto(f"{desk.address}/phone")
    key(page, "!")
    reads(page, "Someone is asking about a person", "We never say whether anybody")
    kit.assert_no_axe_findings(page)
    press(page, "Write it down")
    reads(page, "It is written down, and the custodian is told.")
