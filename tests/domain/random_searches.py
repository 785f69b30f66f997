"""Random agencies for the search: hours, engagements and holds, plans, who is kept from
whom, and few flaws at a time.

`agencies()` draws all that a search is asked with. At most two things that close
everything are drawn at once, or there would be nothing to find.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from hypothesis import strategies as st

from scheduler.domain.booking import Engagement, Seat
from scheduler.domain.contact import Standing
from scheduler.domain.counsellor import Counsellor
from scheduler.domain.decision import Reason
from scheduler.domain.fallback import FallbackPlan
from scheduler.domain.hours import DatedRange, DateSpan, Hours, Rotation, WeeklyRange
from scheduler.domain.intervals import Interval, Intervals
from scheduler.domain.plan import (
    AgreedFormat,
    Away,
    ContactPlan,
    Device,
    Format,
    Purpose,
    Sure,
)
from scheduler.domain.policy import Policy
from scheduler.domain.set_aside import SetAside
from scheduler.domain.slots import Looking, Rota, Search, Seeker
from scheduler.domain.staffing import Diaries
from tests.domain.builders import TORONTO, plan, text, voice

ZONES = (TORONTO, "America/Vancouver", "America/St_Johns", "America/Regina", "UTC")

# Around the days on which clocks go forward and back, and around plain ones.
DAYS = (date(2026, 10, 31), date(2026, 11, 30), date(2027, 3, 13), date(2026, 12, 30))


@dataclass(frozen=True)
class Diary:
    """A counsellor and what she has already."""

    counsellor: Counsellor
    engagements: tuple[Engagement, ...] = ()


@dataclass(frozen=True)
class Asked:
    """All that a search is asked with. `only` are the counsellors it is about."""

    search: Search
    diaries: tuple[Diary, ...]
    seekers: tuple[Seeker, ...]
    rota: Rota
    policy: Policy
    now: datetime
    only: frozenset[int] | None = None

    def looking(self) -> Looking:
        """The product's search."""
        diaries = Diaries.of(
            (each.counsellor for each in self.diaries),
            {each.counsellor.id: each.engagements for each in self.diaries},
        )
        return Looking(
            self.search,
            diaries,
            self.seekers,
            self.rota,
            self.policy,
            self.now,
            self.only,
        )

    def seconds(self) -> dict[int, list[int]]:
        """Every start it finds, by counsellor, in seconds."""
        looking = self.looking()
        return {
            who: list(looking.frame.seconds(bits))
            for who, bits in looking.everybody().items()
        }


def _days(around: date) -> st.SearchStrategy[date]:
    return st.integers(-2, 4).map(lambda n: around + timedelta(days=n))


def _ranges() -> st.SearchStrategy[tuple[int, int]]:
    """Often the whole day or most of it, or else few starts would be left."""
    few = st.tuples(st.integers(0, 280), st.integers(1, 200)).map(
        lambda pair: (pair[0] * 5, pair[0] * 5 + pair[1] * 7)
    )
    return st.one_of(st.just((0, 1440)), st.just((480, 1200)), few)


def _weekly() -> st.SearchStrategy[WeeklyRange]:
    days = st.one_of(
        st.just(tuple(range(7))),
        st.sets(st.integers(0, 6), min_size=1).map(lambda some: tuple(sorted(some))),
    )
    return st.tuples(days, _ranges()).map(lambda p: WeeklyRange(p[0], *p[1]))


def _hours(around: date) -> st.SearchStrategy[Hours]:
    dated = st.tuples(_days(around), _ranges()).map(lambda p: DatedRange(p[0], *p[1]))
    span = _days(around).map(lambda day: DateSpan(day, day))
    rotation = st.builds(
        Rotation,
        anchor=st.just(date(2026, 9, 7)),
        weeks=st.just(2),
        on=st.sampled_from(((1,), (2,), (1, 2))),
        windows=st.tuples(_weekly()),
    )
    return st.builds(
        Hours,
        weekly=st.lists(_weekly(), min_size=1, max_size=2).map(tuple),
        once=st.lists(dated, max_size=1).map(tuple),
        rotations=st.lists(rotation, max_size=1).map(tuple),
        deny=st.lists(st.one_of(dated, span), max_size=2).map(tuple),
    )


def _instants(since: datetime, days: int) -> st.SearchStrategy[datetime]:
    return st.integers(0, days * 24 * 12).map(
        lambda n: since + timedelta(minutes=5 * n)
    )


def _times(since: datetime, days: int) -> st.SearchStrategy[Interval]:
    return st.tuples(_instants(since, days), st.sampled_from((5, 50, 60, 90))).map(
        lambda pair: Interval.lasting(pair[0], pair[1])
    )


# What can close everything at once: few of them at a time, or nothing would be found.
FLAWS = (
    "apart",
    "bad length",
    "clock",
    "cut-off",
    "dialled",
    "format",
    "monitored",
    "no plan",
    "offered",
    "on call",
    "purpose",
    "blocked",
    "shut out",
    "suitable",
    "two plans",
    "watched",
    "group",
    "adjacent",
)
Flaws = frozenset[str]


@st.composite
def plans(draw: st.DrawFn, around: date, flaws: Flaws) -> ContactPlan:
    purposes = {Purpose.CALL_BACK} if "purpose" in flaws else {Purpose.SESSION}
    channels = [
        voice(key=key, hours=draw(_hours(around)), purposes=frozenset(purposes))
        for key in draw(st.sampled_from((("one",), ("one", "two"))))
    ]
    stays = draw(st.lists(_days(around), max_size=1))
    phone = AgreedFormat(Format.PHONE, "phone", we_dial="dialled" in flaws)
    video = AgreedFormat(Format.VIDEO, "laptop")
    formats = draw(st.sampled_from(((phone,), (video,))))
    return plan(
        text(),
        *channels,
        zone=draw(st.sampled_from(ZONES)),
        valid_until=draw(_days(around)),
        devices=(
            Device("phone", monitored=Sure.YES if "monitored" in flaws else Sure.NO),
            Device("tablet", monitored=Sure.YES if "watched" in flaws else Sure.NO),
        ),
        formats=formats if "format" in flaws else (phone, video),
        session_hours=draw(_hours(around)),
        away=tuple(
            Away(DateSpan(day, day), draw(st.sampled_from(ZONES)), (draw(_weekly()),))
            for day in stays
        ),
        cutoff=FallbackPlan(agreed="cut-off" not in flaws),
    )


@st.composite
def _seekers(draw: st.DrawFn, since: datetime, code: str, flaws: Flaws) -> Seeker:
    around = since.date()
    in_force = [draw(plans(around, flaws))]
    if "two plans" in flaws:
        in_force.append(draw(plans(around, flaws)))
    seat = Seat(
        code=code,
        plans=() if "no plan" in flaws else tuple(in_force),
        standing=Standing(
            blocked=frozenset({"one"} if "blocked" in flaws else ()),
            suspended=True,
            paused=True,
        ),
        engaged=tuple(draw(st.lists(_times(since, 3), max_size=2))),
        apart_codes=frozenset({"B"} if "apart" in flaws else ()),
        apart_counsellors=frozenset({2} if "apart" in flaws else ()),
        apart_times=tuple(
            draw(st.lists(_times(since, 3), max_size=2 if "adjacent" in flaws else 0))
        ),
    )
    suitable = _days(around) if "suitable" in flaws else st.just(date.max)
    return Seeker(seat, draw(st.one_of(st.none(), suitable, suitable, suitable)))


def _set_aside(around: date) -> st.SearchStrategy[SetAside]:
    # One of the three is never set aside, whatever a row says.
    rules = (Reason.GAP, Reason.DAILY_MAXIMUM, Reason.COUNSELLOR_BUSY)
    return st.builds(SetAside, st.sampled_from(rules), _days(around))


# Whole, interrupted, and a hold.
_KINDS = ((False, False), (True, False), (False, True))


@st.composite
def _diaries(draw: st.DrawFn, since: datetime, number: int, flaws: Flaws) -> Diary:
    around = since.date()
    spans = st.lists(_days(around).map(lambda d: DateSpan(d, d)), max_size=1)
    counsellor = Counsellor(
        id=number,
        zone=draw(st.sampled_from(ZONES)),
        hours=draw(_hours(around)),
        leave=tuple(draw(spans)),
        holidays=tuple(draw(spans)),
        busy=Intervals.of(draw(st.lists(_times(since, 3), max_size=2))),
        languages=frozenset(draw(st.sampled_from(((), ("fr",), ("fr", "es"))))),
        formats=frozenset({Format.PHONE} if "offered" in flaws else ()),
        most_a_day=draw(st.sampled_from((None, 1, 2))),
        set_aside=tuple(draw(st.lists(_set_aside(around), max_size=2))),
        shut_out=frozenset({"A"} if "shut out" in flaws else ()),
    )
    taken = draw(st.lists(_times(since - timedelta(days=1), 5), max_size=5))
    engagements = (
        Engagement(str(n), each, *draw(st.sampled_from(_KINDS)))
        for n, each in enumerate(sorted(taken))
    )
    return Diary(counsellor, tuple(engagements))


@st.composite
def agencies(draw: st.DrawFn, hours_long: tuple[int, ...] = (26, 14, 1)) -> Asked:
    flaws = draw(st.frozensets(st.sampled_from(FLAWS), max_size=2))
    day = draw(st.sampled_from(DAYS))
    since = datetime(day.year, day.month, day.day, 12, tzinfo=UTC)
    since += timedelta(seconds=draw(st.sampled_from((0, 0, 1, 299))))
    search = Search(
        since,
        since + timedelta(hours=draw(st.sampled_from(hours_long))),
        draw(st.sampled_from((52, 0) if "bad length" in flaws else (50, 25, 90, 5))),
        draw(st.sampled_from((Format.VIDEO, Format.PHONE))),
    )
    codes = "AB" if "group" in flaws else "A"
    seekers = tuple(draw(_seekers(since, code, flaws)) for code in codes)
    numbers = range(1, draw(st.sampled_from((2, 2, 3, 1, 0))) + 1)
    diaries = tuple(draw(_diaries(since, number, flaws)) for number in numbers)
    turns = draw(st.lists(_times(since, 3), max_size=1))
    always = [Interval(since - timedelta(days=9), since + timedelta(days=9))]
    rota = Rota(
        "clock" not in flaws, Intervals.of(turns if "on call" in flaws else always)
    )
    policy = Policy(
        margin_minutes=draw(st.sampled_from((15, 5, 33))),
        gap_minutes=draw(st.sampled_from((15, 0, 20))),
        booking_lead_minutes=draw(st.sampled_from((30, 0))),
        sessions_per_day=draw(st.sampled_from((5, 3, 1))),
        messages_per_day=draw(st.sampled_from((0, 1))),
        require_on_call=draw(st.booleans()),
        on_call_days=draw(st.sampled_from((1, 7))),
    )
    early = draw(st.sampled_from((5000, 30, 0, -600)))
    fraction = timedelta(microseconds=draw(st.sampled_from((0, 7))))
    now = since - timedelta(minutes=early) + fraction
    some = st.sets(st.sampled_from((1, 2, 3)), min_size=1).map(frozenset)
    only = draw(st.one_of(st.none(), st.none(), some))
    return Asked(search, diaries, seekers, rota, policy, now, only)
