"""The only door out: decided on the newest data, on every plan in force, in writing."""

import ast
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

import scheduler
from scheduler.domain.decision import Reason
from scheduler.domain.errors import NotThere
from scheduler.domain.plan import ChannelKind, LineType, Mode, Purpose
from scheduler.domain.zones import KNOWN_ANSWERS
from scheduler.services.house import House
from scheduler.services.messages import delivery, gate, inbound
from scheduler.services.safe_contact import contact_changes, plan_talk
from scheduler.services.scheduling import booking
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes
from scheduler.storage import outbox, tables
from scheduler.storage import plans as kept_plans
from tests.domain.builders import hours, plan, text
from tests.services import filing, one_intention
from tests.services.sending import NUMBER, Desk, assisted, open_desk


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


EDITS: dict[str, Callable[[Desk], object]] = {
    "suspended": lambda it: plan_talk.suspend(it.house, it.wanda, it.alma.code),
    "withdrawn": lambda it: contact_changes.withdraw(
        it.house, it.wanda, it.alma.code, ChannelKind.SMS
    ),
    "a new number": lambda it: contact_changes.change_number(
        it.house,
        it.wanda,
        it.alma.code,
        ChannelKind.SMS,
        "+14165550144",
        LineType.OWN_MOBILE,
    ),
    "STOP": lambda it: inbound.reply(it.house, NUMBER, "STOP"),
    "another reply": lambda it: inbound.reply(it.house, NUMBER, "hm"),
    "paused": lambda it: brakes.pause(it.house, it.wanda),
    "a denied date": lambda it: it.save(
        text(hours=hours("Tue 09:00-11:30", deny=("2026-12-01",)))
    ),
    "another purpose": lambda it: it.save(text(purposes=frozenset({Purpose.CHANGE}))),
    "mode none": lambda it: it.save(text(mode=Mode.NONE)),
    "no consent": lambda it: it.save(text(consent=False)),
    "a landline": lambda it: it.save(text(line=LineType.LANDLINE)),
    "no phrase": lambda it: it.save(text(), phrases=()),
}


@pytest.mark.parametrize("edit", EDITS)
def test_what_is_committed_before_the_claim_wins(desk: Desk, edit: str) -> None:
    reminder = desk.reminded()
    desk.go_to(reminder.not_before)
    now = desk.clock.at
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, now)
    EDITS[edit](desk)
    with desk.house.store.begin() as tx:
        assert one_intention.claim(tx, desk.house, reminder.id, now) is None
    desk.later(seconds=5)
    assert desk.phone.handed == []
    assert desk.state(reminder) in {"cancelled", "withheld", "expired"}


@pytest.mark.parametrize("edit", ["suspended", "STOP", "paused"])
def test_what_comes_after_the_claim_finds_at_most_that_one_text(
    desk: Desk, edit: str
) -> None:
    reminder = desk.reminded()
    desk.go_to(reminder.not_before)
    now = desk.clock.at
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, now)
    with desk.house.store.begin() as tx:
        cleared = one_intention.claim(tx, desk.house, reminder.id, now)
    assert cleared is not None
    EDITS[edit](desk)
    handed = desk.phone.send(cleared)
    with desk.house.store.begin() as tx:
        delivery.record(tx, desk.house, reminder.id, handed, now)
    assert desk.state(reminder) == "accepted"
    for _ in range(3):
        desk.later(seconds=60)
    assert len(desk.phone.handed) == 1


def test_a_session_that_moved_takes_its_reminder_along(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.go_to(reminder.not_before)
    with desk.house.store.begin() as tx:
        outbox.make_due(tx, desk.clock.at)
    booking.cancel(desk.house, desk.wanda, reminder.session_id or "", by_agency=False)
    desk.tick()
    assert (desk.phone.handed, desk.state(reminder)) == ([], "cancelled")


def test_of_two_plans_in_force_the_stricter_counts(desk: Desk) -> None:
    reminder = desk.reminded()
    with desk.house.store.begin() as tx:
        kept_plans.write_version(
            tx,
            desk.alma.id,
            plan(text(hours=hours("Thu 09:00-11:00")), version=3),
            changed_fields=("channels",),
            saved_by=desk.ines.id,
            saved_at=desk.clock.at,
            conflicting=True,
        )
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []
    assert "outside_window" in desk.decisions(reminder)[-1][2]


def test_a_message_that_is_held_is_written_down_once_not_at_every_tick(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    with desk.house.store.begin() as tx:
        outbox.note(tx, reminder.id, not_before=desk.clock.at)
    for _ in range(4):
        desk.later(seconds=5)
    assert desk.state(reminder) == "due"
    assert desk.decisions(reminder) == [("claim", "hold", ["outside_window"])]
    desk.tick("2026-12-01 09:00")
    assert desk.decisions(reminder)[-1] == ("claim", "send", ["all_right"])
    assert desk.state(reminder) == "accepted"


def test_a_question_is_answered_in_writing_with_all_its_reasons(desk: Desk) -> None:
    plan_talk.suspend(desk.house, desk.wanda, desk.alma.code)
    brakes.pause(desk.house, desk.wanda)
    answer = gate.ask(desk.house, desk.alma.code, ChannelKind.SMS, Purpose.REMINDER)
    reasons = ["plan_suspended", "paused", "outside_window"]
    assert [each.value for each in answer.reasons] == reasons
    assert desk.decisions()[-1] == ("question", "refuse", reasons)
    with pytest.raises(NotThere):
        gate.ask(desk.house, "X-0000", ChannelKind.SMS, Purpose.REMINDER)


def test_a_question_is_written_down_with_who_asked_it_and_about_what(
    desk: Desk,
) -> None:
    code, sheet = desk.alma.code, tables.decision.c
    gate.ask(desk.house, code, ChannelKind.SMS, Purpose.REMINDER, asked_by=desk.wanda)
    gate.ask(desk.house, code, ChannelKind.VOICE, Purpose.CALL_BACK)
    about = select(sheet.client_id, sheet.channel, sheet.purpose, sheet.asked_by)
    with desk.house.store.reading() as tx:
        rows = [tuple(each) for each in tx.conn.execute(about.order_by(sheet.id))]
    assert rows[-2:] == [
        (desk.alma.id, "sms", "reminder", desk.wanda.id),
        (desk.alma.id, "voice", "call_back", None),
    ]


def test_a_question_is_about_the_machine_unless_a_person_would_send(
    desk: Desk,
) -> None:
    desk.save(assisted())
    asked = (desk.house, desk.alma.code, ChannelKind.SMS, Purpose.REMINDER)
    assert Reason.MODE_ASSISTED in gate.ask(*asked).reasons
    assert Reason.MODE_ASSISTED not in gate.ask(*asked, by_hand=True).reasons


def test_the_clock_check_that_failed_closes_the_door(desk: Desk) -> None:
    reminder = desk.reminded()
    right = KNOWN_ANSWERS[0]
    bad = replace(right, utc=right.utc + timedelta(hours=1))
    assert brakes.check_clock(desk.house, (bad,)) == (bad,)
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []
    assert desk.state(reminder) == "expired"


def test_only_the_gate_builds_what_a_sender_takes() -> None:
    root = Path(scheduler.__file__).parent
    builders = set()
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                called = node.func
                name = getattr(called, "id", getattr(called, "attr", ""))
                if name == "Cleared":
                    builders.add(path.relative_to(root).as_posix())
    assert builders == {"services/messages/gate.py"}


def test_no_number_and_no_words_are_in_what_is_printed(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    [(_, cleared)] = desk.phone.handed
    assert NUMBER not in repr(cleared)
    assert cleared.body not in repr(cleared)
    assert filing.messages(desk.house, desk.alma) == [("reminder", "accepted")]
