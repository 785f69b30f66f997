"""A new installation key in the place of the old one, while everybody works (bar-K3).

Three steps, each of which may be interrupted and taken again: the new key is written
into the key file beside the old one; every data key on the shelf is wrapped anew, a few
at a time; the old key leaves the file when nothing is left under it. No row changes:
rows are sealed with the data keys (docs/decisions/0060).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from scheduler.domain.errors import QuietlineError, Unreadable
from scheduler.services.house import House
from scheduler.services.traces import audit
from scheduler.storage import keys
from scheduler.storage.keys import Entropy, KeyFile

BATCH: Final = 50


class NotRotated(QuietlineError):
    """What stands in the way of the next step. Says what to do."""


@dataclass(frozen=True, slots=True)
class Begun:
    """`old` are the ids of the keys that go, `new` is the one that stays."""

    old: tuple[str, ...]
    new: str
    # False: an earlier rotation had begun, and goes on.
    anew: bool


def begin(house: House, path: Path, entropy: Entropy) -> Begun:
    """Write a new key into the key file, unless there are two already.

    From then on everything new is wrapped with it. Raises Misconfigured.
    """
    now = house.now()
    with house.store.begin() as tx, house.store.shelf.alone():
        found = keys.load(path)
        if len(found.keys) > 1:
            return _begun(found, anew=False)
        more = keys.with_new_key(found, entropy, now.date())
        audit.record(tx, now, None, "began key rotation", "key", more.current.id)
        keys.replace(more, path)
    return _begun(more, anew=True)


def _begun(found: KeyFile, *, anew: bool) -> Begun:
    return Begun(tuple(each.id for each in found.keys[:-1]), found.current.id, anew)


def rewrap(house: House, batch: int = BATCH) -> Iterator[int]:
    """Wrap every data key anew; how many, after each few. Raises NotRotated."""
    try:
        while moved := house.store.vault.rewrap(batch):
            yield moved
    except Unreadable:
        raise NotRotated(
            "Some data keys are wrapped with a key that is not in the key file, so "
            "they stay as they are. “quietline keys check” says which."
        ) from None


def finish(house: House, path: Path) -> Begun:
    """Take the old keys out of the key file. Raises NotRotated, Misconfigured.

    Refused while a single data key is under one of them.
    """
    now = house.now()
    with house.store.begin() as tx, house.store.shelf.alone():
        found = keys.load(path)
        if len(found.keys) == 1:
            raise NotRotated("There is one key in the key file: nothing to finish.")
        under = house.store.shelf.counted()
        left = sum(under.values()) - under.get(found.current.id, 0)
        if left:
            raise NotRotated(
                f"{left} data keys are not under the new key yet, so the old one "
                "stays. Run “quietline keys rotate” again first."
            )
        subject = found.current.id
        audit.record(tx, now, None, "ended key rotation", "key", subject)
        keys.replace(keys.only_current(found), path)
    return _begun(found, anew=False)
