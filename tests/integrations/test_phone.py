"""The simulated phone: takes texts and answers as a provider would, in trouble too."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from integrations.sms.phone import SimulatedPhone
from scheduler.ports import Answer, Cleared, Removal, Sought
from scheduler.services.simulation.made_up import MadeUpClock

NUMBER = "+14165550142"
NOON = datetime(2026, 12, 1, 17, 0, tzinfo=UTC)


@pytest.fixture
def phone() -> SimulatedPhone:
    return SimulatedPhone(MadeUpClock(NOON))


def cleared(validity: int = 600, reference: str = "r1") -> Cleared:
    return Cleared(reference, NUMBER, "The kettle is on", validity)


def sought(reference: str) -> Sought:
    return Sought(reference, NOON, NOON, lambda seen: False, lambda seen: False)


def test_there_are_no_words_to_remove_at_a_provider(phone: SimulatedPhone) -> None:
    phone.send(cleared())
    assert phone.remove_body("phone-r1") is Removal.DONE
    assert [each.body for each in phone.texts] == ["The kettle is on"]


@pytest.mark.parametrize(
    ("behaviour", "answer", "code", "taken"),
    [
        ("accepts", Answer.ACCEPTED, None, True),
        ("no_connection", Answer.NOT_TAKEN, None, False),
        ("busy", Answer.BUSY, None, False),
        ("times_out", Answer.UNKNOWN, None, False),
        ("times_out_but_took_it", Answer.UNKNOWN, None, True),
        ("30003", Answer.REFUSED, "30003", False),
    ],
)
def test_each_behaviour_answers_and_takes_as_it_says(
    phone: SimulatedPhone, behaviour: str, answer: Answer, code: str, taken: bool
) -> None:
    phone.behaviour = behaviour
    handed = phone.send(cleared())
    assert (handed.answer, handed.code) == (answer, code)
    assert [each.body for each in phone.thread(NUMBER)] == (
        ["The kettle is on"] if taken else []
    )
    found = phone.look_up(sought("r1"))
    assert (found is not None and found.answer is Answer.ACCEPTED) == taken


@pytest.mark.parametrize("validity", [0, 59, 601, 86_400])
def test_a_text_without_a_right_validity_is_not_taken(
    phone: SimulatedPhone, validity: int
) -> None:
    with pytest.raises(ValueError, match="M6"):
        phone.send(cleared(validity))
    assert phone.texts == []


@pytest.mark.parametrize("validity", [60, 600])
def test_the_ends_of_the_validity_are_taken(
    phone: SimulatedPhone, validity: int
) -> None:
    phone.send(cleared(validity))
    assert [each.validity for each in phone.texts] == [validity]


def test_with_a_screen_the_texts_outlive_the_process(tmp_path: Path) -> None:
    screen = tmp_path / "screen"
    before = SimulatedPhone(MadeUpClock(NOON), screen=screen)
    before.send(cleared())
    before.answer(NUMBER, "who is this")
    after = SimulatedPhone(MadeUpClock(NOON), screen=screen)
    assert [(each.body, each.outgoing) for each in after.thread(NUMBER)] == [
        ("The kettle is on", False),
        ("who is this", True),
    ]
    assert after.sent_at(after.texts[0]) == NOON
    assert after.look_up(sought("r1")) is not None


def test_no_number_and_no_words_are_in_what_is_printed(phone: SimulatedPhone) -> None:
    phone.send(cleared())
    assert NUMBER not in repr(phone.texts)
    assert "kettle" not in repr(phone.texts)


def test_what_is_asked_before_taking_may_stop_it(phone: SimulatedPhone) -> None:
    def stop() -> None:
        raise RuntimeError

    phone.on_send = stop
    with pytest.raises(RuntimeError):
        phone.send(cleared())
    assert phone.texts == []
