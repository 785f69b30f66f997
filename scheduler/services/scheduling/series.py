"""A series: each occurrence's verdict beforehand, then all of them in one transaction
(B4, B8). Nothing here decides anything: `booking` does, occurrence by occurrence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from scheduler.domain.decision import Decision, Reason, refuse
from scheduler.domain.errors import JustTaken
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import booking
from scheduler.services.scheduling.booking import Wish
from scheduler.storage import agency, bookings, forms
from scheduler.storage.engine import Tx

# Whoever is quicker takes one occurrence; the others are booked at the next try.
TRIES = 3


@dataclass(frozen=True, slots=True)
class SeriesBooked:
    """What became of a series: the sessions, and each occurrence's refusal (B4)."""

    series_id: str
    booked: tuple[str, ...]
    refused: Mapping[datetime, Decision]


def book(
    house: House,
    actor: Actor,
    wishes: Sequence[Wish],
    *,
    form: str | None = None,
    hold_id: str | None = None,
) -> SeriesBooked:
    """Book every occurrence that can be; the others say why not (B4).

    What is beyond the most that policy allows is refused. A hold is let go for it: what
    counts is whether the time is free. The same `form` sent twice books once, and only
    the first answer says what was refused (B8). Raises NotThere, JustTaken.
    """
    for _ in range(TRIES - 1):
        try:
            return _book(house, actor, wishes, form, hold_id)
        except JustTaken:
            continue
    return _book(house, actor, wishes, form, hold_id)


def _book(
    house: House,
    actor: Actor,
    wishes: Sequence[Wish],
    form: str | None,
    hold_id: str | None,
) -> SeriesBooked:
    now = house.now()
    series_id = house.tokens.uuid()
    booked: list[str] = []
    refused: dict[datetime, Decision] = {}
    with house.store.begin() as tx:
        before = forms.outcome(tx, form)
        if before is not None:
            return _booked_before(tx, before)
        _let_go(tx, actor, hold_id, now)
        most = agency.policy(tx).series_occurrences
        in_turn = sorted(wishes, key=lambda each: each.start)
        for wish in in_turn[most:]:
            refused[wish.start] = refuse((Reason.SERIES_FULL,))
        for wish in in_turn[:most]:
            one = replace(wish, series_id=series_id, form=None, hold_id=None)
            answer = booking.book_in(tx, house, actor, one, now)
            if answer.session_id is not None:
                booked.append(answer.session_id)
            else:
                refused[wish.start] = answer.decision
        if booked:
            forms.remember(tx, form, actor.id, now, series_id)
    return SeriesBooked(series_id, tuple(booked), refused)


def _booked_before(tx: Tx, series_id: str) -> SeriesBooked:
    found = bookings.of_series(tx, series_id)
    return SeriesBooked(series_id, tuple(each.id for each in found), {})


def _let_go(tx: Tx, actor: Actor, hold_id: str | None, now: datetime) -> None:
    kept = bookings.get_hold(tx, hold_id) if hold_id else None
    mine = kept is not None and kept.held_by == actor.id
    bookings.drop_holds(tx, now, hold_id if mine else None)


def undo(house: House, actor: Actor, session_id: str) -> bool:
    """Take the whole series of a session back within ten seconds (B10); False when
    it is too late for any of it. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        session = bookings.get(tx, session_id)
        series_id = session.series_id if session else None
        found = bookings.of_series(tx, series_id) if series_id else []
        undone = [booking.undo_in(tx, house, actor, each.id, now) for each in found]
    return bool(undone) and all(undone)
