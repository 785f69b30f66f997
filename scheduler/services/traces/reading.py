"""Reading the audit trail: who did what, when, with which file (E8).

A custodian may ask for one file by its code; an administrator sees acts and numbers of
rows, and no code. Reading is an act as well, and leaves its line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from scheduler.domain.errors import NotThere
from scheduler.domain.people import Role
from scheduler.domain.zones import day_starts
from scheduler.services.files.people import file_for
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, agency, audit_trail, people
from scheduler.storage.accounts import StaffMember
from scheduler.storage.audit_trail import Line, Sealed
from scheduler.storage.engine import Tx

MAY_READ: Final = frozenset({Role.ADMINISTRATOR, Role.CUSTODIAN})
A_PAGE: Final = 50
THE_MACHINE: Final = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants to read. `day` is the agency's; `code` a file's, for
    custodians; `who` a member of staff, or THE_MACHINE; `before` a line's number."""

    day: date | None = None
    who: int | None = None
    verb: str = ""
    code: str = ""
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """Some lines, the newest first. `older` is what to ask for next, None at the end;
    `codes` names files for whoever may know them; `zone` is the agency's."""

    lines: Sequence[Line]
    older: int | None
    names: Mapping[int, str]
    staff: Sequence[StaffMember]
    codes: Mapping[int, str]
    sealed: Sealed
    zone: str


def read(house: House, actor: Actor, asked: Asked) -> Page:
    """One page of the trail. Raises NotThere for other roles, and for a code of which
    this actor may not know."""
    if actor.role not in MAY_READ:
        raise NotThere
    now = house.now()
    with house.store.begin() as tx:
        zone = agency.settings(tx).zone
        sought = _sought(tx, actor, asked, zone)
        lines = audit_trail.lines(tx, sought, A_PAGE + 1)
        subject = "-" if sought.client_id is None else str(sought.client_id)
        audit.record(tx, now, actor.id, "read the trail", "client", subject)
        members = accounts.members(tx)
        shown = lines[:A_PAGE]
        return Page(
            lines=shown,
            older=shown[-1].id if len(lines) > A_PAGE else None,
            names={each.id: each.name for each in members},
            staff=members,
            codes=_codes(tx, actor, shown),
            sealed=audit_trail.sealed(tx),
            zone=zone,
        )


def _sought(tx: Tx, actor: Actor, asked: Asked, zone: str) -> audit_trail.Sought:
    since = until = None
    if asked.day is not None:
        since = day_starts(asked.day, zone)
        until = day_starts(asked.day + timedelta(days=1), zone)
    client_id = None
    if asked.code:
        if actor.role is not Role.CUSTODIAN:
            raise NotThere
        client_id = file_for(tx, actor, asked.code.strip().upper()).id
    return audit_trail.Sought(
        since, until, asked.who, asked.verb, client_id, asked.before
    )


def _codes(tx: Tx, actor: Actor, lines: Sequence[Line]) -> dict[int, str]:
    if actor.role is not Role.CUSTODIAN:
        return {}
    wanted = {each.client_id for each in lines if each.client_id is not None}
    files = people.clients_by_ids(tx, wanted)
    return {number: file.code for number, file in files.items()}
