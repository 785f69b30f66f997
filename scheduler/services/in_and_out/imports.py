"""Clients and plans from a sheet: all of it or nothing, as if each were typed.

Nothing is sent, and nothing can be until somebody has talked with her: a plan that came
in a sheet is suspended from the start (docs/decisions/0066). Looking through a sheet
writes nothing; bringing it in looks through it again, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from scheduler.domain.errors import Misread, NotThere
from scheduler.domain.field_errors import FieldErrors
from scheduler.domain.import_columns import column_of
from scheduler.domain.import_lines import Brought, read_line
from scheduler.domain.import_sheet import Line, read_sheet, same_line
from scheduler.domain.names import ForbiddenNames
from scheduler.domain.people import Role
from scheduler.domain.zones import local_date
from scheduler.services.files import people as files
from scheduler.services.files.people import NewFile
from scheduler.services.house import Actor, House
from scheduler.services.safe_contact import plans, standing
from scheduler.services.safe_contact.plan_drafts import (
    names_here,
    names_with,
    prepared,
)
from scheduler.services.traces import audit
from scheduler.storage import accounts, agency, erasing, people
from scheduler.storage.engine import Tx
from scheduler.storage.people import ClientFile

MAY: Final = Role.SUPERVISOR
SUSPENDED_WHY: Final = "imported"
LINE: Final = "imported"

_NOT_TEXT: Final = (
    "This file cannot be read as text. Save the sheet as “CSV UTF-8” and choose it "
    "once more."
)
_HELD: Final = "This code is in use or was once. Leave it blank for a new one."
_TWICE: Final = "Another line of this sheet has this code. Leave one blank."
_SAME: Final = "This line stands in the sheet twice. Take one out."
_BEFORE: Final = "This line was brought in before. Take it out."
_NO_COUNSELLOR: Final = "No counsellor signs in by this name."

ZoneNamed = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong in one cell; without a column it is about the line, and without a
    line about the file."""

    line: int
    column: str
    sentence: str


@dataclass(frozen=True, slots=True)
class Looked:
    """What a sheet would bring, or what is wrong with it; `codes` once it is in."""

    lines: int
    plans: int
    wrongs: tuple[Wrong, ...] = ()
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Ready:
    """A line that may become a file; `mark` tells it from any other line."""

    line: Line
    brought: Brought
    new: NewFile
    mark: bytes


@dataclass(frozen=True, slots=True)
class _Here:
    """What every line is looked at with."""

    tx: Tx
    house: House
    now: datetime
    names: ForbiddenNames
    counsellors: Mapping[str, int]


def look(house: House, actor: Actor, content: bytes, zone_named: ZoneNamed) -> Looked:
    """Everything that is wrong with a sheet, or how much it would bring. Writes
    nothing. Raises NotThere for other roles."""
    _require(actor)
    now = house.now()
    try:
        lines = _lines(content)
    except Misread as wrong:
        return Looked(0, 0, (Wrong(0, "", str(wrong)),))
    with house.store.reading() as tx:
        ready, wrongs = _looked_at(tx, house, lines, zone_named, now)
    return _said(ready, lines, wrongs)


def bring_in(
    house: House, actor: Actor, content: bytes, zone_named: ZoneNamed
) -> Looked:
    """Open a file for each line, or for none. Raises NotThere for other roles."""
    _require(actor)
    now = house.now()
    try:
        lines = _lines(content)
    except Misread as wrong:
        return Looked(0, 0, (Wrong(0, "", str(wrong)),))
    with house.store.begin() as tx:
        ready, wrongs = _looked_at(tx, house, lines, zone_named, now)
        if wrongs:
            return _said(ready, lines, wrongs)
        opened = [_open(tx, house, actor, each, now) for each in ready]
        audit.record(
            tx, now, actor.id, "brought in", "sheet", "-", reason=f"{len(opened)} files"
        )
    plans_ = sum(1 for each in ready if each.brought.plan is not None)
    return Looked(len(opened), plans_, codes=tuple(each.code for each in opened))


def _require(actor: Actor) -> None:
    if actor.role is not MAY:
        raise NotThere


def _lines(content: bytes) -> tuple[Line, ...]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Misread(_NOT_TEXT) from None
    if "\0" in text:
        raise Misread(_NOT_TEXT)
    return read_sheet(text)


def _said(
    ready: Sequence[_Ready], lines: Sequence[Line], wrongs: tuple[Wrong, ...]
) -> Looked:
    plans_ = sum(1 for each in ready if each.brought.plan is not None)
    return Looked(len(lines), plans_, wrongs)


# --- Looking ------------------------------------------------------------------


def _looked_at(
    tx: Tx, house: House, lines: Sequence[Line], zone_named: ZoneNamed, now: datetime
) -> tuple[list[_Ready], tuple[Wrong, ...]]:
    zone = agency.settings(tx).zone
    counsellors = {
        each.sign_in_name: each.id
        for each in accounts.members(tx)
        if each.active and each.role is Role.COUNSELLOR
    }
    here = _Here(tx, house, now, names_here(tx), counsellors)
    today = local_date(now, zone)
    ready: list[_Ready] = []
    wrongs: list[Wrong] = []
    for line in lines:
        brought = read_line(line, zone_named, today, zone)
        one = _one(here, line, brought)
        found = {**_beside(here, one, ready), **brought.wrongs, **_wrong(here, one)}
        wrongs += [Wrong(line.number, *each) for each in found.items()]
        ready.append(one)
    return ready, tuple(wrongs)


def _one(here: _Here, line: Line, brought: Brought) -> _Ready:
    new = NewFile(
        brought.person,
        brought.zone,
        brought.requested_on,
        brought.service,
        here.counsellors.get(brought.usual_counsellor),
        brought.code,
    )
    return _Ready(line, brought, new, here.tx.vault.index(LINE, same_line(line)))


def _beside(here: _Here, one: _Ready, earlier: Sequence[_Ready]) -> dict[str, str]:
    """What is wrong with a line because of others, in this sheet or before it."""
    code = one.brought.code
    found = {}
    if any(each.mark == one.mark for each in earlier):
        found[""] = _SAME
    elif people.clients_with(here.tx, LINE, one.mark, current_only=False):
        found[""] = _BEFORE
    if code and any(each.brought.code == code for each in earlier):
        found["code"] = _TWICE
    elif code and (
        people.client_by_code(here.tx, code) or erasing.was_erased(here.tx, code)
    ):
        found["code"] = _HELD
    return found


def _wrong(here: _Here, one: _Ready) -> dict[str, str]:
    """What the services would say of it, by column."""
    found = files.wrong_file(one.new)
    named = one.brought.usual_counsellor
    if named and one.new.usual_counsellor_id is None:
        found["usual_counsellor"] = _NO_COUNSELLOR
    for name, sentence in _wrong_plan(here, one):
        found.setdefault(column_of(name), sentence)
    return found


def _wrong_plan(here: _Here, one: _Ready) -> Iterator[tuple[str, str]]:
    plan = one.brought.plan
    if plan is None or "zone" in files.wrong_file(one.new):
        return
    codes = (one.brought.code,) if one.brought.code else ()
    names = here.names
    if plan.phrases:
        names = names_with(names, one.brought.person, (), codes)
    file = _made_up(one, here.now)
    draft = prepared(here.tx, here.house, file, plan, (), here.now, names)
    yield from draft.wrongs.items()


def _made_up(one: _Ready, now: datetime) -> ClientFile:
    """The file there would be."""
    return ClientFile(
        id=0,
        code=one.brought.code,
        state="open",
        zone=one.brought.zone,
        usual_counsellor_id=None,
        requested_on=None,
        service=None,
        suspended_at=None,
        suspended_why=None,
        suitable_until=None,
        plan_number=1,
        valid_until=None,
        legal_hold=False,
        opened_at=now,
        closed_at=None,
    )


# --- Bringing in --------------------------------------------------------------


def _open(tx: Tx, house: House, actor: Actor, one: _Ready, now: datetime) -> ClientFile:
    """One file with its plan, suspended until somebody has talked with her."""
    file = files.open_in(tx, house, actor, one.new, now)
    people.set_blinds(tx, file.id, LINE, [one.mark], now)
    plan = one.brought.plan
    if plan is None:
        return file
    saved = plans.save_in(tx, house, actor, file, plan, file.plan_number, now)
    if isinstance(saved, FieldErrors):
        # Cannot be: the same was asked a moment ago. Nothing of the sheet stays.
        raise Misread(next(iter(saved.wrongs.values())))
    standing.suspend(tx, house, file.id, SUSPENDED_WHY, now, by=actor.id)
    return file
