"""bar-S6: how long a refusal takes tells nobody whether there is such an account.

Samples of each kind are taken in turn, so that whatever else the machine does falls on
all alike. The full number is taken with the hash that the product has; every day with a
quick one, beside which a difference cannot hide, but of which few tell little.
"""

import math
import time
from collections.abc import Sequence
from datetime import timedelta
from itertools import combinations
from statistics import median

import pytest
from argon2 import PasswordHasher

from scheduler.services.house import House
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import NotIn, sign_in
from scheduler.storage import accounts
from tests.profiles import Tells, trials
from tests.services import filing

SAMPLES = trials(40, 500)
# What the median of two kinds may differ by, in milliseconds.
MOST_APART = 5.0
# For all pairs together: with ten pairs one is below a hundredth by chance too often.
LEAST_P = 0.01
RIGHT = "a long enough pass phrase"
FULL = 500
PASSWORDS = (
    Passwords()
    if SAMPLES >= FULL
    else Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
)


@pytest.fixture
def names(house: House) -> dict[str, tuple[str, str]]:
    """A name and a password of each kind that is refused."""
    staff = filing.found(house)
    kept = PASSWORDS.hash(RIGHT)
    with house.store.begin() as tx:
        for each in (staff.wanda, staff.cora):
            accounts.change_member(tx, each.id, password_hash=kept)
        accounts.change_member(tx, staff.cora.id, active=False)
    return {
        "there, wrong password": ("wanda", "something else entirely"),
        "nobody of that name": ("zelda", RIGHT),
        "closed, right password": ("cora", RIGHT),
    }


def p_of_alike(one: Sequence[float], other: Sequence[float]) -> float:
    """Mann and Whitney's test, two-sided, by the normal curve: how likely it is that
    two samples of one kind lie apart as these do."""
    ranked = sorted([(each, 0) for each in one] + [(each, 1) for each in other])
    ranks = sum(place for place, (_, whose) in enumerate(ranked, start=1) if not whose)
    n, m = len(one), len(other)
    u = ranks - n * (n + 1) / 2
    spread = math.sqrt(n * m * (n + m + 1) / 12)
    return math.erfc(abs(u - n * m / 2) / spread / math.sqrt(2))


def test_the_test_sees_a_tenth_of_a_difference() -> None:
    one = [1 + number / 500 for number in range(500)]
    assert p_of_alike(one, one[::-1]) > 0.9
    assert p_of_alike(one, [each + 0.1 for each in one]) < LEAST_P


def test_every_refusal_takes_as_long(
    house: House,
    clock: MadeUpClock,
    names: dict[str, tuple[str, str]],
    tells: Tells,
) -> None:
    took: dict[str, list[float]] = {each: [] for each in names}
    said = set()

    def once(name: str, password: str) -> float:
        # A quarter of an hour later nothing that was tried before counts.
        clock.at += timedelta(minutes=16)
        begin = time.perf_counter()
        answer = sign_in(house, PASSWORDS, name, password, "203.0.113.7", house.now())
        end = time.perf_counter()
        assert isinstance(answer, NotIn)
        said.add(answer.sentence)
        return end - begin

    for number in range(SAMPLES + 5):
        order = list(names)
        turned = order[number % len(order) :] + order[: number % len(order)]
        for each in turned:
            took[each].append(once(*names[each]))
    samples = {each: found[5:] for each, found in took.items()}
    assert len(said) == 1
    pairs = list(combinations(samples, 2))
    for one, other in pairs:
        apart = abs(median(samples[one]) - median(samples[other])) * 1000
        assert apart < MOST_APART, (one, other, apart)
        if SAMPLES >= FULL:
            p = p_of_alike(samples[one], samples[other])
            assert p > LEAST_P / len(pairs), (one, other, p, apart)
    tells(trials=SAMPLES * len(samples), hit=dict.fromkeys(samples, SAMPLES))
