"""What the tests of pages may ask for."""

from collections.abc import Iterator

import pytest

from tests.web import kept
from tests.web.desk import desk

__all__ = ["desk"]


@pytest.fixture(autouse=True)
def _apps_go_back() -> Iterator[None]:
    """An app that a test asked for is another's afterwards."""
    with kept.giving_back():
        yield
