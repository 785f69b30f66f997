"""A made-up clock for the demo: acts in their order, texts at their minutes.

Every act is a service somebody could have called from a page. Minutes in which nothing
can happen are passed over.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Final, Protocol, TypeVar

from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.messages import MessageState
from scheduler.domain.people import Role
from scheduler.domain.zones import Edge, instant, local_date, zone
from scheduler.services.counselling import fallback
from scheduler.services.house import Actor, House
from scheduler.services.messages import delivery, inbound
from scheduler.services.simulation.made_up import MadeUpClock, Provider
from scheduler.services.staff.passwords import Passwords
from scheduler.services.stops import brakes
from scheduler.services.watching import watch
from scheduler.storage import outbox
from scheduler.storage.outbox import Message

Act = Callable[[], object]
_Done = TypeVar("_Done")

MINUTE: Final = timedelta(minutes=1)
# Somebody looks at the list, and time does its work, at least this often.
ROUND: Final = timedelta(hours=6)
# While a provider is in trouble it is tried about so often here, for a quick demo.
AGAIN: Final = timedelta(minutes=10)
SHIFT: Final = (10 * 60 + 30, 19 * 60 + 30)
QUARTER: Final = 15
# Some are free only late in the evening: the last session of a day begins about then.
LATEST: Final = 23 * 60 + 45
# From now to the starts of the day that is shown first, in minutes.
BEHIND_BY: Final = (105, 190, 275, 360)
AHEAD_BY: Final = (15, 90, 175)
_S = MessageState


class Practice(Provider, Protocol):
    """The simulated phone, which can also be written on."""

    def answer(self, number: str, body: str) -> None:
        """Somebody at that phone writes back."""
        ...


@dataclass(slots=True)
class Stage:
    """Who and what the demo is made of. Days are counted from the day it is made."""

    house: House
    clock: MadeUpClock
    phone: Practice
    passwords: Passwords
    zone: str
    until: datetime
    actors: dict[str, Actor] = field(default_factory=dict)
    codes: dict[str, str] = field(default_factory=dict)
    rows: dict[str, int] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)
    when_texted: dict[str, tuple[timedelta, Act]] = field(default_factory=dict)
    when_prompted: Callable[[str], None] | None = None
    trouble: dict[str, str] = field(default_factory=dict)
    late: set[str] = field(default_factory=set)
    missed: list[str] = field(default_factory=list)
    _acts: list[tuple[datetime, int, Act]] = field(default_factory=list)
    _count: int = 0
    _texts_seen: int = 0
    _prompts_seen: set[str] = field(default_factory=set)
    _rounds_at: datetime | None = None

    @property
    def today(self) -> date:
        """The day the demo is for, where the agency is."""
        return local_date(self.until, self.zone)

    @property
    def base(self) -> int:
        """About now, in minutes of the day, kept within hours people work."""
        return min(max(self._minutes, SHIFT[0]), SHIFT[1]) // QUARTER * QUARTER

    @property
    def _minutes(self) -> int:
        wall = self.until.astimezone(zone(self.zone))
        return wall.hour * 60 + wall.minute

    @property
    def ahead(self) -> tuple[int, ...]:
        """When those sessions begin that are still to come on the day shown first."""
        return tuple(each for each in self._starts if each > self._around)

    @property
    def behind(self) -> tuple[int, ...]:
        """When the others began: two, and late in the evening more, since there is no
        room for three to come. Before anybody is at work all lie ahead of now."""
        return tuple(each for each in self._starts if each <= self._around)

    @property
    def _around(self) -> int:
        return min(max(self._minutes, SHIFT[0]), LATEST - QUARTER) // QUARTER * QUARTER

    @property
    def _starts(self) -> tuple[int, ...]:
        now, all_ = self._around, len(AHEAD_BY) + 2
        to_come = [now + each for each in AHEAD_BY if now + each <= LATEST]
        past = [now - each for each in BEHIND_BY[: all_ - len(to_come)]]
        return tuple(sorted((*past, *to_come)))

    @property
    def shift(self) -> tuple[int, int]:
        """The hours of whoever is shown first, so that her day is around now; late in
        the evening past midnight."""
        return self._starts[0] - 20, self._starts[-1] + 95

    def day(self, offset: int) -> date:
        """So many days from the day the demo is for."""
        return self.today + timedelta(days=offset)

    def wall(self, offset: int, minutes: int, zone_name: str = "") -> datetime:
        """The instant of so many minutes past midnight on a day from today."""
        start = datetime.combine(self.day(offset), time())
        wall = start + timedelta(minutes=minutes)
        return instant(wall, zone_name or self.zone, Edge.OPENS)

    def enter(self, row: int, role: Role, name: str) -> None:
        """Somebody has an account now."""
        self.actors[name] = Actor(row, role, name.title())

    def below(self, n: int) -> int:
        """Chance, the same for the same day."""
        return self.house.tokens.below(n)

    def at(self, when: datetime, act: Act) -> None:
        """Let an act happen then; what would come after the last instant does not."""
        self._count += 1
        heapq.heappush(self._acts, (max(when, self.clock.at), self._count, act))

    def play(self) -> None:
        """Let everything happen, up to the instant the real clock takes over."""
        self.phone.on_send = self._behave
        while (moment := self._next()) <= self.until:
            self.clock.at = max(self.clock.at, moment)
            if self._acts and self._acts[0][0] <= moment:
                heapq.heappop(self._acts)[2]()
            else:
                self._tick()
        self.clock.at = self.until
        self._tick()
        self.phone.on_send = None

    def _next(self) -> datetime:
        wake = self._next_wake()
        return min(wake, self._acts[0][0]) if self._acts else wake

    def _next_wake(self) -> datetime:
        now = self.clock.at
        with self.house.store.reading() as tx:
            waiting = outbox.in_states(tx, {_S.PLANNED}, limit=1)
            due = outbox.in_states(tx, {_S.DUE, _S.SENDING})
            unclear = outbox.in_states(tx, {_S.UNCERTAIN})
        moments = [self._rounds_at or now + MINUTE]
        moments.extend(each.not_before for each in waiting)
        moments.extend(
            each.not_after + MINUTE if each.by_hand else now + AGAIN for each in due
        )
        moments.extend(now + MINUTE for each in unclear if each.looked_up_at is None)
        return max(_whole_minute(min(moments)), now + MINUTE)

    def _tick(self) -> None:
        self._rounds_at = self.clock.at + ROUND
        brakes.check_clock(self.house)
        delivery.tick(self.house)
        fallback.watch(self.house)
        watch.look_round(self.house)
        self._follow_prompts()
        self._follow_texts()

    def _follow_prompts(self) -> None:
        """Somebody at work sees the list."""
        with self.house.store.reading() as tx:
            due = outbox.in_states(tx, {_S.DUE})
        names = {row: name for name, row in self.rows.items()}
        for each in due:
            if each.by_hand and each.id not in self._prompts_seen:
                self._prompts_seen.add(each.id)
                if self.when_prompted is not None:
                    self.when_prompted(names[each.client_id])

    def _behave(self) -> None:
        """A provider in trouble exactly when a text to certain people is under way."""
        with self.house.store.reading() as tx:
            under_way = outbox.in_states(tx, {_S.SENDING})
        troubled = {self.rows[name]: how for name, how in self.trouble.items()}
        found = [troubled.get(each.client_id) for each in under_way]
        self.phone.behaviour = next((each for each in found if each), "accepts")

    def _follow_texts(self) -> None:
        """The provider's receipts, and whoever answers a text."""
        new = list(self.phone.texts)[self._texts_seen :]
        self._texts_seen = len(self.phone.texts)
        names = {number: name for name, number in self.numbers.items()}
        for text in new:
            if not text.reference:
                continue
            name = names.get(text.number, "")
            self._receipt(text.reference, late=name in self.late)
            if name in self.when_texted:
                delay, act = self.when_texted.pop(name)
                self.at(self.clock.at + delay, act)

    def _receipt(self, reference: str, *, late: bool) -> None:
        with self.house.store.reading() as tx:
            message = outbox.by_reference(tx, reference)
        if message is None:
            return
        when = self._delivered_at(message, late=late)
        self.at(when, lambda: inbound.receipt(self.house, reference, "delivered"))

    def _delivered_at(self, message: Message, *, late: bool) -> datetime:
        if late:
            return message.window_end + timedelta(minutes=25)
        return self.clock.at + timedelta(seconds=20 + self.below(60))


class OutOfStep(RuntimeError):
    """The script asks for something the rules refuse. Mend the script."""


def taken(answer: _Done | FieldErrors) -> _Done:
    """What a service answers when nothing typed is wrong. Raises OutOfStep."""
    match answer:
        case FieldErrors():
            raise OutOfStep(answer)
        case done:
            return done


def _whole_minute(moment: datetime) -> datetime:
    floor = moment.replace(second=0, microsecond=0)
    return floor if floor == moment else floor + MINUTE
