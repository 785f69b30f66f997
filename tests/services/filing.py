"""An agency with its staff, and files in it, as the services make them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from scheduler.domain.code_words import WordFor
from scheduler.domain.intervals import Interval
from scheduler.domain.people import Person, Role
from scheduler.domain.plan import ContactPlan
from scheduler.services.files import people
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import code_words, plans
from scheduler.services.scheduling import booking
from scheduler.services.scheduling.booking import Wish
from scheduler.services.stops import brakes
from scheduler.storage import (
    accounts,
    attention,
    counsellors,
    founding,
    outbox,
    tables,
)
from scheduler.storage import people as kept_people
from scheduler.storage import plans as kept_plans
from scheduler.storage.people import ClientFile
from tests.domain.builders import hours, plan
from tests.stores import INSTALLATION

WORDS = {
    WordFor.IDENTITY: ["Marmalade"],
    WordFor.NOT_SAFE: ["blue umbrella"],
    WordFor.GET_HELP: ["paper lantern"],
}


@dataclass(frozen=True)
class Staff:
    """Who works here."""

    wanda: Actor
    ines: Actor
    sue: Actor
    cora: Actor
    dora: Actor
    carl: Actor
    maia: Actor


def found(house: House) -> Staff:
    """The agency, on a right clock, with somebody of every role."""
    now = house.now()
    with house.store.begin() as tx:
        founding.found_agency(
            tx,
            installation=INSTALLATION,
            name="Lakeside House",
            zone="America/Toronto",
            at=now,
            lint_names=["Pemmican"],
        )
        staff = Staff(
            wanda=_hire(tx, house, "wanda", Role.INTAKE),
            ines=_hire(tx, house, "ines", Role.INTAKE),
            sue=_hire(tx, house, "sue", Role.SUPERVISOR),
            cora=_hire(tx, house, "cora", Role.COUNSELLOR),
            dora=_hire(tx, house, "dora", Role.COUNSELLOR),
            carl=_hire(tx, house, "carl", Role.CUSTODIAN),
            maia=_hire(tx, house, "maia", Role.ADMINISTRATOR),
        )
        for each in (staff.cora, staff.dora):
            counsellors.set_profile(tx, each.id, hours("Mon-Sun 00:00-24:00"))
        turn = Interval(now, datetime.fromisoformat("2027-02-01T00:00+00:00"))
        counsellors.add_duty(tx, staff.sue.id, turn, set_by=staff.sue.id)
    brakes.check_clock(house)
    return staff


def _hire(tx: Any, house: House, name: str, role: Role) -> Actor:
    row = founding.add_staff(
        tx,
        sign_in_name=name,
        name=name.title(),
        role=role,
        zone="America/Toronto",
        at=house.now(),
    )
    return Actor(row, role, name.title())


def a_staff(house: House, sign_in_name: str) -> Actor:
    """Somebody who works here already."""
    with house.store.reading() as tx:
        member = accounts.member_by_sign_in_name(tx, sign_in_name)
    assert member is not None
    return Actor(member.id, member.role, member.name)


def a_file(
    house: House,
    actor: Actor,
    *,
    with_plan: ContactPlan | None = None,
    person: Person | None = None,
    words: bool = False,
    counsellor: Actor | None = None,
) -> ClientFile:
    """A file after the first talk: the plan saved, and code words if asked for."""
    file = people.open_file(
        house,
        actor,
        person=person,
        usual_counsellor_id=counsellor.id if counsellor else None,
    )
    assert isinstance(file, ClientFile)
    saved = plans.save_plan(house, actor, file.code, with_plan or plan(), 1)
    assert isinstance(saved, plans.Saved), saved
    if words:
        assert code_words.set_words(house, actor, file.code, WORDS) is None
    return again(house, file)


def again(house: House, file: ClientFile) -> ClientFile:
    """The file as it is now."""
    with house.store.reading() as tx:
        return kept_people.clients_by_ids(tx, (file.id,))[file.id]


def in_force(house: House, file: ClientFile) -> tuple[ContactPlan, ...]:
    """The plans decided on."""
    with house.store.reading() as tx:
        return kept_plans.current(tx, file.id)


def book(
    house: House, actor: Actor, file: ClientFile, start: datetime, **how: Any
) -> str:
    """A session; the plan has to allow it."""
    wish = Wish(
        codes=(file.code,),
        counsellor_id=how.pop("counsellor").id,
        start=start,
        minutes=50,
        **how,
    )
    booked = booking.book(house, actor, wish)
    assert booked.session_id is not None, booked.decision
    return booked.session_id


def messages(house: House, file: ClientFile) -> list[tuple[str, str]]:
    """(kind, state) of every message of a file, as they were planned."""
    with house.store.reading() as tx:
        found_ = outbox.of_client(tx, file.id, file.opened_at)
        return [(each.kind.value, each.state.value) for each in found_]


def open_matters(house: House) -> list[tuple[str, int | None]]:
    """(kind, client) of what needs a person."""
    with house.store.reading() as tx:
        return sorted((each.kind, each.client_id) for each in attention.open_items(tx))


def trail(house: House, verb: str) -> list[tuple[Any, ...]]:
    """(actor, subject, subject id, fields, reason) of every line with a verb."""
    sheet = tables.audit.c
    query = (
        select(
            sheet.actor_id, sheet.subject, sheet.subject_id, sheet.fields, sheet.reason
        )
        .where(sheet.verb == verb)
        .order_by(sheet.id)
    )
    with house.store.reading() as tx:
        return [tuple(row) for row in tx.conn.execute(query)]
