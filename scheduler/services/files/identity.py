"""Is it she? Typed, never shown; three tries, then the plan is suspended (P9, P8).

A check of nobody goes like any other: the same answers, the same lines in the trail.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from scheduler.domain.code_words import (
    CLOSED_AFTER_FAILURE,
    MOST_TRIES,
    Heard,
    WordFor,
    hear,
)
from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.services.files.callers import begin_check
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import heard_words, standing
from scheduler.services.traces import audit
from scheduler.services.watching import attention
from scheduler.storage import bookings, code_words, forms, people, searches
from scheduler.storage.code_words import Check, Result
from scheduler.storage.engine import Tx

# A contact by phone is not longer, and the same check does not serve the next one.
CONTACT = timedelta(hours=1)

# The questions at the end of a session come within this time of it (P7).
AFTER_SESSION = timedelta(minutes=30)


class Answer(Enum):
    """What came of a typed word."""

    MATCHED = "matched"
    NO_MATCH = "no_match"
    FAILED = "failed"
    NOT_SAFE = "not_safe"
    GET_HELP = "get_help"


@dataclass(frozen=True, slots=True)
class Tried:
    """`code` is the file's once it is she. `action` is what she wants done when she
    has said *get help*, for a person to carry out. `handle` is where a next try counts.
    """

    answer: Answer
    tries_left: int
    handle: str = field(default="", kw_only=True)
    code: str | None = None
    action: str | None = field(default=None, repr=False)


def start_check(house: House, actor: Actor, code: str) -> str:
    """Begin a check of a client whose file is open already; its handle.

    A check of hers in which a word was typed goes on instead: a page that is loaded
    anew gives no new tries.
    """
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code)
        going_on = code_words.open_check(tx, file.id, actor.id, now - CONTACT)
        if going_on is not None and going_on.tries:
            return going_on.id
        return begin_check(tx, house, actor, file.id, now)


def try_word(
    house: House, actor: Actor, handle: str, typed: str, *, form: str | None = None
) -> Tried:
    """Type what she says. Raises NotThere for a handle that is not the actor's.

    The same `form` sent twice is one try, with one answer (B8).
    """
    now = house.now()
    with house.store.begin() as tx:
        course = _course(tx, actor, handle, now)
        before = forms.outcome(tx, form)
        if before is not None:
            return _answered(tx, before)
        tried = _try(tx, house, actor, handle, course, typed, now)
        kept = f"{tried.answer.value} {tried.tries_left} {handle}"
        forms.remember(tx, form, actor.id, now, kept)
        return replace(tried, handle=handle)


def _answered(tx: Tx, kept: str) -> Tried:
    """The answer a form had, with what belongs to it read anew."""
    word, left, handle = kept.split(" ")
    tried = Tried(Answer(word), int(left), handle=handle)
    check = code_words.check(tx, handle)
    if check is not None and tried.answer is Answer.MATCHED:
        return replace(tried, code=_code(tx, check.client_id))
    if check is not None and tried.answer is Answer.GET_HELP:
        return replace(tried, action=people.get_help_action(tx, check.client_id))
    return tried


def _try(
    tx: Tx,
    house: House,
    actor: Actor,
    handle: str,
    course: searches.Course,
    typed: str,
    now: datetime,
) -> Tried:
    check = code_words.check(tx, handle)
    if course.over or course.tries >= MOST_TRIES:
        return Tried(Answer.FAILED, 0)
    audit.record(tx, now, actor.id, searches.TRIED, searches.CHECK, handle)
    heard = _heard(tx, check, typed, now)
    left = MOST_TRIES - course.tries - 1
    if heard is Heard.NO_MATCH and left:
        return Tried(Answer.NO_MATCH, left)
    audit.record(tx, now, actor.id, searches.OVER, searches.CHECK, handle)
    if check is None:
        return Tried(Answer.FAILED, 0)
    return _settled(tx, house, actor, check, heard, typed, now)


def _course(tx: Tx, actor: Actor, handle: str, now: datetime) -> searches.Course:
    course = searches.course(tx, handle)
    if course is None or course.staff_id != actor.id:
        raise NotThere
    if now - course.began_at > CONTACT:
        raise NotThere
    return course


def _heard(tx: Tx, check: Check | None, typed: str, now: datetime) -> Heard:
    client_id = check.client_id if check is not None else 0
    heard = hear(typed, code_words.words(tx, client_id))
    if check is not None:
        code_words.count_try(tx, check.id)
    closed = _closed(tx, client_id, now)
    return Heard.NO_MATCH if closed and heard is Heard.MATCH else heard


def _closed(tx: Tx, client_id: int, now: datetime) -> bool:
    """After three tries only a supervisor who knows her voice opens again."""
    since = now - CLOSED_AFTER_FAILURE
    for each in code_words.settled_checks(tx, client_id, since):
        if each.result in (Result.FAILED, Result.VOICE_KNOWN):
            return each.result is Result.FAILED
    return False


def _settled(
    tx: Tx,
    house: House,
    actor: Actor,
    check: Check,
    heard: Heard,
    typed: str,
    now: datetime,
) -> Tried:
    if heard is Heard.MATCH:
        code_words.settle_check(tx, check.id, Result.MATCHED, now)
        return Tried(Answer.MATCHED, 0, code=_code(tx, check.client_id))
    code_words.settle_check(tx, check.id, Result.FAILED, now)
    if heard is Heard.NO_MATCH:
        _suspend(tx, house, actor, check, "identity_failed", now)
        return Tried(Answer.FAILED, 0)
    purpose = WordFor.NOT_SAFE if heard is Heard.NOT_SAFE else WordFor.GET_HELP
    heard_words.mark_heard(tx, check.client_id, typed, now, by=actor.id)
    _suspend(tx, house, actor, check, purpose.value, now)
    if heard is Heard.NOT_SAFE:
        return Tried(Answer.NOT_SAFE, 0)
    action = people.get_help_action(tx, check.client_id)
    return Tried(Answer.GET_HELP, 0, action=action)


def _code(tx: Tx, client_id: int) -> str | None:
    file = people.client_by_id(tx, client_id)
    return file.code if file is not None else None


def _suspend(
    tx: Tx, house: House, actor: Actor, check: Check, why: str, now: datetime
) -> None:
    standing.suspend(tx, house, check.client_id, why, now, by=actor.id)
    attention.raise_item(
        tx,
        house,
        "supervisor_needed",
        f"{why}:{check.id}",
        now,
        due_at=now,
        client_id=check.client_id,
    )


def know_voice(house: House, actor: Actor, handle: str) -> Tried:
    """A supervisor knows her voice; no word is needed (P9). Raises NotThere."""
    now = house.now()
    if actor.role is not Role.SUPERVISOR:
        raise NotThere
    with house.store.begin() as tx:
        course = _course(tx, actor, handle, now)
        check = code_words.check(tx, handle)
        if course.over:
            return Tried(Answer.FAILED, 0)
        audit.record(
            tx, now, actor.id, searches.OVER, searches.CHECK, handle, reason="voice"
        )
        if check is None:
            return Tried(Answer.FAILED, 0)
        code_words.settle_check(tx, check.id, Result.VOICE_KNOWN, now)
        return Tried(Answer.MATCHED, 0, code=_code(tx, check.client_id))


def checked(tx: Tx, actor: Actor, client_id: int, now: datetime) -> bool:
    """Whether in this contact it was found to be she, and nothing since against it.

    A supervisor who knew her voice vouches for whoever carries on with her.
    """
    since = _contact_began(tx, actor, client_id, now)
    settled = code_words.settled_checks(tx, client_id, since)
    if not settled or settled[0].result is Result.FAILED:
        return False
    return any(
        each.result is Result.VOICE_KNOWN
        or (each.result is Result.MATCHED and each.staff_id == actor.id)
        for each in settled
    )


def _contact_began(tx: Tx, actor: Actor, client_id: int, now: datetime) -> datetime:
    """An hour ago, or when the session with this counsellor began."""
    began = now - CONTACT
    for session in bookings.of_clients(tx, [client_id], now - CONTACT):
        over = session.ended_at is not None and session.ended_at < now - AFTER_SESSION
        mine = session.counsellor_id == actor.id
        if mine and session.started_at is not None and not over:
            began = min(began, session.started_at)
    return began
