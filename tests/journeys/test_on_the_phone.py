"""A caller whose plan has lapsed, found, asked and booked within one short call."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Final

import pytest

from scheduler.cli.demo import history
from scheduler.domain.hours import DateSpan, Hours
from scheduler.domain.people import Role
from scheduler.domain.plan import Channel, ChannelKind, LineType, Purpose
from scheduler.domain.typed_hours import read_weekly
from scheduler.services.files import identity
from scheduler.services.safe_contact import plans as saving
from scheduler.storage import people, plans
from tests.journeys.desk import Desk, key, reads

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.journey

MOST_KEYS: Final = 25
MOST_SECONDS: Final = 120
# What one key costs somebody with a phone at her ear who looks before she types.
A_KEY: Final = 2.0

_COUNT: Final = """
  addEventListener("keydown", () => {
    sessionStorage.pressed = 1 + Number(sessionStorage.pressed || 0);
  }, true);
"""


def two_channels_and_a_no(desk: Desk, code: str) -> None:
    """Give her a second channel, and a day on which nothing may be; the plan lapses on
    Wednesday, and it is Thursday."""
    house = desk.demo.installation.house
    with house.store.reading() as tx:
        file = people.client_by_code(tx, code)
        assert file is not None
        held = plans.current(tx, file.id)[0]
    friday = DateSpan(date(2026, 12, 11), date(2026, 12, 11))
    rung = Channel(
        key="rung",
        kind=ChannelKind.VOICE,
        address="+14165550188",
        line=LineType.OWN_MOBILE,
        device=held.channels[0].device,
        purposes=frozenset({Purpose.CALL_BACK}),
        hours=Hours(weekly=(read_weekly("Mon-Sun 09:00-17:00"),)),
    )
    hours = replace(held.session_hours, deny=(friday,))
    changed = replace(
        held,
        channels=(*held.channels, rung),
        session_hours=hours,
        valid_until=date(2026, 12, 9),
    )
    wanda = desk.demo.stage.actors["wanda"]
    check = identity.start_check(house, wanda, code)
    identity.try_word(house, wanda, check, history.word_of("lapsed"))
    saved = saving.save_plan(house, wanda, code, changed, held.version)
    assert isinstance(saved, saving.Saved), saved
    desk.pass_time(days=2)


def pressed(page: Page) -> int:
    """How many keys went down in this browser since it was counted."""
    return int(page.evaluate("() => Number(sessionStorage.pressed || 0)"))


def type_and_go(page: Page, typed: str) -> None:
    """Into the field that has the focus, and Enter."""
    page.wait_for_function("document.activeElement.tagName === 'INPUT'")
    page.keyboard.type(typed)
    key(page, "Enter")


def test_a_lapsed_plan_is_renewed_and_a_session_booked_in_one_short_call(
    desk: Desk,
) -> None:
    code, word = desk.demo.stage.codes["lapsed"], history.word_of("lapsed")
    two_channels_and_a_no(desk, code)
    page = desk.sit_down(Role.INTAKE)
    page.goto(f"{desk.address}/today")
    page.add_init_script(_COUNT)
    page.reload()
    begun = monotonic()

    key(page, "p")
    type_and_go(page, code)
    type_and_go(page, word)
    reads(page, code, "ended")
    key(page, "y")
    reads(page, "The plan is confirmed")
    key(page, "b")
    reads(page, "may be seen", "Fri 11 she said no to it")
    key(page, "3")
    reads(page, "held for you until", "Sat 12 Dec", "On her locked phone")
    reads(page, "may leave Fri 11 Dec 09:30–10:30", "she may be rung then")
    key(page, "b")
    reads(page, "Booked.")

    keys = pressed(page)
    assert len(code) + len(word) < keys <= MOST_KEYS
    assert monotonic() - begun + A_KEY * keys <= MOST_SECONDS
