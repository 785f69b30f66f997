"""Finding a time: the search finds exactly what a booking would be allowed (B1, B9)."""

from dataclasses import replace
from datetime import datetime

from hypothesis import given, settings

from scheduler.domain.booking import Agency, Proposal, decide_booking
from scheduler.domain.intervals import Intervals, from_seconds
from scheduler.domain.policy import Policy
from scheduler.domain.slots import Diary, Rota, Search, Seeker, on_grid, starts
from scheduler.domain.zones import local_date
from tests.domain.random_searches import Asked, agencies
from tests.profiles import trials


def _one_by_one(
    search: Search,
    diary: Diary,
    seekers: tuple[Seeker, ...],
    rota: Rota,
    policy: Policy,
    now: datetime,
) -> list[datetime]:
    """Ask about every point of the grid, slowly."""
    found = []
    grid = Intervals(((-(1 << 40), 1 << 40),)).within(search.since, search.until)
    for second in on_grid(grid):
        start = from_seconds(second)
        if not search.since <= start < search.until:
            continue
        seats = tuple(
            replace(
                each.seat,
                suitable=each.suitable_until is not None
                and local_date(start, each.zone) <= each.suitable_until,
            )
            for each in seekers
        )
        decision = decide_booking(
            Proposal(start, search.minutes, search.format),
            diary.counsellor,
            diary.engagements,
            seats,
            Agency(rota.clock_verified, rota.on_call.holds(start)),
            policy,
            now,
        )
        if decision.yes:
            found.append(start)
    return found


@settings(max_examples=trials(25, 1_500))
@given(agencies())
def test_the_search_finds_exactly_the_starts_a_booking_would_be_allowed(
    asked: Asked,
) -> None:
    search, diaries, seekers, rota, policy, now = asked
    found = starts(search, diaries, seekers, rota, policy, now)
    for diary in diaries:
        quick = [
            from_seconds(each)
            for each in on_grid(found.get(diary.counsellor.id, Intervals()))
        ]
        assert quick == _one_by_one(search, diary, seekers, rota, policy, now)
