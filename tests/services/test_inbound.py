"""What comes in: texts and receipts (I1–I4, M9). Nothing is ever answered."""

from datetime import timedelta

import pytest

from scheduler.domain.replies import ReplyKind
from scheduler.services.house import House
from scheduler.services.messages import inbound
from scheduler.services.safe_contact import plan_talk
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.watching import attention_list, watch
from scheduler.storage import attention, replies, tables
from scheduler.storage.outbox import Message
from tests.domain.builders import plan, text
from tests.services.sending import NUMBER, Desk, open_desk

OTHER = "+14165550144"
UNKNOWN = "+14165550199"


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def sent(desk: Desk) -> Message:
    """A reminder that the provider has taken."""
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    assert desk.state(reminder) == "accepted"
    return reminder


@pytest.mark.parametrize("body", ["STOP", "Arrêt", "pls no more texts", "basta"])
def test_stop_blocks_suspends_voids_and_is_not_answered(desk: Desk, body: str) -> None:
    reminder = desk.reminded()
    assert inbound.reply(desk.house, NUMBER, body) is ReplyKind.STOP
    assert desk.blocked()
    assert desk.file().suspended_why == "stop"
    assert desk.state(reminder) == "cancelled"
    assert desk.kinds() == ["reply_stop"]
    assert desk.alerts() == 1
    desk.tick(reminder.not_before)
    assert desk.phone.handed == []


@pytest.mark.parametrize("body", ["START", "who is this", "wrong number", "thanks"])
def test_anything_else_suspends_and_is_a_persons_to_look_at(
    desk: Desk, body: str
) -> None:
    reminder = desk.reminded()
    inbound.reply(desk.house, NUMBER, body)
    assert desk.file().suspended_why == "reply"
    assert (desk.kinds(), desk.blocked()) == (["reply_other"], False)
    assert desk.state(reminder) == "cancelled"


def test_start_by_text_lifts_nothing(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "STOP")
    inbound.reply(desk.house, NUMBER, "START")
    assert desk.blocked()
    assert desk.file().suspended_why == "stop"


def test_a_number_of_an_earlier_plan_is_still_known(desk: Desk) -> None:
    desk.save(text(address=OTHER))
    reminder = desk.reminded()
    inbound.reply(desk.house, NUMBER, "STOP")
    assert desk.file().suspended_why == "stop"
    assert desk.state(reminder) == "cancelled"
    assert (desk.blocked(NUMBER), desk.blocked(OTHER)) == (True, False)


def test_a_number_on_two_files_acts_on_both(desk: Desk) -> None:
    other = desk.office.another(with_plan=plan(text(address=NUMBER)))
    inbound.reply(desk.house, NUMBER, "STOP")
    assert [desk.file(each).suspended_why for each in (desk.alma, other)] == [
        "stop",
        "stop",
    ]
    assert {each.client_id for each in desk.items("reply_stop")} == {
        desk.alma.id,
        other.id,
    }


def test_an_unknown_number_leaves_category_and_time_and_for_stop_its_blind_index(
    desk: Desk,
) -> None:
    assert inbound.reply(desk.house, UNKNOWN, "my words") is ReplyKind.OTHER
    assert not desk.blocked(UNKNOWN)
    inbound.reply(desk.house, UNKNOWN, "STOP")
    assert desk.blocked(UNKNOWN)
    assert desk.kinds() == []
    with desk.house.store.reading() as tx:
        rows = [dict(row._mapping) for row in tx.conn.execute(tables.inbound.select())]
    assert {row["kind"] for row in rows} == {"other", "stop"}
    assert all(row["body"] is None and row["client_id"] is None for row in rows)


def test_a_blocked_number_stays_blocked_on_a_file_opened_later(desk: Desk) -> None:
    inbound.reply(desk.house, UNKNOWN, "STOP")
    reminder = desk.another_reminded(OTHER)
    late = desk.office.another(with_plan=plan(text(address=UNKNOWN)))
    session = desk.office.booked(
        "2026-12-02 10:55", codes=(late.code,), counsellor_id=desk.office.cora.id
    )
    assert desk.office.messages(session) == []
    desk.tick(reminder.not_before)
    assert [each.number for each in desk.phone.texts] == [OTHER]


def test_the_body_is_read_on_request_and_gone_72_hours_after_triage(
    desk: Desk,
) -> None:
    inbound.reply(desk.house, NUMBER, "the river is high")
    [item] = desk.items()
    assert attention_list.read_reply(desk.house, desk.wanda, item.id) == (
        "the river is high"
    )
    attention_list.choose(desk.house, desk.wanda, item.id, "asked")
    assert _body(desk, item.reply_id) == "the river is high"
    desk.go_to(desk.clock.at + timedelta(hours=72))
    watch.look_round(desk.house)
    assert _body(desk, item.reply_id) is None


def test_a_body_nobody_looked_at_is_gone_after_14_days(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "the river is high")
    [item] = desk.items()
    desk.go_to(desk.clock.at + timedelta(days=14, seconds=-1))
    watch.look_round(desk.house)
    assert _body(desk, item.reply_id) == "the river is high"
    desk.go_to(desk.clock.at + timedelta(seconds=1))
    watch.look_round(desk.house)
    assert _body(desk, item.reply_id) is None


def test_late_triage_keeps_no_body_past_its_14_days(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "the river is high")
    [item] = desk.items()
    desk.go_to(desk.clock.at + timedelta(days=13))
    attention_list.choose(desk.house, desk.wanda, item.id, "asked")
    desk.go_to(desk.clock.at + timedelta(days=1))
    watch.look_round(desk.house)
    assert _body(desk, item.reply_id) is None


def _body(desk: Desk, reply_id: str | None) -> str | None:
    with desk.house.store.reading() as tx:
        return replies.body(tx, reply_id or "")


@pytest.mark.parametrize("end", ["delivered", "undelivered", "failed"])
def test_receipts_have_the_same_effect_in_any_order_and_number(
    desk: Desk, end: str
) -> None:
    first, second = desk.reminded(), desk.another_reminded(OTHER)
    desk.tick(max(first.not_before, second.not_before))
    for reminder, order in ((first, ("sent", end)), (second, (end, "sent", end))):
        for status in order:
            assert inbound.receipt(desk.house, reminder.reference, status)
        assert desk.state(reminder) == end
    expected = [] if end == "delivered" else ["delivery_failed"] * 2
    assert desk.kinds() == expected


@pytest.mark.parametrize("order", [("sent", "delivered"), ("delivered", "sent")])
def test_delivered_stays_delivered(desk: Desk, order: tuple[str, ...]) -> None:
    reminder = sent(desk)
    for status in (*order, *order):
        assert inbound.receipt(desk.house, reminder.reference, status)
    assert (desk.state(reminder), desk.kinds()) == ("delivered", [])


def test_a_receipt_of_nothing_we_sent_changes_nothing(desk: Desk) -> None:
    reminder = sent(desk)
    assert not inbound.receipt(desk.house, "nobody's", "delivered")
    assert not inbound.receipt(desk.house, reminder.reference, "read")
    assert desk.state(reminder) == "accepted"


@pytest.mark.parametrize(("seconds", "late"), [(0, False), (1, True)])
def test_a_receipt_later_than_the_window_suspends_the_plan(
    desk: Desk, seconds: int, late: bool
) -> None:
    reminder = sent(desk)
    desk.go_to(reminder.window_end + timedelta(seconds=seconds))
    inbound.receipt(desk.house, reminder.reference, "delivered")
    assert (desk.file().suspended_why == "late_receipt") == late
    assert desk.kinds() == (["late_receipt"] if late else [])


def test_a_late_receipt_counts_though_a_person_had_settled_the_doubt(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    desk.phone.behaviour = "times_out"
    desk.tick(reminder.not_before)
    desk.later(seconds=5)
    [item] = desk.items("uncertain")
    attention_list.choose(desk.house, desk.wanda, item.id, "nothing")
    desk.go_to(reminder.window_end + timedelta(hours=1))
    inbound.receipt(desk.house, reminder.reference, "delivered")
    assert desk.state(reminder) == "settled"
    assert desk.file().suspended_why == "late_receipt"
    assert desk.kinds() == ["late_receipt"]


def test_a_receipt_settles_a_doubt_and_takes_it_from_the_list(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.phone.behaviour = "times_out"
    desk.tick(reminder.not_before)
    desk.later(seconds=5)
    inbound.receipt(desk.house, reminder.reference, "delivered")
    assert (desk.state(reminder), desk.kinds()) == ("delivered", [])
    with desk.house.store.reading() as tx:
        [item] = [each for each in attention.all_items(tx) if each.kind == "uncertain"]
    assert item.choice == "receipt"


def test_an_unreachable_handset_by_receipt_is_tried_once_more_that_day(
    desk: Desk,
) -> None:
    reminder = sent(desk)
    inbound.receipt(desk.house, reminder.reference, "undelivered", "30003")
    desk.later(seconds=60)
    again = desk.office.messages(reminder.session_id or "")
    assert [each.state.value for each in again] == ["undelivered", "accepted"]
    inbound.receipt(desk.house, again[1].reference, "undelivered", "30003")
    for _ in range(3):
        desk.later(seconds=60)
    assert len(desk.phone.handed) == 2
    assert desk.kinds() == ["delivery_failed"]


def test_nothing_is_tried_once_more_for_a_plan_suspended_meanwhile(desk: Desk) -> None:
    reminder = sent(desk)
    plan_talk.suspend(desk.house, desk.wanda, desk.alma.code)
    inbound.receipt(desk.house, reminder.reference, "undelivered", "30003")
    again = desk.office.messages(reminder.session_id or "")
    assert [each.state.value for each in again] == ["undelivered", "withheld"]
    assert "delivery_failed" in desk.kinds()


def test_a_landline_by_receipt_closes_the_channel(desk: Desk) -> None:
    reminder = sent(desk)
    inbound.receipt(desk.house, reminder.reference, "undelivered", "30006")
    assert desk.channel().closed
    assert desk.kinds() == ["delivery_failed"]


@pytest.mark.parametrize("code", ["30003", "30006", "21610"])
def test_what_is_known_of_the_number_before_says_nothing_of_hers_now(
    desk: Desk, code: str
) -> None:
    reminder = sent(desk)
    desk.save(text(address=OTHER))
    inbound.receipt(desk.house, reminder.reference, "failed", code)
    assert not desk.channel().closed
    assert (desk.blocked(NUMBER), desk.blocked(OTHER)) == (code == "21610", False)
    desk.later(minutes=3)
    assert len(desk.phone.handed) == 1


def test_a_receipt_while_the_worker_is_still_calling_is_proof_enough(
    desk: Desk,
) -> None:
    reminder = desk.reminded()
    reference = reminder.reference

    def receipt_first() -> None:
        inbound.receipt(desk.house, reference, "delivered")

    desk.phone.on_send = receipt_first
    desk.tick(reminder.not_before)
    assert desk.state(reminder) == "delivered"
    desk.later(minutes=3)
    assert desk.state(reminder) == "delivered"
    assert len(desk.phone.handed) == 1
