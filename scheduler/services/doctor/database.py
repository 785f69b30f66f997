"""The database, its keys, and the trail in it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from scheduler.domain.errors import Misconfigured, StorageUnavailable
from scheduler.services.doctor.finding import Finding, look, right, wrong
from scheduler.services.house import House
from scheduler.services.traces import audit_chain
from scheduler.storage import durability, migrate

# A year, and time to find an afternoon for it.
KEY_DAYS: Final = 400


def _keys(house: House) -> Finding:
    days = house.store.vault.key_days
    old = (house.now().date() - days[-1]).days
    if len(days) > 1:
        return look(
            "keys",
            "The key file has a key that is to go: a rotation is not finished.",
            "Run “quietline keys rotate”, then “quietline keys rotate --finish”.",
        )
    if old > KEY_DAYS:
        return look(
            "keys",
            f"The installation's key was made on {days[-1]}, {old} days ago.",
            "Put a new one in its place with “quietline keys rotate”: "
            "docs/operations/keys.md.",
        )
    return right(
        "keys",
        "The key file is the one this database was made with; its key was made on "
        f"{days[-1]}.",
    )


def database(house: House) -> Iterator[Finding]:
    """Whether it answers, keeps what it commits, and is the one of these keys."""
    name = house.store.engine.dialect.name
    try:
        kept = durability.settings(house.store)
        amiss = durability.wrong(house.store)
        waiting = migrate.pending(house.store.engine)
    except (Misconfigured, StorageUnavailable) as found:
        yield wrong("database", f"{name} does not answer as it must.", str(found))
        return
    yield right("database", f"{name} answers.")
    said = ", ".join(f"{each} = {value}" for each, value in kept.items())
    if amiss:
        yield wrong("durability and keys", f"{said}.", amiss)
    else:
        yield right("durability", f"A commit outlives a power cut: {said}.")
        yield _keys(house)
    if waiting:
        yield wrong(
            "migrations",
            f"{len(waiting)} step(s) are pending.",
            "Make a backup, then run “quietline migrate”.",
        )
    else:
        yield right("migrations", "The database is at the version of this program.")


def trail(house: House) -> Iterator[Finding]:
    """Whether the chain over who did what is whole (E8)."""
    seen = audit_chain.verify(house)
    if not seen.whole:
        yield wrong(
            "audit trail",
            f"It was changed, in {len(seen.faults)} place(s).",
            "“quietline audit verify” says where; find out by whom.",
        )
        return
    yield right(
        "audit trail",
        f"{seen.sealed} entries are sealed, {seen.unsealed} are newer.",
    )
