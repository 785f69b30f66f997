"""A file that opens with a passphrase, by a program that is not ours."""

import io
import shutil
import subprocess
from pathlib import Path

import pytest

from scheduler.storage.passphrase_file import Writer
from tests.needs import need
from tests.stores import CountedEntropy

WORDS = "a made-up pass phrase, é"
PART = 1 << 16


def sealed(content: bytes, piece: int = 50_000, seed: str = "x") -> bytes:
    file = io.BytesIO()
    writer = Writer(file, WORDS, CountedEntropy(seed))
    for at in range(0, len(content), piece):
        writer.write(content[at : at + piece])
    writer.finish()
    return file.getvalue()


def gpg(
    home: Path, file: bytes, words: str = WORDS
) -> subprocess.CompletedProcess[bytes]:
    """What `gpg --decrypt` makes of it, with nothing of anybody's in its home."""
    program = shutil.which("gpg")
    need(program, "gpg (Debian: gnupg)")
    home.mkdir(mode=0o700, exist_ok=True)
    (home / "words").write_text(words, encoding="utf-8")
    (home / "file").write_bytes(file)
    return subprocess.run(
        [
            str(program),
            *("--homedir", home, "--batch", "--quiet", "--pinentry-mode", "loopback"),
            *("--passphrase-file", home / "words", "--decrypt", home / "file"),
        ],
        capture_output=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize("size", [0, 1, 180, 8400, PART - 6, PART, 3 * PART + 17])
def test_gpg_gives_back_what_was_written(tmp_path: Path, size: int) -> None:
    content = bytes(each % 251 for each in range(size))
    done = gpg(tmp_path / "gpg", sealed(content))
    assert done.returncode == 0, done.stderr
    assert done.stdout == content
    assert b"WARNING" not in done.stderr


@pytest.mark.parametrize("wrong", ["cut off", "changed", "another passphrase"])
def test_gpg_refuses_what_is_not_as_it_was_written(tmp_path: Path, wrong: str) -> None:
    file = sealed(b"wild strawberries " * 10_000)
    words = WORDS
    if wrong == "cut off":
        file = file[:-30]
    elif wrong == "changed":
        middle = len(file) // 2
        file = file[:middle] + bytes((file[middle] ^ 1,)) + file[middle + 1 :]
    else:
        words = "another one"
    assert gpg(tmp_path / "gpg", file, words).returncode != 0


def test_nothing_of_it_can_be_read_and_no_two_are_alike() -> None:
    file = sealed(b"wild strawberries " * 1000)
    assert b"strawberries" not in file
    assert WORDS.encode() not in file
    other = sealed(b"wild strawberries " * 1000, seed="y")
    assert file != other
    assert len(file) == len(other)
