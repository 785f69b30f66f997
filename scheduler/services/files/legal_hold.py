"""Holding a file for a court: nothing of it is erased or purged meanwhile (E7).

A custodian lays a hold, looks at it again on the day she named, and ends it. It never
ends by itself: a forgotten one keeps too much, which can be put right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from scheduler.domain.errors import NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.legal_hold import (
    END_IN_WORDS,
    EndReason,
    HoldAct,
    HoldReason,
    review_is_due,
    wrong_review,
)
from scheduler.domain.people import Role
from scheduler.domain.zones import local_date
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, agency, legal_holds, people
from scheduler.storage.engine import Tx
from scheduler.storage.legal_holds import Held
from scheduler.storage.people import ClientFile


@dataclass(frozen=True, slots=True)
class OfFile:
    """A file with every act about its holds, the newest first. `today` is the
    agency's."""

    file: ClientFile
    acts: tuple[Held, ...]
    today: date
    names: Mapping[int, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Lasting:
    """A file that is held. `code` is empty where this custodian may not know of it."""

    code: str
    since: Held
    due: bool


def look(house: House, actor: Actor, code: str) -> OfFile:
    """Whether it is held, and what was done about it. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = _custodians(tx, actor, code)
        audit.record(tx, now, actor.id, "read hold", "client", str(file.id))
        return OfFile(
            file=file,
            acts=tuple(legal_holds.of_file(tx, file.id)),
            today=_today(tx, now),
            names={each.id: each.name for each in accounts.members(tx)},
        )


def lasting(house: House, actor: Actor) -> tuple[Lasting, ...]:
    """Every file that is held, the earliest review first. Raises NotThere."""
    if actor.role is not Role.CUSTODIAN:
        raise NotThere
    now = house.now()
    with house.store.reading() as tx:
        today = _today(tx, now)
        held = legal_holds.lasting(tx)
        files = people.clients_by_ids(tx, [each.client_id for each in held])
        return tuple(
            Lasting(
                code=_code(tx, actor, files.get(each.client_id)),
                since=each,
                due=each.review_on is not None and review_is_due(each.review_on, today),
            )
            for each in held
        )


def _code(tx: Tx, actor: Actor, file: ClientFile | None) -> str:
    if file is None or people.is_shut_out(tx, actor.id, file.id):
        return ""
    return file.code


def lay(
    house: House, actor: Actor, code: str, reason: HoldReason, review_on: date
) -> FieldErrors | None:
    """Hold a file until somebody ends it. Raises NotThere."""
    return _act(house, actor, code, HoldAct.LAID, reason.value, review_on)


def review(
    house: House, actor: Actor, code: str, reason: HoldReason, review_on: date
) -> FieldErrors | None:
    """It was looked at and lasts on, for the reason that holds now. Raises NotThere."""
    return _act(house, actor, code, HoldAct.REVIEWED, reason.value, review_on)


def end(house: House, actor: Actor, code: str, reason: EndReason) -> FieldErrors | None:
    """Erasing and purging go on from now. Raises NotThere."""
    if reason not in END_IN_WORDS:
        return FieldErrors({"reason": "Choose why it may end."})
    return _act(house, actor, code, HoldAct.ENDED, reason.value, None)


def _act(
    house: House,
    actor: Actor,
    code: str,
    act: HoldAct,
    reason: str,
    review_on: date | None,
) -> FieldErrors | None:
    now = house.now()
    with house.store.begin() as tx:
        file = _custodians(tx, actor, code)
        wrongs = _wrongs(file, act, review_on, _today(tx, now))
        if wrongs:
            return FieldErrors(wrongs)
        legal_holds.add(tx, Held(file.id, act, reason, review_on, actor.id, now))
        audit.record(
            tx,
            now,
            actor.id,
            _VERBS[act],
            "client",
            str(file.id),
            fields=["review_on"] if review_on else [],
            reason=reason,
        )
    return None


_VERBS = {
    HoldAct.LAID: "laid hold",
    HoldAct.REVIEWED: "reviewed hold",
    HoldAct.ENDED: "ended hold",
}


def _wrongs(
    file: ClientFile, act: HoldAct, review_on: date | None, today: date
) -> dict[str, str]:
    if act is HoldAct.LAID and file.legal_hold:
        return {"reason": "This file is held already. Look at that hold again instead."}
    if act is not HoldAct.LAID and not file.legal_hold:
        return {"reason": "This file is not held. There is nothing to end or review."}
    said = "" if review_on is None else wrong_review(review_on, today)
    return {"review_on": said} if said else {}


def end_for_erased(tx: Tx, file: ClientFile, now: datetime) -> None:
    """A restore brought an erased file back as it was held then: the hold had ended
    before it was erased, and ends again."""
    if file.legal_hold:
        reason = EndReason.ERASED.value
        legal_holds.add(tx, Held(file.id, HoldAct.ENDED, reason, None, None, now))


def _today(tx: Tx, now: datetime) -> date:
    return local_date(now, agency.settings(tx).zone)


def _custodians(tx: Tx, actor: Actor, code: str) -> ClientFile:
    file = file_for(tx, actor, code)
    if actor.role is not Role.CUSTODIAN:
        raise NotThere
    return file
