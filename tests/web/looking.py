"""What leaves a page besides its text: addresses, titles, cookies and headers, and the
log. Nothing of a person may stand in any of them (bar-L1)."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from tests.services.canaries import Search

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

_TITLE: Final = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_ADDRESS: Final = re.compile(r'\b(?:href|src|action|formaction|data-[a-z-]*)="([^"]*)"')
_PAGE: Final = "text/html"


def artefacts(got: TestResponse) -> Iterator[tuple[str, str]]:
    """(kind, text) of each that an answer has."""
    yield "an address", got.request.url
    yield "a referrer", got.request.headers.get("Referer", "")
    for name, value in got.headers:
        yield ("a cookie" if name == "Set-Cookie" else "a header"), f"{name}: {value}"
    if got.mimetype != _PAGE:
        yield f"an answer of {got.mimetype}", got.get_data(as_text=True)
        return
    html = got.text
    for each in _TITLE.findall(html):
        yield "a title", each
    yield "addresses in a page", "\n".join(_ADDRESS.findall(html))
    # What was typed comes back in the fields of a form; an error page has none.
    if got.status_code >= 400 and "<h1" in html and "<input" not in html:
        yield "an error page", html


class Looking(logging.Handler):
    """Looks at each answer and each line of the log, and keeps what it found."""

    def __init__(self, search: Search) -> None:
        super().__init__(logging.DEBUG)
        self.setFormatter(logging.Formatter("%(name)s %(message)s"))
        self.search = search
        self.looked: Counter[str] = Counter()
        self.found: list[str] = []
        self.route = ""

    def at(self, kind: str, text: str) -> None:
        """Look at one text."""
        self.looked[kind] += 1
        hits = self.search.hits(text, ends=True)
        if hits:
            self.found.append(f"{self.route}: {kind} says {hits}")

    def answer(self, got: TestResponse) -> TestResponse:
        """Look at all of an answer."""
        for kind, text in artefacts(got):
            self.at(kind, text)
        return got

    def emit(self, record: logging.LogRecord) -> None:
        """A line of the log, with the trace of an error if it has one."""
        self.at("the log", self.format(record))

    def __enter__(self) -> Looking:
        root = logging.getLogger()
        self._level = root.level
        root.setLevel(logging.DEBUG)
        root.addHandler(self)
        return self

    def __exit__(self, *_: object) -> None:
        root = logging.getLogger()
        root.removeHandler(self)
        root.setLevel(self._level)


def links(got: TestResponse) -> list[str]:
    """Where a page leads to, here."""
    if got.mimetype != _PAGE:
        return []
    found = re.findall(r'\bhref="(/[^"#]*)"', got.text)
    return sorted({each.replace("&amp;", "&") for each in found})


def raising(error: BaseException) -> Callable[..., Any]:
    """A view, or whatever else, that breaks."""

    def broken(*_: object, **__: object) -> Any:
        raise error

    return broken
