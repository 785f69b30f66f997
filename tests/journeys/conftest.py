"""A demo of its own for every journey, on a clock that stands, served to Chromium."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.practised import Demo, copied
from tests.journeys.desk import Desk
from tests.web import kit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserType


@pytest.fixture(scope="session")
def browser(
    browser_type: BrowserType, browser_type_launch_args: dict[str, Any]
) -> Iterator[Browser]:
    """Chromium as people have it, whatever the other tests make do with."""
    kept = {**browser_type_launch_args, "executable_path": str(kit.CHROMIUM)}
    launched = browser_type.launch(**kept)
    yield launched
    launched.close()


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
