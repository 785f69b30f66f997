"""What follows from a provider's post: the same in any order and number (I1, bar-O2),
and STOP for good (I2, bar-O4, bar-W8)."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count, pairwise, permutations
from typing import Any

import pytest
from sqlalchemy import Table, func, select

from scheduler.domain.messages import MessageState
from scheduler.ports import (
    Answer,
    Cleared,
    Handed,
    Removal,
    Sought,
    StatusCame,
    TextCame,
)
from scheduler.services.house import House
from scheduler.services.messages import callbacks, delivery
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import outbox, plans, provider_copies, replies, tables
from scheduler.storage.engine import Tx
from scheduler.storage.outbox import Message
from tests.domain.builders import plan, text
from tests.profiles import Tells, trials
from tests.services.sending import NUMBER, SESSION, Desk, open_desk

OTHER = "+14165550144"
STRANGER = "+14165550199"
_S = MessageState
_numbers = count(1)


class Carrier:
    """A real provider as far as services can tell; takes everything."""

    simulated = False
    at_once = 1

    def __init__(self) -> None:
        self.sent: list[Cleared] = []

    def send(self, message: Cleared) -> Handed:
        self.sent.append(message)
        return Handed(Answer.ACCEPTED, an_id())

    def look_up(self, sought: Sought) -> Handed | None:
        return None

    def remove_body(self, provider_id: str) -> Removal:
        return Removal.DONE


def an_id() -> str:
    return f"SM{next(_numbers):032x}"


@dataclass
class Posted:
    """The desk with a carrier that posts."""

    desk: Desk
    house: House
    carrier: Carrier

    def receipt(
        self, message: Message, status: str, code: str = "", sid: str = ""
    ) -> bool:
        given = sid or message.provider_id or an_id()
        came = StatusCame(message.reference, given, status, code or None)
        return callbacks.status_came(self.house, came)

    def text(
        self, number: str, body: str, *, stop: bool = False, sid: str = ""
    ) -> bool:
        came = TextCame(sid or an_id(), number, body, stop)
        return callbacks.text_came(self.house, came)

    def sent(self) -> Message:
        """A reminder the carrier took."""
        reminder = self.desk.reminded()
        self.desk.go_to(reminder.not_before)
        delivery.tick(self.house)
        return self.desk.message(reminder.id)

    def copies_of(self, template: Message, many: int) -> list[Message]:
        """Further messages, accepted under ids of their own."""
        made = []
        with self.house.store.begin() as tx:
            for _ in range(many):
                number = next(_numbers)
                new = replace(
                    template,
                    id=f"copy-{number}",
                    reference=f"reference-of-copy-{number:06d}",
                    session_id=None,
                    state=_S.PLANNED,
                    provider_id=None,
                )
                outbox.insert_message(tx, new)
                for before, after in pairwise(_WAY):
                    outbox.move(tx, new.id, before, after)
                sid = an_id()
                outbox.note(tx, new.id, provider_id=sid, left_at=template.left_at)
                provider_copies.keep(tx, sid, new.id, self.house.now())
                made.append(replace(new, state=_S.ACCEPTED, provider_id=sid))
        return made

    def outcomes(self, messages: Sequence[Message]) -> list[tuple[Any, ...]]:
        """All that is kept about each message after its receipts."""
        with self.house.store.reading() as tx:
            now = {each.id: each for each in outbox.everything(tx)}
            items, kept = _by_message(tx, tables.attention, tables.receipt)
        return [
            (
                now[each.id].state,
                now[each.id].provider_code,
                frozenset(row.kind for row in items[each.id]),
                frozenset((row.status, row.code) for row in kept[each.id]),
            )
            for each in messages
        ]


def _by_message(tx: Tx, *of: Table) -> list[defaultdict[str, list[Any]]]:
    found = []
    for table in of:
        rows: defaultdict[str, list[Any]] = defaultdict(list)
        for row in tx.conn.execute(select(table)):
            rows[row.message_id].append(row)
        found.append(rows)
    return found


_WAY = (_S.PLANNED, _S.DUE, _S.CLAIMED, _S.SENDING, _S.ACCEPTED)


@pytest.fixture
def posted(house: House, clock: MadeUpClock) -> Posted:
    desk = open_desk(house, clock)
    carrier = Carrier()
    return Posted(desk, replace(desk.house, sender=carrier), carrier)


# --- Receipts -----------------------------------------------------------------

ENDS = [("delivered", ""), ("undelivered", "30006"), ("failed", "30008")]


def orders(end: str) -> list[tuple[str, ...]]:
    """Every order of up to six receipts in which none comes more than twice."""
    found = {
        order
        for twice in (("accepted", "sent", end) * 2,)
        for many in range(1, 7)
        for order in permutations(twice, many)
    }
    return sorted(found)


@pytest.mark.parametrize(("end", "code"), ENDS)
def test_any_order_and_number_of_receipts_ends_the_same(
    posted: Posted, end: str, code: str, tells: Tells
) -> None:
    """bar-O2: every order of at most six, and random ones of many more."""
    template = posted.sent()
    seed = random.Random().randrange(1 << 30)
    chance = random.Random(seed)
    every = orders(end)
    assert len(every) == 270
    of_each_kind = {frozenset(order): order for order in every}
    wanted = [*of_each_kind.values(), *chance.sample(every, trials(50, len(every)))]
    wanted += [
        tuple(chance.choices(("accepted", "sent", end), k=chance.randint(7, 14)))
        for _ in range(trials(20, 1700))
    ]
    messages = posted.copies_of(template, len(wanted))
    for order, message in zip(wanted, messages, strict=True):
        for status in order:
            assert posted.receipt(message, status, code if status == end else "")
    ended: dict[frozenset[str], set[tuple[Any, ...]]] = {}
    for order, outcome in zip(wanted, posted.outcomes(messages), strict=True):
        assert outcome[0] is furthest(order), (seed, order)
        ended.setdefault(frozenset(order), set()).add(outcome)
    assert len(ended) == len(of_each_kind) == 7
    assert {len(found) for found in ended.values()} == {1}, seed
    tells(trials=len(wanted), seed=seed, hit={end: len(wanted)})


def furthest(order: Sequence[str]) -> MessageState:
    ranks = ["accepted", "sent", "delivered", "undelivered", "failed"]
    return MessageState(max(order, key=ranks.index))


@pytest.mark.parametrize("first", ["delivered", "undelivered"])
def test_of_two_that_contradict_each_other_the_first_stays(
    posted: Posted, first: str
) -> None:
    message = posted.sent()
    second = {"delivered": "undelivered", "undelivered": "delivered"}[first]
    for status in (first, second, "sent", first, second):
        assert posted.receipt(message, status)
    assert posted.desk.state(message) == first


def test_a_receipt_settles_a_doubt_and_brings_the_id_along(posted: Posted) -> None:
    reminder = posted.desk.reminded()
    posted.desk.phone.behaviour = "times_out"
    posted.desk.tick(reminder.not_before)
    posted.desk.later(seconds=5)
    assert posted.desk.kinds() == ["uncertain"]
    sid = an_id()
    assert posted.receipt(reminder, "accepted", sid=sid)
    assert (posted.desk.state(reminder), posted.desk.kinds()) == ("accepted", [])
    assert posted.desk.message(reminder.id).provider_id == sid


def test_a_receipt_before_the_answer_to_the_call_leaves_one_id_and_one_text(
    posted: Posted,
) -> None:
    reminder = posted.desk.reminded()
    posted.desk.go_to(reminder.not_before)
    sid = an_id()

    def quick(message: Cleared) -> Handed:
        posted.receipt(reminder, "sent", sid=sid)
        posted.carrier.sent.append(message)
        return Handed(Answer.ACCEPTED, sid)

    posted.carrier.send = quick  # type: ignore[method-assign]
    delivery.tick(posted.house)
    now = posted.desk.message(reminder.id)
    assert (now.state, now.provider_id) == (_S.SENT, sid)
    posted.desk.go_to(posted.desk.clock.at + timedelta(minutes=5))
    delivery.tick(posted.house)
    assert len(posted.carrier.sent) == 1


# --- Receipts of nothing here -------------------------------------------------


def strays(posted: Posted) -> list[tuple[str, str]]:
    with posted.house.store.reading() as tx:
        return provider_copies.strays(tx)


def messages(posted: Posted) -> int:
    with posted.house.store.reading() as tx:
        query = select(func.count()).select_from(tables.message)
        return int(tx.conn.execute(query).scalar_one())


def test_a_receipt_of_nothing_here_is_put_aside_once_and_makes_nothing(
    posted: Posted,
) -> None:
    before = messages(posted)
    came = StatusCame("nobody's-reference-0000", an_id(), "delivered")
    for _ in range(3):
        assert not callbacks.status_came(posted.house, came)
    assert strays(posted) == [(came.provider_id, "delivered")]
    assert messages(posted) == before
    assert posted.desk.kinds() == ["stray_receipt"]


def test_another_id_for_a_message_of_ours_is_put_aside(posted: Posted) -> None:
    message = posted.sent()
    assert not posted.receipt(message, "delivered", sid=an_id())
    assert posted.desk.state(message) == "accepted"
    assert len(strays(posted)) == 1


def test_an_id_of_another_message_is_put_aside(posted: Posted) -> None:
    message = posted.sent()
    [other] = posted.copies_of(message, 1)
    with posted.house.store.begin() as tx:
        outbox.note(tx, other.id, provider_id=None)
    assert not posted.receipt(other, "delivered", sid=message.provider_id or "")
    assert posted.desk.state(other) == "accepted"


# --- Texts --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "stop"), [("STOP", False), ("arrêtez svp", False), ("tomorrow", True)]
)
def test_a_stop_blocks_the_number_for_everybody_who_has_it(
    posted: Posted, body: str, stop: bool
) -> None:
    """bar-O4: read as one, or taken for one by the provider."""
    first, second = posted.desk.reminded(), posted.desk.another_reminded(NUMBER)
    posted.text(NUMBER, body, stop=stop)
    posted.desk.go_to(max(first.not_before, second.not_before))
    delivery.tick(posted.house)
    assert posted.carrier.sent == []
    assert posted.desk.blocked()
    assert [posted.desk.state(each) for each in (first, second)] == ["cancelled"] * 2
    assert posted.desk.kinds() == [
        "reply_stop",
        "reply_stop",
        "same_number",
        "same_number",
    ]


def test_start_opens_nothing_again(posted: Posted) -> None:
    posted.text(NUMBER, "STOP")
    posted.text(NUMBER, "START")
    posted.text(NUMBER, "UNSTOP")
    assert posted.desk.blocked()
    assert posted.desk.file().suspended_why == "stop"


def test_a_refusal_for_a_stop_at_the_provider_blocks_here_too(posted: Posted) -> None:
    message = posted.sent()
    posted.receipt(message, "failed", "21610")
    assert posted.desk.blocked()
    assert "reply_stop" in posted.desk.kinds()


def test_a_stranger_who_stops_is_blocked_before_anybody_has_her_number(
    posted: Posted,
) -> None:
    posted.text(STRANGER, "STOP")
    assert posted.desk.blocked(STRANGER)
    office = posted.desk.office
    file = office.another(with_plan=plan(text(address=STRANGER)))
    booked = office.booked(SESSION, codes=(file.code,), counsellor_id=office.dora.id)
    assert office.messages(booked) == []


def test_the_same_text_again_has_no_effect(posted: Posted) -> None:
    sid = an_id()
    assert posted.text(NUMBER, "the river is high", sid=sid)
    for _ in range(3):
        assert not posted.text(NUMBER, "the river is high", sid=sid)
    assert posted.desk.kinds() == ["reply_other"]
    with posted.house.store.reading() as tx:
        rows = tx.conn.execute(select(tables.inbound)).all()
        assert len(rows) == 1
        assert replies.body(tx, rows[0].id) == "the river is high"


def test_of_a_stranger_nothing_is_kept_but_the_kind_and_the_time(
    posted: Posted,
) -> None:
    posted.text(STRANGER, "who is this then")
    with posted.house.store.reading() as tx:
        [row] = tx.conn.execute(select(tables.inbound)).all()
        assert (row.client_id, row.body) == (None, None)
    assert posted.desk.kinds() == []


def test_whatever_comes_in_nothing_goes_out(posted: Posted, tells: Tells) -> None:
    """bar-W8."""
    seed = random.Random().randrange(1 << 30)
    chance = random.Random(seed)
    letters = "abc STOPstart ?!é🙂\n\x00<>&+" + "HELP ok merci oui no"
    posted.desk.reminded()
    many = trials(150, 5000)
    for _ in range(many):
        body = "".join(chance.choices(letters, k=chance.randint(0, 60)))
        number = chance.choice((NUMBER, OTHER, STRANGER))
        posted.text(number, body, stop=chance.random() < 0.05)
    posted.desk.go_to(posted.desk.clock.at + timedelta(days=1))
    delivery.tick(posted.house)
    assert posted.carrier.sent == [], seed
    with posted.house.store.reading() as tx:
        assert plans.current(tx, posted.desk.alma.id)
    tells(trials=many, seed=seed)
