"""What stops everything by itself before one text too many, on a clock nobody looked
at, or from a place nobody let in (M10, bar-W5, bar-W10, bar-W11)."""

from dataclasses import replace
from datetime import timedelta
from itertools import count, product
from random import Random

import pytest

from scheduler.domain.breaker import BURST_WITHIN, Lately, broken_by
from scheduler.domain.decision import Reason
from scheduler.domain.messages import MessageState
from scheduler.domain.policy import Policy
from scheduler.domain.stops import Stop, said
from scheduler.services.house import House, Identity
from scheduler.services.messages import by_hand, delivery, gate
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.stops import brakes, interlocks
from scheduler.services.stops.clock_watch import ClockWatch
from scheduler.storage import agency, attention, outbox
from scheduler.storage.outbox import Message
from tests.domain.builders import at, plan, text
from tests.profiles import Tells, trials
from tests.services.sending import OPENS, Desk, assisted, open_desk
from tests.stores import INSTALLATION

SECOND = timedelta(seconds=1)


class TwoClocks(MadeUpClock):
    """A wall clock that can be set, and a steady one that cannot."""

    steady = 0.0

    def monotonic(self) -> float:
        return self.steady

    def pass_(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.steady += seconds

    def set_by(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


@pytest.fixture
def desk(house: House, clock: MadeUpClock) -> Desk:
    return open_desk(house, clock)


def why(desk: Desk) -> str | None:
    with desk.house.store.reading() as tx:
        return agency.sender(tx).stopped_why


def start_again(desk: Desk) -> None:
    brakes.resume(desk.house, desk.office.sue)
    assert brakes.resume(desk.house, desk.office.staff.maia).yes


def policy(desk: Desk, **values: int) -> None:
    with desk.house.store.begin() as tx:
        agency.add_policy_version(tx, values, by=None, at=desk.clock.at, reason="test")


# --- The breaker (bar-W10) ------------------------------------------------------


def test_one_more_than_any_of_the_three_numbers_breaks_and_not_one_fewer() -> None:
    ours = Policy()
    most = Lately(ours.breaker_burst - 1, ours.breaker_per_client - 1, failed=6)
    assert broken_by(most, ours) is None
    assert broken_by(replace(most, in_five_minutes=20), ours) is Stop.BURST
    assert broken_by(replace(most, to_her=4), ours) is Stop.ONE_CLIENT
    # 30 per cent of 20 is six: a seventh is more.
    assert broken_by(replace(most, failed=7), ours) is Stop.FAILURES


def test_every_cause_has_words_and_what_ends_it() -> None:
    for each in (*[cause.value for cause in Stop], "provider_20003"):
        words = said(each)
        assert words.sentence.endswith(".")
        assert words.remedy.endswith(".")
    assert said("provider_20003") not in [said(each.value) for each in Stop]


class Loop:
    """A fault of ours: the same intention again and again, past every cap."""

    def __init__(self, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
        self.desk = desk
        self.numbers = count(1)
        self.first = replace(desk.reminded(), not_before=at(OPENS))
        with desk.house.store.begin() as tx:
            outbox.move(tx, self.first.id, self.first.state, MessageState.CANCELLED)
        numbers = [f"+141655501{number}" for number in range(50, 58)]
        others = [desk.office.another(with_plan=plan(text(address=n))) for n in numbers]
        self.clients = [desk.alma.id, *(each.id for each in others)]
        decide = gate.Facts.decide

        def capless(facts: gate.Facts, request: object, now: object) -> object:
            free = replace(facts.standing, to_client=(), to_number={})
            return decide(replace(facts, standing=free), request, now)  # type: ignore[arg-type]

        monkeypatch.setattr(gate.Facts, "decide", capless)

    def one_more(self, whose: int) -> Message:
        tag = f"loop-{next(self.numbers)}"
        again = replace(
            self.first,
            id=tag,
            reference=tag,
            ordinal=next(self.numbers),
            client_id=self.clients[whose % len(self.clients)],
        )
        with self.desk.house.store.begin() as tx:
            outbox.insert_message(tx, again)
        return again


def _forget_all(desk: Desk) -> None:
    """Nothing of the last loop counts in the next one."""
    desk.phone.handed.clear()
    desk.phone.texts.clear()
    with desk.house.store.begin() as tx:
        tx.conn.exec_driver_sql("UPDATE message SET left_at = NULL")
        agency.set_sender(tx, started_at=None)


def test_a_loop_of_ours_is_stopped_before_message_n_plus_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, tells: Tells
) -> None:
    """bar-W10: a hundred random loops, fifty on each engine."""
    loop = Loop(desk, monkeypatch)
    seed = Random().randrange(1 << 30)
    chance = Random(seed)
    hit = dict.fromkeys((Stop.BURST, Stop.ONE_CLIENT, Stop.FAILURES), 0)
    for _ in range(trials(12, 50)):
        desk.go_to(OPENS)
        _forget_all(desk)
        wanted = chance.choice(list(hit))
        most = chance.randint(2, 6)
        numbers = {"breaker_burst": 100, "breaker_per_client": 6}
        numbers |= {"breaker_failures_of": 100, "breaker_failures_percent": 50}
        if wanted is Stop.BURST:
            numbers["breaker_burst"] = most
        elif wanted is Stop.ONE_CLIENT:
            numbers["breaker_per_client"] = most
        else:
            numbers |= {"breaker_failures_of": 5, "breaker_failures_percent": 40}
            most = 3
        policy(desk, **numbers)
        desk.phone.behaviour = "30008" if wanted is Stop.FAILURES else "accepts"
        _run_wild(desk, loop, chance, one_client=wanted is Stop.ONE_CLIENT)
        assert why(desk) == wanted.value, (seed, wanted, most)
        assert len(desk.phone.handed) == most, (seed, wanted)
        assert desk.alerts() >= 1
        desk.phone.behaviour = "accepts"
        start_again(desk)
        hit[wanted] += 1
    assert all(hit.values()), (seed, hit)
    by_name = {each.value: times for each, times in hit.items()}
    tells(trials=sum(hit.values()), seed=seed, hit=by_name)


def _run_wild(desk: Desk, loop: Loop, chance: Random, *, one_client: bool) -> None:
    whose = count(0)
    for _ in range(10):
        for _ in range(chance.randint(1, 3)):
            loop.one_more(0 if one_client else next(whose))
        desk.tick(desk.clock.at + timedelta(seconds=chance.randint(0, 8)))


def test_what_left_more_than_five_minutes_ago_does_not_count(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = Loop(desk, monkeypatch)
    policy(desk, breaker_burst=2, breaker_per_client=6)
    desk.go_to(OPENS)
    for whose in range(4):
        loop.one_more(whose)
        desk.tick()
        desk.go_to(desk.clock.at + BURST_WITHIN / 2 + SECOND)
    assert (len(desk.phone.handed), why(desk)) == (4, None)


def test_after_two_people_started_again_it_counts_anew(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = Loop(desk, monkeypatch)
    policy(desk, breaker_burst=2, breaker_per_client=6)
    desk.go_to(OPENS)
    for whose in range(3):
        loop.one_more(whose)
    desk.tick()
    assert (len(desk.phone.handed), why(desk)) == (2, "burst")
    desk.go_to(desk.clock.at + SECOND)
    start_again(desk)
    loop.one_more(3)
    desk.tick()
    assert (len(desk.phone.handed), why(desk)) == (3, None)


@pytest.mark.parametrize(
    ("at_once", "ends"),
    [(1, ["accepted", "withheld"]), (10, ["withheld", "withheld"])],
    ids=["one at a time", "claimed together"],
)
def test_the_text_that_would_have_been_too_many_is_withheld_and_says_why(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, at_once: int, ends: list[str]
) -> None:
    loop = Loop(desk, monkeypatch)
    desk.phone.at_once = at_once
    policy(desk, breaker_burst=1)
    desk.go_to(OPENS)
    first, second = loop.one_more(0), loop.one_more(1)
    desk.tick()
    assert sorted(desk.state(each) for each in (first, second)) == ends
    kept = max((first, second), key=lambda each: (each.not_before, each.id))
    assert desk.state(kept) == "withheld"
    assert Reason.PAUSED in desk.message(kept.id).reasons
    assert "send" not in [verdict for _, verdict, _ in desk.decisions(kept)]


def test_what_a_person_sends_is_no_burst_of_ours(
    house: House, clock: MadeUpClock
) -> None:
    desk = open_desk(house, clock, assisted())
    prompted, by_machine = desk.reminded(), desk.another_reminded("+14165550144")
    policy(desk, breaker_burst=1)
    desk.tick("2026-12-01 11:00")
    assert desk.state(by_machine) == "accepted"
    taken = by_hand.take_prompt(desk.house, desk.wanda, prompted.id)
    assert isinstance(taken, by_hand.InHand)
    assert why(desk) is None


# --- The clock (bar-W5) -----------------------------------------------------------


def at_two_clocks(desk: Desk) -> tuple[Desk, TwoClocks]:
    clock = TwoClocks(desk.clock.at)
    watched = replace(desk.house, clock=clock, clock_watch=ClockWatch(clock))
    desk.phone.clock = clock
    return Desk(replace(desk.office, house=watched), desk.phone, clock), clock


@pytest.mark.parametrize(
    ("jump", "stops"),
    [(5.0, False), (-5.0, False), (5.1, True), (-5.1, True), (3600, True)],
)
def test_five_seconds_are_no_jump_and_more_is(jump: float, stops: bool) -> None:
    clock = TwoClocks(at(OPENS))
    watch = ClockWatch(clock)
    clock.pass_(5)
    assert not watch.jump()
    clock.pass_(5)
    clock.set_by(jump)
    assert bool(watch.jump()) is stops
    if stops:
        clock.set_by(-jump)
        assert watch.jump(), "a jump back does not undo it"
        watch.accept()
    clock.pass_(5)
    assert not watch.jump()


def test_several_small_steps_within_ten_minutes_are_one_jump_and_a_slew_is_none() -> (
    None
):
    clock = TwoClocks(at(OPENS))
    watch = ClockWatch(clock)
    for _ in range(3):
        clock.pass_(5)
        clock.set_by(2)
    assert watch.jump()
    clock = TwoClocks(at(OPENS))
    watch = ClockWatch(clock)
    for _ in range(5000):
        clock.pass_(5)
        clock.set_by(0.0024)
        assert not watch.jump()


def test_after_a_jump_nothing_leaves_until_two_people_looked(
    desk: Desk, tells: Tells
) -> None:
    """bar-W5: a thousand scripts of passing time and jumps, half on each engine."""
    reminder = desk.reminded()
    with desk.house.store.begin() as tx:
        outbox.move(tx, reminder.id, reminder.state, MessageState.CANCELLED)
    desk.go_to(OPENS)
    watched, clock = at_two_clocks(desk)
    seed = Random().randrange(1 << 30)
    chance = Random(seed)
    hit = {"jump": 0, "none": 0}
    for number in range(trials(60, 500)):
        jump = _one_script(watched, clock, reminder, chance, number)
        hit["jump" if jump else "none"] += 1
    assert all(hit.values()), (seed, hit)
    tells(trials=sum(hit.values()), seed=seed, hit=hit)


def _one_script(
    desk: Desk, clock: TwoClocks, reminder: Message, chance: Random, number: int
) -> bool:
    watch = desk.house.clock_watch
    assert watch is not None
    size = chance.choice([5.5, 30, 3600, 86_400, chance.uniform(5.5, 7_200)])
    jumps = chance.random() < 0.85
    jump = size * chance.choice([1, -1]) if jumps else chance.uniform(-4.5, 4.5)
    passed = chance.uniform(0, 60)
    # Wherever it comes from, it lands where the text might leave.
    lands = at(OPENS) + timedelta(minutes=chance.randint(0, 100))
    clock.at = lands - timedelta(seconds=passed + jump)
    watch.accept()
    desk.phone.handed.clear()
    message = replace(
        reminder,
        id=f"script-{number}",
        reference=f"{number}",
        ordinal=number + 1,
        not_before=at(OPENS),
    )
    with desk.house.store.begin() as tx:
        agency.set_sender(tx, last_tick_at=None)
        outbox.insert_message(tx, message)
    clock.pass_(passed)
    clock.set_by(jump)
    for _ in range(3):
        clock.pass_(5)
        desk.tick()
    if not jumps:
        assert len(desk.phone.handed) == 1
        _gone(desk, message)
        return False
    assert desk.phone.handed == []
    assert why(desk) == "clock_jump"
    assert {"sender_paused", "clock_jumped"} <= set(desk.kinds())
    assert desk.alerts() >= 1
    start_again(desk)
    desk.tick()
    assert desk.phone.handed == []
    assert desk.state(message) == "expired"
    with desk.house.store.begin() as tx:
        attention.settle(tx, desk.clock.at, by=None, choice="noted")
    return True


def _gone(desk: Desk, message: Message) -> None:
    with desk.house.store.begin() as tx:
        outbox.note(tx, message.id, left_at=None)


def test_a_jump_between_tick_and_claim_keeps_the_text_back(desk: Desk) -> None:
    first, second = desk.reminded(), desk.another_reminded("+14165550144")
    desk.go_to(max(first.not_before, second.not_before))
    watched, clock = at_two_clocks(desk)
    desk.phone.on_send = lambda: clock.set_by(-20)
    watched.tick()
    assert len(desk.phone.handed) == 1
    assert sorted(desk.state(each) for each in (first, second)) == [
        "accepted",
        "withheld",
    ]
    assert why(desk) == "clock_jump"
    [kept] = [each for each in (first, second) if desk.state(each) == "withheld"]
    assert "send" not in [verdict for _, verdict, _ in desk.decisions(kept)]


def test_a_tick_in_the_future_stops_a_worker_that_has_just_started(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.go_to(reminder.not_before)
    with desk.house.store.begin() as tx:
        agency.set_sender(tx, last_tick_at=desk.clock.at + timedelta(seconds=6))
    watched, _ = at_two_clocks(desk)
    watched.tick()
    assert (desk.phone.handed, why(desk)) == ([], "clock_jump")


def test_a_jump_while_it_is_stopped_already_is_put_before_whoever_starts_it(
    desk: Desk,
) -> None:
    watched, clock = at_two_clocks(desk)
    brakes.pause(watched.house, watched.wanda)
    brakes.resume(watched.house, watched.office.sue)
    clock.set_by(90)
    watched.tick()
    assert (why(desk), "clock_jumped" in desk.kinds()) == ("by_hand", True)
    refused = brakes.resume(watched.house, watched.office.staff.maia)
    assert refused.reasons == (Reason.SECOND_PERSON,), "her wish was taken back"


# --- The place (bar-W11) ----------------------------------------------------------

HERE, ELSEWHERE = b"h" * 32, b"e" * 32


class RealPhone:
    """What counts as a real sender, and keeps what it is handed."""

    simulated = False
    at_once = 1

    def __init__(self, desk: Desk) -> None:
        self._phone = desk.phone

    def __getattr__(self, name: str) -> object:
        return getattr(self._phone, name)


def placed(
    desk: Desk, machine: bytes, installation: str, *, production: bool = True
) -> Desk:
    here = Identity(installation, machine, production)
    house = replace(desk.house, identity=here, sender=RealPhone(desk))  # type: ignore[arg-type]
    return Desk(replace(desk.office, house=house), desk.phone, desk.clock)


def ready(desk: Desk) -> str:
    """The list of going live is signed and the machine let in; the installation."""
    from tests.services.going_live import sign_everything  # noqa: PLC0415

    with desk.house.store.reading() as tx:
        own = agency.settings(tx).installation
    interlocks.let_in_here(placed(desk, HERE, own).house)
    sign_everything(desk.house, desk.office.staff.maia)
    return own


@pytest.mark.parametrize(
    ("machine", "same_id", "production", "restored"),
    [
        *product((HERE, ELSEWHERE), (True, False), (True, False), (False,)),
        *product((HERE, ELSEWHERE), (True,), (True, False), (True,)),
    ],
)
def test_of_twelve_ways_to_start_only_the_one_that_was_let_in_sends(
    desk: Desk, machine: bytes, same_id: bool, production: bool, restored: bool
) -> None:
    own = ready(desk)
    reminder = desk.reminded()
    if restored:
        with desk.house.store.begin() as tx:
            brakes.stop_in(tx, desk.house, Stop.RESTORED.value, desk.clock.at)
    given = own if same_id else "5f1a2c34-0000-4000-8000-00000000beef"
    there = placed(desk, machine, given, production=production)
    there.tick(reminder.not_before)
    sends = machine is HERE and same_id and production and not restored
    assert len(desk.phone.handed) == (1 if sends else 0)
    assert (why(desk) is None) is sends


def test_two_people_let_another_machine_in_but_never_another_installation(
    desk: Desk,
) -> None:
    own = ready(desk)
    there = placed(desk, ELSEWHERE, own)
    there.tick()
    assert why(desk) == "machine"
    start_again(there)
    reminder = desk.reminded()
    there.tick(reminder.not_before)
    assert (len(desk.phone.handed), why(desk)) == (1, None)
    foreign = placed(desk, HERE, "5f1a2c34-0000-4000-8000-00000000beef")
    foreign.tick()
    assert why(desk) == "installation"
    brakes.resume(foreign.house, desk.office.sue)
    assert not brakes.resume(foreign.house, desk.office.staff.maia).yes


def test_a_demo_on_a_simulated_phone_may_be_moved_about(desk: Desk) -> None:
    reminder = desk.reminded()
    here = Identity(INSTALLATION, ELSEWHERE, production=False)
    with desk.house.store.reading() as tx:
        here = replace(here, installation=agency.settings(tx).installation)
    house = replace(desk.house, identity=here)
    desk.go_to(reminder.not_before)
    delivery.tick(house)
    assert (len(desk.phone.handed), why(desk)) == (1, None)


# --- Tables of another version, and whoever finds something else ---------------------


def test_tables_of_another_version_stop_a_worker_that_is_running(desk: Desk) -> None:
    reminder = desk.reminded()
    desk.tick(reminder.not_before - timedelta(minutes=1))
    with desk.house.store.begin() as tx:
        was = tx.conn.exec_driver_sql(
            "SELECT version_num FROM alembic_version"
        ).scalar()
        tx.conn.exec_driver_sql("UPDATE alembic_version SET version_num = 'newer'")
    desk.tick(reminder.not_before)
    assert (desk.phone.handed, why(desk)) == ([], "pending")
    with desk.house.store.begin() as tx:
        tx.conn.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{was}'")
    start_again(desk)
    desk.tick()
    assert (desk.phone.handed, desk.state(reminder)) == ([], "expired")


def test_a_broken_audit_trail_is_one_more_cause(desk: Desk) -> None:
    reminder = desk.reminded()
    with desk.house.store.begin() as tx:
        interlocks.throw(tx, desk.house, Stop.AUDIT, desk.clock.at)
    desk.tick(reminder.not_before)
    assert (desk.phone.handed, why(desk)) == ([], "audit_chain")
    assert desk.alerts() == 1
