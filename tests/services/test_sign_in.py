"""Signing in: the same answer to everybody who is not in, and a bound on tries."""

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from scheduler.domain.errors import StorageUnavailable
from scheduler.domain.people import Role
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import accounts, sign_in
from scheduler.services.staff.accounts import NewMember
from scheduler.services.staff.passwords import Passwords, TooManyAtOnce, require_good
from scheduler.services.staff.sign_in import (
    ABSOLUTE,
    IDLE,
    WRONG,
    Accounts,
    NotIn,
    SignedIn,
)
from scheduler.services.staff.throttle import (
    COUNTED_FOR,
    KNOWN_FOR,
    MOST_ACCOUNT,
    MOST_ADDRESS,
    MOST_HERE,
    MOST_OVERALL,
    TOO_OFTEN,
)
from scheduler.storage import tables
from tests.profiles import Tells, trials
from tests.services.test_accounts import AGENCY, GOOD, MAIA, RUTH

OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


class CountedPasswords(Passwords):
    """Counts how often a password is really looked at."""

    def __init__(self) -> None:
        super().__init__(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        self.looked_at = 0
        self._counting = threading.Lock()

    def matches(self, kept: str | None, password: str) -> bool:
        with self._counting:
            self.looked_at += 1
        return super().matches(kept, password)


@pytest.fixture
def passwords() -> CountedPasswords:
    return CountedPasswords()


@pytest.fixture
def doors(house: House, passwords: CountedPasswords) -> Accounts:
    """A founded agency with a counsellor, a supervisor and an administrator."""
    accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])
    ines = NewMember("i.lake", "Ines", Role.COUNSELLOR, "America/Winnipeg", GOOD)
    accounts.add_user(house, passwords, ines, None)
    return Accounts(house, passwords)


def attempt(doors: Accounts, name: str, password: str, place: str = OFFICE) -> Any:
    return doors.sign_in(name, password, place, doors.house.now())


def let_in(doors: Accounts, name: str = "i.lake", place: str = OFFICE) -> str:
    answer = attempt(doors, name, GOOD, place)
    assert isinstance(answer, SignedIn)
    return answer.sid


def test_the_right_password_opens_a_session(doors: Accounts) -> None:
    sid = let_in(doors)
    opened = doors.session(sid, doors.house.now())
    assert opened is not None
    assert not opened.locked
    person = doors.person(opened.staff_id)
    assert person is not None
    assert person.name == "Ines"


@pytest.mark.parametrize("name", ["I.Lake", " i.lake ", "\uff49.lake"])
def test_case_and_width_of_the_name_do_not_count(doors: Accounts, name: str) -> None:
    let_in(doors, name)


@pytest.mark.parametrize(
    ("name", "password"),
    [
        ("nobody", GOOD),
        ("i.lake", "wrong wrong wrong"),
        ("i.lake", ""),
        ("i.lake", GOOD.upper()),
        ("i.lake", GOOD + " "),
        ("", ""),
        ("i.lake", GOOD + "x" * 1_000_000),
        ("i.lake' OR '1'='1", GOOD),
        ("x" * 100_000, GOOD),
        ("i.lake\0", GOOD),
    ],
)
def test_everybody_who_is_not_in_gets_the_same_answer(
    doors: Accounts, passwords: CountedPasswords, name: str, password: str
) -> None:
    assert attempt(doors, name, password) == NotIn(WRONG)
    assert passwords.looked_at == 1


def test_a_closed_account_gets_it_too_after_the_same_work(
    doors: Accounts, passwords: CountedPasswords
) -> None:
    ines = accounts.find_user(doors.house, "i.lake")
    accounts.set_active(doors.house, ines.id, None, active=False)
    assert attempt(doors, "i.lake", GOOD) == NotIn(WRONG)
    assert passwords.looked_at == 1


def test_an_account_without_a_password_cannot_be_signed_in_to(doors: Accounts) -> None:
    with doors.house.store.begin() as tx:
        tx.conn.execute(tables.staff.update().values(password_hash="!"))
    for password in ("", "!", GOOD):
        assert attempt(doors, "i.lake", password) == NotIn(WRONG)


def test_every_sign_in_has_an_id_of_its_own(doors: Accounts) -> None:
    assert len({let_in(doors) for _ in range(5)}) == 5


def test_the_id_is_not_in_the_database(doors: Accounts) -> None:
    sid = let_in(doors)
    with doors.house.store.reading() as tx:
        rows = tx.conn.execute(select(tables.staff_session)).all()
    assert sid not in str(rows)
    assert bytes.fromhex(sid) not in [row.token_hash for row in rows]


def test_neither_name_nor_address_is_kept_with_a_try(doors: Accounts) -> None:
    attempt(doors, "i.lake", "wrong")
    with doors.house.store.reading() as tx:
        rows = str(tx.conn.execute(select(tables.sign_in_attempt)).all())
    assert "lake" not in rows
    assert OFFICE not in rows


# --- Sessions ----------------------------------------------------------------


def test_an_id_nobody_was_given_opens_nothing(doors: Accounts) -> None:
    let_in(doors)
    for sid in ("", "0" * 64, "é"):
        assert doors.session(sid, doors.house.now()) is None
        doors.seen(sid, doors.house.now())
        doors.sign_out(sid, doors.house.now())


def test_who_signed_out_is_out_although_the_cookie_was_copied(doors: Accounts) -> None:
    sid, other = let_in(doors), let_in(doors)
    doors.sign_out(sid, doors.house.now())
    doors.seen(sid, doors.house.now())
    assert doors.session(sid, doors.house.now()) is None
    assert doors.session(other, doors.house.now()) is not None


@pytest.mark.parametrize(
    ("after", "locked"),
    [
        (timedelta(0), False),
        (IDLE - SECOND, False),
        (IDLE, True),
        (IDLE + SECOND, True),
        (ABSOLUTE - SECOND, True),
    ],
)
def test_a_page_locks_after_fifteen_idle_minutes(
    doors: Accounts, after: timedelta, locked: bool
) -> None:
    sid = let_in(doors)
    opened = doors.session(sid, doors.house.now() + after)
    assert opened is not None
    assert opened.locked is locked


@pytest.mark.parametrize(
    ("after", "there"), [(ABSOLUTE - SECOND, True), (ABSOLUTE, False)]
)
def test_a_sign_in_is_over_after_eight_hours_however_busy(
    doors: Accounts, after: timedelta, there: bool
) -> None:
    sid, begun = let_in(doors), doors.house.now()
    busy = begun
    while busy < begun + after - 10 * MINUTE:
        busy += 10 * MINUTE
        doors.seen(sid, busy)
    opened = doors.session(sid, begun + after)
    assert (opened is not None) is there
    doors.seen(sid, begun + ABSOLUTE)
    assert doors.session(sid, begun + ABSOLUTE) is None


def test_what_is_locked_is_not_unlocked_by_being_seen(doors: Accounts) -> None:
    sid, later = let_in(doors), doors.house.now() + IDLE
    doors.seen(sid, later)
    opened = doors.session(sid, later)
    assert opened is not None
    assert opened.locked


def test_being_seen_starts_the_idle_clock_again(doors: Accounts) -> None:
    sid, begun = let_in(doors), doors.house.now()
    doors.seen(sid, begun + IDLE - SECOND)
    opened = doors.session(sid, begun + 2 * IDLE - 2 * SECOND)
    assert opened is not None
    assert not opened.locked


# --- Too many tries ----------------------------------------------------------


def fail(
    doors: Accounts, times: int, name: str = "i.lake", place: str = OFFICE
) -> list[Any]:
    return [attempt(doors, name, f"wrong {each}", place) for each in range(times)]


def test_an_account_takes_so_many_tries_and_then_even_the_right_one_waits(
    doors: Accounts, passwords: CountedPasswords, clock: MadeUpClock
) -> None:
    answers = fail(doors, MOST_ACCOUNT + 3)
    assert answers == [NotIn(WRONG)] * MOST_ACCOUNT + [NotIn(TOO_OFTEN)] * 3
    assert attempt(doors, "i.lake", GOOD) == NotIn(TOO_OFTEN)
    assert passwords.looked_at == MOST_ACCOUNT
    clock.at += COUNTED_FOR - SECOND
    assert attempt(doors, "i.lake", GOOD) == NotIn(TOO_OFTEN)
    clock.at += SECOND
    let_in(doors)


def test_an_account_that_is_not_there_looks_the_same(doors: Accounts) -> None:
    assert fail(doors, MOST_ACCOUNT + 1, "nobody")[-1] == NotIn(TOO_OFTEN)


def test_an_address_takes_so_many_tries_over_all_names(doors: Accounts) -> None:
    answers = [
        attempt(doors, f"name{each}", "wrong", ELSEWHERE)
        for each in range(MOST_ADDRESS + 1)
    ]
    assert answers[:MOST_ADDRESS] == [NotIn(WRONG)] * MOST_ADDRESS
    assert answers[-1] == NotIn(TOO_OFTEN)
    let_in(doors, place=OFFICE)


def test_one_household_of_new_addresses_is_one_address(doors: Accounts) -> None:
    for each in range(MOST_ADDRESS):
        attempt(doors, f"name{each}", "wrong", f"2001:db8:1:2::{each:x}")
    again = attempt(doors, "another", "wrong", "2001:db8:1:2:ffff::1")
    assert again == NotIn(TOO_OFTEN)
    assert attempt(doors, "another", "wrong", "2001:db8:1:3::1") == NotIn(WRONG)


def test_over_all_only_so_many_tries_are_looked_at(
    doors: Accounts, passwords: CountedPasswords, tells: Tells
) -> None:
    """From everywhere, at every name (bar-S7)."""
    guesses = trials(400, 2_000, 20_000)
    with doors.house.store.begin() as tx:
        base = len(tx.conn.execute(select(tables.sign_in_attempt)).all())
    assert base == 0
    for each in range(guesses):
        attempt(doors, f"name{each}", "wrong", f"198.51.{each % 250}.{each // 250}")
    tells(trials=guesses)
    assert passwords.looked_at == MOST_OVERALL
    assert MOST_OVERALL <= 100


def test_nobody_elsewhere_can_shut_her_out_where_she_works(doors: Accounts) -> None:
    let_in(doors)
    for each in range(200):
        attempt(doors, "i.lake", "wrong", f"198.51.100.{each}")
    assert attempt(doors, "i.lake", GOOD, ELSEWHERE) == NotIn(TOO_OFTEN)
    let_in(doors)


def test_where_she_works_her_own_slips_count(
    doors: Accounts, clock: MadeUpClock
) -> None:
    let_in(doors)
    assert fail(doors, MOST_HERE) == [NotIn(WRONG)] * MOST_HERE
    assert attempt(doors, "i.lake", GOOD) == NotIn(TOO_OFTEN)
    clock.at += COUNTED_FOR
    let_in(doors)


def test_a_place_is_known_for_a_while_only(doors: Accounts, clock: MadeUpClock) -> None:
    let_in(doors)
    clock.at += KNOWN_FOR + MINUTE
    fail(doors, MOST_ACCOUNT)
    assert attempt(doors, "i.lake", GOOD) == NotIn(TOO_OFTEN)


def test_tries_at_the_same_moment_are_counted_too(
    doors: Accounts, passwords: CountedPasswords
) -> None:
    with ThreadPoolExecutor(16) as pool:
        tried = [
            pool.submit(attempt, doors, "i.lake", f"wrong {each}") for each in range(48)
        ]
        answers = [each.result() for each in tried]
    assert passwords.looked_at == MOST_ACCOUNT
    assert answers.count(NotIn(TOO_OFTEN)) == 48 - MOST_ACCOUNT


def test_what_cannot_be_counted_does_not_come_in(
    doors: Accounts, passwords: CountedPasswords
) -> None:
    with doors.house.store.begin() as tx:
        tables.sign_in_attempt.drop(tx.conn)
    with pytest.raises(StorageUnavailable):
        attempt(doors, "i.lake", GOOD)
    assert passwords.looked_at == 0


def test_old_tries_and_sign_ins_are_forgotten_and_places_stay_known(
    doors: Accounts, clock: MadeUpClock
) -> None:
    let_in(doors)
    fail(doors, 3)
    clock.at += timedelta(days=2)
    assert sign_in.forget_old(doors.house, clock.at) == 4
    for each in range(200):
        attempt(doors, "i.lake", "wrong", f"198.51.100.{each}")
    let_in(doors)
    clock.at += KNOWN_FOR + timedelta(days=1)
    sign_in.forget_old(doors.house, clock.at)
    with doors.house.store.reading() as tx:
        assert tx.conn.execute(select(tables.sign_in_attempt)).all() == []
        assert tx.conn.execute(select(tables.staff_session)).all() == []


# --- Passwords ---------------------------------------------------------------


def test_a_weaker_hash_is_made_anew_at_the_next_sign_in(doors: Accounts) -> None:
    stronger = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    later = Accounts(doors.house, stronger)

    def kept() -> str:
        with doors.house.store.reading() as tx:
            mine = tables.staff.c.sign_in_name == "i.lake"
            query = select(tables.staff.c.password_hash).where(mine)
            return str(tx.conn.execute(query).scalar_one())

    before = kept()
    let_in(later)
    assert kept() != before
    assert "t=2" in kept()
    let_in(later)


def test_no_more_passwords_are_compared_at_once_than_there_are_slots(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    inside, most, lock = 0, 0, threading.Lock()

    class Slow(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Any:  # noqa: A002
            nonlocal inside, most
            with lock:
                inside += 1
                most = max(most, inside)
            threading.Event().wait(0.02)
            with lock:
                inside -= 1
            return super().verify(hash, password)

    slow = Passwords(Slow(time_cost=1, memory_cost=8, parallelism=1), slots=2)
    kept = slow.hash(GOOD)
    # Two whose password is compared, and three in line behind them.
    with ThreadPoolExecutor(5) as pool:
        assert all(pool.map(lambda _: slow.matches(kept, GOOD), range(32)))
    assert most == 2


def test_who_waits_too_long_for_a_slot_is_told(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("scheduler.services.staff.passwords._WAIT_SECONDS", 0.01)
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    one = Passwords(hasher, slots=1)
    with one._slot(), pytest.raises(TooManyAtOnce):
        one.matches(None, GOOD)
    assert one.matches(one.hash(GOOD), GOOD)


def test_when_enough_are_in_line_nobody_more_waits() -> None:
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    none = Passwords(hasher, slots=1)
    with ExitStack() as line:
        for _ in range(4):
            line.enter_context(none._line())
        begin = time.monotonic()
        with pytest.raises(TooManyAtOnce):
            none.matches(None, GOOD)
        assert time.monotonic() - begin < 1
    assert none.matches(none.hash(GOOD), GOOD)


def test_the_real_parameters_are_the_librarys_own() -> None:
    assert Passwords().hash(GOOD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_an_account_closed_while_the_password_was_compared_stays_out(
    doors: Accounts, monkeypatch: pytest.MonkeyPatch
) -> None:
    ines = accounts.find_user(doors.house, "i.lake")
    real = doors.passwords.matches

    def close_meanwhile(kept: str | None, password: str) -> bool:
        accounts.set_active(doors.house, ines.id, None, active=False)
        return real(kept, password)

    monkeypatch.setattr(doors.passwords, "matches", close_meanwhile)
    assert attempt(doors, "i.lake", GOOD) == NotIn(WRONG)


@pytest.mark.parametrize("length", [12, 64, 1024])
def test_a_password_counts_to_its_last_sign_just_as_it_was_typed(length: int) -> None:
    quick = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    typed = (" Marmalade é " * 100)[: length - 1] + "Z"
    require_good(typed, not_like=("ines",))
    kept = quick.hash(typed)
    assert quick.matches(kept, typed)
    for other in (typed[:-1], typed.lower(), typed.strip(), typed + " ", typed[1:]):
        assert not quick.matches(kept, other)
