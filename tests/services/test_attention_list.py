"""What needs a person, who sees it, and what each choice does (N1, M7, P8)."""

from datetime import timedelta

import pytest

from scheduler.domain.errors import NotThere
from scheduler.services.house import House
from scheduler.services.messages import inbound
from scheduler.services.safe_contact import plan_talk
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.watching import attention_list
from scheduler.storage.outbox import Message
from tests.domain.builders import plan, text
from tests.services import filing
from tests.services.sending import NUMBER, Desk, open_desk


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def in_doubt(desk: Desk) -> Message:
    reminder = desk.reminded()
    desk.phone.behaviour = "times_out"
    desk.tick(reminder.not_before)
    desk.phone.behaviour = "accepts"
    desk.later(seconds=5)
    assert desk.state(reminder) == "uncertain"
    return reminder


@pytest.mark.parametrize(
    ("choice", "state"),
    [("nothing", "settled"), ("left", "sent"), ("not_left", "not_sent")],
)
def test_a_doubt_is_settled_by_a_person_and_only_not_left_is_planned_anew(
    desk: Desk, choice: str, state: str
) -> None:
    reminder = in_doubt(desk)
    [item] = desk.items("uncertain")
    assert attention_list.choose(desk.house, desk.wanda, item.id, choice).yes
    assert (desk.state(reminder), desk.kinds()) == (state, [])
    again = [
        each
        for each in desk.office.messages(reminder.session_id or "")
        if each.id != reminder.id
    ]
    for each in again:
        assert choice == "not_left"
        assert each.not_before > desk.clock.at
    desk.tick(reminder.not_after)
    assert len(desk.phone.handed) == 1 + len(again)
    with pytest.raises(NotThere):
        attention_list.choose(desk.house, desk.wanda, item.id, choice)
    assert [each[4] for each in filing.trail(desk.house, "settled")] == [choice]


def test_there_is_one_task_for_a_doubt_however_often_the_worker_looks(
    desk: Desk,
) -> None:
    in_doubt(desk)
    for _ in range(5):
        desk.later(seconds=60)
    assert len(desk.items("uncertain")) == 1
    assert desk.alerts() == 1


def test_the_worst_comes_first_and_what_stops_something_says_so(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "hm")
    in_doubt_of = desk.office.another(with_plan=plan(text(address="+14165550144")))
    inbound.reply(desk.house, "+14165550144", "STOP")
    seen = attention_list.open_list(desk.house, desk.wanda)
    assert [(each.item.kind, each.code, each.stops) for each in seen] == [
        ("reply_stop", in_doubt_of.code, True),
        ("reply_other", desk.alma.code, False),
    ]


def test_a_counsellor_sees_her_own_files_only(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "STOP")
    [item] = desk.items()
    assert len(attention_list.open_list(desk.house, desk.office.cora)) == 1
    assert attention_list.open_list(desk.house, desk.office.dora) == []
    with pytest.raises(NotThere):
        attention_list.choose(desk.house, desk.office.dora, item.id, "nothing")
    with pytest.raises(NotThere):
        attention_list.read_reply(desk.house, desk.office.dora, item.id)


def test_reading_a_reply_is_in_the_trail(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "hm")
    [item] = desk.items()
    attention_list.read_reply(desk.house, desk.wanda, item.id)
    assert filing.trail(desk.house, "read reply") == [
        (desk.wanda.id, "client", str(desk.alma.id), ["body"], "")
    ]


def lifted(desk: Desk, *, by_supervisor: bool = True, reason: str = "thanks") -> bool:
    [item, *_] = desk.items("reply_other")
    actor = desk.office.sue if by_supervisor else desk.wanda
    return attention_list.lift_for_thanks(desk.house, actor, item.id, reason).yes


def test_plain_thanks_may_be_lifted_by_a_supervisor_with_a_reason(desk: Desk) -> None:
    reminder = desk.reminded()
    inbound.reply(desk.house, NUMBER, "thanks")
    assert not lifted(desk, by_supervisor=False)
    assert not lifted(desk, reason=" ")
    assert lifted(desk)
    assert (desk.file().suspended_at, desk.kinds()) == (None, [])
    anew = desk.office.messages(reminder.session_id or "")
    assert sorted(each.state.value for each in anew) == ["cancelled", "planned"]


def test_after_72_hours_only_a_talk_lifts_it(desk: Desk) -> None:
    inbound.reply(desk.house, NUMBER, "thanks")
    desk.go_to(desk.clock.at + timedelta(hours=72, seconds=1))
    assert not lifted(desk)


@pytest.mark.parametrize("also", ["who is this", "STOP", "staff"])
def test_thanks_beside_anything_else_is_not_lifted(desk: Desk, also: str) -> None:
    inbound.reply(desk.house, NUMBER, "thanks")
    if also == "staff":
        plan_talk.suspend(desk.house, desk.ines, desk.alma.code)
    else:
        inbound.reply(desk.house, NUMBER, also)
    assert not lifted(desk)
    assert desk.file().suspended_at is not None


def test_two_files_with_one_number_are_told_to_a_person_once(desk: Desk) -> None:
    other = desk.office.another(with_plan=plan(text(address=NUMBER)))
    assert {each.client_id for each in desk.items("same_number")} == {
        desk.alma.id,
        other.id,
    }
