"""bench-S4: the search alone, without storage: any of 2,000 counsellors, 28 days, the
best six, target 15 ms.

Everybody has two sessions a day already. *For the first time* also works out what
everybody's hours mean, which is kept while they stay the same. Times are of the
processor.
"""

import sys
from datetime import date, timedelta
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))

from bench import measuring
from bench.measuring import HOURS
from scheduler.domain import staffing
from scheduler.domain.best_times import WANTED, Liking, best, days_of
from scheduler.domain.booking import Engagement, Seat
from scheduler.domain.closed_days import why_closed
from scheduler.domain.contact import Standing
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Audience
from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.plan import Format
from scheduler.domain.policy import Policy
from scheduler.domain.slots import Looking, Rota, Search, Seeker
from scheduler.domain.staffing import Diaries
from tests.domain.builders import TORONTO, at, hours, plan

COUNSELLORS = 2_000
DAYS = 28
BEGIN = at("2026-12-07")
NOW = at("2026-12-07 08:00")
ZONES = (TORONTO, "America/Winnipeg", "America/Vancouver")
TIMES = 5 if measuring.FULL else 2


def diaries(many: int) -> Diaries:
    """So many counsellors with two sessions a day."""
    chance = Random(1)
    people, taken = [], {}
    for number in range(many):
        usual = hours(HOURS[number % len(HOURS)])
        people.append(Counsellor(number, chance.choice(ZONES), usual))
        taken[number] = [
            Engagement("", Interval.lasting(BEGIN + timedelta(days=d, hours=h), 50))
            for d in range(DAYS)
            for h in chance.sample(range(14, 22), 2)
        ]
    return Diaries.of(people, taken)


def looking(among: Diaries) -> Looking:
    """A client with windows on three days a week."""
    windows = hours("Tue,Thu 09:00-12:00", "Sat 10:00-12:00", deny=("2026-12-10",))
    seat = Seat("K-1042", (plan(session_hours=windows),), Standing())
    return Looking(
        Search(BEGIN, BEGIN + timedelta(days=DAYS), 50, Format.VIDEO),
        among,
        (Seeker(seat, date.max),),
        Rota(on_call=Intervals.between(NOW, NOW + timedelta(days=60))),
        Policy(),
        NOW,
    )


def six(among: Diaries) -> None:
    """The best six."""
    assert len(best(looking(among), Liking(TORONTO, frozenset({3})))) == WANTED


def closed(among: Diaries) -> None:
    """Why the other days have none."""
    asked = looking(among)
    why_closed(asked, days_of(asked.search, TORONTO), Audience.ANYBODY)


def at_first(among: Diaries) -> float:
    """The best six, with nothing kept of anybody's hours."""
    forgotten = Diaries(staffing.Staffing(among.people), among.taken)
    staffing.forget()
    return measuring.seconds(lambda: six(forgotten), 1) * 1000


def main() -> None:
    """Measure each in turn."""
    many, few = diaries(COUNSELLORS), diaries(20)

    def took(among: Diaries, act: object, times: int = TIMES) -> float:
        return measuring.seconds(lambda: act(among), times) * 1000

    found = measuring.in_turn(
        {
            "ours": lambda: took(many, six),
            "yardstick": lambda: took(few, six, 20 * TIMES),
            "why the other days have none": lambda: took(many, closed),
            "every start": lambda: took(many, lambda each: looking(each).everybody()),
            "for the first time": lambda: at_first(many),
        }
    )
    ours, theirs = found.pop("ours"), found.pop("yardstick")
    measuring.Figure(
        id="bench-S4",
        what=f"the search alone (domain), {COUNSELLORS:,} counsellors × {DAYS} days, "
        "best six",
        unit="ms",
        target=15,
        more_is_better=False,
        ours=ours,
        yardstick="the same among 20",
        theirs=theirs,
        ratio=measuring.ratio(ours, theirs),
        rounds=measuring.ROUNDS,
        parts=found,
    ).show()


if __name__ == "__main__":
    main()
