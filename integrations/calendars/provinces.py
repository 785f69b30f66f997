"""The holidays a province keeps, as the `holidays` package has them. What an agency
keeps it says itself: these are offered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from holidays import country_holidays

from scheduler.ports import Holiday

_COUNTRY: Final = "CA"
_WORDS: Final = "en_CA"
# What everybody has off by law, and what many have off besides.
_KINDS: Final = ("public", "optional")
PROVINCES: Final = {
    "AB": "Alberta",
    "BC": "British Columbia",
    "MB": "Manitoba",
    "NB": "New Brunswick",
    "NL": "Newfoundland and Labrador",
    "NS": "Nova Scotia",
    "NT": "Northwest Territories",
    "NU": "Nunavut",
    "ON": "Ontario",
    "PE": "Prince Edward Island",
    "QC": "Quebec",
    "SK": "Saskatchewan",
    "YT": "Yukon",
}
_USUAL: Final = {
    "America/Edmonton": "AB",
    "America/Halifax": "NS",
    "America/Inuvik": "NT",
    "America/Iqaluit": "NU",
    "America/Moncton": "NB",
    "America/Montreal": "QC",
    "America/Regina": "SK",
    "America/St_Johns": "NL",
    "America/Vancouver": "BC",
    "America/Whitehorse": "YT",
    "America/Winnipeg": "MB",
}


class ProvincialHolidays:
    """`ports.ProvinceHolidays` for Canada."""

    def provinces(self) -> Sequence[tuple[str, str]]:
        """See the port."""
        return tuple(PROVINCES.items())

    def usual(self, zone: str) -> str:
        """See the port."""
        return _USUAL.get(zone, "ON")

    def of(self, province: str, year: int) -> Sequence[Holiday]:
        """See the port."""
        if province not in PROVINCES:
            return ()
        found = country_holidays(
            _COUNTRY, subdiv=province, years=year, language=_WORDS, categories=_KINDS
        )
        return tuple(
            Holiday(day, name)
            for day, name in sorted(found.items())
            if year == day.year
        )
