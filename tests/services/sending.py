"""A desk from which texts leave: the small agency with a simulated phone that keeps
all it is handed, on a made-up clock. It is Monday 30 November 2026, 08:00."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from integrations.sms.phone import LEAST_VALIDITY, MOST_VALIDITY, SimulatedPhone
from scheduler.domain.messages import MessageKind
from scheduler.domain.plan import Channel, ContactPlan, Mode
from scheduler.ports import Cleared, Handed, Sought
from scheduler.services.house import Actor, House
from scheduler.services.messages import delivery
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.storage import attention, outbox, people, tables
from scheduler.storage import plans as kept_plans
from scheduler.storage.attention import Item
from scheduler.storage.outbox import Message
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, plan, text
from tests.services import bookings_of, filing
from tests.services.bookings_of import Office

NUMBER = "+14165550142"
SESSION = "2026-12-02 10:00"
OPENS = "2026-12-01 09:00"
CLOSES = "2026-12-01 11:30"
# The last second of that window in which something may leave (T7).
LAST = "2026-12-01 11:14"


class KeepingPhone(SimulatedPhone):
    """Keeps what it is handed, taken or not. `breaks` is raised instead of an answer,
    for a message to `breaks_for` or for all."""

    def __init__(self, clock: MadeUpClock) -> None:
        super().__init__(clock)
        self.clock = clock
        self.handed: list[tuple[datetime, Cleared]] = []
        self.breaks: Exception | None = None
        self.breaks_for: str | None = None
        self.blind_look_up: Exception | None = None

    def send(self, message: Cleared) -> Handed:
        assert LEAST_VALIDITY <= message.validity <= MOST_VALIDITY
        self.handed.append((self.clock.now(), message))
        if self.breaks is not None and self.breaks_for in (None, message.to):
            raise self.breaks
        return super().send(message)

    def look_up(self, sought: Sought) -> Handed | None:
        if self.blind_look_up is not None:
            raise self.blind_look_up
        return super().look_up(sought)


@dataclass
class Desk:
    """The office with its phone and clock."""

    office: Office
    phone: KeepingPhone
    clock: MadeUpClock

    @property
    def house(self) -> House:
        return self.office.house

    @property
    def wanda(self) -> Actor:
        return self.office.wanda

    @property
    def ines(self) -> Actor:
        return self.office.staff.ines

    @property
    def alma(self) -> ClientFile:
        return self.office.file

    def go_to(self, when: str | datetime) -> None:
        """Put the clock there; words are wall time in Toronto."""
        self.clock.at = at(when) if isinstance(when, str) else when

    def tick(self, when: str | datetime | None = None) -> None:
        """One round of the worker."""
        if when is not None:
            self.go_to(when)
        delivery.tick(self.house)

    def later(self, **by: float) -> None:
        """Some time passes, then the worker ticks."""
        self.tick(self.clock.at + timedelta(**by))

    def reminded(self, **changes: Any) -> Message:
        """A session on Wednesday at ten; its reminder, planned on Tuesday morning."""
        session_id = self.office.booked(SESSION, **changes)
        [found] = self.office.messages(session_id)
        return found

    def another_reminded(self, number: str, **changes: Any) -> Message:
        """The same for a further file with a number of its own, with Dora."""
        file = self.office.another(with_plan=plan(text(address=number)))
        return self.reminded(
            codes=(file.code,), counsellor_id=self.office.dora.id, **changes
        )

    def message(self, message_id: str) -> Message:
        """As it is now."""
        with self.house.store.reading() as tx:
            found = outbox.get(tx, message_id)
        assert found is not None
        return found

    def state(self, message: Message) -> str:
        """Where it stands now."""
        return self.message(message.id).state.value

    def items(self, kind: str | None = None) -> list[Item]:
        """What is open on the attention list."""
        with self.house.store.reading() as tx:
            return [
                each for each in attention.open_items(tx) if kind in (None, each.kind)
            ]

    def kinds(self) -> list[str]:
        """The kinds of what is open."""
        return sorted(each.kind for each in self.items())

    def file(self, file: ClientFile | None = None) -> ClientFile:
        """The file as it is now."""
        return filing.again(self.house, file or self.alma)

    def channel(self) -> Channel:
        """Alma's text channel as it is now."""
        with self.house.store.reading() as tx:
            return kept_plans.current(tx, self.alma.id)[0].channels[0]

    def blocked(self, number: str = NUMBER) -> bool:
        """Whether a number is stopped for good."""
        with self.house.store.reading() as tx:
            return people.is_blocked(tx, tx.vault.index("number", number))

    def alerts(self) -> int:
        """How many tellings of staff nobody has seen."""
        with self.house.store.reading() as tx:
            return len(attention.unseen_alerts(tx))

    def decisions(self, message: Message | None = None) -> list[tuple[str, str, Any]]:
        """(asked, verdict, reasons) in order; of one message or of all."""
        sheet = tables.decision.c
        query = select(sheet.asked, sheet.verdict, sheet.reasons).order_by(sheet.id)
        if message is not None:
            query = query.where(sheet.message_id == message.id)
        with self.house.store.reading() as tx:
            return [tuple(row) for row in tx.conn.execute(query)]

    def kinds_of_texts(self, file: ClientFile) -> list[MessageKind]:
        """The kinds of messages of a file."""
        with self.house.store.reading() as tx:
            return [each.kind for each in outbox.of_client(tx, file.id, file.opened_at)]

    def save(self, *channels: Channel, **changes: Any) -> None:
        """Another version of Alma's plan, written as it is."""
        with self.house.store.begin() as tx:
            before = kept_plans.current(tx, self.alma.id)[0]
            self._write(tx, plan(*channels, version=before.version + 1, **changes))

    def _write(self, tx: Any, new: ContactPlan) -> None:
        kept_plans.write_version(
            tx,
            self.alma.id,
            new,
            changed_fields=("channels",),
            saved_by=self.wanda.id,
            saved_at=self.house.now(),
        )


def assisted() -> Channel:
    """A text channel by which a person sends."""
    return text(mode=Mode.ASSISTED, consent=False)


def open_desk(
    house: House, clock: MadeUpClock, *channels: Channel, **plan_: Any
) -> Desk:
    """The office with a phone; Alma's plan may differ."""
    phone = KeepingPhone(clock)
    office = bookings_of.open_office(replace(house, sender=phone))
    desk = Desk(office, phone, clock)
    if channels or plan_:
        desk.save(*channels, **plan_)
    return desk


def sent_to(phone: KeepingPhone) -> Sequence[str]:
    """The numbers of the texts that were taken, in order."""
    return [each.number for each in phone.texts]
