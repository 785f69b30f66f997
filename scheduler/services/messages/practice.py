"""The practice phone of a demo: whose phones there are, and what followed from a text.

What somebody answers there, and what the carrier is said to have done, goes the way a
real text and a real receipt go: through `inbound`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum

from scheduler.domain.messages import MessageKind, MessageState
from scheduler.domain.people import Role
from scheduler.domain.plan import ChannelKind, ContactPlan
from scheduler.domain.replies import ReplyKind
from scheduler.services.files.people import ANY_FILE, file_for
from scheduler.services.house import Actor, House
from scheduler.services.messages import inbound
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import outbox, people, plans, practice
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message
from scheduler.storage.people import ClientFile

# How far back the page tells what followed, and how much of it.
BACK: timedelta = timedelta(days=9)
LINES = 14
AFTER_HER_WINDOW = timedelta(minutes=5)
UNREACHABLE = "30003"
_S = MessageState
_WITH_THE_CARRIER = frozenset({_S.ACCEPTED, _S.SENT, _S.UNCERTAIN})


class Carried(Enum):
    """What the carrier is said to have done with the last text."""

    NOW = "now"
    LATE = "late"
    NOT = "not"


@dataclass(frozen=True, slots=True)
class Followed:
    """One line of what followed. `what` is `left`, `by_hand`, `uncertain`, `withheld`,
    `expired`, `void`, `planned`, `delivered`, `late`, `undelivered`, `reply`,
    `suspended` or `matter`; `about` says which."""

    at: datetime
    what: str
    about: str = ""
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Phone:
    """A client's phone. `waiting` is the text whose receipt has not come."""

    code: str
    zone: str
    numbers: tuple[str, ...] = field(repr=False)
    followed: tuple[Followed, ...] = ()
    waiting: Message | None = None


def phones(house: House, actor: Actor) -> tuple[str, ...]:
    """The codes of the files this person may see that have a number for texts."""
    now = house.now()
    with house.store.reading() as tx:
        files = _files(tx, actor)
        in_force = plans.current_many(tx, [each.id for each in files])
        found = [
            (_last_text(tx, each, now), each.code)
            for each in files
            if _numbers(in_force[each.id])
        ]
    latest_first = sorted(found, key=lambda each: (-each[0], each[1]))
    return tuple(code for _, code in latest_first)


def _files(tx: Tx, actor: Actor) -> list[ClientFile]:
    shut = people.shut_out_codes(tx, actor.id)
    if actor.role in ANY_FILE:
        files = people.open_files(tx)
    elif actor.role is Role.COUNSELLOR:
        files = people.files_of_counsellor(tx, actor.id)
    else:
        files = []
    return [each for each in files if each.code not in shut]


def _last_text(tx: Tx, file: ClientFile, now: datetime) -> float:
    left = [
        each.left_at.timestamp()
        for each in outbox.of_client(tx, file.id, now - BACK)
        if each.left_at is not None and each.channel is ChannelKind.SMS
    ]
    return max(left, default=0.0)


def _numbers(in_force: tuple[ContactPlan, ...]) -> tuple[str, ...]:
    found = [
        channel.address
        for plan in in_force
        for channel in plan.channels
        if channel.kind is ChannelKind.SMS and channel.address
    ]
    return tuple(dict.fromkeys(found))


def phone_of(house: House, actor: Actor, code: str) -> Phone:
    """One client's phone, with what followed here. Raises NotThere."""
    now = house.now()
    with house.store.reading() as tx:
        file = file_for(tx, actor, code)
        in_force = plans.current(tx, file.id)
        messages = outbox.of_client(tx, file.id, now - BACK)
        followed = sorted(
            (*_of_messages(messages), *_of_others(tx, file, messages, now - BACK)),
            key=lambda each: each.at,
        )
    return Phone(
        code=file.code,
        zone=in_force[0].zone,
        numbers=_numbers(tuple(in_force)),
        followed=tuple(followed[-LINES:]),
        waiting=_waiting(messages),
    )


def _waiting(messages: list[Message]) -> Message | None:
    texts = [
        each
        for each in messages
        if each.channel is ChannelKind.SMS and each.state in _WITH_THE_CARRIER
    ]
    return texts[-1] if texts else None


def _of_messages(messages: list[Message]) -> Iterator[Followed]:
    for each in messages:
        kind = each.kind.value
        if each.state is _S.UNCERTAIN and each.left_at:
            yield Followed(each.left_at, "uncertain", kind, each)
        elif each.left_at:
            what = "by_hand" if each.by_hand else "left"
            yield Followed(each.left_at, what, kind, each)
        elif each.state is _S.WITHHELD:
            yield Followed(each.not_before, "withheld", kind, each)
        elif each.state is _S.EXPIRED:
            yield Followed(each.not_after, "expired", kind, each)


def _of_others(
    tx: Tx, file: ClientFile, messages: list[Message], since: datetime
) -> Iterator[Followed]:
    by_id = {each.id: each for each in messages}
    for message_id, status, at in practice.receipts(tx, list(by_id)):
        message = by_id[message_id]
        late = status == "delivered" and at > message.window_end
        yield Followed(at, "late" if late else status, message.kind.value, message)
    for kind, at in practice.replies(tx, file.id, since):
        yield Followed(at, "reply", kind)
    for ground, at in practice.suspensions(tx, file.id, since):
        yield Followed(at, "suspended", ground)
    for kind, at in practice.matters(tx, file.id, since):
        yield Followed(at, "matter", kind)
    if file.suspended_at is not None:
        void = [
            each
            for each in messages
            if each.state is _S.CANCELLED and each.kind is not MessageKind.CALL
        ]
        for each in void:
            if each.not_before >= file.suspended_at:
                yield Followed(file.suspended_at, "void", each.kind.value, each)


def answered(house: House, number: str, body: str) -> ReplyKind:
    """Somebody at that phone wrote: taken in like any text (I2, I3)."""
    return inbound.reply(house, number, body)


def carried(house: House, actor: Actor, code: str, how: Carried) -> bool:
    """The carrier's receipt for the last text; False when none is waiting for one.

    `LATE` is a receipt that comes five minutes after her window has closed, whatever
    the hour is now (M9). Raises NotThere.
    """
    waiting = phone_of(house, actor, code).waiting
    if waiting is None:
        return False
    match how:
        case Carried.NOW:
            return inbound.receipt(house, waiting.reference, "delivered")
        case Carried.LATE:
            late = max(house.now(), waiting.window_end + AFTER_HER_WINDOW)
            then = replace(house, clock=MadeUpClock(late))
            return inbound.receipt(then, waiting.reference, "delivered")
        case Carried.NOT:
            return inbound.receipt(house, waiting.reference, "undelivered", UNREACHABLE)
