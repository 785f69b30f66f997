"""Plans of every shape that a document can hold, for property tests."""

from datetime import date

from hypothesis import strategies as st

from scheduler.domain.fallback import Actor, FallbackPlan, Outcome, Step, StepKind
from scheduler.domain.hours import (
    DAY,
    DatedRange,
    DateSpan,
    Hours,
    Rotation,
    WeeklyRange,
)
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import (
    AgreedFormat,
    Away,
    Channel,
    ChannelKind,
    ContactPlan,
    Device,
    Format,
    LineType,
    Mode,
    Purpose,
    Sure,
    Voicemail,
)

ZONES = ("America/Toronto", "America/Vancouver", "America/St_Johns", "Asia/Kolkata")

texts = st.text(max_size=12)
keys = st.text("abcdefgh-_0123456789", min_size=1, max_size=6)
days = st.dates(date(2026, 11, 1), date(2027, 2, 28))
weekdays = st.sets(st.integers(0, 6), min_size=1).map(lambda each: tuple(sorted(each)))


@st.composite
def minutes(draw: st.DrawFn) -> tuple[int, int]:
    start = draw(st.integers(0, DAY - 1))
    return start, draw(st.integers(start + 1, start + DAY))


@st.composite
def weekly(draw: st.DrawFn) -> WeeklyRange:
    return WeeklyRange(draw(weekdays), *draw(minutes()))


@st.composite
def dated(draw: st.DrawFn) -> DatedRange:
    return DatedRange(draw(days), *draw(minutes()))


@st.composite
def spans(draw: st.DrawFn) -> DateSpan:
    return DateSpan(*sorted((draw(days), draw(days))))


@st.composite
def rotations(draw: st.DrawFn) -> Rotation:
    weeks = draw(st.integers(1, 6))
    on = draw(st.sets(st.integers(1, weeks), min_size=1))
    monday = draw(days.map(lambda day: date.fromordinal(day.toordinal() // 7 * 7 + 1)))
    return Rotation(
        monday, weeks, tuple(sorted(on)), tuple(draw(st.lists(weekly(), max_size=2)))
    )


def some(each: st.SearchStrategy, most: int = 3) -> st.SearchStrategy:
    return st.lists(each, max_size=most).map(tuple)


hours = st.builds(
    Hours,
    weekly=some(weekly()),
    once=some(dated()),
    rotations=some(rotations(), 2),
    deny=some(st.one_of(weekly(), dated(), spans())),
)

channels = st.builds(
    Channel,
    key=keys,
    kind=st.sampled_from(ChannelKind),
    address=texts,
    line=st.sampled_from(LineType),
    shared_ok=st.booleans(),
    device=st.one_of(st.just(""), keys),
    purposes=st.frozensets(st.sampled_from(Purpose)),
    mode=st.sampled_from(Mode),
    consent=st.booleans(),
    hours=hours,
    voicemail=st.sampled_from(Voicemail),
    others=texts,
    may_say=texts,
    closed=st.booleans(),
    withdrawn=st.booleans(),
)

devices = st.builds(
    Device,
    key=keys,
    kind=texts,
    whose=texts,
    synced=st.sampled_from(Sure),
    bill_seen=st.sampled_from(Sure),
    monitored=st.sampled_from(Sure),
)

steps = st.builds(
    Step,
    who=st.sampled_from(Actor),
    kind=st.sampled_from(StepKind),
    after=st.integers(0, 120),
    stops=st.frozensets(st.sampled_from(Outcome)),
)

stays = st.builds(
    Away,
    days=spans(),
    zone=st.sampled_from(ZONES),
    session_windows=some(weekly()),
    windows=some(weekly()),
)


def once_each(each: st.SearchStrategy, by: str, most: int = 3) -> st.SearchStrategy:
    """No two with the same key."""
    return st.lists(each, max_size=most, unique_by=lambda one: getattr(one, by)).map(
        tuple
    )


plans = st.builds(
    ContactPlan,
    zone=st.sampled_from(ZONES),
    valid_until=days,
    version=st.integers(1, 9),
    channels=once_each(channels, "key"),
    devices=once_each(devices, "key"),
    formats=once_each(
        st.builds(
            AgreedFormat,
            format=st.sampled_from(Format),
            device=st.one_of(st.just(""), keys),
            we_dial=st.booleans(),
        ),
        "format",
    ),
    session_hours=hours,
    away=some(stays, 2),
    phrases=some(st.builds(Phrase, meaning=st.sampled_from(Meaning), text=texts), 4),
    cutoff=st.builds(
        FallbackPlan,
        agreed=st.booleans(),
        steps=st.lists(steps, max_size=5).map(tuple),
    ),
)
