"""The site that the access table is tried on: every page of the product, with data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web import kit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from flask import Flask

    from scheduler.domain.people import Role

PEOPLE: Mapping[Role, tuple[str, str]] = kit.PEOPLE
"""Sign-in name and password of one member of staff for each role."""


def build() -> Flask:
    """A fresh one: what a row does is not seen by the next."""
    return kit.app(loud=False)
