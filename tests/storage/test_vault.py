"""bar-K1: what is sealed opens at its own place with its own key, and nowhere else."""

import hashlib
import hmac
import struct
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Final

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine

from scheduler.domain.errors import Misconfigured, Unreadable
from scheduler.storage import keys
from scheduler.storage.engine import Store
from scheduler.storage.shelf import Shelf
from scheduler.storage.types import ENVELOPE_MIN, looks_sealed
from scheduler.storage.vault import (
    AGENCY,
    Vault,
    client_owner,
    framed,
    key_id_of,
    open_with,
    seal_with,
)
from tests.stores import BEGINNING, INSTALLATION, CountedEntropy, key_file

ANNE: Final = client_owner(17)
BEA: Final = client_owner(18)
WORDS: Final = "The plants could do with some water"
PLACE: Final = (ANNE, "code_word", "word", 5)


@pytest.fixture
def vault(store: Store) -> Vault:
    """A vault that knows two clients and the agency."""
    for owner in (ANNE, BEA):
        store.vault.admit(owner, BEGINNING)
    return store.vault


# --- Known answers -----------------------------------------------------------

KEY: Final = bytes(range(32))
NONCE: Final = bytes(range(100, 112))
KEY_ID: Final = "00112233445566ff"


def test_an_envelope_is_version_key_nonce_ciphertext_and_tag() -> None:
    sealed = seal_with(KEY, KEY_ID, NONCE, b"place", b"plain")
    assert sealed == bytes.fromhex("81" + KEY_ID) + NONCE + AESGCM(KEY).encrypt(
        NONCE, b"plain", b"\x81place"
    )


@pytest.mark.parametrize(
    ("plain", "place", "envelope"),
    [
        (
            "",
            "",
            (
                "8100112233445566ff6465666768696a6b6c6d6e6f796245347747066e106a8052603e8c"
                "87"
            ),
        ),
        (
            WORDS,
            "code_word",
            (
                "8100112233445566ff6465666768696a6b6c6d6e6f1c73bb46098537f04a117f8bb51006"
                "9962a6692afc05871a87a2c3259e83d229e08c32e85cbb6c4aebb703cd7db0d8a4b5d428"
            ),
        ),
        (
            "été ☎",
            "plan_version",
            (
                "8100112233445566ff6465666768696a6b6c6d6e6f8bb2aaa5d0c9b406b0e65c53773617"
                "2d74d9f843d5bfa4122b"
            ),
        ),
    ],
)
def test_known_envelopes_stay_as_they_are(
    plain: str, place: str, envelope: str
) -> None:
    sealed = seal_with(KEY, KEY_ID, NONCE, framed("field", place), plain.encode())
    assert sealed.hex() == envelope
    assert open_with(KEY, framed("field", place), sealed) == plain.encode()


def test_parts_of_a_place_are_framed_by_their_length() -> None:
    assert (
        framed("a", "bc") == struct.pack(">I", 1) + b"a" + struct.pack(">I", 2) + b"bc"
    )
    assert framed("é") == b"\0\0\0\x02\xc3\xa9"


@given(st.lists(st.text()), st.lists(st.text()))
def test_no_two_places_are_framed_alike(one: list[str], other: list[str]) -> None:
    assert (framed(*one) == framed(*other)) == (one == other)


class Script:
    """Bytes handed out in the order they are written here."""

    def __init__(self, *handed: bytes) -> None:
        self._handed = iter(handed)

    def __call__(self, wanted: int) -> bytes:
        found = next(self._handed)
        assert len(found) == wanted
        return found


@pytest.fixture
def memory_shelf() -> Iterator[Shelf]:
    """A shelf that is gone with the test."""
    engine = create_engine("sqlite://").execution_options(
        schema_translate_map={"quietline_keys": None}
    )
    shelf = Shelf(engine)
    shelf.make()
    yield shelf
    engine.dispose()


def test_a_field_of_a_known_client_is_sealed_to_known_bytes(
    memory_shelf: Shelf,
) -> None:
    data_key, key_id = bytes(range(32, 64)), bytes(range(8))
    field_nonce = bytes(range(200, 212))
    entropy = Script(key_id, data_key, NONCE, field_nonce)
    vault = Vault(key_file(), memory_shelf, entropy)
    vault.admit(ANNE, BEGINNING)
    sealed = vault.seal(*PLACE, WORDS)
    place = b"".join(
        struct.pack(">I", len(part)) + part
        for part in (
            b"field",
            INSTALLATION.encode(),
            b"code_word",
            b"word",
            b"5",
            b"client:17",
        )
    )
    assert sealed == b"\x81" + key_id + field_nonce + AESGCM(data_key).encrypt(
        field_nonce, WORDS.encode(), b"\x81" + place
    )
    assert sealed.hex() == (
        "810001020304050607c8c9cacbcccdcecfd0d1d2d3f121cbc2c33ac3ac2aeca38e8d0d69"
        "b0b1a05c5ea69b0c997d864a97ac5312d9011367e1ca811c6961caa0f7aed98a2b5b3ecd"
    )
    (wrap,) = memory_shelf.everything()
    assert wrap.wrapped.hex() == (
        "81a0a61b3fd49e19f56465666768696a6b6c6d6e6ffb50efb842ac8d1794fa321042ce0a"
        "93f8eb6afa508eb3c25c6fcb0fb6c677bb177b994b744d2341fdeee23440e45740"
    )


@pytest.mark.parametrize(
    ("purpose", "text", "digest"),
    [
        (
            "number",
            "+14165550142",
            "dda13092158f5ac05896a0d167111c442b3eef74d2be97585a485d87462f8fd8",
        ),
        (
            "name",
            "+14165550142",
            "5ae5daea16426185d7c2ff80c614965479a94258b06dbc08d773b81fb8942ab0",
        ),
        (
            "number",
            "",
            "2b67b8683d3ffdb2d863724ad54d69baa68ecfd3c6dc1dcc5cfd50b5dbaee7fa",
        ),
    ],
)
def test_known_blind_indexes_stay_as_they_are(
    memory_shelf: Shelf, purpose: str, text: str, digest: str
) -> None:
    vault = Vault(key_file(), memory_shelf, CountedEntropy())
    found = vault.index(purpose, text)
    framing = b"".join(
        struct.pack(">I", len(part)) + part
        for part in (b"index", purpose.encode(), text.encode())
    )
    secret = key_file().index_secret
    assert found == hmac.new(secret, framing, hashlib.sha256).digest()
    assert found.hex() == digest


# --- There and back ----------------------------------------------------------


@pytest.mark.parametrize("plain", ["", WORDS, "\0", "été ☎\n", "x" * 100_000])
def test_text_comes_back_as_it_was(vault: Vault, plain: str) -> None:
    sealed = vault.seal(*PLACE, plain)
    assert looks_sealed(sealed)
    assert vault.open(*PLACE, sealed) == plain


def test_bytes_come_back_as_they_were(vault: Vault) -> None:
    raw = bytes(range(256))
    assert vault.open_bytes(*PLACE, vault.seal(*PLACE, raw)) == raw


def test_the_same_words_never_look_the_same(vault: Vault) -> None:
    assert len({vault.seal(*PLACE, WORDS) for _ in range(200)}) == 200


def test_nothing_of_the_words_is_in_the_envelope(vault: Vault) -> None:
    assert b"plants" not in vault.seal(*PLACE, WORDS)


def test_a_number_and_its_text_are_the_same_row(vault: Vault) -> None:
    sealed = vault.seal(ANNE, "code_word", "word", "5", WORDS)
    assert vault.open(ANNE, "code_word", "word", 5, sealed) == WORDS


def test_another_process_opens_what_this_one_sealed(store: Store, vault: Vault) -> None:
    sealed = vault.seal(*PLACE, WORDS)
    other = Vault(key_file(), store.shelf, CountedEntropy("other"))
    assert other.open(*PLACE, sealed) == WORDS


def test_keys_of_a_list_are_fetched_at_once(store: Store, vault: Vault) -> None:
    sealed = {owner: vault.seal(owner, "t", "c", 1, owner) for owner in (ANNE, BEA)}
    other = Vault(key_file(), store.shelf, CountedEntropy("other"))
    other.preload((ANNE, BEA, "client:99"))
    store.shelf.engine.dispose()
    for owner, envelope in sealed.items():
        assert other.open(owner, "t", "c", 1, envelope) == owner


# --- Refusals ----------------------------------------------------------------

_LENGTH = ENVELOPE_MIN + len(WORDS)


def _flipped(at: int) -> tuple[str, object]:
    def flip(envelope: bytes) -> bytes:
        changed = bytearray(envelope)
        changed[at] ^= 0x01
        return bytes(changed)

    return f"bit {at}", flip


TAMPERED: Final = dict(
    [
        # Every byte of version, key id and nonce; some of ciphertext; all of the tag.
        *(_flipped(at) for at in range(21)),
        *(_flipped(at) for at in range(21, _LENGTH - 16, 7)),
        *(_flipped(at) for at in range(_LENGTH - 16, _LENGTH)),
        ("empty", lambda _: b""),
        ("one byte", lambda envelope: envelope[:1]),
        ("header only", lambda envelope: envelope[:9]),
        ("no text", lambda envelope: envelope[:21]),
        ("short nonce", lambda envelope: envelope[:15] + envelope[16:]),
        ("no tag", lambda envelope: envelope[:-16]),
        ("short tag", lambda envelope: envelope[:-1]),
        ("longer", lambda envelope: envelope + b"\0"),
        ("twice", lambda envelope: envelope * 2),
        ("version 0", lambda envelope: b"\0" + envelope[1:]),
        ("version 2", lambda envelope: b"\x82" + envelope[1:]),
        ("unknown key", lambda envelope: envelope[:1] + b"\xee" * 8 + envelope[9:]),
        ("zero nonce", lambda envelope: envelope[:9] + bytes(12) + envelope[21:]),
        ("reversed", lambda envelope: envelope[::-1]),
        ("plain text", lambda _: WORDS.encode()),
    ]
)


def test_there_are_at_least_forty_ways_to_tamper() -> None:
    assert len(TAMPERED) >= 55


@pytest.mark.parametrize("how", TAMPERED)
def test_a_changed_envelope_does_not_open(memory_shelf: Shelf, how: str) -> None:
    vault = Vault(key_file(), memory_shelf, CountedEntropy())
    vault.admit(ANNE, BEGINNING)
    envelope = vault.seal(*PLACE, WORDS)
    assert len(envelope) == _LENGTH
    tampered = TAMPERED[how](envelope)  # type: ignore[operator]
    with pytest.raises(Unreadable):
        vault.open(*PLACE, tampered)


MOVED: Final[dict[str, tuple[str, str, str, str | int]]] = {
    "row": (ANNE, "code_word", "word", 6),
    "row as text": (ANNE, "code_word", "word", "05"),
    "column": (ANNE, "code_word", "words", 5),
    "table": (ANNE, "code_words", "word", 5),
    "client": (BEA, "code_word", "word", 5),
    "agency": (AGENCY, "code_word", "word", 5),
    "owner in another case": ("CLIENT:17", "code_word", "word", 5),
    "part pushed along": (ANNE, "code_wordword", "", 5),
    "nowhere": (ANNE, "", "", ""),
    "column and row": (ANNE, "code_word", "word5", ""),
}


@pytest.mark.parametrize("where", MOVED)
def test_an_envelope_moved_elsewhere_does_not_open(
    memory_shelf: Shelf, where: str
) -> None:
    vault = Vault(key_file(), memory_shelf, CountedEntropy())
    for owner in (ANNE, BEA, AGENCY):
        vault.admit(owner, BEGINNING)
    sealed = vault.seal(*PLACE, WORDS)
    with pytest.raises(Unreadable):
        vault.open(*MOVED[where], sealed)


def test_an_envelope_of_another_installation_does_not_open(
    memory_shelf: Shelf,
) -> None:
    same_keys = key_file()
    elsewhere = keys.KeyFile("elsewhere", same_keys.keys, same_keys.index_secret)
    vault = Vault(same_keys, memory_shelf, CountedEntropy())
    vault.admit(ANNE, BEGINNING)
    sealed = vault.seal(*PLACE, WORDS)
    with pytest.raises(Unreadable):
        Vault(elsewhere, memory_shelf, CountedEntropy()).open(*PLACE, sealed)


def test_a_wrap_put_under_another_name_does_not_open(memory_shelf: Shelf) -> None:
    vault = Vault(key_file(), memory_shelf, CountedEntropy())
    vault.admit(ANNE, BEGINNING)
    sealed = vault.seal(*PLACE, WORDS)
    with memory_shelf.engine.begin() as conn:
        conn.exec_driver_sql("UPDATE data_key SET owner = 'client:18'")
    fresh = Vault(key_file(), memory_shelf, CountedEntropy())
    with pytest.raises(Unreadable):
        fresh.open(BEA, "code_word", "word", 5, sealed)


def test_what_cannot_be_opened_says_so_without_saying_what(vault: Vault) -> None:
    with pytest.raises(Unreadable, match="a backup may hold it") as refusal:
        vault.open(*PLACE, WORDS.encode())
    assert "plants" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_an_owner_nobody_admitted_has_no_key(vault: Vault) -> None:
    with pytest.raises(Unreadable):
        vault.seal("client:99", "code_word", "word", 1, WORDS)


def test_an_envelope_names_its_key(vault: Vault) -> None:
    assert key_id_of(vault.seal(*PLACE, WORDS)) == key_id_of(vault.seal(*PLACE, ""))
    assert key_id_of(vault.seal(*PLACE, "")) != key_id_of(
        vault.seal(BEA, "t", "c", 1, "")
    )


# --- Blind indexes -----------------------------------------------------------


def test_an_index_is_the_same_for_the_same_text_and_purpose_only(vault: Vault) -> None:
    number = "+14165550142"
    others = {
        vault.index("number", number),
        vault.index("name", number),
        vault.index("number", "+14165550143"),
        vault.index("numbe", f"r{number}"),
    }
    assert vault.index("number", number) in others
    assert len(others) == 4


def test_another_installation_finds_nothing_with_its_index(store: Store) -> None:
    other = Vault(key_file("another"), store.shelf, CountedEntropy())
    assert other.index("number", "1") != store.vault.index("number", "1")


# --- The life of a key -------------------------------------------------------


def test_to_admit_twice_changes_nothing(vault: Vault) -> None:
    sealed = vault.seal(*PLACE, WORDS)
    vault.admit(ANNE, BEGINNING)
    assert vault.open(*PLACE, sealed) == WORDS


def test_whoever_admits_at_the_same_moment_gets_the_same_key(store: Store) -> None:
    vaults = [
        Vault(key_file(), store.shelf, CountedEntropy(f"at once {each}"))
        for each in range(8)
    ]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda vault: vault.admit(ANNE, BEGINNING), vaults))
    assert len(store.shelf.wraps((ANNE,))) == 1
    sealed = vaults[0].seal(*PLACE, WORDS)
    assert [each.open(*PLACE, sealed) for each in vaults] == [WORDS] * 8


def test_a_key_outlives_the_transaction_it_was_made_in(store: Store) -> None:
    def change_her_mind() -> None:
        with store.begin() as tx:
            tx.vault.admit(ANNE, BEGINNING)
            raise LookupError

    with pytest.raises(LookupError):
        change_her_mind()
    store.vault.admit(ANNE, BEGINNING)
    assert store.vault.open(*PLACE, store.vault.seal(*PLACE, WORDS)) == WORDS


def test_a_destroyed_key_takes_everything_of_that_owner_with_it(
    store: Store, vault: Vault
) -> None:
    hers = vault.seal(*PLACE, WORDS)
    another = vault.seal(BEA, "code_word", "word", 6, WORDS)
    vault.destroy(ANNE, BEGINNING)
    for each in (vault, Vault(key_file(), store.shelf, CountedEntropy("later"))):
        with pytest.raises(Unreadable):
            each.open(*PLACE, hers)
        with pytest.raises(Unreadable):
            each.seal(*PLACE, WORDS)
        assert each.open(BEA, "code_word", "word", 6, another) == WORDS


def test_a_destroyed_owner_is_never_admitted_again(store: Store, vault: Vault) -> None:
    vault.destroy(ANNE, BEGINNING)
    vault.destroy(ANNE, BEGINNING + timedelta(days=1))
    with pytest.raises(Unreadable):
        vault.admit(ANNE, BEGINNING)
    assert store.shelf.destroyed() == {ANNE: BEGINNING}


def test_rewrapping_keeps_what_is_sealed_and_frees_the_old_key(
    store: Store, vault: Vault
) -> None:
    sealed = vault.seal(*PLACE, WORDS)
    both = keys.with_new_key(key_file(), CountedEntropy("new"), BEGINNING.date())
    assert Vault(both, store.shelf, CountedEntropy("rewrap")).rewrap(9) == 3
    assert Vault(both, store.shelf, CountedEntropy("rewrap")).rewrap(9) == 0
    new_only = keys.KeyFile(INSTALLATION, both.keys[1:], both.index_secret)
    later = Vault(new_only, store.shelf, CountedEntropy("later"))
    later.check()
    assert later.open(*PLACE, sealed) == WORDS
    with pytest.raises(Misconfigured):
        Vault(key_file(), store.shelf, CountedEntropy()).check()


def test_a_shelf_without_the_agencys_key_is_refused(store: Store) -> None:
    with store.shelf.engine.begin() as conn:
        schema = "" if conn.dialect.name == "sqlite" else "quietline_keys."
        conn.exec_driver_sql(f"DELETE FROM {schema}data_key")
    with pytest.raises(Misconfigured, match="missing"):
        store.check()
