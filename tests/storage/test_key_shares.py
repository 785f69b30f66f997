"""Two of three sheets make the key file, one says nothing, and each slip is noticed."""

import secrets
from base64 import b32encode
from datetime import date
from hashlib import sha256
from itertools import combinations, permutations
from typing import Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scheduler.storage import key_shares, keys
from scheduler.storage.key_shares import NotJoined, Sheet
from tests.stores import CountedEntropy, key_file

TWO_KEYS: Final = keys.with_new_key(key_file(), CountedEntropy("2"), date(2027, 1, 4))
SHEETS: Final = key_shares.split(key_file(), CountedEntropy("set"))


def typed(sheet: Sheet) -> Sheet:
    """The sheet as somebody typed it from the paper."""
    return key_shares.read(sheet.lines())


@pytest.mark.parametrize("file", [key_file(), TWO_KEYS], ids=["one key", "two keys"])
@pytest.mark.parametrize("pair", list(permutations(range(3), 2)))
def test_any_two_in_any_order_make_the_very_file(
    file: keys.KeyFile, pair: tuple[int, int]
) -> None:
    sheets = key_shares.split(file, CountedEntropy("set"))
    one, other = (typed(sheets[each]) for each in pair)
    assert key_shares.join(one, other) == file


# --- Known answers -----------------------------------------------------------

SECRET: Final = bytes(range(16))
SLOPE: Final = bytes(range(100, 116))


def times(one: int, other: int) -> int:
    """Multiplied in GF(2^128) modulo x^128 + x^7 + x^2 + x + 1, written for itself."""
    made = 0
    while other:
        if other & 1:
            made ^= one
        one, other = one << 1, other >> 1
        if one >> 128:
            one ^= (1 << 128) | 0b10000111
    return made


def on_the_line(number: int) -> bytes:
    slope = int.from_bytes(SLOPE, "big")
    value = int.from_bytes(SECRET, "big") ^ times(slope, number)
    return value.to_bytes(16, "big")


@pytest.mark.parametrize("pair", list(combinations((1, 2, 3), 2)))
def test_the_library_joins_what_lies_on_a_line_in_that_field(
    pair: tuple[int, int],
) -> None:
    shares = [(each, on_the_line(each)) for each in pair]
    assert key_shares.Shamir.combine(shares) == SECRET


# The standard library writes the same bits with other letters.
CROCKFORD: Final = str.maketrans(
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
)


def test_a_line_is_thirteen_bytes_and_two_of_their_check() -> None:
    sheet = Sheet(2, "00112233", "0011223344556677", (bytes(range(16)),))
    raw = bytes.fromhex("01020100112233" + "0011223344556677") + bytes(range(16))
    raw = raw.ljust(3 * 13, b"\0")
    expected = []
    for at in range(3):
        data = raw[at * 13 : at * 13 + 13]
        check = sha256(b"quietline sheet" + bytes((at,)) + data).digest()[:2]
        text = b32encode(data + check).decode().translate(CROCKFORD)
        groups = [text[each : each + 4] for each in range(0, 24, 4)]
        expected.append(f"0{at + 1}: {' '.join(groups)}")
    assert sheet.lines() == expected
    assert expected[0] == "01: 0410 200H 48SG 0492 6D25 BTJ4"
    assert typed(sheet) == sheet


# --- What one sheet says -----------------------------------------------------


def test_the_same_file_is_never_split_the_same_way() -> None:
    other = key_shares.split(key_file(), CountedEntropy("set"))
    assert not {each.blocks for each in other} & {each.blocks for each in SHEETS}


def test_with_one_sheet_every_secret_is_still_possible() -> None:
    """For any other secret there is a second sheet that fits the first one."""
    first = SHEETS[0].blocks[0]
    wished = secrets.token_bytes(16)
    value = int.from_bytes(first, "big")
    slope = value ^ int.from_bytes(wished, "big")
    second = (value ^ slope ^ times(slope, 2)).to_bytes(16, "big")
    assert key_shares.Shamir.combine([(1, first), (2, second)]) == wished


def test_neither_a_sheet_nor_its_repr_holds_a_secret() -> None:
    file = key_file()
    for sheet in SHEETS:
        raw = b"".join(sheet.blocks)
        for secret in (file.index_secret, file.current.secret):
            assert secret[:8] not in raw
        assert "blocks" not in repr(sheet)
        assert sheet.key_id == file.current.id


# --- Typed from paper --------------------------------------------------------

LINE: Final = SHEETS[0].lines()[4]


def test_small_letters_other_gaps_and_letters_taken_for_figures_are_understood() -> (
    None
):
    meant = key_shares.read_line(4, LINE)
    body = LINE.partition(":")[2]
    for written in (
        body.lower(),
        body.replace(" ", ""),
        body.replace(" ", "-"),
        body.replace("0", "O").replace("1", "l"),
        f"  {LINE}\n",
    ):
        assert key_shares.read_line(4, written) == meant


@given(st.data())
def test_a_wrong_letter_or_two_swapped_are_noticed(data: st.DataObject) -> None:
    text = LINE.partition(":")[2].replace(" ", "")
    at = data.draw(st.integers(0, len(text) - 2))
    if data.draw(st.booleans()):
        other = data.draw(
            st.sampled_from(sorted(set(key_shares._ALPHABET) - {text[at]}))
        )
        wrong = text[:at] + other + text[at + 1 :]
    else:
        wrong = text[:at] + text[at + 1] + text[at] + text[at + 2 :]
    if wrong != text:
        # Two bytes of check: about one slip in 65,536 goes by, and none of these may.
        try:
            key_shares.read_line(4, wrong)
        except NotJoined:
            return
        sheet = [*SHEETS[0].lines()]
        sheet[4] = wrong
        with pytest.raises(NotJoined):
            key_shares.join(key_shares.read(sheet), SHEETS[1])


@pytest.mark.parametrize(
    "wrong",
    ["", "05:", LINE[:-1], LINE + "A", LINE[:-1] + "é"],
    # The sheets are another in each process, so the tests go by what is wrong.
    ids=["nothing", "no groups", "one less", "one more", "no letter of ours"],
)
def test_a_line_of_another_length_is_said(wrong: str) -> None:
    with pytest.raises(NotJoined, match="Line 5 is not six groups of four"):
        key_shares.read_line(4, wrong)


def test_a_line_in_another_ones_place_is_noticed() -> None:
    lines = SHEETS[0].lines()
    lines[2], lines[3] = lines[3], lines[2]
    with pytest.raises(NotJoined, match="a slip in line 3"):
        key_shares.read(lines)


def test_a_sheet_without_its_last_line_is_refused() -> None:
    for lines in ([], SHEETS[0].lines()[:-1]):
        with pytest.raises(NotJoined, match="not all of its lines"):
            key_shares.read(lines)


def test_the_same_sheet_twice_is_refused() -> None:
    with pytest.raises(NotJoined, match="Both are sheet 1"):
        key_shares.join(SHEETS[0], SHEETS[0])


def test_sheets_of_two_splits_are_refused_by_name() -> None:
    other = key_shares.split(TWO_KEYS, CountedEntropy("later"))
    with pytest.raises(NotJoined, match=f"of key {SHEETS[0].key_id}"):
        key_shares.join(SHEETS[0], other[1])


@given(st.integers(0, 9 * 16 - 1), st.integers(1, 255))
def test_a_sheet_that_was_changed_before_it_was_printed_is_refused(
    at: int, by: int
) -> None:
    raw = bytearray(b"".join(SHEETS[1].blocks))
    at %= len(raw)
    raw[at] ^= by
    blocks = tuple(bytes(raw[each : each + 16]) for each in range(0, len(raw), 16))
    changed = Sheet(2, SHEETS[1].set, SHEETS[1].key_id, blocks)
    with pytest.raises(NotJoined, match="not a key file"):
        key_shares.join(SHEETS[0], changed)


def test_a_sheet_of_another_version_is_refused() -> None:
    with pytest.raises(NotJoined, match="another version"):
        key_shares.wanted(bytes((2, 1, 9)) + bytes(10))
