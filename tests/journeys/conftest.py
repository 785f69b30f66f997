"""A demo of its own for every journey, on a clock that stands, served to Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.cli.practised import Demo, copied
from tests.journeys.desk import Desk
from tests.web import kit

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    """The Tuesday's, at 14:40."""
    made = copied(tmp_path / "demo")
    yield made
    made.installation.close()


@pytest.fixture
def desk(demo: Demo, browser: Browser) -> Iterator[Desk]:
    """Where whoever takes part sits down."""
    with kit.serve(demo.app()) as address:
        sat = Desk(demo, browser, address)
        yield sat
        sat.leave()
