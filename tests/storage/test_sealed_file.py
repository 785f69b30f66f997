"""A sealed file opens whole, with its own key file, or not at all."""

import json
import stat
from collections.abc import Callable
from io import BufferedReader
from pathlib import Path

import pytest

from scheduler.storage import keys, sealed_file
from scheduler.storage.sealed_file import FRAME, NotUsable
from tests.stores import BEGINNING, CountedEntropy, key_file

KIND = b"R"


def write(path: Path, content: bytes, piece: int = 10_000, seed: str = "x") -> None:
    with sealed_file.writing(path, KIND, key_file(), CountedEntropy(seed)) as file:
        for at in range(0, len(content), piece):
            file.write(content[at : at + piece])


def read(path: Path, of: keys.KeyFile | None = None, kind: bytes = KIND) -> bytes:
    with sealed_file.reading(path, kind, of or key_file()) as file:
        return BufferedReader(file).read()


@pytest.mark.parametrize(
    "size", [0, 1, FRAME - 1, FRAME, FRAME + 1, 3 * FRAME, 3 * FRAME + 7]
)
def test_it_comes_back_as_it_was(tmp_path: Path, size: int) -> None:
    content = bytes(each % 251 for each in range(size))
    write(tmp_path / "a", content)
    assert read(tmp_path / "a") == content
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_nothing_of_it_can_be_read(tmp_path: Path) -> None:
    write(tmp_path / "a", b"ZEBRA-CANARY" * 1000)
    write(tmp_path / "b", b"ZEBRA-CANARY" * 1000, seed="y")
    assert b"ZEBRA" not in (tmp_path / "a").read_bytes()
    assert (tmp_path / "a").read_bytes()[100:] != (tmp_path / "b").read_bytes()[100:]


def test_an_older_key_of_the_same_file_still_opens_it(tmp_path: Path) -> None:
    write(tmp_path / "a", b"rows")
    newer = keys.with_new_key(key_file(), CountedEntropy("n"), BEGINNING.date())
    assert read(tmp_path / "a", newer) == b"rows"


def test_another_key_file_is_named_as_the_reason(tmp_path: Path) -> None:
    write(tmp_path / "a", b"rows")
    with pytest.raises(NotUsable, match="another key file"):
        read(tmp_path / "a", key_file("another"))


def test_another_kind_is_named_as_the_reason(tmp_path: Path) -> None:
    write(tmp_path / "a", b"rows")
    with pytest.raises(NotUsable, match="another kind"):
        read(tmp_path / "a", kind=b"K")


def _flip(at: int) -> Callable[[bytes], bytes]:
    def flip(raw: bytes) -> bytes:
        changed = bytearray(raw)
        changed[at] ^= 1
        return bytes(changed)

    return flip


HEAD = len(sealed_file.MAGIC) + 2 + 8 + 32
FIRST = 4 + FRAME + 16

TAMPERED: dict[str, Callable[[bytes], bytes]] = {
    "empty": lambda _: b"",
    "a letter": lambda _: b"Dear reader, " * 50,
    "magic": _flip(3),
    "version": _flip(len(sealed_file.MAGIC)),
    "kind": _flip(len(sealed_file.MAGIC) + 1),
    "key id": _flip(len(sealed_file.MAGIC) + 4),
    "salt": _flip(HEAD - 1),
    "length": _flip(HEAD + 3),
    "length, long": _flip(HEAD),
    "text": _flip(HEAD + 50),
    "tag": _flip(HEAD + FIRST - 1),
    "second frame": _flip(HEAD + FIRST + 20),
    "end": _flip(-1),
    "head only": lambda raw: raw[:HEAD],
    "half a head": lambda raw: raw[: HEAD - 5],
    "cut in a frame": lambda raw: raw[: HEAD + 1000],
    "cut after a frame": lambda raw: raw[: HEAD + FIRST],
    "cut by a byte": lambda raw: raw[:-1],
    "longer": lambda raw: raw + b"\0",
    "longer by a frame": lambda raw: raw + raw[HEAD : HEAD + FIRST],
    "without the first frame": lambda raw: raw[:HEAD] + raw[HEAD + FIRST :],
    "first frame twice": lambda raw: raw[: HEAD + FIRST] + raw[HEAD:],
    "frames swapped": lambda raw: (
        raw[:HEAD]
        + raw[HEAD + FIRST : HEAD + 2 * FIRST]
        + raw[HEAD : HEAD + FIRST]
        + raw[HEAD + 2 * FIRST :]
    ),
}


@pytest.mark.parametrize("how", TAMPERED)
def test_a_changed_file_is_never_read_to_its_end(tmp_path: Path, how: str) -> None:
    path = tmp_path / "a"
    write(path, bytes(3 * FRAME))
    path.write_bytes(TAMPERED[how](path.read_bytes()))
    with pytest.raises(NotUsable, match="Take another copy"):
        read(path)


def test_frames_of_another_file_do_not_fit(tmp_path: Path) -> None:
    for name in ("a", "b"):
        write(tmp_path / name, bytes(3 * FRAME), seed=name)
    a, b = (tmp_path / "a").read_bytes(), (tmp_path / "b").read_bytes()
    (tmp_path / "a").write_bytes(a[: HEAD + FIRST] + b[HEAD + FIRST :])
    with pytest.raises(NotUsable, match="was changed"):
        read(tmp_path / "a")


def test_an_existing_file_is_left_alone(tmp_path: Path) -> None:
    write(tmp_path / "a", b"first")
    with pytest.raises(NotUsable, match="Choose another name"):
        write(tmp_path / "a", b"second")
    assert read(tmp_path / "a") == b"first"


def test_a_copy_can_take_the_place_of_the_one_before(tmp_path: Path) -> None:
    write(tmp_path / "a", b"first")
    with sealed_file.writing(
        tmp_path / "a", KIND, key_file(), CountedEntropy("2"), replace=True
    ) as file:
        file.write(json.dumps("second").encode())
    assert read(tmp_path / "a") == b'"second"'


def test_what_breaks_off_leaves_neither_file_nor_rest(tmp_path: Path) -> None:
    write(tmp_path / "a", b"first")

    def break_off() -> None:
        with sealed_file.writing(
            tmp_path / "a", KIND, key_file(), CountedEntropy("2"), replace=True
        ) as file:
            file.write(bytes(2 * FRAME))
            raise LookupError

    with pytest.raises(LookupError):
        break_off()
    assert read(tmp_path / "a") == b"first"
    assert [each.name for each in tmp_path.iterdir()] == ["a"]


def test_a_folder_that_is_not_there_gets_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(NotUsable, match="cannot be written"):
        write(tmp_path / "nowhere" / "a", b"")
    with pytest.raises(NotUsable, match="cannot be read"):
        read(tmp_path / "nowhere" / "a")
