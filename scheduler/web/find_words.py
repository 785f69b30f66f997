"""Find a time in words: the best six, when she may be seen, and what is missing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import url_for

from scheduler.domain.decision import Reason
from scheduler.domain.explain import Context, Explained, explain
from scheduler.domain.hours import DAY, WeeklyRange
from scheduler.domain.plan import ContactPlan
from scheduler.domain.plan_words import FORMATS, windows, written_day
from scheduler.domain.reminders import Intention
from scheduler.domain.typed_hours import write_weekly
from scheduler.services.scheduling.finding import CAN_BE_SEEN_TO, Best, Found
from scheduler.web import here
from scheduler.web.access import may
from scheduler.web.find_form import LANGUAGES, Asked, Chosen
from scheduler.web.shown import length
from scheduler.web.week_words import her_shift

Remedy = tuple[str, str]
Why = tuple[str, str, tuple[Remedy, ...]]


@dataclass(frozen=True, slots=True)
class BestShown:
    """One of the best six."""

    day: str
    time: str
    hers: str
    who: str
    reminder: tuple[str, str]
    value: str
    pressed: bool


# --- The best six -------------------------------------------------------------


def best(found: Found, chosen: Chosen | None) -> tuple[BestShown, ...]:
    """The best six, as their buttons say them."""
    return tuple(_best(each, found, chosen) for each in found.best)


def _best(each: Best, found: Found, chosen: Chosen | None) -> BestShown:
    shown, offer = here.shown(), each.offer
    value = Chosen(offer.start, offer.counsellor_id)
    return BestShown(
        day=shown.day(offer.start),
        time=shown.clock(offer.start),
        hers=shown.hers(offer.start, found.her_zone),
        who=found.names[offer.counsellor_id],
        reminder=_reminder(each.reminder, found),
        value=str(value),
        pressed=value == chosen,
    )


def _reminder(planned: Intention | None, found: Found) -> tuple[str, str]:
    if planned is None:
        return "none", "no reminder possible"
    zone = found.her_zone
    day = here.shown().day(planned.earliest, zone).partition(" ")[0]
    hours = clocks(planned.earliest, planned.latest, zone)
    hers = " hers" if here.shown().hers(planned.earliest, zone) else ""
    return "planned", f"reminder {day} {hours}{hers}"


def in_range(earliest: datetime, latest: datetime, zone: str = "") -> str:
    """`Tue 8 Dec 09:30–10:30`, or one minute."""
    return f"{here.shown().day(earliest, zone)} {clocks(earliest, latest, zone)}"


def clocks(earliest: datetime, latest: datetime, zone: str = "") -> str:
    """The same without the day."""
    shown = here.shown()
    if earliest == latest:
        return shown.clock(earliest, zone)
    return shown.span(earliest, latest, zone)


# --- Words about her, and about what is missing -------------------------------


def about_her(found: Found) -> tuple[tuple[str, str, str], ...]:
    """Of each who looks: her code, how she may be seen, and when."""
    return tuple(
        (code, _ways_of(plan), _hours_of(plan)) for code, plan in found.members.items()
    )


def _ways_of(plan: ContactPlan) -> str:
    return _listed([FORMATS[each.format] for each in plan.formats])


def _hours_of(plan: ContactPlan) -> str:
    hours = ", ".join(map(_window, plan.session_hours.weekly)) or "at no hours"
    if plan.session_hours.rotations or plan.session_hours.once:
        hours += ", and more in some weeks"
    return hours


def her_clock(found: Found) -> str:
    """How far off the first one's clock is."""
    shift = her_shift(found)
    if not shift:
        return ""
    side = "ahead of" if shift > 0 else "behind"
    return f"Hers is {length(abs(shift))} {side} yours."


def _window(of: WeeklyRange) -> str:
    days = write_weekly(of).partition(" ")[0]
    end = of.end if of.end <= DAY else of.end - DAY
    return f"{days} {here.shown().span_of(of.start, end)}"


def _listed(words: list[str]) -> str:
    if not words:
        return "no way yet"
    return " or ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def why_none(found: Found, asked: Asked) -> tuple[Why, ...]:
    """What stands in the way of every day, when nothing can be booked as asked."""
    if found.best and not found.best_waits:
        return ()
    reasons = list(dict.fromkeys(found.closed.values()))
    if found.best_waits:
        reasons = [each for each in reasons if each in CAN_BE_SEEN_TO]
    known = context(found, asked)
    return tuple(in_words(each, known, asked.codes[0]) for each in reasons)


def context(found: Found, asked: Asked) -> Context:
    """What is known about a search, for its reasons."""
    name = found.names.get(asked.counsellor_id or 0, "")
    return {
        "who": asked.named,
        "counsellor": name or "No counsellor",
        "when": "in these four weeks",
        "format": FORMATS[asked.format],
        "formats": _listed([FORMATS[each.format] for each in found.plan.formats])
        if found.plan.formats
        else "",
        "open": windows(found.plan.session_hours.weekly),
        "until": written_day(found.plan.valid_until),
        "margin": found.policy.margin_minutes,
        "gap": found.policy.gap_minutes,
        "lead": found.policy.booking_lead_minutes,
        "hold": found.policy.hold_minutes,
        "most": found.policy.sessions_per_day,
    }


def in_words(reason: Reason, known: Context, code: str) -> Why:
    """A reason with its remedy and the way to it."""
    said: Explained = explain(reason, **known)
    return said.fact, f"{said.sentence} {said.remedy}", tuple(_ways(reason, code))


_IN_THE_PLAN: Final = frozenset(
    {
        Reason.FORMAT_NOT_ALLOWED,
        Reason.OUTSIDE_SESSION_WINDOW,
        Reason.DENIED_TIME,
        Reason.AWAY,
        Reason.MONITORED_DEVICE,
        Reason.NO_CUTOFF_PLAN,
        Reason.NO_CHANNEL,
        Reason.PURPOSE_NOT_ALLOWED,
        Reason.OUTSIDE_WINDOW,
        Reason.PLAN_LAPSED,
        Reason.NO_PHRASE,
        Reason.MODE_NONE,
        Reason.NO_CONSENT,
        Reason.LINE_TYPE,
    }
)


def _ways(reason: Reason, code: str) -> Iterator[Remedy]:
    if reason in _IN_THE_PLAN and may("plans.page"):
        yield "Open the plan", url_for("plans.page", code=code)
    if reason is Reason.NO_SUITABILITY and may("sealed.video"):
        yield "Record it", url_for("sealed.video", code=code)
    if reason is Reason.NO_ON_CALL and may("on_call.rota"):
        yield "Open the rota", url_for("on_call.rota")


def counsellors(found: Found) -> list[tuple[str, str]]:
    """The choices of the field, her usual one named first."""
    usual = found.names.get(found.usual_id or 0, "")
    anybody = f"Any ({usual} first)" if usual else "Any"
    by_name = sorted(found.names.items(), key=lambda pair: pair[1].casefold())
    return [("", anybody), *((str(who), name) for who, name in by_name)]


def languages(found: Found) -> list[tuple[str, str]]:
    """The choices of the field: what counsellors here speak."""
    spoken = ((each, LANGUAGES.get(each, each)) for each in found.languages)
    return [("", "Any"), *spoken]


def specialities(found: Found) -> list[tuple[str, str]]:
    """The choices of the field: none where no counsellor has named one."""
    named = [(each, each) for each in found.specialities]
    return [("", "Any"), *named] if named else []
