"""Canaries: words and numbers that exist nowhere else, planted wherever something of a
person is kept, and looked for wherever nothing of her may be (bar-L1, bar-L2).

Nobody lists by hand where something is kept. `Ear` hears every text that the vault
seals or digests, so what is looked for is all that was kept; `unplanted` asks the
classes of all columns which of them nothing was kept in. `filled` puts a canary into
every field of text of a value, one that was added today too.
"""

from __future__ import annotations

import base64
import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import fields, replace
from itertools import product
from typing import Final, TypeVar
from urllib.parse import quote, quote_plus

from scheduler.storage.classes import GUARDED, secrecy
from scheduler.storage.engine import Tx
from scheduler.storage.tables import metadata
from scheduler.storage.types import Sealed
from scheduler.storage.vault import Vault

# Shorter ones could stand somewhere by chance.
SHORTEST: Final = 8
_LAST: Final = 4
_NUMBER: Final = re.compile(r"\+1\d{10}")
_FIRST: Final = ("zumb", "quov", "xarl", "vekk", "jirn", "womf", "gluv", "pyxt")
_SECOND: Final = ("ivá", "orè", "unó", "elí", "amû", "ozê", "yrà", "uté")
_THIRD: Final = ("quen", "zolk", "marv", "tixx", "bund", "fjor", "gwal", "skey")

_Value = TypeVar("_Value")


class Canaries:
    """Gives out canaries, none twice."""

    def __init__(self) -> None:
        self._words = ("".join(each) for each in product(_FIRST, _SECOND, _THIRD))
        self._numbers = (
            f"+1{area}55501{last:02}"
            for last in range(37, 99)
            for area in (204, 306, 416, 514)
        )
        self.planted: list[str] = []

    def word(self) -> str:
        """A word with an accent, in no language."""
        return self._plant(next(self._words).capitalize())

    def number(self) -> str:
        """A number kept for stories: 555-01xx."""
        return self._plant(next(self._numbers))

    def mail(self) -> str:
        """An address of nobody's."""
        plain = plain_letters(next(self._words))
        return self._plant(f"{plain}@{plain}.example")

    def filled(self, value: _Value) -> _Value:
        """The value with a canary in each field of text that is blank."""
        blank = {
            each.name: self.word()
            for each in fields(value)  # type: ignore[arg-type]
            if getattr(value, each.name) == ""
        }
        return replace(value, **blank)  # type: ignore[type-var]

    def _plant(self, canary: str) -> str:
        self.planted.append(canary)
        return canary


class Ear:
    """Hears all that a vault seals, by column, and all that it digests, by purpose."""

    def __init__(self, vault: Vault) -> None:
        self.sealed: dict[tuple[str, str], list[str]] = {}
        self.digested: dict[str, list[str]] = {}
        seal, index = vault.seal, vault.index

        def heard_seal(
            owner: str, table: str, column: str, row_id: str | int, plain: str | bytes
        ) -> bytes:
            said = plain if isinstance(plain, str) else plain.decode()
            self.sealed.setdefault((table, column), []).append(said)
            return seal(owner, table, column, row_id, plain)

        def heard_index(purpose: str, text: str) -> bytes:
            self.digested.setdefault(purpose, []).append(text)
            return index(purpose, text)

        vault.seal = heard_seal  # type: ignore[method-assign]
        vault.index = heard_index  # type: ignore[method-assign]

    def everything(self) -> set[str]:
        """Every text that was sealed, whole."""
        return {
            each
            for said in self.sealed.values()
            for each in said
            if len(each) >= SHORTEST
        }


def plain_letters(text: str) -> str:
    """Without its accents, in small letters."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in apart if not unicodedata.combining(each))


def variants(canary: str) -> frozenset[str]:
    """As what else it could stand somewhere, in small letters."""
    found = {canary, plain_letters(canary), unicodedata.normalize("NFKD", canary)}
    if _NUMBER.fullmatch(canary):
        digits = canary[2:]
        area, three, last = digits[:3], digits[3:6], digits[6:]
        found |= {digits, f"{area} {three} {last}", f"{area}-{three}-{last}"}
        found |= {f"({area}) {three}-{last}", f"{area}.{three}.{last}"}
    found |= {coded for each in tuple(found) for coded in _coded(each)}
    return frozenset(each.casefold() for each in found)


def _coded(text: str) -> Iterator[str]:
    yield quote(text, safe="")
    yield quote_plus(text, safe="")
    yield text.encode().hex()
    yield text.encode("unicode_escape").decode()
    yield "".join(each if each.isascii() else f"&#{ord(each)};" for each in text)
    for before in range(3):
        # Wherever it begins in what was coded, these letters of it are the same.
        raw = base64.b64encode(b"\0" * before + text.encode()).decode()
        inner = raw.rstrip("=")[(before * 8 + 5) // 6 : -1]
        yield inner
        yield inner.translate(str.maketrans("+/", "-_"))


class Search:
    """Looks for many canaries in many places."""

    def __init__(self, canaries: Iterable[str]) -> None:
        self.sought = {each: variants(each) for each in canaries}
        self._every_form = frozenset().union(*self.sought.values())
        ends = {each[-_LAST:] for each in self.sought if _NUMBER.fullmatch(each)}
        self._ends = re.compile(rf"(?<![\w.-])(?:{'|'.join(sorted(ends))})(?![\w.-])")

    def hits(self, where: str, *, ends: bool = False) -> list[str]:
        """The canaries in a text; with `ends` also the last figures of a number,
        standing alone."""
        small = where.casefold()
        found: list[str] = []
        # Nearly always there is none, so that is asked first and quickly.
        if any(map(small.__contains__, self._every_form)):
            found = [
                canary
                for canary, forms in self.sought.items()
                if any(each in small for each in forms)
            ]
        return found + (self._ends.findall(small) if ends else [])

    def in_bytes(self, raw: bytes) -> list[str]:
        """The canaries in a file, whether text or not."""
        return self.hits(raw.decode("utf-8", errors="replace"))

    @property
    def forms(self) -> int:
        """How many forms of all canaries are looked for."""
        return len(self._every_form)


def unplanted(tx: Tx, ear: Ear) -> list[str]:
    """The guarded columns in which nothing is kept or for which nothing was sealed, in
    sentences."""
    found = []
    for table in metadata.sorted_tables:
        guarded = [each for each in table.columns if secrecy(each) in GUARDED]
        for column in guarded:
            kept = tx.conn.execute(table.select().where(column.is_not(None))).first()
            heard = (table.name, column.name) in ear.sealed
            if kept is None or (isinstance(column.type, Sealed) and not heard):
                found.append(
                    f"Nothing is planted in {table.name}.{column.name}. Let a service "
                    "keep something there in tests/services/planting.py."
                )
    return found


def rows_as_text(tx: Tx) -> Iterator[tuple[str, str]]:
    """(table, all its rows as text), as the engine gives them out."""
    for table in metadata.sorted_tables:
        rows = tx.conn.exec_driver_sql(f'SELECT * FROM "{table.name}"').all()
        values = (_as_text(value) for row in rows for value in row)
        yield table.name, "\n".join(values)


def _as_text(value: object) -> str:
    if isinstance(value, bytes | memoryview):
        return bytes(value).decode("utf-8", errors="replace")
    return str(value)
