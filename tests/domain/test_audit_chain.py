"""The seal over the trail finds every change, and says where (E8, bar-T1)."""

import hashlib
import hmac
from collections import Counter
from dataclasses import replace
from random import Random

import pytest

from scheduler.domain.audit_chain import (
    Anchor,
    Entry,
    Fault,
    FaultKind,
    Seal,
    seal,
    verify,
)
from tests.profiles import Tells, trials


def mac(text: str, key: bytes = b"k" * 32) -> bytes:
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def a_trail(length: int = 12) -> tuple[list[Seal], list[Entry]]:
    """Numbers have gaps, as those of rolled back rows do."""
    entries = [Entry(3 * each + 1, f"line {each}") for each in range(length)]
    return list(seal(None, entries, mac)), entries


def faults(
    seals: list[Seal], entries: list[Entry], anchor: Anchor | None = None
) -> set[tuple[FaultKind, int]]:
    found = verify(seals, entries, mac, anchor)
    return {(each.kind, each.entry_id) for each in found.faults}


def test_an_untouched_trail_is_whole() -> None:
    seals, entries = a_trail()
    found = verify(seals, [*entries, Entry(99, "not yet sealed")], mac)
    assert found.whole
    assert (found.sealed, found.unsealed) == (12, 1)
    assert found.head == Anchor(12, seals[-1].mac)


def test_a_trail_is_sealed_on_from_where_it_was() -> None:
    seals, entries = a_trail()
    in_two = list(seal(None, entries[:5], mac))
    in_two += seal(in_two[-1], entries[5:], mac)
    assert in_two == seals


def test_nothing_at_all_is_whole() -> None:
    found = verify([], [], mac)
    assert (found.whole, found.sealed, found.head) == (True, 0, None)


def test_a_changed_line_is_named_and_no_other() -> None:
    seals, entries = a_trail()
    entries[4] = replace(entries[4], text="something else")
    assert faults(seals, entries) == {(FaultKind.CHANGED, 13)}


def test_two_lines_that_changed_places_are_both_named() -> None:
    seals, entries = a_trail()
    one, other = entries[2], entries[7]
    entries[2] = replace(one, text=other.text)
    entries[7] = replace(other, text=one.text)
    assert faults(seals, entries) == {(FaultKind.CHANGED, 7), (FaultKind.CHANGED, 22)}


def test_a_line_that_is_gone_is_named() -> None:
    seals, entries = a_trail()
    del entries[6]
    assert faults(seals, entries) == {(FaultKind.DELETED, 19)}


def test_a_line_put_in_between_is_named() -> None:
    seals, entries = a_trail()
    entries.insert(4, Entry(11, "put in"))
    assert faults(seals, entries) == {(FaultKind.INSERTED, 11)}


def test_a_line_that_is_gone_with_its_seal_leaves_a_gap() -> None:
    seals, entries = a_trail()
    del entries[6], seals[6]
    assert (FaultKind.SEAL_MISSING, 22) in faults(seals, entries)


def test_seals_that_were_numbered_anew_do_not_hide_it() -> None:
    seals, entries = a_trail()
    del entries[6], seals[6]
    seals = [replace(each, place=n) for n, each in enumerate(seals, start=1)]
    assert (FaultKind.CHANGED, 22) in faults(seals, entries)


def test_seals_in_another_order_are_named() -> None:
    seals, entries = a_trail()
    one, other = seals[3].entry_id, seals[8].entry_id
    seals[3] = replace(seals[3], entry_id=other)
    seals[8] = replace(seals[8], entry_id=one)
    kinds = {kind for kind, _ in faults(seals, entries)}
    assert FaultKind.REORDERED in kinds


def test_what_was_cut_off_at_the_end_is_found_by_an_anchor_only() -> None:
    seals, entries = a_trail()
    anchor = Anchor(12, seals[-1].mac)
    assert faults(seals[:9], entries[:9]) == set()
    assert faults(seals[:9], entries[:9], anchor) == {(FaultKind.CUT_OFF, 25)}
    assert faults([], [], anchor) == {(FaultKind.CUT_OFF, 0)}


def test_a_trail_written_anew_with_another_key_is_not_the_one_of_the_anchor() -> None:
    seals, entries = a_trail()
    forged = list(seal(None, entries, lambda text: mac(text, b"x" * 32)))
    found = verify(forged, entries, lambda text: mac(text, b"x" * 32))
    assert found.whole
    anchor = Anchor(7, seals[6].mac)
    again = verify(forged, entries, lambda text: mac(text, b"x" * 32), anchor)
    assert again.faults == (Fault(FaultKind.OTHER, 19),)


@pytest.mark.parametrize("text", ["", "12", "-", "x-00", "3-zz", "۳-00"])
def test_what_is_no_anchor_is_none(text: str) -> None:
    assert Anchor.read(text) is None


def test_an_anchor_reads_back() -> None:
    anchor = Anchor(12, bytes(range(32)))
    assert Anchor.read(f" {anchor}\n") == anchor


def test_every_tampering_at_random_is_found(tells: Tells) -> None:
    """bar-T1: changed, deleted, put in, swapped, renumbered, cut off."""
    chance, many = Random(20_261_130), trials(200, 2_000)
    hit: Counter[str] = Counter()
    for _ in range(many):
        seals, entries = a_trail(chance.randint(3, 40))
        anchor = Anchor(len(seals), seals[-1].mac)
        name, harm = chance.choice(HARMS)
        harm(chance, seals, entries)
        assert faults(seals, entries, anchor), name
        hit[name] += 1
    assert hit.keys() == {name for name, _ in HARMS}
    tells(trials=many, seed=20_261_130, hit=hit)


def _change(chance: Random, _: list[Seal], entries: list[Entry]) -> None:
    where = chance.randrange(len(entries))
    entries[where] = replace(entries[where], text=entries[where].text + ".")


def _delete(chance: Random, _: list[Seal], entries: list[Entry]) -> None:
    del entries[chance.randrange(len(entries))]


def _insert(chance: Random, _: list[Seal], entries: list[Entry]) -> None:
    where = chance.randrange(len(entries) - 1)
    entries.insert(where + 1, Entry(entries[where].id + 1, "put in"))


def _swap(chance: Random, _: list[Seal], entries: list[Entry]) -> None:
    one, other = chance.sample(range(len(entries)), 2)
    texts = entries[one].text, entries[other].text
    entries[one] = replace(entries[one], text=texts[1])
    entries[other] = replace(entries[other], text=texts[0])


def _renumber(chance: Random, seals: list[Seal], entries: list[Entry]) -> None:
    where = chance.randrange(len(entries) - 1)
    del entries[where], seals[where]
    seals[where:] = [
        replace(each, place=where + n) for n, each in enumerate(seals[where:], start=1)
    ]


def _cut(chance: Random, seals: list[Seal], entries: list[Entry]) -> None:
    where = chance.randrange(len(entries))
    del entries[where:], seals[where:]


def _reseal(chance: Random, seals: list[Seal], entries: list[Entry]) -> None:
    where = chance.randrange(len(seals))
    seals[where] = replace(seals[where], mac=chance.randbytes(32))
    assert entries


HARMS = [
    ("changed", _change),
    ("deleted", _delete),
    ("inserted", _insert),
    ("swapped", _swap),
    ("renumbered", _renumber),
    ("cut off", _cut),
    ("another seal", _reseal),
]
