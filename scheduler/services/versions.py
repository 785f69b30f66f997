"""Which Quietline this is."""

from __future__ import annotations

from functools import cache
from importlib.metadata import PackageNotFoundError, version


@cache
def quietline_version() -> str:
    """As it was installed; empty when it was not."""
    try:
        return version("quietline")
    except PackageNotFoundError:
        return ""
