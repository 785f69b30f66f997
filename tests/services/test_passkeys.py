"""Passkeys: both factors at once, each challenge once, nothing that is a bit off."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.services.house import House, Identity
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import accounts, passkeys, second_factors
from scheduler.services.staff.accounts import NewMember
from scheduler.services.staff.passkeys import (
    GOOD_FOR,
    NOT_ADDED,
    NOT_TAKEN,
    RelyingParty,
)
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.second_factors import SetUp
from scheduler.services.staff.sign_in import Accounts, NotIn, SignedIn
from scheduler.services.staff.throttle import MOST_ADDRESS, MOST_OVERALL, TOO_OFTEN
from scheduler.storage import tables
from tests.authenticator import PRESENT, Device
from tests.services.test_accounts import AGENCY, GOOD, MAIA, RUTH

OFFICE, ELSEWHERE, NEW = "203.0.113.7", "198.51.100.9", "192.0.2.4"
PARTY = RelyingParty("office.example.org", "https://office.example.org")
BROWSER = "an id that this browser has"
SECOND = timedelta(seconds=1)


@pytest.fixture
def doors(house: House) -> Accounts:
    """An agency that serves real people, with a counsellor."""
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    accounts.init_agency(house, passwords, AGENCY, [MAIA, RUTH])
    ines = NewMember("i.lake", "Ines", Role.COUNSELLOR, "America/Winnipeg", GOOD)
    accounts.add_user(house, passwords, ines, None)
    identity = Identity(house.store.vault.installation, b"m" * 32, production=True)
    return Accounts(replace(house, identity=identity), passwords)


def half_in(doors: Accounts, name: str = "i.lake") -> str:
    answer = doors.sign_in(name, GOOD, OFFICE, doors.house.now())
    assert isinstance(answer, SignedIn)
    return answer.sid


def asked_to_make(doors: Accounts, sid: str) -> str:
    now = doors.house.now()
    opened = doors.session(sid, now)
    assert opened is not None
    return passkeys.to_add(doors.house, PARTY, sid, opened.staff_id, now)


def add(doors: Accounts, device: Device, sid: str = "", **wrong: Any) -> Any:
    sid = sid or half_in(doors)
    answer = device.make(asked_to_make(doors, sid), **wrong)
    now = doors.house.now()
    return passkeys.add(doors.house, PARTY, sid, answer, "laptop", OFFICE, now)


def asked(doors: Accounts, browser: str = BROWSER) -> str:
    return passkeys.to_enter(doors.house, PARTY, browser, doors.house.now())


def send(
    doors: Accounts, answer: str, browser: str = BROWSER, place: str = OFFICE
) -> Any:
    now = doors.house.now()
    return passkeys.enter(doors.house, PARTY, browser, answer, place, now)


@pytest.fixture
def device(doors: Accounts) -> Device:
    """Hers, added."""
    made = Device()
    assert isinstance(add(doors, made), SetUp)
    return made


def test_adding_the_first_one_lets_in_and_gives_recovery_codes(doors: Accounts) -> None:
    sid = half_in(doors)
    made = add(doors, Device(), sid)
    assert len(made.codes) == 10
    opened = doors.session(made.signed_in.sid, doors.house.now())
    assert opened is not None
    assert (opened.half, opened.has_second, opened.has_app) == (False, True, False)
    assert doors.session(sid, doors.house.now()) is None
    another = Device(credential_id=b"d" * 32)
    again = add(doors, another, made.signed_in.sid)
    assert again.codes == ()


def test_a_passkey_is_a_whole_sign_in(doors: Accounts, device: Device) -> None:
    answer = send(doors, device.sign(asked(doors)))
    assert isinstance(answer, SignedIn)
    opened = doors.session(answer.sid, doors.house.now())
    assert opened is not None
    assert (opened.half, opened.fresh) == (False, True)


def test_a_password_alone_is_half_beside_a_passkey(
    doors: Accounts, device: Device
) -> None:
    opened = doors.session(half_in(doors), doors.house.now())
    assert opened is not None
    assert opened.half


def test_a_recovery_code_does_without_it(doors: Accounts) -> None:
    codes = add(doors, Device()).codes
    sid, now = half_in(doors), doors.house.now()
    given = second_factors.give(doors.house, sid, codes[0], OFFICE, now)
    assert isinstance(given, SignedIn)


def test_asking_writes_nothing(doors: Accounts, device: Device) -> None:
    def rows() -> list[int]:
        with doors.house.store.reading() as tx:
            return [
                tx.conn.execute(select(func.count()).select_from(each)).scalar_one()
                for each in tables.metadata.sorted_tables
            ]

    before = rows()
    asked(doors)
    assert rows() == before


# --- What is a bit off -----------------------------------------------------------

WRONG: dict[str, dict[str, Any]] = {
    "another origin": {"origin": "https://office.example.com"},
    "another port": {"origin": "https://office.example.org:8443"},
    "without https": {"origin": "http://office.example.org"},
    "another host": {"host": "example.org"},
    "another challenge": {"challenge": "AAAA"},
    "a challenge of our length": {"challenge": "A" * 75},
    "an answer of the other kind": {"type": "webauthn.create"},
    "nobody verified": {"flags": PRESENT},
    "nobody present": {"flags": 0},
    "somebody else's account": {"handle": b"x" * 32},
    "no account": {"handle": b""},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_what_is_a_bit_off_lets_nobody_in(
    doors: Accounts, device: Device, wrong: dict[str, Any]
) -> None:
    assert send(doors, device.sign(asked(doors), **wrong)) == NotIn(NOT_TAKEN)


@pytest.mark.parametrize(
    "wrong",
    [
        each
        for name, each in WRONG.items()
        if "account" not in name and "kind" not in name
    ],
)
def test_nor_is_it_added(doors: Accounts, wrong: dict[str, Any]) -> None:
    assert add(doors, Device(), **wrong) == NotIn(NOT_ADDED)


@pytest.mark.parametrize("answer", ["", "{}", "[]", "null", "nonsense", "{" * 9000])
def test_what_is_no_answer_lets_nobody_in(doors: Accounts, answer: str) -> None:
    assert send(doors, answer) == NotIn(NOT_TAKEN)


def test_another_key_signs_for_nobody(doors: Accounts, device: Device) -> None:
    other = Device(handle=device.handle)
    assert send(doors, other.sign(asked(doors))) == NotIn(NOT_TAKEN)
    unknown = Device(credential_id=b"u" * 32, handle=device.handle)
    assert send(doors, unknown.sign(asked(doors))) == NotIn(NOT_TAKEN)


def test_a_challenge_counts_once_after_a_success(
    doors: Accounts, device: Device
) -> None:
    options = asked(doors)
    assert isinstance(send(doors, device.sign(options)), SignedIn)
    assert send(doors, device.sign(options)) == NotIn(NOT_TAKEN)


def test_a_challenge_counts_once_after_a_failure(
    doors: Accounts, device: Device
) -> None:
    options = asked(doors)
    assert send(doors, device.sign(options, flags=PRESENT)) == NotIn(NOT_TAKEN)
    assert send(doors, device.sign(options)) == NotIn(NOT_TAKEN)


@pytest.mark.parametrize(("after", "counts"), [(-SECOND, True), (0 * SECOND, False)])
def test_a_challenge_is_good_for_five_minutes(
    doors: Accounts,
    device: Device,
    clock: MadeUpClock,
    after: timedelta,
    counts: bool,
) -> None:
    options = asked(doors)
    clock.at += GOOD_FOR + after
    assert isinstance(send(doors, device.sign(options)), SignedIn) is counts


def test_a_challenge_is_of_one_browser_and_one_purpose(
    doors: Accounts, device: Device
) -> None:
    elsewhere = asked(doors, "an id that another browser has")
    assert send(doors, device.sign(elsewhere)) == NotIn(NOT_TAKEN)
    sid = half_in(doors, "r.hill")
    to_make = json.loads(asked_to_make(doors, sid))
    options = json.dumps({**to_make, "rpId": PARTY.host})
    assert send(doors, device.sign(options), sid) == NotIn(NOT_TAKEN)


@pytest.mark.parametrize("back_to", [0, 1])
def test_a_count_that_goes_back_is_a_copy(doors: Accounts, back_to: int) -> None:
    device = Device(counts=True)
    add(doors, device)
    for _ in range(2):
        assert isinstance(send(doors, device.sign(asked(doors))), SignedIn)
    device.count = back_to
    assert send(doors, device.sign(asked(doors))) == NotIn(NOT_TAKEN)


def test_a_device_that_does_not_count_is_taken_again_and_again(
    doors: Accounts, device: Device
) -> None:
    for _ in range(3):
        assert isinstance(send(doors, device.sign(asked(doors))), SignedIn)


# --- Whose, and how often ---------------------------------------------------------


def test_a_closed_account_is_not_entered(doors: Accounts, device: Device) -> None:
    ines = accounts.find_user(doors.house, "i.lake")
    accounts.set_active(doors.house, ines.id, None, active=False)
    assert send(doors, device.sign(asked(doors))) == NotIn(NOT_TAKEN)


def test_nobody_adds_one_beside_what_was_not_given(
    doors: Accounts, device: Device
) -> None:
    assert add(doors, Device(credential_id=b"d" * 32)) is None


def test_a_device_is_added_once(doors: Accounts, device: Device) -> None:
    assert add(doors, device, half_in(doors, "r.hill")) == NotIn(NOT_ADDED)


def test_one_taken_away_opens_nothing_and_ends_what_it_opened(
    doors: Accounts, device: Device
) -> None:
    entered = send(doors, device.sign(asked(doors)))
    ines, now = entered.staff_id, doors.house.now()
    (mine,) = passkeys.hers(doors.house, ines)
    with pytest.raises(NotThere):
        passkeys.remove(doors.house, ines + 1, mine.id, now)
    passkeys.remove(doors.house, ines, mine.id, now)
    assert doors.session(entered.sid, now) is None
    assert send(doors, device.sign(asked(doors))) == NotIn(NOT_TAKEN)


def test_what_was_lost_is_taken_away_with_everything(
    doors: Accounts, device: Device
) -> None:
    ines = accounts.find_user(doors.house, "i.lake").id
    accounts.forget_second_factor(doors.house, ines, None)
    assert passkeys.hers(doors.house, ines) == []
    assert send(doors, device.sign(asked(doors))) == NotIn(NOT_TAKEN)


@pytest.mark.parametrize(
    "made",
    [
        lambda device, doors: "{}",
        lambda device, doors: device.sign(asked(doors), flags=0),
    ],
    ids=["nonsense", "her passkey"],
)
def test_floods_are_bounded_where_they_come_from_and_keep_nobody_out_elsewhere(
    doors: Accounts, device: Device, made: Callable[[Device, Accounts], str]
) -> None:
    answers = [
        send(doors, made(device, doors), place=ELSEWHERE)
        for _ in range(MOST_ADDRESS + 1)
    ]
    assert answers == [NotIn(NOT_TAKEN)] * MOST_ADDRESS + [NotIn(TOO_OFTEN)]
    assert send(doors, device.sign(asked(doors)), place=ELSEWHERE) == NotIn(TOO_OFTEN)
    assert isinstance(send(doors, device.sign(asked(doors)), place=NEW), SignedIn)


def test_a_flood_of_guessed_passwords_does_not_keep_a_passkey_out(
    doors: Accounts, device: Device
) -> None:
    for each in range(MOST_OVERALL):
        place = f"198.51.100.{each // 5}"
        doors.sign_in(f"nobody{each}", "wrong", place, doors.house.now())
    now = doors.house.now()
    assert doors.sign_in("r.hill", GOOD, NEW, now) == NotIn(TOO_OFTEN)
    assert isinstance(send(doors, device.sign(asked(doors)), place=NEW), SignedIn)
