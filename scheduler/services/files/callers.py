"""Finding a caller (P14): at most one, and nothing shows that there was one.

Whatever was typed, the answer is the handle of an identity check, and the same is read
and written for it. Only a word that matches tells that there is a file.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from scheduler.domain.errors import NotThere, QuietlineError
from scheduler.domain.folding import fold
from scheduler.domain.people import Role, is_file_code
from scheduler.services.files.typed_numbers import number_of
from scheduler.services.house import Actor, House
from scheduler.services.traces import audit
from scheduler.storage import code_words, people, searches
from scheduler.storage.engine import Tx

MAY_FIND = frozenset({Role.INTAKE, Role.SUPERVISOR})
MOST_FINDS = 12
WITHIN = timedelta(minutes=10)
LONGEST = 200

_CODE = re.compile(r"([A-Z])[-–\s]?(\d{4})")
# An index that nothing has, so that the same is asked whatever was typed.
_NOTHING = bytes(32)


class TooOften(QuietlineError):
    """So many callers are not looked for in so short a time (P14). Wait, then go on."""

    def __init__(self) -> None:
        super().__init__(
            f"Only {MOST_FINDS} callers may be looked for in "
            f"{WITHIN // timedelta(minutes=1)} minutes. Wait a little and try again."
        )


class Slip(QuietlineError):
    """A file code whose check digit is wrong. Nothing was looked for (P14)."""

    def __init__(self) -> None:
        super().__init__(
            "This file code has a slip in it: the last figure does not fit. "
            "Ask for it again."
        )


def find_caller(house: House, actor: Actor, typed: str, known_by: str = "") -> str:
    """Look by code, by number, or by session name with the thing she chose.

    Answers the handle of an identity check, found or not. Raises TooOften, Slip, and
    NotThere for roles that may not look.
    """
    now = house.now()
    if actor.role not in MAY_FIND:
        raise NotThere
    with house.store.begin() as tx:
        if searches.findings_since(tx, actor.id, now - WITHIN) >= MOST_FINDS:
            raise TooOften
        sought = _Sought(tx, actor, typed[:LONGEST], known_by[:LONGEST])
        client_id = None if sought.slip else sought.only_one()
        searches.insert_finding(tx, actor.id, now, found=client_id is not None)
        handle = begin_check(tx, house, actor, client_id, now)
    if sought.slip:
        raise Slip
    return handle


def begin_check(
    tx: Tx, house: House, actor: Actor, client_id: int | None, now: datetime
) -> str:
    """Begin an identity check of a client, or of nobody; its handle."""
    handle = house.tokens.uuid()
    subject = "-" if client_id is None else str(client_id)
    audit.record(tx, now, actor.id, "looked for", "client", subject)
    audit.record(tx, now, actor.id, searches.BEGAN, searches.CHECK, handle)
    if client_id is not None:
        code_words.insert_check(tx, handle, client_id, actor.id, now)
    return handle


class _Sought:
    """What was typed, looked for in every way at once; files that are shut are none."""

    def __init__(self, tx: Tx, actor: Actor, typed: str, known_by: str) -> None:
        match = _CODE.fullmatch(typed.strip().upper())
        code = f"{match[1]}-{match[2]}" if match else typed.strip()
        file = people.client_by_code(tx, code)
        found = _by_number(tx, typed) | _by_name(tx, typed, known_by)
        found |= {file.id if file is not None else 0}
        shut = people.shut_out_codes(tx, actor.id)
        files = people.clients_by_ids(tx, found).values()
        self._seen = [each.id for each in files if each.code not in shut]
        held = file is not None and file.code not in shut
        # Codes of an import are kept as they are, so only one nobody holds is a slip.
        self.slip = match is not None and not held and not is_file_code(code)

    def only_one(self) -> int | None:
        """More than one is none."""
        return self._seen[0] if len(self._seen) == 1 else None


def _by_number(tx: Tx, typed: str) -> set[int]:
    number = number_of(typed)
    blind = tx.vault.index(people.NUMBER, number) if number else _NOTHING
    return set(people.clients_with(tx, people.NUMBER, blind))


def _by_name(tx: Tx, typed: str, known_by: str) -> set[int]:
    """Both have to fit: the name alone finds nobody."""
    found = []
    for purpose, value in (
        (people.SESSION_NAME, fold(typed)),
        (people.KNOWN_BY, fold(known_by)),
    ):
        blind = tx.vault.index(purpose, value) if value else _NOTHING
        found.append(set(people.clients_with(tx, purpose, blind)))
    return found[0] & found[1]
