"""Programs of others: giving one a token, taking it back, knowing it by its token.

A program acts as somebody: as intake by an account of its own that nobody signs in
with, or as one counsellor, whose files and roster are then all it sees (E2). It never
acts as a supervisor: what is hers to judge is no program's.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.people import Role
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import accounts, agency, founding, integrations
from scheduler.storage.engine import Tx
from scheduler.storage.integrations import Integration

# When it was last seen is written no more often than this.
SEEN_EVERY: Final = timedelta(minutes=5)

_BEGINS: Final = "ql_"
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{1,47}")


@dataclass(frozen=True, slots=True)
class Made:
    """A new program. The token is shown this once and is nowhere afterwards."""

    id: int
    token: str = field(repr=False)


def make(
    house: House, name: str, by: Actor | None, *, acts_for: str | None = None
) -> Made:
    """Give a program a token: as intake, or for the counsellor who signs in as
    `acts_for`. `by` None is the command line. Raises Misread, NotThere."""
    now = house.now()
    if not _NAME.fullmatch(name):
        raise Misread(
            "A program is named by 2 to 48 letters, digits, spaces, dots or dashes. "
            "Take the name of the system, such as “Case files”."
        )
    token = _BEGINS + house.tokens.token(32)
    with house.store.begin() as tx:
        if integrations.by_name(tx, name) is not None:
            raise Misread(f"There is a program “{name}” already. Take another name.")
        staff_id = (
            _own_account(tx, house, name, now)
            if acts_for is None
            else _counsellor(tx, acts_for)
        )
        made = integrations.add(tx, name, staff_id, _kept(tx, token), now)
        actor = by.id if by else None
        audit.record(tx, now, actor, "let in", "integration", str(made))
    return Made(made, token)


def _own_account(tx: Tx, house: House, name: str, now: datetime) -> int:
    return founding.add_staff(
        tx,
        sign_in_name=f"program-{house.tokens.token(12).lower()}",
        name=name,
        role=Role.INTAKE,
        zone=agency.settings(tx).zone,
        at=now,
    )


def _counsellor(tx: Tx, sign_in_name: str) -> int:
    found = accounts.member_by_sign_in_name(tx, sign_in_name)
    if found is None:
        raise NotThere
    if found.role is not Role.COUNSELLOR or not found.active:
        raise Misread(
            f"{sign_in_name} holds no sessions. A program acts for a counsellor, or as "
            "intake if you name nobody."
        )
    return found.id


def known(house: House, token: str) -> Integration | None:
    """Whose token it is; None for any that does not count (any more)."""
    if not token.startswith(_BEGINS):
        return None
    now = house.now()
    with house.store.reading() as tx:
        found = integrations.by_token(tx, _kept(tx, token))
    if found is None or (found.used_at and now - found.used_at < SEEN_EVERY):
        return found
    with house.store.begin() as tx:
        integrations.mark_used(tx, found.id, now)
    return found


def listed(house: House) -> list[Integration]:
    """All of them, by name."""
    with house.store.reading() as tx:
        return integrations.listed(tx)


def revoke(house: House, name: str, by: Actor | None) -> None:
    """Take a token back; from the next request on it opens nothing. Raises NotThere."""
    now = house.now()
    with house.store.begin() as tx:
        found = integrations.by_name(tx, name)
        if found is None:
            raise NotThere
        if integrations.revoke(tx, found.id, now):
            actor = by.id if by else None
            audit.record(tx, now, actor, "shut out", "integration", str(found.id))


def _kept(tx: Tx, token: str) -> bytes:
    return tx.vault.index("integration", token)
