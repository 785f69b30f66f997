"""bar-W4: whatever was committed before a message is claimed wins. A machine of chance
edits, suspends, withdraws, stops, pauses, cancels and moves between the steps of a
worker; nothing is ever handed over that the newest plan did not allow when claimed."""

import tempfile
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from scheduler.domain.messages import MessageState
from scheduler.domain.plan import Channel, ChannelKind, LineType, Purpose
from scheduler.ports import Cleared
from scheduler.services import (
    booking,
    brakes,
    contact_changes,
    delivery,
    inbound,
    plan_talk,
    standing,
)
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from scheduler.storage import bookings, outbox
from scheduler.storage import plans as kept_plans
from scheduler.storage.engine import open_store
from scheduler.storage.outbox import Message
from tests.domain.builders import TORONTO, at, hours, text
from tests.profiles import profile, trials
from tests.scenarios.replaying import sqlite_copy, words
from tests.services.sending import NUMBER, Desk, open_desk
from tests.stores import BEGINNING, CountedEntropy, key_file

WINDOWS = ("Tue 09:00-11:30", "Tue 09:00-09:20", "Tue 10:00-10:40", "Wed 09:00-09:40")
NUMBERS = (NUMBER, "+14165550144", "+14165550145")
MARGIN = timedelta(minutes=15)
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

Draw = Callable[[st.SearchStrategy[Any]], Any]


@dataclass
class Truth:
    """What the machine itself knows to be true; the product is not asked for it."""

    windows: tuple[str, ...] = (WINDOWS[0],)
    denied: tuple[str, ...] = ()
    number: str = NUMBER
    purposes: frozenset[Purpose] = frozenset(Purpose)
    suspended: bool = False
    withdrawn: bool = False
    paused: bool = False
    blocked: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset({NUMBER})
    left: tuple[date, ...] = ()

    def allows(self, purpose: Purpose, now: datetime) -> bool:
        """Whether a text may leave now: by wall time, in plain words."""
        shut = (
            self.suspended
            or self.withdrawn
            or self.paused
            or self.number in self.blocked
            or purpose not in self.purposes
            or self.today(now) in self.left
        )
        return not shut and self.open_at(now)

    def today(self, now: datetime) -> date:
        return now.astimezone(ZoneInfo(TORONTO)).date()

    def open_at(self, now: datetime) -> bool:
        day = {"Tue": "2026-12-01", "Wed": "2026-12-02"}
        for each in self.windows:
            name, times = each.split()
            start, end = times.split("-")
            opens, closes = at(f"{day[name]} {start}"), at(f"{day[name]} {end}")
            room = closes - MARGIN - timedelta(minutes=1)
            if opens <= now <= room and day[name] not in self.denied:
                return True
        return False

    def channel(self) -> Channel:
        return text(
            address=self.number,
            purposes=self.purposes,
            withdrawn=self.withdrawn,
            hours=hours(*self.windows, deny=self.denied),
        )


class EditsAndSends(RuleBasedStateMachine):
    """The worker's steps are split, so that anything may come between them."""

    template: ClassVar[Path]
    hit: ClassVar[dict[str, int]] = {}

    @initialize()
    def open(self) -> None:
        self.stack = ExitStack()
        folder = self.stack.enter_context(tempfile.TemporaryDirectory(dir=MEMORY))
        address = sqlite_copy(self.template, Path(folder))
        store = open_store(address, key_file(), CountedEntropy("w4"))
        self.stack.callback(store.close)
        clock = MadeUpClock(BEGINNING)
        lists = words()
        house = House(store, clock, SeededTokens(4), lists.lists, lists.replies)
        self.desk: Desk = open_desk(house, clock)
        self.truth = Truth()
        self.claimed: dict[str, Cleared] = {}
        self.session = self.desk.reminded().session_id or ""
        self.desk.go_to("2026-12-01 09:10")

    def teardown(self) -> None:
        if hasattr(self, "stack"):
            self.stack.close()

    def _count(self, name: str) -> None:
        self.hit[name] = self.hit.get(name, 0) + 1

    @property
    def now(self) -> datetime:
        return self.desk.clock.at

    # The worker, step by step

    @rule(minutes=st.integers(1, 40))
    def time_passes(self, minutes: int) -> None:
        self.desk.go_to(self.now + timedelta(minutes=minutes))
        with self.desk.house.store.begin() as tx:
            delivery.expire(tx, self.desk.house, self.now)
            outbox.make_due(tx, self.now)

    def _due(self) -> list[Message]:
        with self.desk.house.store.reading() as tx:
            return outbox.in_states(tx, {MessageState.DUE})

    @rule(by=st.sampled_from(["one", "two"]))
    def claim(self, by: str) -> None:
        house = replace(self.desk.house, worker=by)
        for message in self._due():
            with house.store.begin() as tx:
                cleared = delivery.claim(tx, house, message.id, self.now)
            allowed = self.truth.allows(message.purpose, self.now)
            if cleared is None:
                self._count("kept back")
                continue
            assert allowed, (message.kind, self.truth, self.now)
            assert self._still_meant(message)
            assert cleared.to == self.truth.number
            assert 60 <= cleared.validity <= 600
            self.claimed[message.id] = cleared
            self.truth.left += (self.truth.today(self.now),)
            self._count("claimed")

    def _still_meant(self, message: Message) -> bool:
        with self.desk.house.store.reading() as tx:
            session = bookings.get(tx, message.session_id or "")
        assert session is not None
        return message.session_version == session.version

    @precondition(lambda self: self.claimed)
    @rule(answer=st.sampled_from(["accepts", "times_out", "busy", "30005"]))
    def hand_over(self, answer: str) -> None:
        message_id, cleared = self.claimed.popitem()
        self.desk.phone.behaviour = answer
        handed = self.desk.phone.send(cleared)
        with self.desk.house.store.begin() as tx:
            delivery.record(tx, self.desk.house, message_id, handed, self.now)
        if answer in ("busy", "30005"):
            self.truth.left = self.truth.left[:-1]
        if answer == "30005":
            # The line takes no texts: the channel is closed from now on (M8).
            self.truth.windows = ()
        self._count(answer)

    # What people do meanwhile

    def _save(self) -> None:
        with self.desk.house.store.reading() as tx:
            before = kept_plans.current(tx, self.desk.alma.id)[0]
        [channel] = before.channels
        saved = replace(self.truth.channel(), closed=channel.closed)
        self.desk.save(saved)

    @rule(act=st.sampled_from(ACTS), data=st.data())
    def somebody_acts(self, act: str, data: st.DataObject) -> None:
        getattr(self, act)(data.draw)
        self._count(act)

    @rule()
    def all_is_put_right(self) -> None:
        self.truth.windows = (WINDOWS[0],) if self.truth.windows else ()
        self.truth.denied, self.truth.withdrawn = (), False
        self.truth.purposes = frozenset(Purpose)
        self._save()
        if self.truth.paused:
            self.start_again()
        with self.desk.house.store.begin() as tx:
            standing.confirm(tx, self.desk.house, self.desk.alma.id, self.now, by=None)
        self.truth.suspended = False

    def other_windows(self, draw: Draw) -> None:
        if self.truth.windows:
            chosen = draw(st.sets(st.sampled_from(WINDOWS), min_size=1))
            self.truth.windows = tuple(sorted(chosen))
        self._save()

    def denied_date(self, _: Draw) -> None:
        self.truth.denied = ("2026-12-01",)
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

    def start_again(self) -> None:
        brakes.resume(self.desk.house, self.desk.office.staff.maia)
        assert brakes.resume(self.desk.house, self.desk.office.sue).yes
        self.truth.paused = False
        assert self._due() == []

    def move(self, draw: Draw) -> None:
        start = draw(st.sampled_from(["09:30", "10:00", "10:30"]))
        booking.move(
            self.desk.house,
            self.desk.wanda,
            self.session,
            at(f"2026-12-02 {start}"),
            by_agency=True,
        )

    def cancel_and_book_again(self, draw: Draw) -> None:
        booking.cancel(
            self.desk.house,
            self.desk.wanda,
            self.session,
            by_agency=draw(st.booleans()),
        )
        again = self.desk.office.book("2026-12-02 10:00")
        if again.session_id is not None:
            self.session = again.session_id

    # What always holds

    @invariant()
    def voided_with_what_voids_it(self) -> None:
        if not hasattr(self, "truth"):
            return
        with self.desk.house.store.reading() as tx:
            still_open = outbox.open_of_client(tx, self.desk.alma.id)
        if self.truth.suspended:
            assert still_open == []

    @invariant()
    def never_two_for_one_intention(self) -> None:
        if not hasattr(self, "truth"):
            return
        taken = [each.reference for each in self.desk.phone.texts]
        assert len(taken) == len(set(taken))
        assert len(taken) <= 2


@pytest.fixture
def machine(sqlite_template: Path) -> type[EditsAndSends]:
    EditsAndSends.template = sqlite_template
    EditsAndSends.hit = {}
    return EditsAndSends


def test_what_was_committed_before_the_claim_wins(
    machine: type[EditsAndSends],
) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=trials(12, 40),
            stateful_step_count=trials(30, 50),
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    wanted = {"claimed"}
    if profile == "ci":
        wanted |= {"kept back", "accepts", "times_out", "busy", "30005", *ACTS}
    assert wanted <= set(machine.hit), machine.hit
