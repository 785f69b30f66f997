"""Reading config/phrases."""

import shutil
from pathlib import Path

import pytest

from config.wordlists import FOLDER, load
from scheduler.domain.errors import Misconfigured
from scheduler.domain.lint import lint
from scheduler.domain.phrases import Meaning


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "phrases"))


def test_the_shipped_words_are_read() -> None:
    words = load()
    assert words.lists.languages == ("en", "fr", "es")
    assert "The kettle is on" in words.starters["en"][Meaning.REMINDER]
    assert len(words.all_starters()) >= 120


def test_only_installed_languages_count() -> None:
    words = load(languages=("en",))
    assert words.starters.keys() == {"en"}
    assert lint("La séance", words.lists) == ()
    assert lint("The session", words.lists)


def change(folder: Path, name: str, old: str, new: str) -> None:
    path = folder / name
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "old", "new", "named"),
    [
        ("en.toml", '"noon"', '"no & on"', "no & on"),
        ("en.toml", "trade_word =", "trade_words =", "trade_words"),
        ("en.toml", "weekday =", "weekday = =", "en.toml"),
        ("en.toml", '"parole" = ["fr"]', '"paroles" = ["fr"]', "paroles"),
        ("en.toml", "wrong_number =", "wrong =", "wrong_number"),
        ("en.toml", "rejoin =", "join =", "join"),
        ("fr.toml", "[passes]", "[pass]", "passes"),
        ("signs.toml", "[signs]", "[emoji]", "signs"),
    ],
)
def test_an_entry_that_cannot_be_used_is_named(
    folder: Path, name: str, old: str, new: str, named: str
) -> None:
    change(folder, name, old, new)
    with pytest.raises(Misconfigured) as raised:
        load(folder)
    assert named in str(raised.value)


def test_a_missing_or_garbled_file_is_named(folder: Path) -> None:
    (folder / "es.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(Misconfigured, match=r"es\.toml"):
        load(folder)
    (folder / "es.toml").unlink()
    with pytest.raises(Misconfigured, match=r"es\.toml"):
        load(folder)
