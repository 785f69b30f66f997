"""An agency in which every field that is a person's own, or opens something, holds a
canary: put there by the services, as a worker does it (bar-L1, bar-L2).

A new column that is sensitive or secret is asked for here by `canaries.unplanted`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

import pyotp
from argon2 import PasswordHasher

from integrations.calendars.feed import IcsWriter
from integrations.calendars.ics import IcsBusyCalendar
from scheduler.domain.code_words import WordFor
from scheduler.domain.fallback import Actor, Branch, FallbackPlan, Outcome, Step
from scheduler.domain.fallback import StepKind as Kind
from scheduler.domain.people import Person, Role
from scheduler.domain.phrases import Meaning, Phrase
from scheduler.domain.plan import ContactPlan, Device
from scheduler.domain.suitability import Connection, Suitability
from scheduler.domain.waiting import Wanted
from scheduler.ports import Asked
from scheduler.services.calendar import calendars, feeds
from scheduler.services.counselling import fallback, sessions
from scheduler.services.files import erasure, people
from scheduler.services.files.erasure import Ground
from scheduler.services.house import House
from scheduler.services.messages import delivery, inbound
from scheduler.services.safe_contact import code_words
from scheduler.services.scheduling import waiting
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import (
    accounts,
    integrations,
    outside,
    second_factors,
    sign_in,
    staff_changes,
)
from scheduler.services.staff.passwords import Passwords
from scheduler.services.watching import reaching
from scheduler.storage import outbox
from scheduler.storage.people import ClientFile
from tests.domain.builders import at, plan, text, voice
from tests.services import filing
from tests.services.canaries import Canaries, Ear
from tests.services.sending import KeepingPhone

# Languages are chosen from a list.
_ENGLISH: Final = Person(contact_language="en", session_language="en")
_OFFICE: Final = "203.0.113.7"
_BROKEN_OFF: Final = FallbackPlan(
    agreed=True, steps=(Step(Actor.COUNSELLOR, Kind.WAIT, 0),)
)


class Diary:
    """Calendars of others: an empty one at every address."""

    def fetch(self, address: str) -> bytes:
        assert address
        return b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"


@dataclass(frozen=True)
class ElsewhereDoor:
    """A door at which everybody is known by one name."""

    name: str
    issuer: str = "https://door.example"

    def address(self, asked: Asked) -> str:
        return f"{self.issuer}/?state={asked.state}"

    def who(self, code: str, asked: Asked) -> str:
        assert code, asked
        return self.name


@dataclass(frozen=True)
class Planted:
    """Where everything lies. `secrets` opened something and were shown once."""

    house: House
    phone: KeepingPhone
    clock: MadeUpClock
    ear: Ear
    canaries: Canaries
    staff: filing.Staff
    alma: ClientFile
    bea: ClientFile
    sessions: dict[str, str]
    secrets: dict[str, str]

    def sought(self) -> set[str]:
        """Everything that must stand nowhere in clear: what was planted, what was
        sealed, and what opens something."""
        return {
            *self.canaries.planted,
            *self.ear.everything(),
            *self.secrets.values(),
        }


def planted(house: House, clock: MadeUpClock) -> Planted:
    """The agency on a Wednesday at ten past ten, with a session going on."""
    phone = KeepingPhone(clock)
    ear = Ear(house.store.vault)
    house = replace(
        house,
        sender=phone,
        calendars=IcsBusyCalendar(clock),
        fetch=Diary(),
        feeds=IcsWriter(),
    )
    staff = filing.found(house)
    canaries = Canaries()
    made = Planted(
        house=house,
        phone=phone,
        clock=clock,
        ear=ear,
        canaries=canaries,
        staff=staff,
        alma=filed(house, staff, canaries),
        bea=filed(house, staff, canaries),
        sessions={},
        secrets={},
    )
    _about_staff(made)
    _about_files(made)
    _time_passes(made)
    return made


# --- Files ---------------------------------------------------------------------


def filed(house: House, staff: filing.Staff, canaries: Canaries) -> ClientFile:
    return filing.a_file(
        house,
        staff.wanda,
        counsellor=staff.cora,
        person=canaries.filled(_ENGLISH),
        with_plan=_plan(canaries),
    )


def _plan(canaries: Canaries) -> ContactPlan:
    open_ = text(address=canaries.number())
    rung = voice(address=canaries.number(), device="laptop")
    return plan(
        *map(canaries.filled, (open_, rung)),
        devices=tuple(canaries.filled(Device(key)) for key in ("phone", "laptop")),
        phrases=tuple(
            Phrase(each, f"The {canaries.word()} could do with some water")
            for each in Meaning
        ),
        cutoff=_BROKEN_OFF,
    )


def _about_files(made: Planted) -> None:
    house, wanda, new = made.house, made.staff.wanda, made.canaries
    for file in (made.alma, made.bea):
        chosen = {
            which: [new.word() for _ in range(1 + (which is WordFor.GET_HELP))]
            for which in WordFor
        }
        wrong = code_words.set_words(
            house, wanda, file.code, chosen, action=f"Ring {new.word()} for her"
        )
        assert wrong is None, wrong
        day = date(2026, 11, 30)
        video = new.filled(
            Suitability(
                recorded_on=day,
                review_on=day + timedelta(days=90),
                wants_video=True,
                knows_equal=True,
                connection=Connection.GOOD,
            )
        )
        people.record_suitability(house, wanda, file.code, video)
        waiting.put(
            house, wanda, file.code, Wanted(windows=plan().session_hours.weekly)
        )
    gone = filed(house, made.staff, new)
    custodian = made.staff.carl
    erased = erasure.erase(house, custodian, gone.code, gone.code, Ground.ASKED)
    assert isinstance(erased, int), erased


def _time_passes(made: Planted) -> None:
    """Alma's reminder leaves and is answered; Bea's session breaks off."""
    house, cora = made.house, made.staff.cora
    for name, file, when, counsellor in (
        ("alma", made.alma, "2026-12-02 10:00", made.staff.dora),
        ("bea", made.bea, "2026-12-02 10:00", cora),
    ):
        made.sessions[name] = filing.book(
            house,
            made.staff.wanda,
            file,
            at(when),
            counsellor=counsellor,
            format=plan().formats[-1].format,
        )
    with house.store.reading() as tx:
        [reminder] = outbox.of_sessions(tx, [made.sessions["alma"]])
    made.clock.at = reminder.not_before
    delivery.tick(house)
    assert made.phone.texts
    _answered(made)
    made.clock.at = at("2026-12-02 10:00")
    ends = made.clock.at + timedelta(hours=2)
    assert sessions.start(house, cora, made.sessions["bea"]).yes
    people.note_place(
        house, cora, made.bea.code, f"in {made.canaries.word()} street", ends
    )
    made.clock.at = at("2026-12-02 10:10")
    fallback.interrupt(house, cora, made.sessions["bea"], Branch.TECHNICAL)
    note = f"Her sister {made.canaries.word()} came in."
    done = fallback.take(house, cora, made.sessions["bea"], 1, Outcome.DONE, note=note)
    assert done.yes, done


def _answered(made: Planted) -> None:
    with made.house.store.reading() as tx:
        hers = filing.kept_plans.current(tx, made.alma.id)[0].channels[0].address
    inbound.reply(made.house, hers, f"who is {made.canaries.word()}")
    inbound.reply(made.house, made.canaries.number(), "STOP")


# --- Staff ---------------------------------------------------------------------


def _about_staff(made: Planted) -> None:
    house, staff, new, kept = made.house, made.staff, made.canaries, made.secrets
    passwords = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    kept["password"] = new.word() + " is a long pass phrase"
    accounts.set_password(house, passwords, staff.cora.id, kept["password"], None)
    reaching.set_mine(house, staff.sue, new.mail(), new.number())
    address = f"https://{new.word()}.example/{new.word()}.ics"
    for who in (staff.cora, staff.dora):
        calendars.read_address(house, who, who.id, address)
    waits = calendars.see(house, staff.cora, staff.cora.id).waiting
    assert waits is not None
    calendars.take(house, staff.cora, staff.cora.id, waits.id)
    kept["feed"] = feeds.make(house, staff.cora, "")
    kept["program"] = integrations.make(house, "Case files", staff.maia).token
    invited = staff_changes.invite(
        house, staff.maia, "nora", "Nora", Role.INTAKE, "America/Toronto"
    )
    assert invited.code
    kept["invitation"] = invited.code
    _second_factor(made, passwords)
    _other_door(made)


def _second_factor(made: Planted, passwords: Passwords) -> None:
    house, now = made.house, made.house.now()
    found = sign_in.sign_in(
        house, passwords, "cora", made.secrets["password"], _OFFICE, now
    )
    assert isinstance(found, sign_in.SignedIn), found
    secret = second_factors.offer(house, found.sid, made.staff.cora.id).secret
    code = pyotp.TOTP(secret).at(now)
    done = second_factors.set_up(house, found.sid, code, _OFFICE, now)
    assert isinstance(done, second_factors.SetUp), done
    made.secrets["before the second factor"] = found.sid
    made.secrets["sign-in"] = done.signed_in.sid
    made.secrets["second factor"] = secret
    for number, each in enumerate(done.codes):
        made.secrets[f"recovery code {number}"] = each


def _other_door(made: Planted) -> None:
    """Sue's account lies at somebody else's door as well."""
    house = replace(made.house, outside=ElsewhereDoor(made.canaries.mail()))
    sue, now = made.staff.sue.id, house.now()
    went = outside.address(house, outside.For.LINKING, "sid", now)
    state = went.partition("=")[2]
    assert outside.link(house, sue, "sid", state, "code", now) == ""
