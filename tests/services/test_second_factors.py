"""The second factor: compulsory where real people are served, each code good once."""

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pyotp
import pytest
from argon2 import PasswordHasher
from sqlalchemy import select

from scheduler.domain.errors import Misread
from scheduler.domain.people import Role
from scheduler.services.house import House, Identity
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import accounts, second_factors
from scheduler.services.staff.accounts import NewMember
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.second_factors import WRONG_CODE, SetUp
from scheduler.services.staff.sign_in import (
    ABSOLUTE,
    FRESH,
    IDLE,
    WRONG_PASSWORD,
    Accounts,
    NotIn,
    SignedIn,
)
from scheduler.services.staff.throttle import MOST_ACCOUNT, MOST_HERE, TOO_OFTEN
from scheduler.storage import second_factors as kept
from scheduler.storage import tables
from tests.profiles import Tells, trials
from tests.services.test_accounts import AGENCY, GOOD, MAIA, RUTH

OFFICE, ELSEWHERE = "203.0.113.7", "198.51.100.9"
SECOND = timedelta(seconds=1)
STEP = timedelta(seconds=30)


@pytest.fixture
def doors(house: House) -> Accounts:
    """An agency that serves real people, with a counsellor."""
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])
    ines = NewMember("i.lake", "Ines", Role.COUNSELLOR, "America/Winnipeg", GOOD)
    accounts.add_user(house, passwords, ines, None)
    identity = Identity(house.store.vault.installation, b"m" * 32, production=True)
    return Accounts(replace(house, identity=identity), passwords)


def sid_of(answer: Any) -> str:
    assert isinstance(answer, SignedIn), answer
    return answer.sid


def typed_password(doors: Accounts, place: str = OFFICE, known: str = "") -> str:
    now = doors.house.now()
    return sid_of(doors.sign_in("i.lake", GOOD, place, now, known))


def opened(doors: Accounts, sid: str) -> Any:
    return doors.session(sid, doors.house.now())


def offered(doors: Accounts, sid: str) -> pyotp.TOTP:
    staff_id = opened(doors, sid).staff_id
    return pyotp.TOTP(second_factors.offer(doors.house, sid, staff_id).secret)


def set_up(doors: Accounts, sid: str = "") -> tuple[pyotp.TOTP, SetUp]:
    """Her app, and what she got for showing a code of it."""
    sid = sid or typed_password(doors)
    app = offered(doors, sid)
    now = doors.house.now()
    made = second_factors.set_up(doors.house, sid, app.at(now), OFFICE, now)
    assert isinstance(made, SetUp), made
    return app, made


def give(doors: Accounts, sid: str, code: str, place: str = OFFICE) -> Any:
    return second_factors.give(doors.house, sid, code, place, doors.house.now())


# --- Compulsory ----------------------------------------------------------------


def test_without_a_second_factor_a_password_opens_nothing(doors: Accounts) -> None:
    found = opened(doors, typed_password(doors))
    assert (found.half, found.has_second) == (True, False)


def test_where_nobody_real_is_served_a_password_is_enough(doors: Accounts) -> None:
    demo = replace(doors, house=replace(doors.house, identity=None))
    assert not opened(demo, typed_password(demo)).half


def test_whoever_has_set_one_up_gives_it_in_a_demo_too(doors: Accounts) -> None:
    set_up(doors)
    demo = replace(doors, house=replace(doors.house, identity=None))
    assert opened(demo, typed_password(demo)).half


def test_setting_it_up_goes_on_under_a_new_id_and_ends_the_others(
    doors: Accounts,
) -> None:
    other, sid = typed_password(doors), typed_password(doors)
    made = set_up(doors, sid)[1]
    assert opened(doors, sid) is None
    assert opened(doors, other) is None
    found = opened(doors, made.signed_in.sid)
    assert (found.half, found.has_second, found.fresh) == (False, True, True)


def test_the_secret_lies_sealed_and_the_codes_as_digests(doors: Accounts) -> None:
    app, made = set_up(doors)
    with doors.house.store.reading() as tx:
        rows = str(
            [
                tx.conn.execute(select(each)).all()
                for each in (tables.second_factor, tables.recovery_code)
            ]
        )
    assert app.secret not in rows
    assert not any(each in rows for each in made.codes)


def test_a_secret_is_of_one_sign_in_only(doors: Accounts) -> None:
    first, second = typed_password(doors), typed_password(doors)
    app, now = offered(doors, first), doors.house.now()
    assert offered(doors, first).secret == app.secret
    assert offered(doors, second).secret != app.secret
    wrong = second_factors.set_up(doors.house, second, app.at(now), OFFICE, now)
    assert wrong == NotIn(WRONG_CODE)


def test_nobody_sets_one_up_beside_one_that_was_not_given(doors: Accounts) -> None:
    set_up(doors)
    sid, now = typed_password(doors), doors.house.now()
    code = offered(doors, sid).at(now)
    assert second_factors.set_up(doors.house, sid, code, OFFICE, now) is None


def test_another_app_takes_the_place_of_the_first(
    doors: Accounts, clock: MadeUpClock
) -> None:
    first, made = set_up(doors)
    clock.at += 2 * STEP
    second, again = set_up(doors, made.signed_in.sid)
    clock.at += 2 * STEP
    sid = typed_password(doors)
    assert give(doors, sid, first.at(clock.at)) == NotIn(WRONG_CODE)
    assert give(doors, sid, made.codes[0]) == NotIn(WRONG_CODE)
    sid = sid_of(give(doors, sid, second.at(clock.at)))
    assert not opened(doors, sid).half
    assert again.codes != made.codes


# --- Codes, each once ----------------------------------------------------------


def test_password_and_code_let_in_under_a_new_id(
    doors: Accounts, clock: MadeUpClock
) -> None:
    app, _ = set_up(doors)
    clock.at += STEP
    half = typed_password(doors)
    assert opened(doors, half).half
    sid = sid_of(give(doors, half, app.at(clock.at)))
    assert sid != half
    assert opened(doors, half) is None
    assert not opened(doors, sid).half


@pytest.mark.parametrize(
    ("off", "counts"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
)
def test_a_clock_may_be_one_step_off(
    doors: Accounts, clock: MadeUpClock, off: int, counts: bool
) -> None:
    app, _ = set_up(doors)
    clock.at += 10 * STEP
    answer = give(doors, typed_password(doors), app.at(clock.at + off * STEP))
    assert isinstance(answer, SignedIn) is counts


@pytest.mark.parametrize("code", ["", "000000", "1234567", "١٢٣٤٥٦", "é", "x" * 5000])
def test_what_is_no_code_of_hers_lets_nobody_in(doors: Accounts, code: str) -> None:
    set_up(doors)
    assert give(doors, typed_password(doors), code) == NotIn(WRONG_CODE)


def test_a_code_is_taken_once_and_none_before_it_after_it(
    doors: Accounts, tells: Tells
) -> None:
    """Replayed and older codes, over and over: none is taken (bar-S8)."""
    app, _ = set_up(doors)
    now = doors.house.now() + 5 * STEP
    with doors.house.store.begin() as tx:
        staff_id = tx.conn.execute(select(tables.second_factor.c.staff_id)).scalar_one()
        taken = [
            second_factors._taken(tx, staff_id, app.at(at), at)
            for at in (now, now + STEP)
        ]
        again = [
            second_factors._taken(
                tx, staff_id, app.at(now + off * STEP), now + off * STEP + late
            )
            for off in (0, 1)
            for late in (timedelta(0), 29 * SECOND)
            for _ in range(trials(5, 250))
        ]
    tells(trials=len(again))
    assert taken == ["app", "app"]
    assert set(again) == {None}


def test_one_code_sent_many_times_at_once_lets_one_in(
    doors: Accounts,
    clock: MadeUpClock,
    monkeypatch: pytest.MonkeyPatch,
    tells: Tells,
) -> None:
    """So many sign-ins with the same code at the same moment (bar-S8)."""
    many = trials(8, 64)
    monkeypatch.setattr(second_factors.throttle, "MOST_HERE", 100)
    app, _ = set_up(doors)
    clock.at += STEP
    sids = [typed_password(doors) for _ in range(many)]
    code, ready = app.at(clock.at), threading.Barrier(many)

    def one(sid: str) -> Any:
        ready.wait()
        return give(doors, sid, code)

    with ThreadPoolExecutor(many) as pool:
        answers = list(pool.map(one, sids))
    tells(trials=many)
    assert sum(isinstance(each, SignedIn) for each in answers) == 1
    assert answers.count(NotIn(WRONG_CODE)) == many - 1


def test_a_recovery_code_lets_in_once_however_it_is_typed(doors: Accounts) -> None:
    codes = set_up(doors)[1].codes
    assert len(set(codes)) == 10
    assert {len(each.replace("-", "")) * 5 for each in codes} == {120}  # bits
    typed = codes[3].replace("-", " ").lower()
    assert isinstance(give(doors, typed_password(doors), typed), SignedIn)
    assert give(doors, typed_password(doors), codes[3]) == NotIn(WRONG_CODE)
    staff_id = opened(doors, typed_password(doors)).staff_id
    assert second_factors.standing(doors.house, staff_id).codes_left == 9


def test_new_recovery_codes_end_the_old_ones(doors: Accounts) -> None:
    made = set_up(doors)[1]
    staff_id, now = made.signed_in.staff_id, doors.house.now()
    new = second_factors.new_recovery_codes(doors.house, staff_id, now)
    assert give(doors, typed_password(doors), made.codes[0]) == NotIn(WRONG_CODE)
    assert isinstance(give(doors, typed_password(doors), new[0]), SignedIn)


def test_recovery_codes_stand_in_for_something(doors: Accounts) -> None:
    with pytest.raises(Misread, match="Set up a second factor first"):
        second_factors.new_recovery_codes(doors.house, 1, doors.house.now())


def test_somebody_elses_recovery_code_is_none(doors: Accounts) -> None:
    codes = set_up(doors)[1].codes
    with doors.house.store.begin() as tx:
        ruth = 2
        kept.set_up(tx, ruth, pyotp.random_base32(), 1, doors.house.now())
    sid = sid_of(doors.sign_in("r.hill", GOOD, OFFICE, doors.house.now()))
    assert opened(doors, sid).staff_id == ruth
    assert give(doors, sid, codes[0]) == NotIn(WRONG_CODE)


def test_codes_are_guessed_a_few_times_only(doors: Accounts) -> None:
    codes = set_up(doors)[1].codes
    here = typed_password(doors)
    assert [give(doors, here, "000000") for _ in range(MOST_HERE + 1)][-1] == NotIn(
        TOO_OFTEN
    )
    assert give(doors, here, codes[0]) == NotIn(TOO_OFTEN)


def test_whoever_guesses_elsewhere_does_not_shut_her_out(doors: Accounts) -> None:
    codes = set_up(doors)[1].codes
    there = typed_password(doors, ELSEWHERE)
    answers = [give(doors, there, "000000", ELSEWHERE) for _ in range(MOST_ACCOUNT + 1)]
    assert answers[-1] == NotIn(TOO_OFTEN)
    assert isinstance(give(doors, typed_password(doors), codes[0]), SignedIn)


# --- A copied cookie ------------------------------------------------------------


def ending(doors: Accounts, clock: MadeUpClock, app: pyotp.TOTP, sid: str) -> Any:
    """Everything after which a copied cookie opens nothing (bar-S2), by name."""
    house, now = doors.house, doors.house.now
    ines = opened(doors, sid).staff_id
    return {
        "signed out": lambda: doors.sign_out(sid, now()),
        "everywhere": lambda: accounts.sign_out_everywhere(house, ines, None),
        "idle": lambda: setattr(clock, "at", clock.at + IDLE),
        "over": lambda: setattr(clock, "at", clock.at + ABSOLUTE),
        "password": lambda: accounts.set_password(
            house, doors.passwords, ines, GOOD + " x", None
        ),
        "role": lambda: accounts.set_role(house, ines, Role.INTAKE, None),
        "shut": lambda: accounts.set_active(house, ines, None, active=False),
        "second factor lost": lambda: accounts.forget_second_factor(house, ines, None),
        "another app": lambda: set_up(doors, sid),
        "proved again": lambda: give(doors, sid, app.at(now())),
    }


@pytest.mark.parametrize(
    "what",
    [
        "signed out",
        "everywhere",
        "idle",
        "over",
        "password",
        "role",
        "shut",
        "second factor lost",
        "another app",
        "proved again",
    ],
)
def test_a_cookie_that_was_copied_before_opens_nothing_after(
    doors: Accounts, clock: MadeUpClock, what: str, tells: Tells
) -> None:
    app, made = set_up(doors)
    sid = made.signed_in.sid
    tells(trials=trials(1, 50))
    for _ in range(trials(1, 50)):
        clock.at += 2 * STEP
        ending(doors, clock, app, sid)[what]()
        found = opened(doors, sid)
        assert found is None or found.locked
        with doors.house.store.begin() as tx:
            kept.forget(tx, made.signed_in.staff_id)
        accounts.set_active(doors.house, made.signed_in.staff_id, None, active=True)
        accounts.set_password(
            doors.house, doors.passwords, made.signed_in.staff_id, GOOD, None
        )
        app, again = set_up(doors)
        sid = again.signed_in.sid


# --- Locked, over, proved again -----------------------------------------------


def test_a_locked_page_opens_by_password_and_is_over_when_it_would_have_been(
    doors: Accounts, clock: MadeUpClock
) -> None:
    began = clock.at
    sid = set_up(doors)[1].signed_in.sid
    clock.at += IDLE
    again = typed_password(doors, known=sid)
    assert not opened(doors, again).half
    clock.at = began + ABSOLUTE - SECOND
    assert opened(doors, again) is not None
    clock.at = began + ABSOLUTE
    assert opened(doors, again) is None
    assert opened(doors, typed_password(doors, known=again)).half


def test_what_ended_or_is_somebody_elses_gives_no_second_factor(
    doors: Accounts,
) -> None:
    sid = set_up(doors)[1].signed_in.sid
    ruth = sid_of(doors.sign_in("r.hill", GOOD, OFFICE, doors.house.now(), sid))
    assert opened(doors, ruth).half
    doors.sign_out(sid, doors.house.now())
    assert opened(doors, typed_password(doors, known=sid)).half


def test_a_code_alone_does_not_open_a_locked_page(
    doors: Accounts, clock: MadeUpClock
) -> None:
    app, made = set_up(doors)
    clock.at += IDLE
    assert give(doors, made.signed_in.sid, app.at(clock.at)) is None
    assert doors.prove(made.signed_in.sid, GOOD, OFFICE, clock.at) is None


@pytest.mark.parametrize(
    ("after", "fresh"), [(FRESH - SECOND, True), (FRESH, False)], ids=str
)
def test_a_proof_is_fresh_for_ten_minutes(
    doors: Accounts, clock: MadeUpClock, after: timedelta, fresh: bool
) -> None:
    sid = set_up(doors)[1].signed_in.sid
    clock.at += after
    assert opened(doors, sid).fresh is fresh


def test_a_code_or_a_password_makes_it_fresh_again_under_a_new_id(
    doors: Accounts, clock: MadeUpClock
) -> None:
    app, made = set_up(doors)
    before = made.signed_in.sid
    for way in ("code", "password"):
        clock.at += FRESH
        code = app.at(clock.at)
        sid = sid_of(
            give(doors, before, code)
            if way == "code"
            else doors.prove(before, GOOD, OFFICE, clock.at)
        )
        found = opened(doors, sid)
        assert (found.fresh, found.half) == (True, False)
        assert opened(doors, before) is None
        before = sid


def test_a_wrong_password_proves_nothing_and_only_so_often(doors: Accounts) -> None:
    sid, now = set_up(doors)[1].signed_in.sid, doors.house.now()
    answers = [doors.prove(sid, "x", OFFICE, now) for _ in range(MOST_ACCOUNT + 1)]
    assert answers[:-1] == [NotIn(WRONG_PASSWORD)] * MOST_ACCOUNT
    assert answers[-1] == NotIn(TOO_OFTEN)
    assert not opened(doors, sid).half


def test_a_half_sign_in_proves_nothing_by_its_password(doors: Accounts) -> None:
    set_up(doors)
    half, now = typed_password(doors), doors.house.now()
    assert doors.prove(half, GOOD, OFFICE, now) is None


def test_every_step_is_in_the_trail(doors: Accounts, clock: MadeUpClock) -> None:
    app, made = set_up(doors)
    clock.at += STEP
    give(doors, typed_password(doors), app.at(clock.at))
    give(doors, typed_password(doors), made.codes[0])
    with doors.house.store.reading() as tx:
        sheet = tables.audit.c
        found = tx.conn.execute(select(sheet.verb, sheet.reason).order_by(sheet.id))
        lines = [tuple(each) for each in found]
    steps = [each for each in lines if each[0] in {"set_up", "proved"}]
    assert steps == [("set_up", ""), ("proved", "app"), ("proved", "recovery_code")]


def test_her_sign_ins_are_listed_until_they_end(
    doors: Accounts, clock: MadeUpClock
) -> None:
    made = set_up(doors)[1]
    staff_id = made.signed_in.staff_id

    def there() -> list[datetime]:
        found = accounts.signed_in_now(doors.house, staff_id)
        return [each.opened_at for each in found]

    first = there()
    clock.at += STEP
    typed_password(doors)
    assert there() == [clock.at, *first]
    assert accounts.sign_out_everywhere(doors.house, staff_id, None) == 2
    assert there() == []
