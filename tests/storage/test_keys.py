"""The key file is never invented nor overwritten, and every slip in it is said (K4)."""

import base64
import stat
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from scheduler.domain.errors import Misconfigured
from scheduler.storage import keys
from tests.stores import INSTALLATION, CountedEntropy, key_file

TODAY = date(2026, 11, 30)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A key file as `quietline keys init` writes it."""
    written = tmp_path / "quietline.key"
    keys.write(key_file(), written)
    return written


def test_what_was_written_is_read_again(path: Path) -> None:
    assert keys.load(path) == key_file()


def test_only_the_owner_may_read_it(path: Path) -> None:
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_it_says_what_it_is_and_to_keep_a_copy(path: Path) -> None:
    assert "Keep one copy apart from" in path.read_text()


def test_a_second_key_becomes_the_current_one_and_the_first_stays(
    tmp_path: Path,
) -> None:
    more = keys.with_new_key(key_file(), CountedEntropy("second"), date(2027, 1, 4))
    keys.write(more, tmp_path / "two.key")
    found = keys.load(tmp_path / "two.key")
    assert found.current.created == date(2027, 1, 4)
    assert found.key(key_file().current.id) == key_file().current
    assert found.key("0" * 16) is None
    assert found.index_secret == key_file().index_secret


def test_an_existing_file_is_left_alone(path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(Misconfigured, match="left as it is"):
        keys.write(key_file("another"), path)
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="choose a folder"):
        keys.write(key_file(), tmp_path / "nowhere" / "quietline.key")


def test_keys_for_different_purposes_differ() -> None:
    key = key_file().current
    purposes = ("wrap", "backup", "check")
    assert len({key.derive(each) for each in purposes} | {key.secret}) == 4


def test_no_secret_is_in_any_repr() -> None:
    shown = repr(key_file())
    for secret in (key_file().index_secret, key_file().current.secret):
        assert secret.hex() not in shown
        assert repr(secret)[2:-1] not in shown


def test_a_missing_file_is_never_invented(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="keys init"):
        keys.load(tmp_path / "quietline.key")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o602, 0o601])
def test_a_file_that_others_may_open_is_refused(path: Path, mode: int) -> None:
    path.chmod(mode)
    with pytest.raises(Misconfigured, match="chmod 600"):
        keys.load(path)


def test_a_folder_is_no_key_file(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured):
        keys.load(tmp_path)


def _line(start: str, new: str) -> Callable[[str], str]:
    def change(text: str) -> str:
        lines = text.splitlines()
        at = next(i for i, line in enumerate(lines) if line.startswith(start))
        lines[at] = new
        return "\n".join(lines)

    return change


def _swap(old: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(old, new)


def _b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


ANOTHER = _b64(CountedEntropy("wrong")(32))
INDEX = _b64(key_file().index_secret)
SECRET = _b64(key_file().current.secret)
KEY_ID = key_file().current.id

DAMAGE: dict[str, tuple[Callable[[str], str], str]] = {
    "empty": (lambda _: "", "its format"),
    "no toml": (lambda _: "a letter", "not in the form"),
    "half": (lambda text: text[: len(text) // 2], "cannot be used"),
    "format": (_line("format", "format = 2"), "its format"),
    "no key": (lambda text: text[: text.index("[[key]]")], "holds no key"),
    "key is text": (
        lambda text: text[: text.index("[[key]]")] + 'key = ["x"]',
        "no table",
    ),
    "no index": (_swap("index =", "other ="), "`index` is missing"),
    "no installation": (_swap("installation", "place"), "`installation` is missing"),
    "no check": (_swap("check =", "other ="), "`check` is missing"),
    "no secret": (_swap("secret =", "other ="), "`secret` is missing"),
    "short key": (_line("secret", f'secret = "{_b64(b"x1" * 15)}"'), "32 bytes"),
    "long key": (_line("secret", f'secret = "{_b64(b"x1" * 17)}"'), "32 bytes"),
    "zero key": (_line("secret", f'secret = "{_b64(bytes(32))}"'), "placeholder"),
    "no base64": (_line("secret", 'secret = "******"'), "not base64"),
    "short index": (_line("index", f'index = "{_b64(b"x")}"'), "32 bytes"),
    "same secrets": (_line("secret", f'secret = "{INDEX}"'), "are the same"),
    "wrong secret": (_line("secret", f'secret = "{ANOTHER}"'), "check value"),
    "wrong index": (_line("index", f'index = "{ANOTHER}"'), "check value"),
    "wrong installation": (
        _line("installation", 'installation = "elsewhere"'),
        "check value",
    ),
    "wrong check": (_line("check", 'check = "00"'), "check value"),
    "wrong date": (_line("created", "created = 2026-12-01"), "check value"),
    "no date": (_line("created", 'created = "2026-12-01"'), "no date"),
    "date and time": (_line("created", "created = 2026-12-01T00:00:00"), "no date"),
    "key id": (_line("id", 'id = "K1"'), "16 hexadecimal"),
    "other key id": (_line("id", 'id = "0123456789abcdef"'), "check value"),
    "two ids": (
        lambda text: (
            text
            + f'[[key]]\nid = "{KEY_ID}"\ncreated = 2026-11-30\nsecret = "{ANOTHER}"\n'
        ),
        "same id",
    ),
    "two secrets": (
        lambda text: (
            text
            + '[[key]]\nid = "0123456789abcdef"\ncreated = 2026-11-30\n'
            + f'secret = "{SECRET}"\n'
        ),
        "are the same",
    ),
    "too long": (lambda text: text + "# " + "x" * 70_000, "too long"),
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_file_is_refused_with_the_reason_and_the_remedy(
    path: Path, damage: str
) -> None:
    change, says = DAMAGE[damage]
    path.write_text(change(path.read_text()))
    with pytest.raises(Misconfigured, match=says) as refusal:
        keys.load(path)
    told = str(refusal.value)
    assert "Put back the copy you kept" in told
    assert SECRET not in told
    assert INDEX not in told


def test_a_file_that_is_not_text_is_refused(path: Path) -> None:
    path.write_bytes(b"\xff\xfe" * 20)
    with pytest.raises(Misconfigured, match="not text"):
        keys.load(path)


def test_the_keys_of_two_installations_share_nothing() -> None:
    one = keys.make(CountedEntropy("a"), installation=INSTALLATION, today=TODAY)
    other = keys.make(CountedEntropy("b"), installation=INSTALLATION, today=TODAY)
    assert one.current.secret != other.current.secret
    assert one.current.id != other.current.id
    assert one.index_secret != other.index_secret
    assert one.check_value() != other.check_value()
