"""Names in steps and expectations are names the file has given, once and before."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from scheduler.services.simulation.lines import Path
from scheduler.services.simulation.shapes import Malformed

if TYPE_CHECKING:
    from scheduler.services.simulation.reading import FileStep, Scenario

# The first of a series called "w" is "w1", "w-1" or "w.1".
_OF_A_SERIES = re.compile(r"[-.]?[0-9]{1,3}")
_DONE = ("booked", "held")


def check_names(scenario: Scenario) -> None:
    """Raises Malformed where a name is given twice, or is nobody's."""
    clients = {each.code for each in scenario.clients}
    counsellors = {each.name for each in scenario.counsellors}
    _once("client", [each.code for each in scenario.clients])
    _once("counsellor", [each.name for each in scenario.counsellors])
    _check_people(scenario, clients, counsellors)
    given = _Given()
    for step in scenario.steps:
        path: Path = ("step", step.number - 1, step.kind)
        _check_clients(step, path, clients)
        _check_known(step.fields, "counsellor", path, counsellors, "counsellor")
        given.check(step, path)
        given.note(step, path)
    _check_expected(scenario, clients, counsellors, given)


def _once(kind: str, names: Iterable[str]) -> None:
    seen: set[str] = set()
    for number, name in enumerate(names):
        if name in seen:
            raise Malformed((kind, number, "id"), f"There are two {kind}s “{name}”.")
        seen.add(name)


def _check_people(scenario: Scenario, clients: set[str], counsellors: set[str]) -> None:
    for number, client in enumerate(scenario.clients):
        path: Path = ("client", number)
        fields = {"counsellor": client.counsellor}
        _check_known(fields, "counsellor", path, counsellors, "counsellor")
        for code in client.apart:
            if code not in clients - {client.code}:
                raise Malformed((*path, "apart"), f"There is no other client “{code}”.")
    for number, counsellor in enumerate(scenario.counsellors):
        for code in sorted(counsellor.profile.shut_out - clients):
            raise Malformed(("counsellor", number, "shut_out"), _nobody("client", code))


def _check_clients(step: FileStep, path: Path, clients: set[str]) -> None:
    several = step.fields.get("clients", ())
    _check_known(step.fields, "client", path, clients, "client")
    for number, code in enumerate(several):
        if code not in clients:
            raise Malformed((*path, "clients"), _nobody("client", code))
        if code in several[:number]:
            raise Malformed((*path, "clients"), f"“{code}” is named twice.")
    if step.kind == "book" and bool(several) == ("client" in step.fields):
        raise Malformed(path, "A booking names a client, or several clients.")


def _check_known(
    fields: Mapping[str, Any], key: str, path: Path, known: set[str], called: str
) -> None:
    name = fields.get(key)
    if name is not None and name not in known:
        raise Malformed((*path, key), _nobody(called, name))


def _nobody(called: str, name: str) -> str:
    return f"There is no {called} “{name}” in this file."


class _Given:
    """The names that steps have given so far to what they book or hold."""

    def __init__(self) -> None:
        self.names: set[str] = set()
        self.done: set[str] = set()
        self.series: set[str] = set()

    def check(self, step: FileStep, path: Path) -> None:
        """What the step speaks of has been named by a step before it."""
        for key in ("session", "hold"):
            name = step.fields.get(key)
            if name is not None and not self.knows(name):
                raise Malformed(
                    (*path, key), f"No step before this one names “{name}”."
                )

    def note(self, step: FileStep, path: Path) -> None:
        """Remember the name a step gives. Two that are both to be booked need two."""
        name = step.fields.get("as", "series" if step.kind == "series" else None)
        if name is None:
            return
        if step.expect in _DONE:
            if name in self.done:
                raise Malformed(
                    (*path, "as"), f"A step before this one is “{name}” already."
                )
            self.done.add(name)
        self.names.add(name)
        if step.kind == "series":
            self.series.add(name)

    def knows(self, name: str) -> bool:
        """Whether a step has given this name, or booked a series it is one of."""
        return name in self.names or any(
            name.startswith(each) and _OF_A_SERIES.fullmatch(name[len(each) :])
            for each in self.series
        )


def _check_expected(
    scenario: Scenario, clients: set[str], counsellors: set[str], given: _Given
) -> None:
    for key, rows in scenario.expected.items():
        for number, each in enumerate(rows):
            path: Path = (key, number)
            _check_known(each, "client", path, clients, "client")
            _check_known(each, "counsellor", path, counsellors, "counsellor")
            if key == "client_state":
                _check_known(each, "id", path, clients, "client")
            for session in _sessions(each):
                if not given.knows(session):
                    raise Malformed(path, f"No step books a session as “{session}”.")


def _sessions(row: Mapping[str, Any]) -> Iterator[str]:
    if "session" in row:
        yield row["session"]
    yield from row.get("sessions", ())
