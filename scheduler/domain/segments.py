"""How long a text is for the network (W3): GSM 03.38 septets, or UCS-2 units.

One character outside the GSM alphabet turns the whole text into UCS-2, which halves the
room. Limits are those of Canadian carriers and can be passed in.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

from scheduler.domain.folding import compose

GSM7_LIMIT: Final = 136
UCS2_LIMIT: Final = 70

_BASIC: Final = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENSION: Final = frozenset("\f^{}\\[~]|€")
_LAST_OF_ONE_UNIT: Final = 0xFFFF


@dataclass(frozen=True, slots=True)
class Measure:
    """A text's length on the network.

    `units` are septets for `gsm7`, 16-bit units for `ucs2`. `offending` holds each
    character that forced UCS-2, once, in order of appearance.
    """

    alphabet: Literal["gsm7", "ucs2"]
    units: int
    limit: int
    fits: bool
    offending: tuple[str, ...] = ()


def measure(text: str, gsm7: int = GSM7_LIMIT, ucs2: int = UCS2_LIMIT) -> Measure:
    """The length of a text as it is sent, in one segment of the given limits (W3)."""
    composed = compose(text)
    offending = tuple(
        dict.fromkeys(
            each for each in composed if each not in _BASIC and each not in _EXTENSION
        )
    )
    if offending:
        units = sum(2 if ord(each) > _LAST_OF_ONE_UNIT else 1 for each in composed)
        return Measure("ucs2", units, ucs2, units <= ucs2, offending)
    units = sum(2 if each in _EXTENSION else 1 for each in composed)
    return Measure("gsm7", units, gsm7, units <= gsm7)
