"""What a plan would send in the next fortnight, and what saving it would change in what
is planned already (M1, P8): the code that sends, asked beforehand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from scheduler.domain.decision import Reason
from scheduler.domain.messages import LEFT, OPEN, MessageKind
from scheduler.domain.phrases import Meaning
from scheduler.domain.plan import ContactPlan
from scheduler.domain.preview import Preview, caps_in_words, fortnight
from scheduler.domain.reminders import Intention, plan_reminder
from scheduler.services.files import identity
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.messages.gate import Facts, facts, standing_for
from scheduler.services.messages.reminders import still_right
from scheduler.services.safe_contact.plan_drafts import Draft, prepared
from scheduler.services.safe_contact.plan_effects import new_contact
from scheduler.storage import bookings, outbox
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message


class Fate(Enum):
    """What saving would do to one reminder."""

    STAYS = "stays"
    MOVES = "moves"
    NEW = "new"
    GOES = "goes"
    NONE = "none"
    HAS_LEFT = "has_left"


@dataclass(frozen=True, slots=True)
class Range:
    """Within this a reminder leaves, at a minute nobody can tell."""

    earliest: datetime
    latest: datetime
    by_hand: bool


@dataclass(frozen=True, slots=True)
class ReminderLine:
    """One reminder of a session to come: as it is planned, and as it would be.

    Where there is none, the reasons say why.
    """

    session_id: str
    start: datetime
    ordinal: int
    fate: Fate
    was: Range | None
    was_reasons: tuple[Reason, ...]
    will: Range | None
    will_reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class PlanPreview:
    """`fortnight` is None while the hours cannot be read. `suspends` says why saving
    would suspend the plan (P8). `wrongs` and `warnings` go by field."""

    fortnight: Preview | None
    reminders: tuple[ReminderLine, ...]
    caps: str
    suspends: str | None = None
    wrongs: Mapping[str, str] = field(default_factory=dict)
    warnings: Mapping[str, str] = field(default_factory=dict)


def preview_plan(house: House, actor: Actor, code: str) -> PlanPreview:
    """The fortnight of the plan in force. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        file = file_for(tx, actor, code)
        known = facts(tx, house, file, now)
        return PlanPreview(
            fortnight=fortnight(known.plans, known.standing, known.policy, now),
            reminders=tuple(_lines(tx, known, now)),
            caps=caps_in_words(known.policy),
        )


def preview_draft(
    house: House,
    actor: Actor,
    code: str,
    draft: ContactPlan,
    *,
    talked: bool = False,
) -> PlanPreview:
    """The same for a plan that is being typed, and what saving it would change.

    Nothing is written. Raises NotThere.
    """
    now = house.now()
    with house.store.reading() as tx:
        file = file_for(tx, actor, code)
        known = facts(tx, house, file, now)
        typed = prepared(tx, house, file, draft, known.plans, now)
        checked = identity.checked(tx, actor, file.id, now)
        suspends = None if checked else new_contact(known.plan, typed.plan)
        fourteen: Preview | None = None
        lines: tuple[ReminderLine, ...] = ()
        if not _unreadable(typed):
            plan = _without_wrong_words(typed)
            standing = standing_for(tx, house, file, (plan,), now)
            lifted = talked and checked
            suspended = bool(suspends) or (standing.suspended and not lifted)
            would_be = replace(
                known,
                plans=(plan,),
                standing=replace(standing, suspended=suspended),
            )
            fourteen = fortnight((plan,), would_be.standing, known.policy, now)
            lines = tuple(_lines(tx, would_be, now))
        return PlanPreview(
            fortnight=fourteen,
            reminders=lines,
            caps=caps_in_words(known.policy),
            suspends=suspends,
            wrongs=typed.wrongs,
            warnings=typed.warnings,
        )


def _unreadable(typed: Draft) -> bool:
    """Whether zone or hours are such that no day can be drawn."""
    return any(
        name.startswith(("zone", "session_hours", "away")) or ".hours" in name
        for name in typed.wrongs
    )


def _without_wrong_words(typed: Draft) -> ContactPlan:
    """A phrase that cannot be saved would not leave either."""
    kept = []
    for meaning in Meaning:
        for number, phrase in enumerate(typed.plan.phrases_for(meaning)):
            if f"phrases.{meaning.value}.{number}" not in typed.wrongs:
                kept.append(phrase)
    return replace(typed.plan, phrases=tuple(kept))


# --- What is planned already -------------------------------------------------


def _lines(tx: Tx, known: Facts, now: datetime) -> Iterator[ReminderLine]:
    client_id = known.client.id
    sessions = [
        each
        for each in bookings.of_clients(tx, [client_id], now, booked_only=True)
        if each.time.start > now
    ]
    ids = [each.id for each in sessions]
    written = outbox.of_sessions(tx, ids)
    refused = outbox.planning_refusals(tx, ids)
    for session in sessions:
        why = refused.get((session.id, client_id, MessageKind.REMINDER.value), ())
        for ordinal in range(len(known.policy.reminder_hours)):
            message = _newest(written, session, client_id, ordinal)
            yield _line(known, session, ordinal, message, why, now)


def _newest(
    written: Sequence[Message], session: Session, client_id: int, ordinal: int
) -> Message | None:
    """What stands for one reminder now: what has left or is still to come."""
    return next(
        (
            each
            for each in reversed(written)
            if each.session_id == session.id
            and each.session_version == session.version
            and each.client_id == client_id
            and each.kind is MessageKind.REMINDER
            and each.ordinal == ordinal
            and each.state in LEFT | OPEN
        ),
        None,
    )


def _line(
    known: Facts,
    session: Session,
    ordinal: int,
    message: Message | None,
    why: tuple[Reason, ...],
    now: datetime,
) -> ReminderLine:
    was: Range | None = None
    if message is not None:
        was = Range(message.earliest, message.latest, message.by_hand)
    will, reasons = was, tuple[Reason, ...]()
    if message is not None and message.state in LEFT:
        fate = Fate.HAS_LEFT
    elif message is not None and still_right(known, message, now):
        fate = Fate.STAYS
    else:
        will, reasons = _would_be(known, session, ordinal, now)
        fate = _fate(was, will)
    return ReminderLine(
        session_id=session.id,
        start=session.time.start,
        ordinal=ordinal,
        fate=fate,
        was=was,
        was_reasons=() if was else why,
        will=will,
        will_reasons=reasons,
    )


def _fate(was: Range | None, will: Range | None) -> Fate:
    if will is None:
        return Fate.NONE if was is None else Fate.GOES
    if was is None:
        return Fate.NEW
    return Fate.STAYS if was == will else Fate.MOVES


def _would_be(
    known: Facts, session: Session, ordinal: int, now: datetime
) -> tuple[Range | None, tuple[Reason, ...]]:
    answer = plan_reminder(
        known.plan,
        known.standing,
        known.policy,
        session_start=session.time.start,
        ordinal=ordinal,
        # In a series each target is drawn; here stands the middle of what may be drawn.
        shift=timedelta(0),
        now=now,
        draw=lambda n: n // 2,
    )
    if isinstance(answer, Intention):
        return Range(answer.earliest, answer.latest, answer.by_hand), ()
    return None, answer.reasons
