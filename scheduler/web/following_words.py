"""Moving or cancelling what follows, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scheduler.domain.explain import Context
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan_words import FORMATS, written_day
from scheduler.services.scheduling.series_changes_preview import FollowingPreview, Step
from scheduler.services.scheduling.what_leaves import Leaving, OfClient
from scheduler.web import here
from scheduler.web.booking_words import MEANT, Fact, both_clocks, leaving
from scheduler.web.find_words import Why, in_words


@dataclass(frozen=True, slots=True)
class Line:
    """One session of those that change. `to` is None for a cancellation."""

    start: datetime
    end: datetime
    counsellor: str
    to: datetime | None
    to_end: datetime | None
    to_counsellor: str
    changes: bool
    whys: tuple[Why, ...]
    going: tuple[str, ...]
    facts: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Told:
    """How one client would be told by the agency: by one text, or not before some of
    the sessions, where somebody has to be in the room (B6)."""

    code: str
    fact: Fact | None
    phrases: tuple[str, ...]
    rooms: tuple[datetime, ...]
    why_not: str


def lines(seen: FollowingPreview) -> tuple[Line, ...]:
    """Each of them, in order of time."""
    return tuple(_line(each, seen) for each in seen.steps)


def _line(step: Step, seen: FollowingPreview) -> Line:
    time, after = step.session.time, step.after
    yes = step.decision.yes
    return Line(
        start=time.start,
        end=time.end,
        counsellor=seen.names.get(step.session.counsellor_id, ""),
        to=after.time.start if after else None,
        to_end=after.time.end if after else None,
        to_counsellor=seen.names.get(after.counsellor_id, "") if after else "",
        changes=yes,
        whys=() if yes else tuple(_whys(step, seen)),
        going=tuple(_going(step, seen)) if yes else (),
        facts=tuple(_facts(step)) if yes and after else (),
    )


def _whys(step: Step, seen: FollowingPreview) -> Iterator[Why]:
    after = step.after or step.session
    shown, start = here.shown(), after.time.start
    known: Context = {
        "who": seen.codes[0] if len(seen.codes) == 1 else "Somebody of the group",
        "counsellor": seen.names.get(after.counsellor_id, ""),
        "when": f"on {shown.day(start)} at {shown.clock(start)}",
        "format": FORMATS[after.format],
        "until": written_day(step.clients[0].plan.valid_until),
        "margin": seen.policy.margin_minutes,
        "gap": seen.policy.gap_minutes,
        "lead": seen.policy.booking_lead_minutes,
        "most": seen.policy.sessions_per_day,
    }
    for each in step.decision.reasons:
        yield in_words(each, known, seen.codes[0])


def _going(step: Step, seen: FollowingPreview) -> Iterator[str]:
    for each in step.going:
        when = both_clocks(each.earliest, each.latest, seen.zone)
        yield f"{MEANT[each.meaning]}, planned {when}: does not leave any more."


def _facts(step: Step) -> Iterator[Fact]:
    for of in step.clients:
        for each in of.reminders:
            term = "Reminder" if len(step.clients) == 1 else f"Reminder, {of.code}"
            yield leaving(term, each.answer, of, Meaning.REMINDER)


def telling(seen: FollowingPreview) -> tuple[Told, ...]:
    """For each client, how she would be told of those that change."""
    changing = [each for each in seen.steps if each.decision.yes]
    in_time = sorted(changing, key=_before)
    return tuple(_told(code, place, in_time) for place, code in enumerate(seen.codes))


def _before(step: Step) -> datetime:
    after = step.after or step.session
    return min(step.session.time.start, after.time.start)


def _told(code: str, place: int, steps: list[Step]) -> Told:
    rooms: list[datetime] = []
    why_not = ""
    for each in steps:
        of = each.clients[place]
        fact, answer = _fact(each, of)
        if isinstance(answer, Leaving):
            return Told(code, fact, answer.phrases, tuple(rooms), why_not)
        rooms.append(each.session.time.start)
        why_not = why_not or fact[1].replace("none: ", "")
    return Told(code, None, (), tuple(rooms), why_not)


def _fact(step: Step, of: OfClient) -> tuple[Fact, object]:
    moved = step.after is not None
    answer = of.changed if moved else of.cancelled
    meaning = Meaning.CHANGED if moved else Meaning.CANCELLED
    return leaving("Text", answer, of, meaning), answer
