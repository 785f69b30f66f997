"""bar-W4: whatever was committed before a message is claimed wins. A machine of chance
edits, suspends, withdraws, stops, pauses, cancels and moves between the steps of a
worker; nothing is ever handed over that the newest plan did not allow when claimed."""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)

from scheduler.domain.booking import SessionState
from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.plan import ChannelKind, LineType, Purpose
from scheduler.ports import Cleared
from scheduler.services.messages import delivery, inbound
from scheduler.services.safe_contact import contact_changes, plan_talk, standing
from scheduler.services.scheduling import booking
from scheduler.services.stops import brakes
from scheduler.storage import bookings, outbox
from scheduler.storage import plans as kept_plans
from scheduler.storage.outbox import Message
from tests.domain.builders import at
from tests.profiles import Tells, trials
from tests.services import one_intention
from tests.services.edits_and_sends import DAYS, WINDOWS, Truth, Week, later, today
from tests.services.sending import NUMBER, Desk

# 5,000 runs of 50 steps in all, in parts that several processes share.
PARTS = trials(1, 10)
RUNS = trials(12, 5_000)
STEPS = trials(30, 50)
# A run ends by chance, some of them early: so many more for the steps to be enough.
AT_MOST = STEPS + STEPS // 10
NUMBERS = (NUMBER, "+14165550144", "+14165550145")
# Thousands of commits in a run: in memory where there is room, else on disk.
MEMORY = "/dev/shm" if Path("/dev/shm").is_dir() else None
ACTS = (
    "other_windows",
    "denied_date",
    "other_purposes",
    "suspend",
    "withdraw",
    "new_number",
    "text_comes_in",
    "pause",
    "move",
    "cancel_and_book_again",
)
ANSWERS = ("accepts", "times_out", "busy", "30005")

# One rule draws from all, weighted: with a rule each, hypothesis would leave whole
# rules out of a run, and without the worker or the clock nothing can go wrong.
TAKEN = ("time_passes",) * 3 + ("claim", "tick", "tick", "hand_over", "put_right")
TAKEN += ("somebody_acts",) * 2

Draw = Callable[[st.SearchStrategy[Any]], Any]


class EditsAndSends(RuleBasedStateMachine):
    """The worker's steps are split, so that anything may come between them."""

    week: ClassVar[Week]
    hit: ClassVar[Counter[str]]

    @initialize()
    def begin(self) -> None:
        self.desk: Desk = self.week.again()
        self.truth = Truth()
        self.claimed: dict[str, Cleared] = {}
        self.sessions = list(self.week.sessions)
        self.hit["runs"] += 1

    @rule(step=st.sampled_from(TAKEN), data=st.data())
    def step(self, step: str, data: st.DataObject) -> None:
        getattr(self, step)(data.draw)
        self.hit["steps"] += 1

    # The worker, step by step

    def time_passes(self, draw: Draw) -> None:
        house = self.desk.house
        self.desk.go_to(later(house.now(), draw(st.sampled_from((4, 15, 30)))))
        with house.store.begin() as tx:
            delivery.expire(tx, house, house.now())
            outbox.make_due(tx, house.now())

    def tick(self, draw: Draw) -> None:
        self.time_passes(draw)
        self.claim(draw)

    def _due(self) -> list[Message]:
        # To and fro between reading and writing would cost SQLite what it has prepared.
        with self.desk.house.store.begin() as tx:
            return outbox.in_states(tx, {MessageState.DUE})

    def claim(self, draw: Draw) -> None:
        house = self.desk.house
        now = house.now()
        for message in self._due():
            with house.store.begin() as tx:
                cleared = one_intention.claim(tx, house, message.id, now)
                meant = self._still_meant(tx, message)
            if cleared is None:
                self.hit["kept back"] += 1
                continue
            assert self.truth.allows(message.purpose, now), (message.kind, self.truth)
            assert meant
            assert cleared.to == self.truth.number
            assert 60 <= cleared.validity <= 600
            self.claimed[message.id] = cleared
            self.truth.left += (today(now),)
            self.hit["claimed"] += 1

    def _still_meant(self, tx: Any, message: Message) -> bool:
        session = bookings.get(tx, message.session_id or "")
        assert session is not None
        cancelled = message.kind is MessageKind.CANCELLED
        expected = SessionState.CANCELLED if cancelled else SessionState.BOOKED
        newest = message.session_version == session.version
        return newest and session.state is expected

    def hand_over(self, draw: Draw) -> None:
        if not self.claimed:
            self.tick(draw)
            return
        answer = draw(st.sampled_from(ANSWERS))
        message_id, cleared = self.claimed.popitem()
        house, now = self.desk.house, self.desk.house.now()
        self.desk.phone.behaviour = answer
        handed = self.desk.phone.send(cleared)
        claimed_on = today(self.desk.message(message_id).left_at or now)
        with house.store.begin() as tx:
            delivery.record(tx, house, message_id, handed, now)
        if answer in ("busy", "30005"):
            kept = list(self.truth.left)
            kept.remove(claimed_on)
            self.truth.left = tuple(kept)
        if answer == "30005":
            # The line takes no texts: the channel is closed from now on (M8).
            self.truth.windows = ()
        taken = [each.reference for each in self.desk.phone.texts]
        assert len(taken) == len(set(taken))
        self.hit[answer] += 1

    # What people do meanwhile

    def somebody_acts(self, draw: Draw) -> None:
        act = draw(st.sampled_from(ACTS))
        getattr(self, act)(draw)
        self.hit[act] += 1
        if self.truth.suspended:
            with self.desk.house.store.reading() as tx:
                assert outbox.open_of_client(tx, self.desk.alma.id) == []

    def put_right(self, draw: Draw) -> None:
        if self.truth.as_it_began:
            self.tick(draw)
            return
        house = self.desk.house
        self.truth.windows = WINDOWS[:1] if self.truth.windows else ()
        self.truth.denied, self.truth.withdrawn = (), False
        self.truth.purposes = frozenset(Purpose)
        if self.truth.paused:
            self._start_again()
        self._save()
        with house.store.begin() as tx:
            standing.confirm(tx, house, self.desk.alma.id, house.now(), by=None)
        self.truth.suspended = False

    def _start_again(self) -> None:
        brakes.resume(self.desk.house, self.desk.office.staff.maia)
        assert brakes.resume(self.desk.house, self.desk.office.sue).yes
        self.truth.paused = False
        assert self._due() == []

    def _save(self) -> None:
        """Written as it is: only the gate stands between it and a message."""
        house, alma = self.desk.house, self.desk.alma
        with house.store.begin() as tx:
            before = kept_plans.current(tx, alma.id)[0]
            [channel] = before.channels
            saved = replace(self.truth.channel(), closed=channel.closed)
            kept_plans.write_version(
                tx,
                alma.id,
                replace(before, channels=(saved,)),
                changed_fields=("channels",),
                saved_by=None,
                saved_at=house.now(),
            )

    def other_windows(self, draw: Draw) -> None:
        if self.truth.windows:
            chosen = draw(st.sets(st.sampled_from(WINDOWS), min_size=1))
            self.truth.windows = tuple(sorted(chosen))
        self._save()

    def denied_date(self, draw: Draw) -> None:
        self.truth.denied = (draw(st.sampled_from(DAYS)),)
        self._save()

    def other_purposes(self, draw: Draw) -> None:
        self.truth.purposes = frozenset(draw(st.sets(st.sampled_from(Purpose))))
        self._save()

    def suspend(self, _: Draw) -> None:
        plan_talk.suspend(self.desk.house, self.desk.wanda, self.desk.alma.code)
        self.truth.suspended = True

    def withdraw(self, _: Draw) -> None:
        contact_changes.withdraw(
            self.desk.house, self.desk.wanda, self.desk.alma.code, ChannelKind.SMS
        )
        self.truth.withdrawn = True

    def new_number(self, draw: Draw) -> None:
        number = draw(st.sampled_from(NUMBERS))
        contact_changes.change_number(
            self.desk.house,
            self.desk.wanda,
            self.desk.alma.code,
            ChannelKind.SMS,
            number,
            LineType.OWN_MOBILE,
        )
        self.truth.number, self.truth.suspended = number, True
        self.truth.known |= {number}

    def text_comes_in(self, draw: Draw) -> None:
        number = draw(st.sampled_from(NUMBERS))
        body = draw(st.sampled_from(["STOP", "who is this"]))
        inbound.reply(self.desk.house, number, body)
        if body == "STOP":
            self.truth.blocked |= {number}
        self.truth.suspended |= number in self.truth.known

    def pause(self, _: Draw) -> None:
        brakes.pause(self.desk.house, self.desk.wanda)
        self.truth.paused = True

    def move(self, draw: Draw) -> None:
        session = draw(st.sampled_from(self.sessions))
        day, hour = draw(st.sampled_from(DAYS)), draw(st.sampled_from(["10", "13"]))
        booking.move(
            self.desk.house,
            self.desk.wanda,
            session,
            at(f"{day} {hour}:00"),
            by_agency=True,
        )

    def cancel_and_book_again(self, draw: Draw) -> None:
        session = draw(st.sampled_from(self.sessions))
        booking.cancel(
            self.desk.house, self.desk.wanda, session, by_agency=draw(st.booleans())
        )
        again = self.desk.office.book(f"{draw(st.sampled_from(DAYS))} 10:00")
        if again.session_id is not None:
            self.sessions.append(again.session_id)


@pytest.fixture
def machine(sqlite_template: Path) -> Iterator[type[EditsAndSends]]:
    with tempfile.TemporaryDirectory(dir=MEMORY) as folder:
        EditsAndSends.week = Week(sqlite_template, Path(folder))
        EditsAndSends.hit = Counter()
        yield EditsAndSends
        EditsAndSends.week.close()


@pytest.mark.parametrize("part", range(PARTS))
def test_what_was_committed_before_the_claim_wins(
    machine: type[EditsAndSends], part: int, tells: Tells
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS // PARTS,
            stateful_step_count=AT_MOST,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    hit = machine.hit
    wanted = {"claimed"}
    if RUNS // PARTS >= 100:
        wanted |= {"kept back", *ANSWERS, *ACTS}
        assert hit["steps"] >= STEPS * RUNS // PARTS
        assert hit["claimed"] >= RUNS // PARTS // 2
    assert wanted <= set(hit), hit
    assert hit["runs"] >= RUNS // PARTS
    tells(trials=hit["runs"], hit=dict(hit))
