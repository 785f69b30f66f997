"""What somebody typed, kept as typed, and what is wrong with it.

    typed = Typed.posted()
    until = typed.date("until", missing="Give the day until which this holds.")
    wait = typed.number("wait", lowest=0, highest=60)
    if typed.wrongs:
        return render_template("plans/plan.html", typed=typed), 422
    plans.save(here.services(), ..., until=until, wait=wait)

A reader returns None after it has written a sentence beside the field, so every field
is read before anything is refused, and all that was typed comes back on the page.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from enum import Enum
from typing import TypeVar

from flask import request
from werkzeug.datastructures import MultiDict

from scheduler.domain.errors import Misread
from scheduler.domain.typed_hours import read_date
from scheduler.web.zone_names import zone_named

Choice = TypeVar("Choice", bound=Enum)
_LONGEST = 2000
_TOKEN = 64
# What a column of row numbers holds; and no figure of a form is longer.
MOST_ROWS = 2**31 - 1
_FIGURES = 10


def whole_number(text: str) -> int | None:
    """Of up to ten plain figures; None for anything else, such as ² or thousands."""
    plain = text.isascii() and text.isdigit() and len(text) <= _FIGURES
    return int(text) if plain else None


def row_number(text: str) -> int | None:
    """The number of a row that could be there, or None."""
    found = whole_number(text)
    return found if found is not None and 1 <= found <= MOST_ROWS else None


class Typed:
    """The fields of one form. `wrongs` maps a field's name to its sentence."""

    def __init__(
        self, fields: Mapping[str, str | Iterable[str]] | None = None, prefix: str = ""
    ) -> None:
        self._fields: MultiDict[str, str] = MultiDict()
        for name, value in (fields or {}).items():
            values = [value] if isinstance(value, str) else list(value)
            self._fields.setlist(name, values)
        self._prefix = prefix
        self.wrongs: dict[str, str] = {}

    @classmethod
    def posted(cls, prefix: str = "") -> Typed:
        """The form that came with this request."""
        return cls(request.form.to_dict(flat=False), prefix)

    @classmethod
    def asked(cls, prefix: str = "") -> Typed:
        """The same for the part of an address after `?`."""
        return cls(request.args.to_dict(flat=False), prefix)

    # What the macros ask

    def id(self, name: str) -> str:
        """The field's id on the page; `prefix` keeps two forms apart."""
        return f"{self._prefix}{name}"

    def value(self, name: str, otherwise: str = "") -> str:
        """As typed."""
        return self._fields.get(name, otherwise)

    def values(self, name: str) -> list[str]:
        """All of one name: ticked boxes."""
        return self._fields.getlist(name)

    def names(self) -> list[str]:
        """Every field that came."""
        return list(self._fields)

    def has(self, name: str) -> bool:
        """Whether the field came at all."""
        return name in self._fields

    def said(self, name: str) -> str:
        """The sentence beside this field, or nothing."""
        return self.wrongs.get(name, "")

    def day(self, name: str) -> date | None:
        """The date in a field, for showing its weekday; None when it is none."""
        return _date(self.value(name).strip())

    # What a view reads

    def once(self) -> str | None:
        """What tells this form from another of its kind (B8), if the page gave it."""
        return self.value("once")[:_TOKEN] or None

    def wrong(self, name: str, sentence: str) -> None:
        """Put a sentence beside a field; the first one stays."""
        self.wrongs.setdefault(name, sentence)

    def text(self, name: str, *, missing: str = "", longest: int = _LONGEST) -> str:
        """One line or several, without the spaces around them.

        With `missing`, an empty field gets that sentence.
        """
        found = self.value(name).replace("\r\n", "\n").strip()
        if not found and missing:
            self.wrong(name, missing)
        if len(found) > longest:
            self.wrong(
                name, f"This holds {longest} signs at most, and has {len(found)}."
            )
        return found

    def date(self, name: str, *, missing: str = "") -> date | None:
        """A day, as the browser's field or a keyboard gives it: 2026-12-07."""
        found = self.text(name, missing=missing)
        if found and _date(found) is None:
            self.wrong(name, f"“{found}” is no date. Write it as 2026-12-07.")
        return _date(found)

    def time(self, name: str, *, missing: str = "") -> time | None:
        """A time of day: 09:30."""
        found = self.text(name, missing=missing)
        try:
            return time.fromisoformat(found) if found else None
        except ValueError:
            self.wrong(name, f"“{found}” is no time. Write it as 09:30.")
            return None

    def zone(self, name: str, *, missing: str) -> str:
        """A time zone, also by its town: `Edmonton` is `America/Edmonton`."""
        return zone_named(self.text(name, missing=missing))

    def number(
        self, name: str, *, lowest: int, highest: int, missing: str = ""
    ) -> int | None:
        """A whole number within its limits, both ends included."""
        found = self.text(name, missing=missing)
        if not found:
            return None
        figure = whole_number(found)
        if figure is None or not lowest <= figure <= highest:
            self.wrong(name, f"Give a whole number from {lowest} to {highest}.")
            return None
        return figure

    def choice(
        self, name: str, kinds: type[Choice], *, missing: str = ""
    ) -> Choice | None:
        """One of a fixed set, by its value."""
        found = self.value(name)
        if not found:
            if missing:
                self.wrong(name, missing)
            return None
        return self._one_of(name, found, kinds)

    def choices(self, name: str, kinds: type[Choice]) -> frozenset[Choice]:
        """Every one that is ticked."""
        found = (self._one_of(name, each, kinds) for each in self.values(name))
        return frozenset(each for each in found if each is not None)

    def ticked(self, name: str) -> bool:
        """Whether a box is ticked. Blank is no."""
        return bool(self.value(name))

    def _one_of(self, name: str, found: str, kinds: type[Choice]) -> Choice | None:
        for each in kinds:
            if each.value == found:
                return each
        self.wrong(name, "Choose one of those shown.")
        return None


def _date(found: str) -> date | None:
    try:
        return read_date(found) if found else None
    except Misread:
        return None
