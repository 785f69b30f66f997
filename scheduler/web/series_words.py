"""A series in words: each occurrence's verdict, what would leave for it, and what could
be done instead."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from scheduler.domain.booking import SessionState
from scheduler.domain.decision import Decision
from scheduler.domain.explain import Context
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Format
from scheduler.domain.plan_words import FORMATS, written_day
from scheduler.services.scheduling.series_preview import (
    Occurrence,
    Place,
    SeriesPreview,
)
from scheduler.services.scheduling.series_view import Member
from scheduler.services.scheduling.what_leaves import OfClient
from scheduler.web import here
from scheduler.web.booking_words import (
    MEANT,
    Fact,
    Phone,
    both_clocks,
    leaving,
    phone_of,
)
from scheduler.web.find_words import Why, in_words
from scheduler.web.series_form import Series, written

Option = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One occurrence as the page shows it. `groups` are the choices, by heading."""

    number: int
    start: datetime
    end: datetime
    how: str
    skipped: bool
    books: bool
    changed: bool
    whys: tuple[Why, ...]
    facts: tuple[Fact, ...]
    warnings: tuple[str, ...]
    first: Option
    groups: tuple[tuple[str, tuple[Option, ...]], ...]
    looked: bool


def lines(found: SeriesPreview, series: Series) -> tuple[Line, ...]:
    """All of them."""
    return tuple(_line(each, found, series) for each in found.occurrences)


def _line(one: Occurrence, found: SeriesPreview, series: Series) -> Line:
    place = one.place or one.planned
    return Line(
        number=one.number,
        start=place.start,
        end=place.start + timedelta(minutes=series.asked.minutes),
        how=f"{found.names.get(place.counsellor_id, '')} · {FORMATS[place.format]}",
        skipped=one.place is None,
        books=one.books,
        changed=one.place is not None and one.place != one.planned,
        whys=_whys(one, place, found, series),
        facts=tuple(fact for each in one.clients for fact in _facts(each, series)),
        warnings=tuple(_warnings(one.clients)),
        first=("", f"As planned, {_when(one.planned.start)}"),
        groups=tuple(_groups(one, found)),
        looked=one.otherwise is not None,
    )


def _when(start: datetime) -> str:
    shown = here.shown()
    return f"{shown.day(start)} {shown.clock(start)}"


def _whys(
    one: Occurrence, place: Place, found: SeriesPreview, series: Series
) -> tuple[Why, ...]:
    if one.decision is None or one.decision.yes:
        return ()
    return refused(one.decision, place, found, series)


def refused(
    decision: Decision, place: Place, found: SeriesPreview, series: Series
) -> tuple[Why, ...]:
    """Why an occurrence cannot be booked."""
    shown, policy = here.shown(), found.policy
    known: Context = {
        "who": series.asked.named,
        "counsellor": found.names.get(place.counsellor_id, ""),
        "when": f"on {shown.day(place.start)} at {shown.clock(place.start)}",
        "format": FORMATS[place.format],
        "until": written_day(found.plan.valid_until),
        "margin": policy.margin_minutes,
        "gap": policy.gap_minutes,
        "lead": policy.booking_lead_minutes,
        "hold": policy.hold_minutes,
        "most": policy.sessions_per_day,
    }
    code = series.asked.codes[0]
    return tuple(in_words(each, known, code) for each in decision.reasons)


def _facts(of: OfClient, series: Series) -> Iterator[Fact]:
    several = len(series.asked.codes) > 1
    for each in of.reminders:
        term = f"Reminder, {of.code}" if several else "Reminder"
        yield leaving(term, each.answer, of, Meaning.REMINDER)


def _warnings(clients: Sequence[OfClient]) -> Iterator[str]:
    """A plan that ends before then sends nothing, and the session stays (P7)."""
    for each in clients:
        if each.ends_before_session:
            yield f"Her plan ends {written_day(each.plan.valid_until)}, before this."


def _groups(
    one: Occurrence, found: SeriesPreview
) -> Iterator[tuple[str, tuple[Option, ...]]]:
    planned, otherwise = one.planned, one.otherwise
    chosen = one.place
    shown = set()
    if otherwise is not None:
        for heading, options in (
            ("Another start", [_start(planned, each) for each in otherwise.starts]),
            ("Another way", [_format(planned, each) for each in otherwise.formats]),
            (
                "Same time, other counsellor",
                [_other(planned, each.id, each.name) for each in otherwise.stand_ins],
            ),
        ):
            shown |= {value for value, _ in options}
            if options:
                yield heading, tuple(options)
    if chosen is not None and chosen != planned and written(chosen) not in shown:
        name = found.names.get(chosen.counsellor_id, "")
        words = f"{_when(chosen.start)}, {name}, {FORMATS[chosen.format]}"
        yield "Chosen", ((written(chosen), words),)


def _start(planned: Place, start: datetime) -> Option:
    return written(Place(start, planned.counsellor_id, planned.format)), _when(start)


def _format(planned: Place, format_: Format) -> Option:
    place = Place(planned.start, planned.counsellor_id, format_)
    return written(place), FORMATS[format_]


def _other(planned: Place, who: int, name: str) -> Option:
    return written(Place(planned.start, who, planned.format)), name


def phones(found: SeriesPreview) -> tuple[Phone, ...]:
    """What a reminder looks like, once for each client."""
    for each in found.occurrences:
        if each.clients:
            return tuple(
                phone for of in each.clients if (phone := phone_of(of)) is not None
            )
    return ()


def counted(shown: tuple[Line, ...]) -> tuple[int, int]:
    """How many would be booked, and of how many that are not skipped."""
    return sum(each.books for each in shown), sum(not each.skipped for each in shown)


# --- A series that was booked --------------------------------------------------


@dataclass(frozen=True, slots=True)
class MemberShown:
    """One session of a series as it stands."""

    session_id: str
    start: datetime
    end: datetime
    counsellor: str
    state: str
    booked: bool
    texts: tuple[str, ...]


def member(of: Member) -> MemberShown:
    """One session of it, in words."""
    session = of.session
    return MemberShown(
        session_id=session.id,
        start=session.time.start,
        end=session.time.end,
        counsellor=of.counsellor,
        state=session.state.value.replace("_", " "),
        booked=session.state is SessionState.BOOKED,
        texts=tuple(
            f"{MEANT[each.meaning]}, planned "
            f"{both_clocks(each.earliest, each.latest, of.zone)}"
            for each in of.going
        ),
    )
