"""Who sits at a keyboard in a journey. The mouse is never used."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from scheduler.domain.people import Role
from scheduler.services.counselling import fallback
from scheduler.services.messages import delivery
from scheduler.services.watching import watch
from tests.cli.practised import PEOPLE, Demo
from tests.web import kit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

MOST_TABS: Final = 150

# What a screen reader would say of the place that has the focus.
_FOCUSED: Final = """() => {
  const here = document.activeElement;
  const label = here.labels && here.labels.length ? here.labels[0].textContent : "";
  return [here.getAttribute("aria-label") || label || here.textContent]
    .map((words) => words.trim().replace(/\\s+/g, " "))[0];
}"""


@dataclass
class Desk:
    """One server, and everybody's browser on it."""

    demo: Demo
    browser: Browser
    address: str
    _open: list[BrowserContext] = field(default_factory=list)

    def sit_down(self, role: Role) -> Page:
        """A browser of her own, signed in by keyboard."""
        context = self.browser.new_context(viewport=kit.WIDE, bypass_csp=True)
        self._open.append(context)
        return kit.enter(context, self.address, role, PEOPLE)

    def leave(self) -> None:
        """Close every browser."""
        for each in self._open:
            each.close()

    def pass_time(self, **by: float) -> None:
        """The clock goes on, and the worker does what came due."""
        self.demo.clock.at += timedelta(**by)
        self.tick()

    def tick(self) -> None:
        """One round of the worker."""
        house = self.demo.installation.house
        delivery.tick(house)
        fallback.watch(house)
        watch.look_round(house)


def tab_to(page: Page, words: str) -> None:
    """Go on with Tab to what begins with these words, as somebody without a mouse."""
    for _ in range(MOST_TABS):
        page.keyboard.press("Tab")
        said = page.evaluate(_FOCUSED)
        if said.startswith(words):
            return
    raise AssertionError(f"Tab never comes to “{words}” on {page.url}")


def press(page: Page, words: str) -> None:
    """Tab to it and press Enter; the page that follows has loaded."""
    tab_to(page, words)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def key(page: Page, one: str) -> None:
    """One key that leads on."""
    with page.expect_navigation():
        page.keyboard.press(one)


def words_on(page: Page) -> str:
    """All that can be read in the main part, spaces as one."""
    return re.sub(r"\s+", " ", page.locator("main").inner_text())


def reads(page: Page, *sentences: str) -> None:
    """Fails unless each of them is there."""
    found = words_on(page)
    for each in sentences:
        assert each in found, f"“{each}” is not on {page.url}:\n{found}"
