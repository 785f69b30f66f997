"""What somebody typed and cannot stay: a sentence for each field, shown beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FieldErrors:
    """Nothing was saved. `wrongs` maps a field's name to what is wrong and what would
    be right; nothing in it repeats a number or a code word."""

    wrongs: Mapping[str, str]
