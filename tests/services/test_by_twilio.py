"""A whole tick against a provider in a process of its own: what it did, what we know of
it, and what is left there in the end (M7, M8, bar-D3, bar-W3)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from scheduler.ports import StatusCame
from scheduler.services.house import House
from scheduler.services.messages import callbacks, delivery, provider_copies
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import agency, tables
from scheduler.storage.outbox import Message
from tests.fake_provider import FakeProvider, running
from tests.fake_provider.account import sender
from tests.services.sending import NUMBER, Desk, open_desk

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])


@pytest.fixture(scope="module")
def process(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FakeProvider]:
    with running(tmp_path_factory.mktemp("provider")) as provider:
        yield provider


@dataclass
class Line:
    """The desk whose texts go to the made-up provider."""

    desk: Desk
    house: House
    provider: FakeProvider

    def with_sender(self, **changes: Any) -> None:
        self.house = replace(
            self.desk.house, sender=sender(self.provider.url, **changes)
        )

    def tick(self, when: datetime | None = None) -> None:
        if when is not None:
            self.desk.go_to(when)
        delivery.tick(self.house)

    def later(self, **by: float) -> None:
        self.tick(self.desk.clock.at + timedelta(**by))

    def taken(self) -> list[dict[str, Any]]:
        """What the provider took in this test."""
        return self.provider.taken()

    def sent(self, behaviour: str = "accepts") -> Message:
        """A reminder, handed over once to a provider that behaves so."""
        reminder = self.desk.reminded()
        self.provider.behave(behaviour, times=1)
        self.tick(reminder.not_before)
        return reminder

    def state(self, message: Message) -> str:
        return self.desk.state(message)

    def receipt(self, message: Message, status: str, code: str = "") -> None:
        """The provider moves on, and says so."""
        sid = self.taken()[-1]["sid"]
        self.provider.receipt(sid, status, code)
        came = StatusCame(message.reference, sid, status, code or None)
        callbacks.status_came(self.house, came)

    def gone(self) -> list[bool]:
        """Of each copy we know at the provider, whether its words were removed."""
        with self.house.store.reading() as tx:
            rows = tx.conn.execute(select(tables.provider_copy)).all()
        return [each.removed_at is not None for each in rows]


@pytest.fixture
def line(house: House, process: FakeProvider) -> Iterator[Line]:
    desk = open_desk(house, house.clock)  # type: ignore[arg-type]
    process.forget()
    made = Line(desk, desk.house, process)
    made.with_sender()
    yield made
    assert process.violations() == []


@pytest.fixture
def same_time(line: Line, monkeypatch: pytest.MonkeyPatch) -> Line:
    """The provider's messages were made at the time of the desk's clock."""
    from integrations.sms import twilio  # noqa: PLC0415

    known = twilio._as_listed

    def then(each: Any) -> Any:
        ago = datetime.now(UTC) - known(each).made_at
        return replace(known(each), made_at=line.desk.clock.at - ago)

    monkeypatch.setattr(twilio, "_as_listed", then)
    return line


# behaviour: state at once, state after looking it up, how many the provider has
TABLE = {
    "accepts": ("accepted", "accepted", 1),
    "busy": ("due", "accepted", 1),
    "21211": ("failed", "failed", 0),
    "30005": ("failed", "failed", 0),
    "problem": ("failed", "failed", 0),
    "codeless": ("uncertain", "uncertain", 0),
    "breaks": ("uncertain", "uncertain", 0),
    "took_it_breaks": ("uncertain", "accepted", 1),
    "hangs": ("uncertain", "uncertain", 0),
    "took_it_hangs": ("uncertain", "accepted", 1),
    "resets": ("uncertain", "uncertain", 0),
    "took_it_resets": ("uncertain", "accepted", 1),
    "took_it_half": ("uncertain", "accepted", 1),
    "took_it_broken": ("uncertain", "accepted", 1),
    "other_account": ("uncertain", "accepted", 1),
}


@pytest.mark.parametrize("behaviour", TABLE)
def test_every_answer_ends_where_the_rules_say_and_nothing_leaves_twice(
    same_time: Line, behaviour: str
) -> None:
    line = same_time
    at_once, in_the_end, taken = TABLE[behaviour]
    reminder = line.sent(behaviour)
    assert line.state(reminder) == at_once
    for seconds in (5, 60, 60, 120):
        line.later(seconds=seconds)
    assert line.state(reminder) == in_the_end
    assert len(line.taken()) == taken
    assert ("uncertain" in line.desk.kinds()) == (in_the_end == "uncertain")


def test_a_provider_that_is_not_there_is_asked_again_each_minute(line: Line) -> None:
    nowhere = line.house
    reminder = line.desk.reminded()
    line.house = replace(nowhere, sender=sender("http://127.0.0.1:9"))
    line.tick(reminder.not_before)
    assert line.state(reminder) == "due"
    line.house = nowhere
    line.later(seconds=60)
    assert (line.state(reminder), len(line.taken())) == ("accepted", 1)


def test_a_busy_provider_is_left_alone_for_as_long_as_it_asks(line: Line) -> None:
    reminder = line.sent("busy")
    line.later(seconds=60)
    assert line.state(reminder) == "due"
    line.later(seconds=30)
    assert line.state(reminder) == "accepted"


def test_refused_credentials_stop_every_text(line: Line) -> None:
    reminder = line.desk.reminded()
    line.with_sender(secret="another")
    line.tick(reminder.not_before)
    with line.house.store.reading() as tx:
        assert agency.sender(tx).stopped_why == "provider_20003"
    assert line.taken() == []


def test_an_id_that_another_message_has_is_no_proof(same_time: Line) -> None:
    line = same_time
    booked = line.desk.reminded(), line.desk.another_reminded("+14165550144")
    first, second = sorted(booked, key=lambda each: each.not_before)
    line.tick(first.not_before)
    line.provider.behave("same_sid", times=1)
    line.tick(second.not_before)
    assert line.state(second) == "uncertain"
    ids = [line.desk.message(each.id).provider_id for each in (first, second)]
    assert ids == [line.taken()[0]["sid"], None]
    line.later(seconds=5)
    # Looked up, it is found under the id that is really its own.
    assert line.state(second) == "accepted"
    assert line.desk.message(second.id).provider_id == line.taken()[1]["sid"]


@pytest.mark.parametrize(
    ("body", "numbers", "found"),
    [(True, False, True), (False, True, True), (False, False, False)],
)
def test_it_is_found_also_where_something_is_hidden_and_else_is_a_persons(
    same_time: Line, body: bool, numbers: bool, found: bool
) -> None:
    line = same_time
    line.with_sender(keep_words=body, keep_numbers=numbers)
    reminder = line.sent("took_it_resets")
    line.later(seconds=5)
    assert line.state(reminder) == ("accepted" if found else "uncertain")
    assert line.desk.kinds() == ([] if found else ["uncertain"])


def test_of_two_in_doubt_with_the_same_words_neither_is_guessed(
    same_time: Line,
) -> None:
    line = same_time
    first, second = line.desk.reminded(), line.desk.another_reminded("+14165550144")
    line.provider.behave("took_it_resets", times=2)
    line.tick(max(first.not_before, second.not_before))
    line.later(seconds=5)
    assert [line.state(each) for each in (first, second)] == ["uncertain"] * 2
    assert line.desk.kinds() == ["uncertain"] * 2


def test_while_it_cannot_be_asked_a_person_is_told_and_it_is_asked_again(
    same_time: Line,
) -> None:
    line = same_time
    reminder = line.sent("took_it_resets")
    there = line.house
    line.house = replace(there, sender=sender("http://127.0.0.1:9"))
    line.later(seconds=5)
    line.later(seconds=65)
    assert (line.state(reminder), line.desk.kinds()) == ("uncertain", ["uncertain"])
    line.house = there
    line.later(seconds=65)
    assert (line.state(reminder), line.desk.kinds()) == ("accepted", [])
    assert len(line.taken()) == 1


def test_what_failed_there_meanwhile_brings_what_its_code_brings(
    same_time: Line,
) -> None:
    line = same_time
    reminder = line.sent("took_it_half")
    line.provider.receipt(line.taken()[0]["sid"], "undelivered", "30006")
    line.later(seconds=5)
    assert line.state(reminder) == "failed"
    assert line.desk.channel().closed


# --- What is left at the provider --------------------------------------------------


def test_the_words_are_removed_after_the_final_state_and_not_before(line: Line) -> None:
    message = line.sent()
    words = line.taken()[0]["body"]
    line.receipt(message, "sent")
    assert provider_copies.remove_bodies(line.house) == 0
    assert line.taken()[0]["body"] == words
    line.receipt(message, "delivered")
    assert provider_copies.remove_bodies(line.house) == 1
    assert line.taken()[0]["body"] == ""
    assert line.gone() == [True]
    assert provider_copies.remove_bodies(line.house) == 0


def test_without_any_final_receipt_they_are_removed_after_a_day(line: Line) -> None:
    line.sent()
    sid = line.taken()[0]["sid"]
    line.desk.go_to(line.desk.clock.at + timedelta(hours=23))
    assert provider_copies.remove_bodies(line.house) == 0
    line.provider.receipt(sid, "delivered")
    line.desk.go_to(line.desk.clock.at + timedelta(hours=1, seconds=1))
    assert provider_copies.remove_bodies(line.house) == 1


def test_what_is_still_on_its_way_there_is_asked_for_again(line: Line) -> None:
    message = line.sent()
    line.receipt(message, "delivered")
    line.provider.removing("not_yet")
    assert provider_copies.remove_bodies(line.house) == 0
    assert line.desk.kinds() == []
    line.provider.removing("well")
    assert provider_copies.remove_bodies(line.house) == 0
    line.desk.go_to(line.desk.clock.at + provider_copies.AGAIN_AFTER)
    assert provider_copies.remove_bodies(line.house) == 1


def test_words_that_are_not_removed_are_somebodys_matter_until_they_are(
    line: Line,
) -> None:
    message = line.sent()
    line.receipt(message, "delivered")
    line.provider.removing("refused")
    provider_copies.remove_bodies(line.house)
    assert line.desk.kinds() == ["body_not_removed"]
    line.provider.removing("well")
    line.desk.go_to(line.desk.clock.at + provider_copies.REFUSED_AGAIN_AFTER)
    provider_copies.remove_bodies(line.house)
    assert (line.desk.kinds(), line.gone()) == ([], [True])


def test_what_never_becomes_final_there_is_somebodys_matter_after_two_days(
    line: Line,
) -> None:
    message = line.sent()
    line.receipt(message, "delivered")
    line.provider.removing("not_yet")
    for _ in range(3):
        provider_copies.remove_bodies(line.house)
        assert line.desk.kinds() == []
        line.desk.go_to(line.desk.clock.at + timedelta(hours=16))
    provider_copies.remove_bodies(line.house)
    assert line.desk.kinds() == ["body_not_removed"]


def test_no_matter_says_a_number_or_a_word(line: Line) -> None:
    message = line.sent()
    line.receipt(message, "delivered")
    line.provider.removing("refused")
    provider_copies.remove_bodies(line.house)
    [item] = line.desk.items()
    assert NUMBER not in repr(item)
    assert item.client_id is None


def test_a_simulated_phone_keeps_nothing_so_nothing_is_remembered(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock)
    desk.tick(desk.reminded().not_before)
    assert provider_copies.remove_bodies(desk.house) == 0
    with house.store.reading() as tx:
        assert tx.conn.execute(select(tables.provider_copy)).all() == []


def test_what_was_removed_is_forgotten_after_thirty_days(line: Line) -> None:
    message = line.sent()
    line.receipt(message, "delivered")
    provider_copies.remove_bodies(line.house)
    line.desk.go_to(line.desk.clock.at + timedelta(days=30))
    provider_copies.remove_bodies(line.house)
    assert line.gone() == [True]
    line.desk.go_to(line.desk.clock.at + timedelta(seconds=1))
    provider_copies.remove_bodies(line.house)
    assert line.gone() == []
