"""She takes another password, with the old one in hand; common ones are none."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher

from scheduler.domain.errors import Misread
from scheduler.domain.field_errors import FieldErrors
from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import own_password, sign_in
from scheduler.services.staff.passwords import Passwords, require_good
from scheduler.services.staff.sign_in import NotIn, SignedIn
from scheduler.storage import accounts
from tests.services import filing

QUICK = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
OLD, NEW = "a long enough pass phrase", "pigeon marmalade on tuesday"
HERE = "203.0.113.7"


@pytest.fixture
def sid(house: House) -> str:
    """Cora, signed in twice; the id of one of them."""
    staff = filing.found(house)
    kept = QUICK.hash(OLD)
    with house.store.begin() as tx:
        accounts.change_member(tx, staff.cora.id, password_hash=kept)
    enter(house, OLD)
    answer = enter(house, OLD)
    assert isinstance(answer, SignedIn)
    return answer.sid


def enter(house: House, password: str) -> SignedIn | NotIn:
    return sign_in.sign_in(house, QUICK, "cora", password, HERE, house.now())


def change(
    house: House, sid: str, old: str = OLD, new: str = NEW
) -> SignedIn | FieldErrors | None:
    return own_password.change(house, QUICK, sid, old, new, HERE, house.now())


def test_the_new_one_opens_the_old_one_does_not_and_she_goes_on_here(
    house: House, sid: str
) -> None:
    other = enter(house, OLD)
    assert isinstance(other, SignedIn)
    gone_on = change(house, sid)
    assert isinstance(gone_on, SignedIn)
    assert sign_in.session(house, gone_on.sid, house.now())
    for gone in (sid, other.sid):
        assert sign_in.session(house, gone, house.now()) is None
    assert isinstance(enter(house, OLD), NotIn)
    assert isinstance(enter(house, NEW), SignedIn)
    (line,) = filing.trail(house, "changed")
    assert NEW not in str(line)


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ("something else entirely", NEW, "password_old"),
        (OLD, "short", "password_new"),
        (OLD, "password12345", "password_new"),
        (OLD, "", "password_new"),
    ],
)
def test_what_is_not_right_is_said_at_its_field_and_changes_nothing(
    house: House, sid: str, old: str, new: str, field: str
) -> None:
    failed = change(house, sid, old, new)
    assert isinstance(failed, FieldErrors)
    assert list(failed.wrongs) == [field]
    assert isinstance(enter(house, OLD), SignedIn)


def test_guessing_the_old_one_is_bounded(house: House, sid: str) -> None:
    said = [change(house, sid, f"guess {number}") for number in range(12)]
    assert isinstance(said[-1], FieldErrors)
    assert "too many tries" in said[-1].wrongs["password_old"]
    assert isinstance(change(house, sid), FieldErrors)


def test_nobody_who_is_locked_or_out_changes_one(
    house: House, clock: MadeUpClock, sid: str
) -> None:
    clock.at += timedelta(minutes=15)
    assert change(house, sid) is None
    assert change(house, "nobody's") is None


def test_a_sign_in_that_ends_while_the_password_is_worked_on_changes_none(
    house: House, sid: str
) -> None:
    class Slow(Passwords):
        """Somebody is quicker: she ends all her sign-ins from another place."""

        def hash(self, password: str) -> str:
            with house.store.begin() as tx:
                person = accounts.session(tx, sign_in.kept_sid(tx, sid))
                assert person is not None
                accounts.end_sessions(tx, person.staff_id, house.now())
            return super().hash(password)

    slow = Slow(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    assert own_password.change(house, slow, sid, OLD, NEW, HERE, house.now()) is None
    assert isinstance(enter(house, OLD), SignedIn)
    assert isinstance(enter(house, NEW), NotIn)


@pytest.mark.parametrize(
    "common",
    [
        "password1234",
        "qwertyuiop12",
        "123456789012",
        "iloveyou1234",
        "unicornunicorn",
        "monkeymonkey12",
        "P@ssw0rd1234",
        "letmein12345",
        "cora lakeside",
        "password" * 20,
        "a" * 900,
    ],
)
def test_a_common_password_is_refused(common: str) -> None:
    with pytest.raises(Misread, match="easy to guess"):
        require_good(common, not_like=("cora", "Cora"))


@pytest.mark.parametrize(
    "good",
    [OLD, NEW, "le chat dort bien ici", "vR7!kz0qLm2#", "x9" + "q7f-kd3 " * 100],
)
def test_four_words_or_what_a_password_manager_makes_are_good(good: str) -> None:
    require_good(good, not_like=("cora", "Cora"))
