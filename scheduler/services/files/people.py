"""Files: opening one, who may see it, and what is written in it beside the plan."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta

from scheduler.domain.errors import Misconfigured, NotThere, UnknownZone
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.folding import fold
from scheduler.domain.people import FILE_LETTERS, Person, Role, ServiceKind, file_code
from scheduler.domain.plan import ContactPlan
from scheduler.domain.reveals import RevealReason
from scheduler.domain.suitability import Suitability
from scheduler.domain.zones import local_date, zone
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.services.watching import unusual
from scheduler.storage import agency, erasing, forms, people, plans
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

# Who may work with any file that is not shut; counsellors see their own (E2).
ANY_FILE = frozenset({Role.INTAKE, Role.SUPERVISOR, Role.CUSTODIAN})
MAY_CHANGE = frozenset({Role.INTAKE, Role.SUPERVISOR, Role.COUNSELLOR})

LONGEST = 200
LONGEST_NAME = 60
REVIEW_WITHIN = timedelta(days=366)
COMFORT = range(1, 6)

_NAMES = frozenset({"session_name", "aloud_name", "known_by", "pronouns"})
_DIGITS = 1000


def file_for(tx: Tx, actor: Actor, code: str, *, changing: bool = False) -> ClientFile:
    """The file, for somebody who may see it, or change it. Raises NotThere (E2–E4).

    Not yours, shut, and not there are the same, down to the work that is done.
    """
    seen = people.file_seen_by(tx, actor.id, code=code)
    return _for(actor, *seen, changing=changing)


def file_of(
    tx: Tx, actor: Actor, client_id: int, *, changing: bool = False
) -> ClientFile:
    """The same for what hangs on a file, such as a message. Raises NotThere (E2–E4)."""
    seen = people.file_seen_by(tx, actor.id, client_id=client_id)
    return _for(actor, *seen, changing=changing)


def _for(
    actor: Actor, file: ClientFile | None, shut: bool, hers: bool, *, changing: bool
) -> ClientFile:
    hers = hers or (file is not None and file.id in actor.opened)
    sees = actor.role in ANY_FILE or (actor.role is Role.COUNSELLOR and hers)
    may = sees and (not changing or actor.role in MAY_CHANGE)
    if file is None or shut or not may:
        raise NotThere
    return file


def see_file(house: House, actor: Actor, code: str) -> ClientFile:
    """The same in a transaction of its own. Raises NotThere."""
    with house.store.reading() as tx:
        return file_for(tx, actor, code)


# --- Opening a file ----------------------------------------------------------


def open_file(
    house: House,
    actor: Actor,
    *,
    person: Person | None = None,
    zone_name: str = "",
    requested_on: date | None = None,
    service: ServiceKind | None = None,
    usual_counsellor_id: int | None = None,
    form: str | None = None,
) -> ClientFile | FieldErrors:
    """A new file with a code nobody had, and the plan "she contacts us" (P1, P14).

    Without a zone it is the agency's. What the first talk brings is saved over this
    plan without a check of identity: there is nothing yet to check her by. The same
    `form` sent twice opens one file (B8). Raises NotThere.
    """
    now = house.now()
    if actor.role not in MAY_CHANGE:
        raise NotThere
    if actor.role is Role.COUNSELLOR and usual_counsellor_id is None:
        # Otherwise she could not see the file she has just opened (E2).
        usual_counsellor_id = actor.id
    new = NewFile(
        person or Person(), zone_name, requested_on, service, usual_counsellor_id
    )
    with house.store.begin() as tx:
        before = forms.outcome(tx, form)
        if before is not None:
            return file_of(tx, actor, int(before), changing=True)
        new = replace(new, zone=zone_name or agency.settings(tx).zone)
        wrongs = wrong_file(new)
        if wrongs:
            return FieldErrors(wrongs)
        file = open_in(tx, house, actor, new, now)
        forms.remember(tx, form, actor.id, now, str(file.id))
        return file


@dataclass(frozen=True, slots=True)
class NewFile:
    """What a file is opened with. Without a `code` it gets a new one."""

    person: Person
    zone: str
    requested_on: date | None = None
    service: ServiceKind | None = None
    usual_counsellor_id: int | None = None
    code: str = ""


def wrong_file(new: NewFile) -> dict[str, str]:
    """A sentence for each field with which no file is opened."""
    return {**_wrong_person(new.person), **_wrong_zone(new.zone)}


def open_in(
    tx: Tx, house: House, actor: Actor, new: NewFile, now: datetime
) -> ClientFile:
    """The same inside a transaction, of what `wrong_file` has nothing against."""
    today = local_date(now, new.zone)
    client_id = people.insert_client(
        tx,
        new.code or _new_code(tx, house),
        at=now,
        zone=new.zone,
        requested_on=new.requested_on or today,
        service=new.service.value if new.service else None,
        usual_counsellor_id=new.usual_counsellor_id,
    )
    _describe(tx, client_id, new.person, now)
    until = today + timedelta(days=agency.policy(tx).plan_days)
    plans.write_version(
        tx,
        client_id,
        ContactPlan(new.zone, until),
        changed_fields=(),
        saved_by=actor.id,
        saved_at=now,
    )
    audit.record(tx, now, actor.id, "opened", "client", str(client_id))
    return people.clients_by_ids(tx, (client_id,))[client_id]


def _new_code(tx: Tx, house: House) -> str:
    """From a random one on, the first that nobody has or had."""
    every = len(FILE_LETTERS) * _DIGITS
    start = house.tokens.below(every)
    for step in range(every):
        place, digits = divmod((start + step) % every, _DIGITS)
        code = file_code(FILE_LETTERS[place], f"{digits:03}")
        if people.client_by_code(tx, code) is None and not erasing.was_erased(tx, code):
            return code
    raise Misconfigured(
        "Every file code is in use or was once. This program has no more of them."
    )


def _wrong_zone(zone_name: str) -> dict[str, str]:
    try:
        zone(zone_name)
    except UnknownZone as unknown:
        return {"zone": str(unknown)}
    return {}


# --- What she chose to be known by (P13) -------------------------------------


def edit_person(
    house: House, actor: Actor, code: str, person: Person
) -> ClientFile | FieldErrors:
    """Write what she chose to be known by. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        wrongs = _wrong_person(person)
        if wrongs:
            return FieldErrors(wrongs)
        before = people.person(tx, file)
        changed = [
            each.name
            for each in fields(Person)
            if getattr(before, each.name) != getattr(person, each.name)
        ]
        _describe(tx, file.id, person, now)
        audit.record(
            tx, now, actor.id, "described", "client", str(file.id), fields=changed
        )
        return file


def _wrong_person(person: Person) -> dict[str, str]:
    wrongs = {}
    for each in fields(Person):
        value = getattr(person, each.name)
        most = LONGEST_NAME if each.name in _NAMES else LONGEST
        if isinstance(value, str) and len(value) > most:
            wrongs[each.name] = f"This is longer than {most} characters. Shorten it."
    if person.known_by and not person.session_name:
        wrongs["session_name"] = (
            "She is found by this name and the other thing together. Write the name, "
            "or take the other thing out."
        )
    return wrongs


def _describe(tx: Tx, client_id: int, person: Person, now: datetime) -> None:
    people.write_person(tx, client_id, person)
    for purpose, value in (
        (people.SESSION_NAME, person.session_name),
        (people.KNOWN_BY, person.known_by),
    ):
        blinds = [tx.vault.index(purpose, fold(value))] if fold(value) else []
        people.set_blinds(tx, client_id, purpose, blinds, now)


def reveal_person(
    house: House, actor: Actor, code: str, reason: RevealReason
) -> Person:
    """Show it, and write who saw it and why (E2). Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code)
        audit.record(
            tx, now, actor.id, "read", "client", str(file.id), reason=reason.value
        )
        unusual.look(tx, house, actor, now)
        return people.person(tx, file)


# --- Whether video suits her (P12) -------------------------------------------


def record_suitability(
    house: House, actor: Actor, code: str, record: Suitability
) -> ClientFile | FieldErrors:
    """Write what was talked through about video. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        wrongs = _wrong_record(record)
        if wrongs:
            return FieldErrors(wrongs)
        people.write_suitability(tx, file.id, record)
        audit.record(tx, now, actor.id, "recorded video", "client", str(file.id))
        return people.clients_by_ids(tx, (file.id,))[file.id]


def _wrong_record(record: Suitability) -> dict[str, str]:
    wrongs = {}
    if not record.recorded_on <= record.review_on <= record.recorded_on + REVIEW_WITHIN:
        wrongs["review_on"] = "The review is within a year of the talk. Choose a day."
    if record.comfort is not None and record.comfort not in COMFORT:
        wrongs["comfort"] = "Comfort is from 1 to 5. Choose one, or leave it blank."
    for name in ("where", "usually_there", "device"):
        if len(getattr(record, name)) > LONGEST:
            wrongs[name] = f"This is longer than {LONGEST} characters. Shorten it."
    return wrongs


def read_suitability(house: House, actor: Actor, code: str) -> Suitability | None:
    """The record about video, None when there is none; read is written down."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code)
        audit.record(tx, now, actor.id, "read video", "client", str(file.id))
        return people.suitability(tx, file)


# --- Where she is today (F3, E7) ---------------------------------------------


def note_place(
    house: House, actor: Actor, code: str, place: str, until: datetime
) -> FieldErrors | None:
    """Where she is today, kept until the session's end. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        if len(place) > LONGEST:
            too_long = f"This is longer than {LONGEST} characters. Shorten it."
            return FieldErrors({"place": too_long})
        people.write_place_today(tx, file.id, place, until)
        audit.record(tx, now, actor.id, "noted place", "client", str(file.id))
        return None


# --- Weight in a caseload (A2) ------------------------------------------------

WEIGHTS = range(1, 6)


def set_weight(house: House, actor: Actor, code: str, weight: int) -> None:
    """What she weighs in a caseload, from 1 to 5: intake and supervisors. Raises
    NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        file = file_for(tx, actor, code, changing=True)
        if actor.role is Role.COUNSELLOR or weight not in WEIGHTS:
            raise NotThere
        people.update_file(tx, file.id, weight=weight)
        audit.record(
            tx, now, actor.id, "changed", "client", str(file.id), fields=("weight",)
        )
