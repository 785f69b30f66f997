"""Whether everything that is sealed can be opened with the keys that are there."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

from sqlalchemy import LargeBinary, func, select, type_coerce

from scheduler.domain.errors import Unreadable
from scheduler.services.house import House
from scheduler.storage import tables
from scheduler.storage.engine import Tx
from scheduler.storage.keys import KeyFile
from scheduler.storage.types import KEY_ID_BYTES, Sealed
from scheduler.storage.vault import AGENCY, client_owner


@dataclass(frozen=True, slots=True)
class OneKey:
    """A key of the file and how many data keys are under it."""

    id: str
    created: date
    data_keys: int


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found. Owners are `client:17` and `agency`, never a person's name."""

    keys: tuple[OneKey, ...]
    # Ids of keys that wrap data keys and are not in the file, and how many.
    missing: dict[str, int]
    unreadable: tuple[str, ...]
    without_key: tuple[str, ...]
    fields: int
    # By table and column, how many envelopes name a data key that is not there.
    lost: dict[str, int]

    def wrongs(self) -> list[str]:
        """What is not right, a sentence each with its remedy; nothing if all is."""
        found = [
            f"{many} data keys are wrapped with key {key}, which is not in the key "
            "file. Put a copy of the file in place that has it."
            for key, many in self.missing.items()
        ]
        if self.unreadable:
            found.append(
                f"No key opens the data key of {_listed(self.unreadable)}. Bring the "
                "clients' keys back from their newest copy with “quietline restore”."
            )
        if self.without_key:
            found.append(
                f"There is no data key for {_listed(self.without_key)}. Bring the "
                "clients' keys back from their newest copy with “quietline restore”."
            )
        found += [
            f"{many} fields in {where} name a data key that is not there: they cannot "
            "be read. Bring the clients' keys back from their newest copy."
            for where, many in self.lost.items()
        ]
        return found


def _listed(owners: tuple[str, ...], most: int = 5) -> str:
    said = ", ".join(owners[:most])
    return said if len(owners) <= most else f"{said} and {len(owners) - most} more"


def check(house: House, keys: KeyFile) -> Checked:
    """Open every data key, and count whose sealed fields name which. Changes nothing.

    Raises StorageUnavailable.
    """
    shelf = house.store.shelf
    # Rows first: what is admitted meanwhile is then on the shelf, not missing there.
    with house.store.reading() as tx:
        owners, named = _owners(tx), _named(tx)
    wraps, under = shelf.everything(), shelf.counted()
    data_keys = {each.key_id for each in wraps}
    there = {each.owner for each in wraps}
    unreadable = []
    for each in wraps:
        try:
            house.store.vault.opens((each,))
        except Unreadable:
            unreadable.append(each.owner)
    lost = Counter(
        {
            where: sum(n for key, n in found.items() if key not in data_keys)
            for where, found in named.items()
        }
    )
    return Checked(
        keys=tuple(
            OneKey(each.id, each.created, under.get(each.id, 0)) for each in keys.keys
        ),
        missing={key: n for key, n in under.items() if keys.key(key) is None},
        unreadable=tuple(unreadable),
        without_key=tuple(each for each in owners if each not in there),
        fields=sum(sum(each.values()) for each in named.values()),
        lost=dict(+lost),
    )


def _owners(tx: Tx) -> list[str]:
    numbers = tx.conn.execute(select(tables.client.c.id).order_by(tables.client.c.id))
    return [AGENCY, *(client_owner(each.id) for each in numbers)]


def _named(tx: Tx) -> dict[str, dict[str, int]]:
    """By column, how many envelopes name which data key."""
    found = {}
    for table in tables.metadata.sorted_tables:
        for column in table.columns:
            if not isinstance(column.type, Sealed):
                continue
            raw = type_coerce(column, LargeBinary)
            key = func.substr(raw, 2, KEY_ID_BYTES, type_=LargeBinary)
            query = select(key, func.count()).where(column.is_not(None)).group_by(key)
            found[f"{table.name}.{column.name}"] = {
                bytes(each).hex(): many for each, many in tx.conn.execute(query)
            }
    return found
