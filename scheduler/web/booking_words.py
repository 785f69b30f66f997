"""What a booking, a move or a cancellation brings, in words."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from scheduler.domain.booking import OF_ONE_CLIENT
from scheduler.domain.decision import Decision, Reason
from scheduler.domain.explain import Context, explain
from scheduler.domain.people import Role
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import Channel, ChannelKind
from scheduler.domain.plan_words import FORMATS, LINES, written_day
from scheduler.domain.policy import Policy
from scheduler.domain.set_aside import OVERRIDABLE, WhyAside
from scheduler.services.scheduling.booking_preview import Preview, PreviewOfChange
from scheduler.services.scheduling.what_leaves import Leaving, OfClient
from scheduler.web import here
from scheduler.web.find_form import Chosen
from scheduler.web.find_words import Why, clocks, in_range, in_words

MEANT: Final = {
    Meaning.REMINDER: "Reminder",
    Meaning.CHANGED: "“It is moved”",
    Meaning.CANCELLED: "“It is cancelled”",
    Meaning.CALL_US: "“Call us”",
    Meaning.REJOIN: "“Join again”",
}
_FOR: Final = {
    Meaning.REMINDER: "a reminder",
    Meaning.CHANGED: "a change",
    Meaning.CANCELLED: "a change",
    Meaning.CALL_US: "a call back",
    Meaning.REJOIN: "a call back",
}

Fact = tuple[str, str, str]

ASIDE_RULES = {
    Reason.GAP.value: "The gap between two sessions",
    Reason.DAILY_MAXIMUM.value: "The most a day",
}
ASIDE_WHYS = {
    WhyAside.COUNSELLOR_AGREES.value: "The counsellor agrees to it.",
    WhyAside.CANNOT_WAIT.value: "It cannot wait for another day.",
    WhyAside.NOBODY_ELSE.value: "Nobody else can take it.",
}


@dataclass(frozen=True, slots=True)
class Phone:
    """Her locked phone when the text has come; `also` are other phrases it may be."""

    at: datetime
    zone: str
    phrase: str
    also: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ClientShown:
    """What it brings one client."""

    code: str
    zone: str
    phone: Phone | None
    facts: tuple[Fact, ...]
    warnings: tuple[Why, ...]
    whys: tuple[Why, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewShown:
    """The side of Find a time. `whys` stand against it as a whole, those of a group's
    clients beside each."""

    start: datetime
    end: datetime
    zone: str
    counsellor: str
    how: str
    clients: tuple[ClientShown, ...]
    whys: tuple[Why, ...]
    good: str
    possible: bool
    waits: str
    held_until: datetime | None
    may_set_aside: tuple[str, ...]


def preview(found: Preview, codes: tuple[str, ...], role: Role) -> PreviewShown:
    """A wish, before it is booked."""
    known = context(found, codes[0])
    reasons = [] if found.decision.yes else list(found.decision.reasons)
    count = len(reasons)
    group = len(codes) > 1
    of_all = [each for each in reasons if not (group and each in OF_ONE_CLIENT)]
    return PreviewShown(
        start=found.time.start,
        end=found.time.end,
        zone=found.clients[0].plan.zone,
        counsellor=found.counsellor,
        how=FORMATS[found.format],
        clients=tuple(_member(each, found, group=group) for each in found.clients),
        whys=tuple(in_words(each, known, codes[0]) for each in of_all),
        good=_good(found),
        possible=not reasons,
        waits="one thing" if count == 1 else f"{count} things",
        held_until=_held_until(found),
        may_set_aside=_may_set_aside(reasons, role),
    )


def _member(of: OfClient, found: Preview, *, group: bool) -> ClientShown:
    """One of them; in a group with what stands against it on her side (B7)."""
    shown = of_client(of, found.policy)
    if not group:
        return shown
    known = context(found, of.code)
    hers = found.members.get(of.code, ())
    whys = tuple(in_words(each, known, of.code) for each in hers)
    return replace(shown, whys=whys)


def _may_set_aside(reasons: list[Reason], role: Role) -> tuple[str, ...]:
    """What a supervisor may set aside, when nothing else stands against it (A2)."""
    if role is not Role.SUPERVISOR or not set(reasons) <= OVERRIDABLE:
        return ()
    return tuple(each.value for each in reasons)


def _held_until(found: Preview) -> datetime | None:
    kept = found.hold
    lapsed = Reason.HOLD_LAPSED in found.decision.reasons
    return None if kept is None or lapsed else kept.lapses_at


def context(found: Preview, code: str) -> Context:
    """What is known about a wish, for its reasons."""
    shown = here.shown()
    return {
        "who": code,
        "counsellor": found.counsellor,
        "when": f"on {shown.day(found.time.start)} at {shown.clock(found.time.start)}",
        "reached": "rung",
        "purpose": "a session",
        "format": FORMATS[found.format],
        "until": written_day(found.clients[0].plan.valid_until),
        "margin": found.policy.margin_minutes,
        "gap": found.policy.gap_minutes,
        "lead": found.policy.booking_lead_minutes,
        "hold": found.policy.hold_minutes,
        "most": found.policy.sessions_per_day,
    }


def _good(found: Preview) -> str:
    """What fits, when all of it does."""
    if not found.decision.yes:
        return ""
    margin = found.policy.margin_minutes
    window = "In her window" if len(found.clients) == 1 else "In everybody’s window"
    return (
        f"{window}, with {margin} min to spare · {found.counsellor} is free, and "
        "the gaps are kept"
    )


# --- One client ----------------------------------------------------------------


def of_client(of: OfClient, policy: Policy) -> ClientShown:
    """What would leave, what cannot and why, and what to look at."""
    return ClientShown(
        code=of.code,
        zone=of.plan.zone,
        phone=phone_of(of),
        facts=tuple(_facts(of, policy)),
        warnings=tuple(_warnings(of)),
    )


def phone_of(of: OfClient) -> Phone | None:
    """Her locked phone when the first reminder has come; None without one."""
    for each in of.reminders:
        if isinstance(each.answer, Leaving) and each.answer.phrases:
            first, *others = each.answer.phrases
            return Phone(each.answer.earliest, of.plan.zone, first, tuple(others))
    return None


def _facts(of: OfClient, policy: Policy) -> Iterator[Fact]:
    several = len(of.reminders) > 1
    channels: dict[str, Channel] = {}
    for each in of.reminders:
        term = f"Reminder, {each.hours} h before" if several else "Reminder"
        yield leaving(term, each.answer, of, Meaning.REMINDER)
        if isinstance(each.answer, Leaving):
            channels[each.answer.channel.key] = each.answer.channel
    if not of.reminders:
        yield "Reminder", "none: the agency sends none", "none"
    for channel in channels.values():
        # No number: it is shown only in the act of ringing or typing it (E2).
        yield "To", LINES[channel.line], ""
    yield leaving("If we move it", of.changed, of, Meaning.CHANGED)
    yield _call_back(of, policy)


def leaving(
    term: str, answer: Leaving | Decision, of: OfClient, meaning: Meaning
) -> Fact:
    """One text: when it may leave in both clocks, or why it does not."""
    if isinstance(answer, Decision):
        return term, f"none: {_because(answer, of, _FOR[meaning])}", "none"
    when = both_clocks(answer.earliest, answer.latest, of.plan.zone)
    how = "is prompted, to be sent by hand," if answer.by_hand else "may leave"
    return term, f"{how} {when}", "planned"


def both_clocks(earliest: datetime, latest: datetime, zone: str) -> str:
    """`Tue 1 Dec 09:30–10:30 hers, 10:30–11:30 yours`, said once where they agree."""
    hers, ours = in_range(earliest, latest, zone), in_range(earliest, latest)
    if hers == ours:
        return hers
    same_day = hers.rpartition(" ")[0] == ours.rpartition(" ")[0]
    ours = clocks(earliest, latest) if same_day else ours
    return f"{hers} hers, {ours} yours"


def _because(decision: Decision, of: OfClient, purpose: str) -> str:
    if decision.reasons == (Reason.TOO_LATE,):
        return "its time is over already"
    said = [
        explain(
            each,
            who=of.code,
            reached="texted",
            purpose=purpose,
            when="in time",
            until=written_day(of.plan.valid_until),
        ).fact
        for each in decision.reasons
    ]
    return " ".join(said)


def _call_back(of: OfClient, policy: Policy) -> Fact:
    if of.call_back.yes:
        return "If it breaks off", "she may be rung then", "planned"
    known: Context = {
        "who": of.code,
        "reached": "rung",
        "purpose": "a call back",
        "when": "then",
        "until": written_day(of.plan.valid_until),
        "margin": policy.margin_minutes,
    }
    voice = any(each.kind is ChannelKind.VOICE for each in of.plan.channels)
    if not voice:
        return "If it breaks off", "nobody rings her: no number for calls", "none"
    facts = " ".join(explain(each, **known).fact for each in of.call_back.reasons)
    return "If it breaks off", f"nobody rings her: {facts}", "none"


def _warnings(of: OfClient) -> Iterator[Why]:
    """A plan that ends before the reminder or the session (P7)."""
    until = written_day(of.plan.valid_until)
    if not of.ends_before_session:
        return
    what = "the reminder" if of.ends_before_reminder else "the session"
    fact = f"Her plan ends {until}, before {what}."
    sentence = (
        "The session stays, and nothing more is sent from then on. Agree a new date "
        "while she is on the line."
    )
    ways = in_words(Reason.PLAN_LAPSED, {"who": of.code}, of.code)[2]
    yield fact, sentence, ways


# --- After it was booked, or was not --------------------------------------------


@dataclass(frozen=True, slots=True)
class BookedShown:
    """A session that was just booked. `texts` are planned with it; `undo_until` is None
    when it is no longer booked or the seconds are over."""

    session_id: str
    start: datetime
    end: datetime
    zone: str
    counsellor: str
    texts: tuple[str, ...]
    undo_until: datetime | None
    stands: bool


def booked(seen: PreviewOfChange, undo_until: datetime) -> BookedShown:
    """What to say about it, read anew."""
    stands = seen.possible.yes
    return BookedShown(
        session_id=seen.session.id,
        start=seen.session.time.start,
        end=seen.session.time.end,
        zone=seen.clients[0].plan.zone,
        counsellor=seen.counsellor,
        texts=going(seen),
        undo_until=undo_until if stands and here.now() < undo_until else None,
        stands=stands,
    )


def going(change: PreviewOfChange) -> tuple[str, ...]:
    """What is planned for the session as it stands, and would go."""
    zones = {each.code: each.plan.zone for each in change.clients}
    return tuple(
        f"{MEANT[each.meaning]}, planned "
        f"{both_clocks(each.earliest, each.latest, zones[each.code])}"
        for each in change.going
    )


@dataclass(frozen=True, slots=True)
class TakenShown:
    """Somebody was quicker; `following` are the next starts, as values of buttons."""

    start: datetime
    following: tuple[tuple[str, datetime], ...]


def taken(chosen: Chosen, following: list[datetime]) -> TakenShown:
    """What to offer instead."""
    with_her = ((str(Chosen(each, chosen.counsellor_id)), each) for each in following)
    return TakenShown(chosen.start, tuple(with_her))
