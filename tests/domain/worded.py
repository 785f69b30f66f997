"""The shipped words, read once, and the sentences to try them on."""

from functools import cache
from pathlib import Path
from typing import Final

from config.wordlists import Words, load

HERE: Final = Path(__file__).with_name("sentences")
LANGUAGES: Final = ("en", "fr", "es")


@cache
def words() -> Words:
    """The lists of all installed languages."""
    return load()


def sentences(language: str, kind: str) -> list[str]:
    """The lines of one file of sentences."""
    text = (HERE / f"{language}_{kind}.txt").read_text(encoding="utf-8")
    return text.removesuffix("\n").split("\n")
