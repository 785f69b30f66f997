"""Backups that were read back, and the last drill (bar-O5)."""

from __future__ import annotations

from collections.abc import Iterator

from scheduler.domain.backups import Age
from scheduler.services.doctor.finding import Finding, look, right, wrong
from scheduler.services.house import House
from scheduler.services.staff import sign_in
from scheduler.services.stops import backups


def backups_and_drill(house: House) -> Iterator[Finding]:
    """How old both are, where people are real."""
    if not sign_in.compulsory(house):
        return
    with house.store.reading() as tx:
        stand = backups.standing(tx, house.now())
    said, remedy = backups.backup_said(stand), "Run “quietline backup FILE” now."
    if stand.age is Age.TOO_OLD:
        yield wrong("backups", said, remedy)
    elif stand.age is Age.OLD:
        yield look("backups", said, remedy)
    else:
        yield right("backups", said)
    said = backups.drill_said(stand)
    if stand.drill_holds:
        yield right("drill", said)
    else:
        yield look("drill", said, "Have somebody do docs/operations/drill.md.")
