"""A small agency for the tests of booking: two counsellors on weekdays, files that may
be seen on Tuesday and Wednesday mornings, now Monday 30 November 2026, 08:00."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from scheduler.domain.intervals import Interval
from scheduler.domain.plan import Format
from scheduler.domain.suitability import Connection, Suitability
from scheduler.services.files import people
from scheduler.services.house import Actor, House
from scheduler.services.scheduling import booking
from scheduler.services.scheduling.booking import Booked, Wish
from scheduler.storage import agency, bookings, counsellors, outbox
from scheduler.storage.bookings import Session
from scheduler.storage.outbox import Message
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, hours
from tests.services import filing, kept_beginning
from tests.services.filing import Staff

TUESDAY = "2026-12-01"
WEDNESDAY = "2026-12-02"


@dataclass(frozen=True)
class Office:
    """The house, who works there, and one file whose usual counsellor is Cora."""

    house: House
    staff: Staff
    file: ClientFile

    @property
    def wanda(self) -> Actor:
        return self.staff.wanda

    @property
    def cora(self) -> Actor:
        return self.staff.cora

    @property
    def dora(self) -> Actor:
        return self.staff.dora

    @property
    def sue(self) -> Actor:
        return self.staff.sue

    def wish(self, time: str = f"{TUESDAY} 10:00", **changes: Any) -> Wish:
        """A session in person with Cora on Tuesday at ten, unless said otherwise."""
        given: dict[str, Any] = {
            "codes": (self.file.code,),
            "counsellor_id": self.cora.id,
            "start": at(time),
            "minutes": 50,
            "format": Format.IN_PERSON,
        }
        return Wish(**{**given, **changes})

    def book(
        self, time: str = f"{TUESDAY} 10:00", by: Actor | None = None, **changes: Any
    ) -> Booked:
        """Try to book it."""
        return booking.book(self.house, by or self.wanda, self.wish(time, **changes))

    def booked(self, time: str = f"{TUESDAY} 10:00", **changes: Any) -> str:
        """Book it; the session's id."""
        answer = self.book(time, **changes)
        assert answer.session_id is not None, answer.decision
        return answer.session_id

    def another(self, **changes: Any) -> ClientFile:
        """A further file."""
        return filing.a_file(self.house, self.wanda, **changes)

    def session(self, session_id: str) -> Session:
        """As it stands."""
        with self.house.store.reading() as tx:
            found = bookings.get(tx, session_id)
        assert found is not None
        return found

    def messages(self, session_id: str) -> list[Message]:
        """What is planned or was, for one session."""
        with self.house.store.reading() as tx:
            return outbox.of_sessions(tx, [session_id])

    def states(self, session_id: str) -> list[tuple[str, str]]:
        """(kind, state) of each."""
        return [
            (each.kind.value, each.state.value) for each in self.messages(session_id)
        ]

    def sessions(self) -> list[Session]:
        """Everything in the next weeks, cancelled ones too."""
        with self.house.store.reading() as tx:
            return bookings.of_counsellors(
                tx,
                [self.cora.id, self.dora.id],
                at("2026-11-30"),
                at("2027-03-01"),
            )

    def taken(self, actor: Actor) -> list[Interval]:
        """What keeps a counsellor's time now."""
        with self.house.store.reading() as tx:
            who = bookings.counsellor_who(actor.id)
            found = bookings.engagements(
                tx, [who], at("2026-11-30"), at("2027-03-01"), now=self.house.now()
            )
        return [each.time for each in found.get(who, ())]

    def policy(self, **changed: Any) -> None:
        """Change policy."""
        with self.house.store.begin() as tx:
            agency.add_policy_version(
                tx, changed, by=None, at=self.house.now(), reason="test"
            )

    def video_suits(self, file: ClientFile | None = None) -> None:
        """Record that video suits her."""
        record = Suitability(
            recorded_on=date(2026, 11, 30),
            review_on=date(2027, 3, 1),
            wants_video=True,
            knows_equal=True,
            connection=Connection.GOOD,
        )
        code = (file or self.file).code
        people.record_suitability(self.house, self.wanda, code, record)


def open_office(house: House) -> Office:
    """Found the agency and open the file."""
    staff, file = kept_beginning.begun(house, "office", _opened)
    return Office(house, staff, file)


def _opened(house: House) -> tuple[Staff, ClientFile]:
    staff = filing.found(house)
    with house.store.begin() as tx:
        for each in (staff.cora, staff.dora):
            counsellors.set_profile(tx, each.id, hours("Mon-Fri 09:00-17:00"))
    return staff, filing.a_file(house, staff.wanda, counsellor=staff.cora)
