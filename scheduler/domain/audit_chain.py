"""The seal over the audit trail: what was changed afterwards is found, and where (E8).

Each seal covers one entry, its place in the order of sealing, and the seal before. It
is keyed, so whoever holds the database and not the key file cannot make one.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from hmac import compare_digest

Mac = Callable[[str], bytes]

BEGINNING = bytes(32)
"""What stands before the first seal."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the trail: its number, and all that it says as one text."""

    id: int
    text: str


@dataclass(frozen=True, slots=True)
class Seal:
    """The n-th seal and the entry it covers. Places run from 1 without a gap."""

    place: int
    entry_id: int
    mac: bytes


@dataclass(frozen=True, slots=True)
class Anchor:
    """A seal that was written down elsewhere: what was cut off since is found by it."""

    place: int
    mac: bytes

    def __str__(self) -> str:
        return f"{self.place}-{self.mac.hex()}"

    @classmethod
    def read(cls, text: str) -> Anchor | None:
        """The inverse; None for anything else."""
        place, _, mac = text.strip().partition("-")
        try:
            read = cls(int(place), bytes.fromhex(mac))
        except ValueError:
            return None
        return read if place.isascii() and mac else None


class FaultKind(Enum):
    """What was done to the trail."""

    CHANGED = "changed"
    DELETED = "deleted"
    INSERTED = "inserted"
    REORDERED = "reordered"
    SEAL_MISSING = "seal_missing"
    CUT_OFF = "cut_off"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault and the number of the entry it is at."""

    kind: FaultKind
    entry_id: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along the chain found. `unsealed` entries are newer than the last
    seal, and nothing is known of them."""

    sealed: int
    unsealed: int
    head: Anchor | None
    faults: tuple[Fault, ...]

    @property
    def whole(self) -> bool:
        """Whether nothing was found."""
        return not self.faults


def seal(after: Seal | None, entries: Iterable[Entry], mac: Mac) -> Iterator[Seal]:
    """The seals of the next entries, in their order."""
    last = after
    for each in entries:
        place = last.place + 1 if last else 1
        before = last.mac if last else BEGINNING
        last = Seal(place, each.id, mac(_covered(place, before, each)))
        yield last


def _covered(place: int, before: bytes, entry: Entry) -> str:
    return json.dumps([place, before.hex(), entry.id, entry.text])


@dataclass(frozen=True, slots=True)
class Cut:
    """Up to this seal everything is gone, since its time was over (E7). `proof` is
    keyed, so whoever cuts without the key file is found."""

    seal: Seal
    proof: bytes

    @classmethod
    def after(cls, seal: Seal, mac: Mac) -> Cut:
        """The cut behind a seal."""
        return cls(seal, mac(_cut(seal)))

    def is_ours(self, mac: Mac) -> bool:
        """Whether it was made with the key."""
        return compare_digest(mac(_cut(self.seal)), self.proof)


def _cut(seal: Seal) -> str:
    return json.dumps(["cut", seal.place, seal.entry_id, seal.mac.hex()])


def verify(
    seals: Iterable[Seal],
    entries: Iterable[Entry],
    mac: Mac,
    anchor: Anchor | None = None,
    cut: Cut | None = None,
) -> Verdict:
    """Walk along both, seals by place and entries by number, and name every fault.

    Each seal is held against the one before it as that stands, so that one change is
    one fault and not a fault of everything after it. After a `cut` the walk begins.
    """
    walk = _Walk(iter(entries), mac)
    if cut is not None:
        walk.begin_after(cut, anchor)
    for each in seals:
        walk.take(each, anchor)
    return walk.verdict(anchor)


class _Walk:
    def __init__(self, entries: Iterator[Entry], mac: Mac) -> None:
        self._entries = entries
        self._mac = mac
        self._next = next(entries, None)
        self._last: Seal | None = None
        self._faults: list[Fault] = []

    def begin_after(self, cut: Cut, anchor: Anchor | None) -> None:
        at = cut.seal
        if not cut.is_ours(self._mac):
            self._fault(FaultKind.CUT_OFF, at.entry_id)
        if anchor and anchor.place == at.place and anchor.mac != at.mac:
            self._fault(FaultKind.OTHER, at.entry_id)
        self._last = at

    def take(self, each: Seal, anchor: Anchor | None) -> None:
        last = self._last
        in_place = each.place == (last.place + 1 if last else 1)
        if not in_place:
            self._fault(FaultKind.SEAL_MISSING, each.entry_id)
        if last is not None and each.entry_id <= last.entry_id:
            self._fault(FaultKind.REORDERED, each.entry_id)
        else:
            self._hold_against(each, in_place=in_place)
        if anchor and anchor.place == each.place and anchor.mac != each.mac:
            self._fault(FaultKind.OTHER, each.entry_id)
        self._last = each

    def _hold_against(self, each: Seal, *, in_place: bool) -> None:
        while self._next is not None and self._next.id < each.entry_id:
            self._fault(FaultKind.INSERTED, self._next.id)
            self._next = next(self._entries, None)
        if self._next is None or self._next.id > each.entry_id:
            self._fault(FaultKind.DELETED, each.entry_id)
            return
        before = self._last.mac if self._last else BEGINNING
        covered = _covered(each.place, before, self._next)
        # After a gap the seal before is not known, so this one proves nothing.
        if in_place and not compare_digest(self._mac(covered), each.mac):
            self._fault(FaultKind.CHANGED, each.entry_id)
        self._next = next(self._entries, None)

    def verdict(self, anchor: Anchor | None) -> Verdict:
        last = self._last
        if anchor and anchor.place > (last.place if last else 0):
            self._fault(FaultKind.CUT_OFF, last.entry_id if last else 0)
        unsealed = int(self._next is not None) + sum(1 for _ in self._entries)
        return Verdict(
            sealed=last.place if last else 0,
            unsealed=unsealed,
            head=Anchor(last.place, last.mac) if last else None,
            faults=tuple(self._faults),
        )

    def _fault(self, kind: FaultKind, entry_id: int) -> None:
        self._faults.append(Fault(kind, entry_id))
