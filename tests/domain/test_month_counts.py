"""Counts of a month in which nobody can be found (E9)."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.domain.month_counts import (
    LEAST,
    By,
    Cell,
    Counts,
    Held,
    Region,
    counts,
    ended_months,
    following,
    region_of,
    withheld,
)
from scheduler.domain.zones import zone
from scheduler.web.zone_names import ZONES

FORMATS = ("video", "phone", "in_person")
PLACES = ("here", "there", "other")


def cells(sessions: Iterable[int]) -> list[Cell]:
    """That many sessions, each of somebody else."""
    made, before = [], 0
    for many in sessions:
        made.append(Cell(many, frozenset(range(before, before + many))))
        before += many
    return made


def told(sessions: Sequence[int]) -> tuple[int | None, ...]:
    """What is published of one table: its total, and each cell or None."""
    total = sum(sessions)
    if total < LEAST:
        return (None,) * (len(sessions) + 1)
    hidden = withheld(cells(sessions))
    return (
        total,
        *(None if at in hidden else each for at, each in enumerate(sessions)),
    )


def held(of: str, *clients: int, place: str = "here") -> Held:
    return Held({By.FORMAT: of, By.REGION: place}, frozenset(clients))


def counted(sessions: Iterable[Held]) -> Counts:
    return counts(sessions, {By.FORMAT: FORMATS, By.REGION: PLACES})


def shown(seen: Counts, by: By = By.FORMAT) -> dict[str, int | None]:
    return {each.name: each.sessions for each in seen.tables[by]}


# --- Nobody can work out what is withheld -------------------------------------


@pytest.mark.parametrize(("categories", "most"), [(2, 24), (3, 14), (4, 10)])
def test_who_knows_the_rule_and_every_count_told_has_five_values_for_each_withheld(
    categories: int, most: int
) -> None:
    """Every table there can be is tried, and all that look alike are laid together:
    the best that anybody could do who knows how it is decided."""
    alike = defaultdict(list)
    for sessions in product(range(most + 1), repeat=categories):
        if sum(sessions) <= most:
            alike[told(sessions)].append(sessions)
    tried = 0
    for seen, tables in alike.items():
        for place, value in enumerate(seen[1:]):
            if value is None:
                tried += 1
                assert len({each[place] for each in tables}) >= LEAST, (seen, tables)
    assert tried


def test_two_ways_of_counting_the_same_sessions_give_nothing_away_either() -> None:
    alike = defaultdict(list)
    total = 13
    for crossed in product(range(total + 1), repeat=5):
        if sum(crossed) > total:
            continue
        one, two, three, four, five = crossed
        six = total - sum(crossed)
        formats = (one + two, three + four, five + six)
        places = (one + three + five, two + four + six)
        alike[told(formats), told(places)].append((*formats, *places))
    tried = 0
    for (formats_seen, places_seen), tables in alike.items():
        for place, value in enumerate((*formats_seen[1:], *places_seen[1:])):
            if value is None:
                tried += 1
                assert len({each[place] for each in tables}) >= LEAST
    assert tried > 10


people = st.frozensets(st.integers(1, 30), max_size=12)


@given(st.lists(st.tuples(st.integers(0, 12), people), min_size=2, max_size=9))
def test_small_cells_are_never_told_nor_is_anything_missing_without_one(
    drawn: list[tuple[int, frozenset[int]]],
) -> None:
    table = [Cell(max(more, len(who)), who) for more, who in drawn]
    hidden = withheld(table)
    small = {place for place, each in enumerate(table) if each.small}
    assert small <= hidden
    assert bool(hidden) == bool(small)
    if hidden and len(hidden) < len(table):
        together = sum(table[each].sessions for each in hidden)
        everybody = frozenset().union(*(table[each].clients for each in hidden))
        assert len(hidden) > len(small)
        assert min(together, len(everybody)) >= 2 * LEAST - 1


def test_what_is_withheld_beside_a_small_cell_is_never_chosen_by_its_size() -> None:
    assert withheld(cells([2, 9, 50])) == {0, 2}
    assert withheld(cells([2, 50, 9])) == {0, 2}
    # A small last one: the next before it.
    assert withheld(cells([9, 50, 2])) == {1, 2}
    assert withheld(cells([5, 5, 5])) == frozenset()
    # Nothing in any of them would be told by a sum of nothing.
    assert withheld(cells([0, 0, 40, 50])) == {0, 1, 3}


def test_a_woman_who_comes_each_week_is_one_person() -> None:
    weekly = [held("video", 7) for _ in range(5)]
    others = [held(of, each) for of in ("phone", "in_person") for each in range(20, 40)]
    seen = counted([*weekly, *others])
    assert seen.total == 45
    assert shown(seen) == {"video": None, "phone": 20, "in_person": None}


def test_a_month_with_few_says_nothing_at_all() -> None:
    seen = counted(held("video", each) for each in range(4))
    assert seen.total is None
    assert set(shown(seen).values()) == {None}
    of_one = counted(held("video", 1) for _ in range(12))
    assert of_one.total is None


def test_what_is_large_enough_is_told_and_adds_up() -> None:
    seen = counted(
        held(of, each, place=place)
        for place in PLACES
        for number, of in enumerate(FORMATS)
        for each in range(5 + number)
    )
    assert shown(seen) == {"video": 15, "phone": 18, "in_person": 21}
    assert shown(seen, By.REGION) == {"here": 18, "there": 18, "other": 18}
    assert seen.total == 54


def test_what_is_in_no_category_is_counted_with_the_last() -> None:
    seen = counted(
        held(of, each, place=place)
        for of in FORMATS
        for place in ("here", "there", "nowhere")
        for each in range(6)
    )
    assert shown(seen, By.REGION) == {"here": 18, "there": 18, "other": 18}


def test_every_category_is_listed_whether_or_not_anybody_is_in_it() -> None:
    seen = counted(held("video", each) for each in range(30))
    assert list(shown(seen)) == list(FORMATS)
    assert list(shown(seen, By.REGION)) == list(PLACES)


def test_counting_by_one_category_alone_is_refused() -> None:
    with pytest.raises(ValueError, match="two categories"):
        counts([], {By.KIND: ("counselling",)})


# --- Months and regions -------------------------------------------------------


def test_only_months_that_are_over_are_offered_each_whole() -> None:
    assert ended_months(date(2026, 1, 1), 3) == (
        date(2025, 12, 1),
        date(2025, 11, 1),
        date(2025, 10, 1),
    )
    assert ended_months(date(2026, 3, 31), 1) == (date(2026, 2, 1),)
    months = ended_months(date(2027, 1, 31), 30)
    assert [following(each) for each in months[1:]] == list(months[:-1])


def test_every_zone_that_is_offered_has_a_region() -> None:
    assert Region.ELSEWHERE not in {region_of(each) for each in ZONES}
    assert region_of("America/Toronto") is region_of("America/Thunder_Bay")
    assert region_of("Europe/Lisbon") is Region.ELSEWHERE
    assert all(zone(each) for each in ZONES)
