"""Code words that were said in earnest (P9): marked at once, and to be replaced.

Whoever presses “not safe now” or “get help” cannot stop to say which word it was. So
every word she has for it counts as used; afterwards the one that was heard is typed, or
it is said that there was none, and the others are hers again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from scheduler.domain.code_words import CodeWord, WordFor
from scheduler.domain.fallback import Branch
from scheduler.domain.folding import fold
from scheduler.services.counselling import sessions
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import code_words, interruptions
from scheduler.storage.bookings import Session
from scheduler.storage.engine import Tx
from scheduler.storage.interruptions import Interruption

_SAYS: Final = {Branch.NOT_SAFE: WordFor.NOT_SAFE, Branch.GET_HELP: WordFor.GET_HELP}


def mark_used(
    tx: Tx,
    client_id: int,
    purpose: WordFor,
    now: datetime,
    *,
    by: int | None,
    only: Collection[int] | None = None,
) -> None:
    """She has said it in earnest: it must be replaced (P9). `only` are rows of words;
    without it, all for this purpose. Suspending is not done here."""
    if code_words.mark_used(tx, client_id, purpose, now, only=only):
        _trail(tx, client_id, "used code word", purpose, now, by)


def mark_heard(
    tx: Tx, client_id: int, typed: str, now: datetime, *, by: int | None
) -> None:
    """The word that was typed as she said it, and no other."""
    for each in _meant(typed, code_words.words(tx, client_id)):
        mark_used(tx, client_id, each.purpose, now, by=by, only=(each.id,))


def _meant(typed: str, words: Iterable[CodeWord]) -> list[CodeWord]:
    return [each for each in words if fold(each.word) == fold(typed)]


def _trail(
    tx: Tx,
    client_id: int,
    verb: str,
    purpose: WordFor,
    now: datetime,
    by: int | None,
) -> None:
    audit.record(tx, now, by, verb, "client", str(client_id), fields=[purpose.value])


# --- In a session that broke off (F3) ---------------------------------------------


def by_branch(
    tx: Tx, session: Session, branch: Branch, now: datetime, *, by: int | None
) -> None:
    """A branch that a word of hers brings: that word counts as used from now on."""
    purpose = _SAYS.get(branch)
    if purpose is not None:
        for client_id in session.client_ids:
            mark_used(tx, client_id, purpose, now, by=by)


def take_back(
    tx: Tx,
    session: Session,
    last: Interruption,
    now: datetime,
    *,
    by: int | None,
    but: Collection[int] = (),
) -> None:
    """What this interruption has marked is hers again, `but` these words."""
    for client_id in session.client_ids:
        for each in _marked(tx, client_id, last):
            if each.id not in but:
                code_words.take_back_used(tx, client_id, each.id)
                _trail(tx, client_id, "unused code word", each.purpose, now, by)


def marked_in(tx: Tx, session: Session, last: Interruption) -> tuple[WordFor, ...]:
    """For which purposes words count as used because of this interruption, one entry a
    word."""
    return tuple(
        each.purpose
        for client_id in session.client_ids
        for each in _marked(tx, client_id, last)
    )


def _marked(tx: Tx, client_id: int, last: Interruption) -> list[code_words.WordRow]:
    pressed = {
        each.at for each in interruptions.log(tx, last.id) if each.entry == "branch"
    }
    return [each for each in code_words.rows(tx, client_id) if each.used_at in pressed]


def name_heard(house: House, actor: Actor, session_id: str, typed: str) -> bool:
    """Which word it was, as heard. False if it is none of those that count as used;
    then all of them stay so. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        session = sessions.session_for(tx, actor, session_id)
        last = interruptions.latest(tx, session_id)
        if last is None:
            return False
        heard = {
            word.id
            for client_id in session.client_ids
            for word in _meant(typed, code_words.words(tx, client_id))
            if word.id in {each.id for each in _marked(tx, client_id, last)}
        }
        if heard:
            take_back(tx, session, last, now, by=actor.id, but=heard)
        return bool(heard)


def none_heard(house: House, actor: Actor, session_id: str) -> None:
    """Something else told it: no word was said, and hers stay as they are. Raises
    NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        session = sessions.session_for(tx, actor, session_id)
        last = interruptions.latest(tx, session_id)
        if last is not None:
            take_back(tx, session, last, now, by=actor.id)
