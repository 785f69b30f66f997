"""What tests of pages share: apps, signed-in clients, a real browser, and what every
page must be. See scheduler/web/README.md.

    app = kit.app(pages=(roster.pages,))
    ines = kit.client(app, Role.COUNSELLOR)
    kit.assert_clean(ines.get("/today").text)
    kit.post(ines, "/attention/7/nothing")
"""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from axe_playwright_python.base import AXE_SCRIPT  # type: ignore[import-untyped]
from werkzeug.serving import WSGIRequestHandler, make_server

from scheduler.domain.people import Role
from scheduler.web.app import SHELL
from tests.profiles import profile
from tests.web import gallery, kept, stand_ins

if TYPE_CHECKING:
    from flask import Blueprint, Flask
    from flask.testing import FlaskClient
    from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
    from werkzeug.test import TestResponse

    from scheduler.web.shell import Services, WebSettings

CHROMIUM = Path("/usr/bin/chromium")

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 320, "height": 640}

PEOPLE = {
    role: (member.name, stand_ins.PASSWORD) for role, member in stand_ins.STAFF.items()
}
"""Sign-in names and passwords of the stand-in staff."""

# --- Apps and clients ---------------------------------------------------------


def app(
    services: Services | None = None,
    settings: WebSettings | None = None,
    *,
    pages: Iterable[Blueprint] = (),
    loud: bool = True,
    finish: Callable[[Flask], None] | None = None,
) -> Flask:
    """The shell with `pages` in it, over stand-in services unless given.

    `loud`: an unforeseen error is raised in the test rather than shown as a page.
    """
    made = kept.app(
        services or stand_ins.services(),
        settings or stand_ins.settings(),
        (*SHELL, *pages),
        finish,
    )
    made.config["PROPAGATE_EXCEPTIONS"] = loud
    return made


def gallery_app(*, loud: bool = True, **given: Any) -> Flask:
    """The shell with the gallery, and a bare page behind every place in the head."""
    pages, finish = gallery.blueprints(), gallery.add_templates
    return app(pages=pages, loud=loud, finish=finish, **given)


def client(
    on: Flask,
    role: Role | None = None,
    people: Mapping[Role, tuple[str, str]] = PEOPLE,
) -> FlaskClient:
    """A browser's cookie jar, signed in through the form when a role is given."""
    made = on.test_client()
    if role is not None:
        name, password = people[role]
        answer = sign_in(made, name, password)
        assert answer.status_code == 303, f"{name} did not get in: {answer.status}"
    return made


def sign_in(
    browser: FlaskClient, name: str, password: str, **also: str
) -> TestResponse:
    """Through the form, as a person does."""
    data = {"name": name, "password": password, **also}
    return post(browser, "/sign-in", data, page="/sign-in")


def token(browser: FlaskClient, page: str = "/keys") -> str:
    """The form token of this browser, read from a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get(page).text)
    assert found, f"{page} has no form token"
    return found[1]


OURS: Final = {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}
"""What a browser sends along with a form of ours."""


def post(
    browser: FlaskClient,
    path: str,
    data: Mapping[str, Any] | None = None,
    *,
    page: str = "/keys",
    method: str = "POST",
) -> TestResponse:
    """As a form of ours sends it: with token, origin and Sec-Fetch-Site."""
    sent = {"csrf_token": token(browser, page), **(data or {})}
    return browser.open(path, method=method, data=sent, headers=OURS)


# --- What every page must be --------------------------------------------------

_VOID_OF_TEXT = {"hidden", "submit", "button", "reset"}
_REVEALING = re.compile(
    r"[A-Z]-\d{4}|\d{3}|quietline|abus|violen|shelter|counsel|therap|session|client"
    r"|surviv|safe",
    re.IGNORECASE,
)


@dataclass
class _Reading(HTMLParser):
    """One page, as far as the rules look at it."""

    wrongs: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    labelled: set[str] = field(default_factory=set)
    fields: list[dict[str, str]] = field(default_factory=list)
    pointed: list[str] = field(default_factory=list)
    forms: list[list[str]] = field(default_factory=list)
    posting: bool = False
    inside_label: int = 0
    title: str = ""
    where: str = ""

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, given: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in given}
        self.where = tag
        self._look_at_policy(tag, attributes)
        if "id" in attributes:
            self.ids.append(attributes["id"])
        for name in ("aria-describedby", "aria-labelledby", "aria-controls"):
            self.pointed.extend(attributes.get(name, "").split())
        if tag == "label":
            self.inside_label += 1
            self.labelled.add(attributes.get("for", ""))
        if tag == "form":
            self.posting = attributes.get("method", "get").lower() == "post"
            self.forms.append([] if self.posting else ["csrf_token"])
        if tag in {"input", "select", "textarea"}:
            self._look_at_field(tag, attributes)

    def handle_endtag(self, tag: str) -> None:
        self.where = ""
        if tag == "label":
            self.inside_label -= 1

    def handle_data(self, data: str) -> None:
        if self.where == "title":
            self.title += data
        if self.where == "script" and data.strip():
            self.wrongs.append("an inline script")

    def _look_at_policy(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == "style" or "style" in attributes:
            self.wrongs.append(f"an inline style on <{tag}>")
        self.wrongs.extend(
            f"{name} on <{tag}>" for name in attributes if name.startswith("on")
        )
        for name in ("src", "href", "action", "formaction", "srcset", "poster"):
            target = attributes.get(name, "")
            foreign = re.match(r"(?i)\s*([a-z][a-z+.-]*:|//)", target)
            if foreign and target != "about:blank":
                self.wrongs.append(f"{name}={target} on <{tag}>")

    def _look_at_field(self, tag: str, attributes: dict[str, str]) -> None:
        if self.forms:
            self.forms[-1].append(attributes.get("name", ""))
        if tag == "input" and attributes.get("type") in _VOID_OF_TEXT:
            return
        named = "aria-label" in attributes or "aria-labelledby" in attributes
        if not named and not self.inside_label:
            self.fields.append(attributes)


def problems(html: str) -> list[str]:
    """What a page does that no page may: inline parts, foreign addresses, fields
    without words, telling titles, unsafe forms without a token."""
    page = _Reading()
    page.feed(html)
    found = list(page.wrongs)
    found += [f"id {each} twice" for each in page.ids if page.ids.count(each) > 1]
    found += [
        f"nothing has the id {each}" for each in page.pointed if each not in page.ids
    ]
    found += [
        f"no label for {each}"
        for each in page.fields
        if each.get("id", "?") not in page.labelled
    ]
    found += [
        "a form without a token" for each in page.forms if "csrf_token" not in each
    ]
    title = page.title.strip()
    if not title or _REVEALING.search(title):
        found.append(f"the title “{title}”")
    return found


def assert_clean(html: str) -> None:
    """Fails with every one of `problems`."""
    assert not problems(html), "\n".join(problems(html))


# --- A real browser -----------------------------------------------------------


class _Silent(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """An access log would only hide what a test prints."""


@contextmanager
def serve(on: Flask, port: int = 0) -> Iterator[str]:
    """The app on 127.0.0.1 in a thread; gives its address."""
    server = make_server("127.0.0.1", port, on, threaded=True, request_handler=_Silent)
    # It looks that often whether it is over: each test waits for it.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Debian's Chromium, for looking by hand. Tests ask for the fixture `browser`."""
    from playwright.sync_api import sync_playwright  # noqa: PLC0415 (slow to load)

    with sync_playwright() as play:
        browser = play.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--mute-audio"]
        )
        try:
            yield browser
        finally:
            browser.close()


def enter(
    context: BrowserContext,
    address: str,
    role: Role,
    people: Mapping[Role, tuple[str, str]] = PEOPLE,
) -> Page:
    """A page of that browser, signed in through the form by keyboard."""
    name, password = people[role]
    page = context.new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("Sign-in name").fill(name)
    page.get_by_label("Password").fill(password)
    page.keyboard.press("Enter")
    page.wait_for_url(lambda url: "/sign-in" not in url)
    return page


def wait_for_focus(page: Page) -> None:
    """Until the field that takes what is typed at once has the focus. A browser gives
    it after the page is loaded: on a busy machine too late for a script that types."""
    page.wait_for_function("document.activeElement?.matches('[autofocus]')")


# What may be right on a wide light page and wrong on the same page in another look.
_BY_LOOK: Final = (
    *("color-contrast", "link-in-text-block", "target-size"),
    *("scrollable-region-focusable", "meta-viewport"),
)
# Not among axe's rules unless asked for (WCAG 2.2).
_TARGETS: Final = {"rules": {"target-size": {"enabled": True}}}
_ANOTHER_LOOK: Final = (
    "innerWidth < 700 || matchMedia('(prefers-color-scheme: dark)').matches"
    " || matchMedia('(forced-colors: active)').matches"
)


def axe(page: Page, **options: Any) -> list[str]:
    """What axe finds on the page as it is now; the context needs `bypass_csp=True`.

    Every rule in the wide light look, and with the full numbers in each other too;
    otherwise there only those which the look can break.
    """
    if not page.evaluate("Boolean(window.axe)"):
        page.evaluate(AXE_SCRIPT)
    if profile == "dev" and page.evaluate(_ANOTHER_LOOK):
        options = {"runOnly": {"type": "rule", "values": _BY_LOOK}, **options}
    # Every rule on every element; what is right is not carried over, nor named.
    found = page.evaluate(
        "options => axe.run(document, options).then((result) => result.violations)",
        {"resultTypes": ["violations"], "selectors": False, **_TARGETS, **options},
    )
    return [
        f"{each['id']} ({each['impact']}): {each['help']}\n    "
        + "\n    ".join(node["html"][:200] for node in each["nodes"])
        for each in found
    ]


def assert_no_axe_findings(page: Page) -> None:
    """Fails with every finding and where it is."""
    found = axe(page)
    assert not found, f"{page.url}\n" + "\n".join(found)


def assert_fits(page: Page) -> None:
    """Nothing sticks out sideways, whatever the width."""
    wide, room = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )
    assert wide <= room, f"{page.url} is {wide} wide where {room} fit"


LOOKS: dict[str, dict[str, Any]] = {
    "wide": {"viewport": WIDE},
    "narrow": {"viewport": NARROW},
    "dark": {"viewport": WIDE, "color_scheme": "dark"},
    "forced": {"viewport": WIDE, "forced_colors": "active"},
}
"""Contexts to look at a page in. On paper: `page.emulate_media(media="print")`."""


def shoot(page: Page, name: str, folder: Path) -> Path:
    """The whole page as a picture, for a person to look at."""
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{name}.png"
    page.screenshot(path=target, full_page=True)
    return target


def shoot_all(
    browser: Browser, address: str, role: Role, paths: Iterable[str], folder: Path
) -> None:
    """Every path wide, narrow, dark, in forced colours and on paper."""
    for look, given in LOOKS.items():
        context = browser.new_context(**given)
        page = enter(context, address, role)
        for path in paths:
            page.goto(address + path)
            stem = path.strip("/").replace("/", "-")
            shoot(page, f"{stem}-{look}", folder)
            if look == "wide":
                page.emulate_media(media="print")
                page.set_viewport_size({"width": 794, "height": 1123})
                shoot(page, f"{stem}-print", folder)
                page.emulate_media(media="screen")
                page.set_viewport_size(WIDE)
        context.close()


def serve_gallery(port: int) -> None:
    """For looking by hand."""
    with serve(gallery_app(), port) as address:
        print(f"{address}/gallery/forms  as Ines, password: {stand_ins.PASSWORD}")  # noqa: T201
        threading.Event().wait()
