"""All that is kept about a client, to be gone through with her (E7, E2).

For a custodian, or the counsellor who usually sees her. What is about others is not in
it: who shares a group, which file is kept apart, who is shut out (E4, E5). Code words
never are (P9), and the last figures of numbers are covered.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Person, Role
from scheduler.domain.plan import ContactPlan
from scheduler.domain.plan_changes import Change, changes
from scheduler.domain.policy import Policy
from scheduler.domain.reveals import RevealReason
from scheduler.domain.suitability import Suitability
from scheduler.services.files.file_view import FOR_CUSTODIANS, FOR_SUPERVISORS
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact.plan_talk import covered
from scheduler.services.traces import audit
from scheduler.services.watching import unusual
from scheduler.storage import (
    access_log,
    accounts,
    agency,
    bookings,
    code_words,
    erasing,
    interruptions,
    outbox,
    people,
    plans,
    replies,
    waiting,
)
from scheduler.storage.access_log import Looked
from scheduler.storage.bookings import Session
from scheduler.storage.code_words import WordRow
from scheduler.storage.engine import Tx
from scheduler.storage.interruptions import Interruption, LogLine
from scheduler.storage.outbox import Message
from scheduler.storage.people import ClientFile
from scheduler.storage.replies import Reply
from scheduler.storage.waiting import Entry

LINES = 400

# Rows that are about others as well: that there are any is not said (E4, E5).
_OF_OTHERS = frozenset({"apart", "shut_out"})


@dataclass(frozen=True, slots=True)
class BrokeOff:
    """A call that broke off, with its lines; notes by the number of their line, none
    where others had a seat."""

    interruption: Interruption
    lines: tuple[LogLine, ...]
    notes: Mapping[int, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class HerData:
    """Everything, opened. `plan` is all that was agreed; `rows` counts what there is of
    each kind, so that nothing is left out unsaid."""

    file: ClientFile
    person: Person = field(repr=False)
    video: Suitability | None = field(repr=False)
    place: str = field(repr=False)
    get_help: str = field(repr=False)
    plan: tuple[Change, ...] = field(repr=False)
    words: tuple[WordRow, ...]
    waits: Entry | None
    sessions: tuple[Session, ...]
    broke_off: tuple[BrokeOff, ...]
    messages: tuple[Message, ...]
    replies: tuple[tuple[Reply, str | None], ...] = field(repr=False)
    looked: tuple[Looked, ...]
    rows: Mapping[str, int]
    names: Mapping[int, str] = field(repr=False)
    policy: Policy


def may_open(house: House, actor: Actor, code: str) -> ClientFile:
    """The file, for whoever may go through it with her. Raises NotThere."""
    with house.store.reading() as tx:
        return _hers(tx, actor, code)


def open_all(house: House, actor: Actor, code: str, reason: RevealReason) -> HerData:
    """Open everything; who did and why is written down. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = _hers(tx, actor, code)
        audit.record(
            tx,
            now,
            actor.id,
            "read her data",
            "client",
            str(file.id),
            reason=reason.value,
        )
        unusual.look(tx, house, actor, now)
        return _all(tx, file, now)


def _all(tx: Tx, file: ClientFile, now: datetime) -> HerData:
    sessions = bookings.of_clients(tx, [file.id], file.opened_at)
    count = erasing.count(tx, file.id)
    return HerData(
        file=file,
        person=people.person(tx, file),
        video=people.suitability(tx, file),
        place=people.place_today(tx, file.id, now) or "",
        get_help=people.get_help_action(tx, file.id) or "",
        plan=_agreed(plans.current(tx, file.id)),
        words=tuple(code_words.rows(tx, file.id)),
        waits=waiting.of_client(tx, file.id),
        sessions=tuple(sessions),
        broke_off=_broke_off(tx, file, sessions),
        messages=tuple(outbox.of_client(tx, file.id, file.opened_at)),
        replies=tuple(
            (each, replies.body(tx, each.id)) for each in replies.of_client(tx, file.id)
        ),
        looked=tuple(
            each
            for each in access_log.of_client(tx, file.id, LINES)
            if each.verb not in FOR_SUPERVISORS | FOR_CUSTODIANS
        ),
        rows={name: many for name, many in count.items() if name not in _OF_OTHERS},
        names={each.id: each.name for each in accounts.members(tx)},
        policy=agency.policy(tx),
    )


def _agreed(in_force: Sequence[ContactPlan]) -> tuple[Change, ...]:
    """All that is said in the plans in force: their difference from one in which
    nothing is."""
    return tuple(
        change
        for plan in map(covered, in_force)
        for change in changes(ContactPlan("", plan.valid_until.min), plan)
    )


def _broke_off(
    tx: Tx, file: ClientFile, sessions: Sequence[Session]
) -> tuple[BrokeOff, ...]:
    alone = {each.id for each in sessions if len(each.client_ids) == 1}
    found = interruptions.of_sessions(tx, [each.id for each in sessions])
    return tuple(
        BrokeOff(
            each,
            tuple(interruptions.log(tx, each.id)),
            interruptions.notes(tx, each.id, file.id)
            if each.session_id in alone
            else {},
        )
        for each in found
    )


def _hers(tx: Tx, actor: Actor, code: str) -> ClientFile:
    file = file_for(tx, actor, code)
    usual = actor.role is Role.COUNSELLOR and file.usual_counsellor_id == actor.id
    if actor.role is not Role.CUSTODIAN and not usual:
        raise NotThere
    return file
