"""Before texts leave for real: every item signed off by name, or nothing leaves."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from scheduler.domain.decision import Reason
from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.going_live import ASKED, Item, not_yet
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import going_live, interlocks
from scheduler.services.watching import board
from scheduler.storage import agency, tables
from tests.services.going_live import sign_everything
from tests.services.sending import Desk, open_desk
from tests.services.test_interlocks import HERE, placed


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    """A desk with a real sender on a machine that was let in; nothing is signed."""
    made = open_desk(house, clock)
    with made.house.store.reading() as tx:
        own = agency.settings(tx).installation
    there = placed(made, HERE, own)
    interlocks.let_in_here(there.house)
    return there


@pytest.mark.parametrize("missing", list(Item))
def test_one_item_that_is_missing_keeps_every_text_back_and_is_named(
    desk: Desk, missing: Item
) -> None:
    maia = desk.office.staff.maia
    sign_everything(desk.house, maia, missing)
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []
    assert Reason.NO_SENDER in desk.message(reminder.id).reasons
    with desk.house.store.reading() as tx:
        now = board.leaving_now(tx, desk.house, desk.clock.at)
    assert ASKED[missing].short in now.not_yet
    assert now.not_yet == not_yet([missing])


def test_with_the_whole_list_texts_leave_and_one_item_taken_back_stops_them(
    desk: Desk,
) -> None:
    maia = desk.office.staff.maia
    sign_everything(desk.house, maia)
    first = desk.reminded()
    second = desk.another_reminded("+14165550144")
    early, late = sorted((first, second), key=lambda each: each.not_before)
    desk.tick(early.not_before)
    taken = len(desk.phone.handed)
    assert taken >= 1
    if early.not_before < late.not_before:
        going_live.take_back(desk.house, maia, Item.GREETING.value)
        desk.tick(late.not_before)
        assert len(desk.phone.handed) == taken


def test_who_signed_and_when_is_shown_and_in_the_audit_trail(desk: Desk) -> None:
    maia, sue = desk.office.staff.maia, desk.office.sue
    going_live.sign(desk.house, maia, "greeting")
    going_live.sign(desk.house, sue, "stop_kept_by", "redaction")
    found = going_live.checklist(desk.house)
    signed = {each.item: each for each in found.lines if each.by}
    assert set(signed) == {Item.GREETING, Item.STOP_KEPT_BY}
    assert signed[Item.GREETING].by == "Maia"
    assert signed[Item.GREETING].at == desk.clock.at
    assert "STOP is kept here" in signed[Item.STOP_KEPT_BY].choice
    going_live.take_back(desk.house, sue, "greeting")
    with desk.house.store.reading() as tx:
        kept = tables.audit.c
        rows = tx.conn.execute(
            select(kept.actor_id, kept.verb, kept.subject_id, kept.reason)
            .where(kept.subject == "going live")
            .order_by(kept.id)
        ).all()
    assert [tuple(each) for each in rows] == [
        (maia.id, "signed off", "greeting", ""),
        (sue.id, "signed off", "stop_kept_by", "redaction"),
        (sue.id, "took back", "greeting", ""),
    ]


def test_a_choice_is_made_knowingly_and_only_by_those_who_answer_for_it(
    desk: Desk,
) -> None:
    maia = desk.office.staff.maia
    with pytest.raises(Misread):
        going_live.sign(desk.house, maia, "stop_kept_by")
    with pytest.raises(NotThere):
        going_live.sign(desk.house, maia, "nothing of ours")
    for other in (desk.wanda, desk.office.cora):
        with pytest.raises(NotThere):
            going_live.sign(desk.house, other, "greeting")
    assert going_live.checklist(desk.house).not_yet == not_yet(list(Item))


def test_a_simulated_phone_needs_no_list(desk: Desk) -> None:
    simulated = replace(desk.house, sender=desk.phone)
    with desk.house.store.reading() as tx:
        assert going_live.has_sender(tx, simulated)
        assert not going_live.has_sender(tx, desk.house)
