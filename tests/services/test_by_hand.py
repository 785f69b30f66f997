"""Contact by a person's hand: asked of the gate, decided, logged, with the same effects
as by machine (P6, M14)."""

import itertools
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from scheduler.domain.decision import Decision
from scheduler.domain.errors import NotThere
from scheduler.domain.fallback import Outcome
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import ChannelKind, Purpose
from scheduler.services.files import apartness
from scheduler.services.house import Actor, House
from scheduler.services.messages import by_hand
from scheduler.services.messages.by_hand import InHand
from scheduler.services.safe_contact import plan_talk
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.services.watching import attention_list
from scheduler.storage.outbox import Message
from tests.domain.builders import text, voice
from tests.services import filing
from tests.services.sending import NUMBER, Desk, assisted, open_desk

WORDS = ("The plants could do with some water", "The ladder is in the hall")


class AlwaysTheFirst(SeededTokens):
    """Chance that is none."""

    def below(self, n: int) -> int:
        del n
        return 0


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock, assisted(), voice())


def codes(found: object) -> list[str]:
    assert isinstance(found, Decision)
    return [each.value for each in found.reasons]


def prompted(desk: Desk) -> Message:
    """A reminder that stands on the list."""
    reminder = desk.reminded()
    desk.tick(reminder.not_before)
    assert desk.kinds() == ["assisted_send"]
    return reminder


def taken(desk: Desk, reminder: Message) -> InHand:
    found = by_hand.take_prompt(desk.house, desk.wanda, reminder.id)
    assert isinstance(found, InHand)
    return found


def test_number_and_phrase_come_together_with_a_line_in_the_trail(desk: Desk) -> None:
    reminder = prompted(desk)
    assert filing.trail(desk.house, "revealed number") == []
    found = taken(desk, reminder)
    assert (found.cleared.to, found.cleared.body) == (NUMBER, WORDS[0])
    assert NUMBER not in repr(found)
    assert filing.trail(desk.house, "revealed number") == [
        (
            desk.wanda.id,
            "client",
            str(desk.alma.id),
            ["address", "phrase"],
            "assisted_send",
        )
    ]
    assert desk.decisions(reminder)[-1] == ("claim", "send", ["all_right"])
    assert desk.phone.handed == []


def test_one_worker_has_it_at_a_time_and_sees_the_same_phrase_again(
    house: House, clock: MadeUpClock
) -> None:
    phrases = tuple(Phrase(Meaning.REMINDER, each) for each in WORDS)
    desk = open_desk(house, clock, assisted(), phrases=phrases)
    reminder = prompted(desk)
    first = taken(desk, reminder)
    other = by_hand.take_prompt(desk.house, desk.ines, reminder.id)
    assert codes(other) == ["wrong_state"]
    again = [taken(desk, reminder).cleared.body for _ in range(4)]
    assert set(again) == {first.cleared.body}
    refused = by_hand.finish(desk.house, desk.ines, reminder.id, Outcome.DONE)
    assert codes(refused) == ["wrong_state"]


def test_what_a_person_sent_is_not_the_phrase_of_the_next_one(
    house: House, clock: MadeUpClock
) -> None:
    phrases = tuple(Phrase(Meaning.REMINDER, each) for each in WORDS)
    # Chance would often choose another one by itself.
    desk = open_desk(replace(house, tokens=AlwaysTheFirst(1)), clock, assisted())
    desk.save(assisted(), phrases=phrases)
    bodies = []
    for day in ("2026-12-02", "2026-12-09", "2026-12-16", "2026-12-23"):
        [reminder] = desk.office.messages(desk.office.booked(f"{day} 10:00"))
        desk.tick(reminder.not_before)
        bodies.append(taken(desk, reminder).cleared.body)
        by_hand.finish(desk.house, desk.wanda, reminder.id, Outcome.DONE)
    assert all(one != two for one, two in itertools.pairwise(bodies))


@pytest.mark.parametrize(
    ("outcome", "state", "on_list", "suspended", "blocked"),
    [
        (Outcome.DONE, "sent_by_hand", [], False, False),
        (Outcome.NOT_DONE, "not_sent", [], False, False),
        (Outcome.STOP, "sent_by_hand", ["reply_stop"], True, True),
        (Outcome.OTHER_REPLY, "sent_by_hand", ["reply_other"], True, False),
        (Outcome.SOMEONE_ELSE, "sent_by_hand", [], True, False),
    ],
)
def test_each_outcome_has_the_effect_it_has_by_machine(
    desk: Desk,
    outcome: Outcome,
    state: str,
    on_list: list[str],
    suspended: bool,
    blocked: bool,
) -> None:
    reminder = prompted(desk)
    taken(desk, reminder)
    assert by_hand.finish(desk.house, desk.wanda, reminder.id, outcome).yes
    assert desk.state(reminder) == state
    assert desk.kinds() == on_list
    assert (desk.file().suspended_at is not None) == suspended
    assert desk.blocked() == blocked
    assert (desk.message(reminder.id).left_at is not None) == (state != "not_sent")


def test_an_outcome_said_twice_is_written_once_and_another_one_is_refused(
    desk: Desk,
) -> None:
    reminder = prompted(desk)
    taken(desk, reminder)
    for _ in range(2):
        done = by_hand.finish(desk.house, desk.wanda, reminder.id, Outcome.OTHER_REPLY)
        assert done.yes
    assert len(filing.trail(desk.house, "contacted by hand")) == 1
    assert desk.kinds() == ["reply_other"]
    otherwise = by_hand.finish(desk.house, desk.wanda, reminder.id, Outcome.NOT_DONE)
    assert codes(otherwise) == ["wrong_state"]


def test_after_ten_minutes_without_an_outcome_it_is_in_doubt_and_a_person_settles_it(
    desk: Desk,
) -> None:
    reminder = prompted(desk)
    taken(desk, reminder)
    desk.later(minutes=9, seconds=59)
    assert desk.state(reminder) == "prompted"
    desk.later(seconds=1)
    assert desk.state(reminder) == "uncertain"
    assert desk.kinds() == ["uncertain"]
    late = by_hand.finish(desk.house, desk.wanda, reminder.id, Outcome.DONE)
    assert codes(late) == ["wrong_state"]
    [item] = desk.items()
    attention_list.choose(desk.house, desk.wanda, item.id, "left")
    assert (desk.state(reminder), desk.kinds()) == ("sent", [])


def test_when_the_window_closes_it_cannot_be_taken_and_is_off_the_list(
    desk: Desk,
) -> None:
    reminder = prompted(desk)
    desk.go_to(reminder.not_after + timedelta(seconds=1))
    assert "too_late" in codes(by_hand.take_prompt(desk.house, desk.wanda, reminder.id))
    desk.tick()
    assert desk.kinds() == []
    assert filing.trail(desk.house, "revealed number") == []


def test_before_it_is_due_nobody_is_shown_it(desk: Desk) -> None:
    reminder = desk.reminded()
    found = by_hand.take_prompt(desk.house, desk.wanda, reminder.id)
    assert isinstance(found, Decision)
    with pytest.raises(NotThere):
        by_hand.take_prompt(desk.house, desk.wanda, "nothing")


def test_suspending_takes_it_out_of_her_hands(desk: Desk) -> None:
    reminder = prompted(desk)
    taken(desk, reminder)
    plan_talk.suspend(desk.house, desk.ines, desk.alma.code)
    assert (desk.state(reminder), desk.kinds()) == ("cancelled", [])
    late = by_hand.finish(desk.house, desk.wanda, reminder.id, Outcome.DONE)
    assert codes(late) == ["wrong_state"]


def test_a_text_by_hand_fills_the_day_for_every_other(desk: Desk) -> None:
    reminder = prompted(desk)
    again = desk.office.booked("2026-12-02 10:55", counsellor_id=desk.office.dora.id)
    taken(desk, reminder)
    by_hand.finish(desk.house, desk.wanda, reminder.id, Outcome.DONE)
    refused = by_hand.start_call(
        desk.house, desk.wanda, desk.alma.code, Purpose.CALL_BACK
    )
    assert "daily_cap" in codes(refused)
    for each in desk.office.messages(again):
        desk.tick(each.not_after)
        assert desk.state(each) == "withheld"


def test_a_call_that_nobody_answered_fills_the_day_too(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.go_to("2026-12-01 09:05")
    found = by_hand.start_call(
        desk.house, desk.wanda, desk.alma.code, Purpose.CALL_BACK
    )
    assert isinstance(found, InHand)
    assert (found.cleared.to, found.cleared.body) == (voice().address, "")
    by_hand.finish(desk.house, desk.wanda, found.message_id, Outcome.NO_ANSWER)
    desk.tick(reminder.not_before)
    assert desk.state(reminder) == "withheld"
    assert desk.decisions(reminder)[-1][2] == ["daily_cap"]


def test_a_call_outside_her_hours_shows_no_number_and_says_why(desk: Desk) -> None:
    answer = by_hand.start_call(
        desk.house, desk.wanda, desk.alma.code, Purpose.CALL_BACK
    )
    assert codes(answer) == ["outside_window"]
    assert desk.decisions()[-1] == ("by_hand", "hold", ["outside_window"])
    assert filing.trail(desk.house, "revealed number") == []


@pytest.mark.parametrize("when", ["2026-11-30 08:00", "2026-12-01 09:30"])
def test_showing_a_number_is_decided_in_writing_for_a_yes_as_well(
    desk: Desk, when: str
) -> None:
    desk.go_to(when)
    shown = by_hand.show_number(
        desk.house, desk.wanda, desk.alma.code, ChannelKind.VOICE, Purpose.CALL_BACK
    )
    asked, verdict, reasons = desk.decisions()[-1]
    assert asked == "by_hand"
    yes = isinstance(shown, by_hand.Shown)
    assert (verdict == "send", reasons == ["all_right"]) == (yes, yes)
    assert len(filing.trail(desk.house, "revealed number")) == int(yes)


def test_a_purpose_she_did_not_agree_to_is_refused(desk: Desk) -> None:
    desk.save(text(), voice(purposes=frozenset({Purpose.SESSION})))
    desk.go_to("2026-12-01 09:30")
    answer = by_hand.start_call(
        desk.house, desk.wanda, desk.alma.code, Purpose.CALL_BACK
    )
    assert codes(answer) == ["purpose_not_allowed"]


# --- Files that are not hers (E2–E4) ------------------------------------------------


def begun(desk: Desk, actor: Actor) -> InHand:
    found = by_hand.start_call(desk.house, actor, desk.alma.code, Purpose.CALL_BACK)
    assert isinstance(found, InHand)
    return found


Act = Callable[[Desk, Actor, str], object]

ACTS: dict[str, Act] = {
    "start a call": lambda desk, actor, _: by_hand.start_call(
        desk.house, actor, desk.alma.code, Purpose.CALL_BACK
    ),
    "show the number": lambda desk, actor, _: by_hand.show_number(
        desk.house, actor, desk.alma.code, ChannelKind.VOICE, Purpose.CALL_BACK
    ),
    "take the prompt": lambda desk, actor, message: by_hand.take_prompt(
        desk.house, actor, message
    ),
    "say how it went": lambda desk, actor, message: by_hand.finish(
        desk.house, actor, message, Outcome.NO_ANSWER
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_a_file_that_is_not_hers_is_not_there_for_any_contact(
    desk: Desk, act: str
) -> None:
    desk.go_to("2026-12-01 09:05")
    message = begun(desk, desk.office.cora).message_id
    before = (desk.decisions(), filing.trail(desk.house, "revealed number"))
    for actor in (desk.office.dora, desk.office.staff.carl, desk.office.staff.maia):
        with pytest.raises(NotThere) as hers:
            ACTS[act](desk, actor, message)
        with pytest.raises(NotThere) as nobodys:
            by_hand.start_call(desk.house, actor, "K-0000", Purpose.CALL_BACK)
        assert str(hers.value) == str(nobodys.value)
    assert before == (desk.decisions(), filing.trail(desk.house, "revealed number"))
    assert desk.message(message).outcome is None


@pytest.mark.parametrize("act", ACTS)
def test_whoever_is_shut_out_has_no_contact_any_more(desk: Desk, act: str) -> None:
    desk.go_to("2026-12-01 09:05")
    for actor in (desk.office.cora, desk.wanda):
        message = begun(desk, actor).message_id
        sue = desk.office.sue
        apartness.shut_out(desk.house, sue, desk.alma.code, actor.id, shut=True)
        with pytest.raises(NotThere):
            ACTS[act](desk, actor, message)
        assert desk.message(message).outcome is None


# --- A press too many (B8) ----------------------------------------------------------


def test_a_call_begun_twice_is_one_call(desk: Desk) -> None:
    desk.go_to("2026-12-01 09:05")
    first, again = begun(desk, desk.wanda), begun(desk, desk.wanda)
    assert (again.message_id, again.cleared.to) == (first.message_id, voice().address)
    assert len(filing.trail(desk.house, "revealed number")) == 2
    another = begun(desk, desk.ines)
    assert another.message_id != first.message_id
    by_hand.finish(desk.house, desk.wanda, first.message_id, Outcome.NOT_DONE)
    assert begun(desk, desk.wanda).message_id != first.message_id
