"""Files: the rows of clients, what is sealed in them, and who may not meet whom."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import (
    Row,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from scheduler.domain.people import Person, ServiceKind
from scheduler.domain.suitability import Connection, Suitability
from scheduler.storage.engine import Tx
from scheduler.storage.tables import (
    apart,
    blind_index,
    blocked_number,
    client,
    message,
    session,
    session_client,
    shut_out,
)
from scheduler.storage.vault import client_owner


@dataclass(frozen=True, slots=True)
class ClientFile:
    """A file without anything that is sealed. `plan_number` is the current version.

    `suitable_until` is the last day on which the record of P12 stands for video, None
    when it does not; `valid_until` the last day the plan holds (P7); `weight` is hers
    in a caseload (A2).
    """

    id: int
    code: str
    state: str
    zone: str
    usual_counsellor_id: int | None
    requested_on: date | None
    service: ServiceKind | None
    suspended_at: datetime | None
    suspended_why: str | None
    suitable_until: date | None
    plan_number: int
    valid_until: date | None
    legal_hold: bool
    opened_at: datetime
    closed_at: datetime | None
    weight: int = 1

    @property
    def suspended(self) -> bool:
        """Whether the plan is suspended (P8)."""
        return self.suspended_at is not None

    @property
    def closed(self) -> bool:
        """Whether the file is closed: nothing is booked or sent for it."""
        return self.state == "closed"

    def suitable_on(self, day: date) -> bool:
        """Whether the record about video stands on that day (P12)."""
        return self.suitable_until is not None and day <= self.suitable_until


COLUMNS = tuple(client.c[each.name] for each in fields(ClientFile))
"""What a file is read from, for a query of another room: see `file_of`."""


def file_of(row: Row[Any]) -> ClientFile:
    """The file in a row that has all of its columns."""
    found = ClientFile(**{each.name: getattr(row, each.name) for each in COLUMNS})
    return replace(found, service=ServiceKind(row.service) if row.service else None)


# Put together once, since they are used again and again.
_FILES: Final = select(*COLUMNS).order_by(client.c.code)
_BY_CODE: Final = select(*COLUMNS).where(client.c.code == bindparam("this"))
_BY_ID: Final = select(*COLUMNS).where(client.c.id == bindparam("this"))
_BY_IDS: Final = _FILES.where(client.c.id.in_(bindparam("these", expanding=True)))
_BY_CODES: Final = _FILES.where(client.c.code.in_(bindparam("these", expanding=True)))
_UPDATE: Final = update(client).where(client.c.id == bindparam("this"))
_SUSPEND: Final = _UPDATE.where(client.c.suspended_at.is_(None))
_IS_SHUT_OUT: Final = select(shut_out.c.at).where(
    shut_out.c.staff_id == bindparam("staff"),
    shut_out.c.client_id == bindparam("client"),
)

# A row there always is, with a file in it or without.
_SOUGHT: Final = func.coalesce(client.c.id, 0)
_SEEN: Final = select(
    *COLUMNS,
    exists()
    .where(shut_out.c.staff_id == bindparam("staff"), shut_out.c.client_id == _SOUGHT)
    .label("shut"),
    or_(
        func.coalesce(client.c.usual_counsellor_id, 0) == bindparam("staff"),
        exists().where(
            session.c.id == session_client.c.session_id,
            session.c.counsellor_id == bindparam("staff"),
            session_client.c.client_id == _SOUGHT,
        ),
    ).label("hers"),
)
_ONE: Final = select(literal(1).label("one")).subquery()
_SEEN_BY_CODE: Final = _SEEN.select_from(
    _ONE.outerjoin(client, client.c.code == bindparam("this"))
)
_SEEN_BY_ID: Final = _SEEN.select_from(
    _ONE.outerjoin(client, client.c.id == bindparam("this"))
)

_APART: Final = (
    select(apart.c.one_id, apart.c.other_id)
    .where(
        or_(
            apart.c.one_id.in_(bindparam("these", expanding=True)),
            apart.c.other_id.in_(bindparam("these", expanding=True)),
        )
    )
    .order_by(apart.c.one_id, apart.c.other_id)
)


def file_seen_by(
    tx: Tx, staff_id: int, *, code: str | None = None, client_id: int | None = None
) -> tuple[ClientFile | None, bool, bool]:
    """A file by its code or number, None when it is not there; whether it does not
    exist for this member of staff (E4), and whether she works with it (E2). One query,
    the same work whatever the answer."""
    by_code = code is not None
    query: Select[Any] = _SEEN_BY_CODE if by_code else _SEEN_BY_ID
    given = {"this": code if by_code else client_id, "staff": staff_id}
    row = tx.conn.execute(query, given).one()
    return (None if row.id is None else file_of(row)), bool(row.shut), bool(row.hers)


def client_by_code(tx: Tx, code: str) -> ClientFile | None:
    """The file with exactly this code, or None."""
    return _one(tx, _BY_CODE, code)


def client_by_id(tx: Tx, client_id: int) -> ClientFile | None:
    """The file with that row number, or None."""
    return _one(tx, _BY_ID, client_id)


def clients_by_ids(tx: Tx, ids: Iterable[int]) -> dict[int, ClientFile]:
    """Files by row number, in one query."""
    return {each.id: each for each in _files(tx, _BY_IDS, ids)}


def clients_by_codes(tx: Tx, codes: Iterable[str]) -> dict[str, ClientFile]:
    """Files by code, in one query."""
    return {each.code: each for each in _files(tx, _BY_CODES, codes)}


def open_files(tx: Tx) -> list[ClientFile]:
    """Every file that is not closed, by code."""
    return _files(tx, _FILES.where(client.c.state == "open"))


def files_of_counsellor(tx: Tx, staff_id: int) -> list[ClientFile]:
    """The files a counsellor works with: usually hers, or in a session of hers (E2)."""
    seen = (
        select(session_client.c.client_id)
        .join(session, session.c.id == session_client.c.session_id)
        .where(session.c.counsellor_id == staff_id)
    )
    hers = or_(client.c.usual_counsellor_id == staff_id, client.c.id.in_(seen))
    return _files(tx, _FILES.where(client.c.state == "open", hers))


def _files(
    tx: Tx, query: Select[Any], these: Iterable[int] | Iterable[str] = ()
) -> list[ClientFile]:
    rows = tx.conn.execute(query, {"these": list(set(these))})
    return [file_of(row) for row in rows]


def _one(tx: Tx, query: Select[Any], this: int | str) -> ClientFile | None:
    row = tx.conn.execute(query, {"this": this}).first()
    return None if row is None else file_of(row)


def insert_client(tx: Tx, code: str, *, at: datetime, **values: Any) -> int:
    """Open a row and give it its own data key; the row's number."""
    new = insert(client).values(code=code, opened_at=at, **values)
    client_id: int = tx.conn.execute(new.returning(client.c.id)).scalar_one()
    tx.vault.admit(client_owner(client_id), at)
    return client_id


def update_file(tx: Tx, client_id: int, **values: Any) -> None:
    """Change plain columns of a file."""
    tx.conn.execute(_UPDATE, {"this": client_id, **values})


def suspend(tx: Tx, client_id: int, *, at: datetime, why: str) -> None:
    """Suspend the plan; the first time and ground stay (P8)."""
    values = {"this": client_id, "suspended_at": at, "suspended_why": why}
    tx.conn.execute(_SUSPEND, values)


def lift(tx: Tx, client_id: int) -> None:
    """The plan is suspended no longer (P8)."""
    update_file(tx, client_id, suspended_at=None, suspended_why=None)


# --- What is sealed ----------------------------------------------------------


def _sealed(tx: Tx, client_id: int, column: str) -> str | None:
    query = select(client.c[column]).where(client.c.id == client_id)
    sealed = tx.conn.execute(query).scalar()
    if sealed is None:
        return None
    return tx.vault.open(
        client_owner(client_id), client.name, column, client_id, sealed
    )


def _seal(tx: Tx, client_id: int, column: str, text: str | None) -> None:
    sealed = text and tx.vault.seal(
        client_owner(client_id), client.name, column, client_id, text
    )
    update_file(tx, client_id, **{column: sealed or None})


def person(tx: Tx, file: ClientFile) -> Person:
    """Opens the seal: what she chose to be known by (P13)."""
    document = _sealed(tx, file.id, "person")
    return Person(**json.loads(document)) if document else Person()


def write_person(tx: Tx, client_id: int, value: Person) -> None:
    """Seal it."""
    document = {each.name: getattr(value, each.name) for each in fields(Person)}
    _seal(tx, client_id, "person", json.dumps(document, ensure_ascii=False))


def suitability(tx: Tx, file: ClientFile) -> Suitability | None:
    """Opens the seal: the record about video, None when not recorded (P12)."""
    document = _sealed(tx, file.id, "suitability")
    if document is None:
        return None
    found = json.loads(document)
    found["recorded_on"] = date.fromisoformat(found["recorded_on"])
    found["review_on"] = date.fromisoformat(found["review_on"])
    found["connection"] = Connection(found["connection"])
    return Suitability(**found)


def write_suitability(tx: Tx, client_id: int, value: Suitability) -> None:
    """Seal it, and note until when it stands for video."""
    document = {each.name: getattr(value, each.name) for each in fields(Suitability)}
    document["recorded_on"] = value.recorded_on.isoformat()
    document["review_on"] = value.review_on.isoformat()
    document["connection"] = value.connection.value
    _seal(tx, client_id, "suitability", json.dumps(document, ensure_ascii=False))
    stands = value.suits(value.recorded_on)
    update_file(tx, client_id, suitable_until=value.review_on if stands else None)


def write_request(
    tx: Tx, client_id: int, requested_on: date | None, service: ServiceKind | None
) -> None:
    """When she asked, and for what."""
    kept = service.value if service else None
    update_file(tx, client_id, requested_on=requested_on, service=kept)


def get_help_action(tx: Tx, client_id: int) -> str | None:
    """Opens the seal: what she wants done when she says *get help* (P9)."""
    return _sealed(tx, client_id, "get_help_action")


def write_get_help_action(tx: Tx, client_id: int, action: str) -> None:
    """Seal it; empty takes it away."""
    _seal(tx, client_id, "get_help_action", action)


def place_today(tx: Tx, client_id: int, now: datetime) -> str | None:
    """Opens the seal: where she said she is, while it holds (F3, E7)."""
    until = select(client.c.place_until).where(client.c.id == client_id)
    holds_until = tx.conn.execute(until).scalar()
    if holds_until is None or now >= holds_until:
        return None
    return _sealed(tx, client_id, "place_today")


def write_place_today(
    tx: Tx, client_id: int, place: str, until: datetime | None
) -> None:
    """Seal it until that instant; empty takes it away."""
    _seal(tx, client_id, "place_today", place)
    update_file(tx, client_id, place_until=until if place else None)


# --- Who may not meet whom ---------------------------------------------------


def shut_out_codes(tx: Tx, staff_id: int) -> frozenset[str]:
    """Codes of the files that do not exist for this member of staff (E4)."""
    rows = tx.conn.execute(
        select(client.c.code)
        .join(shut_out, shut_out.c.client_id == client.c.id)
        .where(shut_out.c.staff_id == staff_id)
    )
    return frozenset(row.code for row in rows)


def is_shut_out(tx: Tx, staff_id: int, client_id: int) -> bool:
    """Whether the file does not exist for this member of staff (E4)."""
    whose = {"client": client_id, "staff": staff_id}
    return tx.conn.execute(_IS_SHUT_OUT, whose).first() is not None


def shut_out_staff(tx: Tx, client_id: int) -> frozenset[int]:
    """For whom the file does not exist (E4)."""
    query = select(shut_out.c.staff_id).where(shut_out.c.client_id == client_id)
    return frozenset(row.staff_id for row in tx.conn.execute(query))


def set_shut_out(tx: Tx, staff_id: int, client_id: int, at: datetime | None) -> None:
    """Shut a member of staff out from an instant, or with None let in again."""
    which = (shut_out.c.staff_id == staff_id, shut_out.c.client_id == client_id)
    tx.conn.execute(delete(shut_out).where(*which))
    if at is not None:
        tx.conn.execute(
            insert(shut_out).values(staff_id=staff_id, client_id=client_id, at=at)
        )


def apart_from(tx: Tx, client_id: int) -> tuple[int, ...]:
    """The files kept apart from this one (E5)."""
    return apart_of_many(tx, (client_id,)).get(client_id, ())


def apart_of_many(tx: Tx, ids: Sequence[int]) -> dict[int, tuple[int, ...]]:
    """The same for many files, in one query; without an entry there are none."""
    found: dict[int, tuple[int, ...]] = {}
    for one, other in tx.conn.execute(_APART, {"these": list(ids)}):
        for mine, theirs in ((one, other), (other, one)):
            if mine in ids:
                found[mine] = (*found.get(mine, ()), theirs)
    return found


def set_apart(tx: Tx, one_id: int, other_id: int, at: datetime | None) -> None:
    """Keep two files apart from an instant, or with None no longer."""
    first, second = sorted((one_id, other_id))
    which = (apart.c.one_id == first, apart.c.other_id == second)
    tx.conn.execute(delete(apart).where(*which))
    if at is not None:
        tx.conn.execute(insert(apart).values(one_id=first, other_id=second, at=at))


# --- Blind indexes -----------------------------------------------------------

NUMBER = "number"
SESSION_NAME = "session_name"
KNOWN_BY = "known_by"
PHRASE = "phrase"

_OF_PURPOSE = (
    blind_index.c.client_id == bindparam("client"),
    blind_index.c.purpose == bindparam("for"),
)
_KNOWN: Final = select(blind_index.c.blind).where(*_OF_PURPOSE)
_MARK: Final = update(blind_index).where(*_OF_PURPOSE)
_MARK_AGAIN: Final = _MARK.where(
    blind_index.c.blind.in_(bindparam("again", expanding=True))
)
_BLOCKED: Final = select(blocked_number.c.blind).where(
    blocked_number.c.blind.in_(bindparam("blinds", expanding=True))
)


def set_blinds(
    tx: Tx, client_id: int, purpose: str, blinds: Iterable[bytes], now: datetime
) -> None:
    """What holds for her now. What held before stays known, but not as current."""
    wanted = set(blinds)
    whose = {"client": client_id, "for": purpose}
    known = {row.blind for row in tx.conn.execute(_KNOWN, whose)}
    tx.conn.execute(_MARK, {**whose, "current": False})
    again = sorted(wanted & known)
    tx.conn.execute(_MARK_AGAIN, {**whose, "again": again, "current": True})
    new = sorted(wanted - known)
    if new:
        row = {
            "client_id": client_id,
            "purpose": purpose,
            "current": True,
            "since": now,
        }
        tx.conn.execute(insert(blind_index), [{**row, "blind": each} for each in new])


def clients_with(
    tx: Tx, purpose: str, blind: bytes, *, current_only: bool = True
) -> tuple[int, ...]:
    """The files that hold this value for a purpose."""
    query = select(blind_index.c.client_id).where(
        blind_index.c.purpose == purpose, blind_index.c.blind == blind
    )
    if current_only:
        query = query.where(blind_index.c.current)
    rows = tx.conn.execute(query.order_by(blind_index.c.client_id))
    return tuple(row.client_id for row in rows)


def clients_with_number(tx: Tx, blind: bytes) -> tuple[int, ...]:
    """Every file a number is or was on, earlier plans and the send log too (I2)."""
    indexed = select(blind_index.c.client_id).where(
        blind_index.c.purpose == NUMBER, blind_index.c.blind == blind
    )
    sent = select(message.c.client_id).where(message.c.number_blind == blind)
    rows = tx.conn.execute(indexed.union(sent))
    return tuple(sorted(row.client_id for row in rows))


def is_blocked(tx: Tx, blind: bytes) -> bool:
    """Whether nothing may leave to this number any more (I2)."""
    return bool(blocked_among(tx, (blind,)))


def blocked_among(tx: Tx, blinds: Sequence[bytes]) -> frozenset[bytes]:
    """Those of the numbers that are blocked, in one query."""
    if not blinds:
        return frozenset()
    rows = tx.conn.execute(_BLOCKED, {"blinds": list(blinds)})
    return frozenset(row.blind for row in rows)


def block(tx: Tx, blind: bytes, at: datetime, why: str) -> None:
    """Block a number for good; the first time and ground stay."""
    if not is_blocked(tx, blind):
        tx.conn.execute(insert(blocked_number).values(blind=blind, at=at, why=why))
