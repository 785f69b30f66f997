"""bar-A8: whatever is sent to whichever address, by whomever, nothing breaks.

Each route of the table is asked again and again with fields that its pages know and
values that nobody foresaw, by each role. What comes back is no 5xx, carries the exact
headers of every page, and says none of what was typed as markup. What is refused by the
table stays refused, whatever is sent along.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from scheduler.domain.people import Role
from tests.profiles import Tells, trials
from tests.web import kit, site
from tests.web.access_table import ROWS, Row

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

HERE: Final = Path(__file__).parents[2] / "scheduler" / "web"
EXAMPLES: Final = trials(1, 40)
MARK: Final = "<q9z>"
HOSTILE: Final = (
    "",
    " ",
    "0",
    "-1",
    "999999999999999999999",
    "1e309",
    "NaN",
    "٣",
    "²",
    "true",
    "null",
    "2026-12-01",
    "2026-02-30",
    "9999-12-31",
    "0001-01-01",
    "24:00",
    "2026-12-01..2026-11-01",
    "Mon-Fri 09:00-17:00",
    "Mon 25:00-26:00",
    "2026-11-30 2 weeks, 1: Wed 13:00-15:00",
    "K-1042",
    "K-1042 K-1043 K-1044",
    "00000000-0000-4000-8000-000000000000",
    "1796140800-3",
    "1-1",
    "99999999999-999999999",
    "+14165550177",
    "416 555 0177",
    "gap",
    "video",
    "in_person",
    "en",
    "yes",
    "same",
    "America/Toronto",
    "Mars/Olympus",
    "https://127.0.0.1/",
    "javascript:alert(1)",
    "//example.org",
    "../../etc/passwd",
    "a" * 5000,
    "\x00",
    "\x1f\x7f",
    "\u202e\u2066",
    "\ud7ff\ue000",
    "é\u0301" * 40,
    "=1+1",
    "'; DROP TABLE client; --",
    "{{ 7*7 }}",
    "%00%0a",
    "\r\nSet-Cookie: x=1",
    MARK,
    f'"{MARK}',
)


@cache
def fields() -> tuple[str, ...]:
    """Every name that a view of the pages asks a form or an address for."""
    asks = re.compile(
        r"""(?:typed|args|form|values|Typed\.posted\(\))\s*\.\s*\w+\(\s*f?["']([\w.-]+)["']"""
    )
    found: set[str] = set()
    for path in sorted(HERE.rglob("*.py")):
        found.update(asks.findall(path.read_text()))
    assert len(found) > 80, "The views are written otherwise now: look again."
    return tuple(sorted(found))


def allowed(row: Row) -> list[Role | None]:
    """Whom the table lets further than to a refusal."""
    return [who for who, status in row.answers.items() if status not in {401, 403}]


def example(chance: random.Random, names: list[str]) -> dict[str, Any]:
    """A form of up to nine fields, some of them twice, some of them a file."""
    sent: dict[str, Any] = {}
    for name in chance.sample(fields(), chance.randint(0, 6)) + chance.sample(
        names, min(len(names), chance.randint(0, 3))
    ):
        values = [chance.choice(HOSTILE) for _ in range(chance.choice((1, 1, 1, 2)))]
        sent[name] = values if len(values) > 1 else values[0]
    if chance.random() < 0.1:
        sent["file"] = (BytesIO(chance.randbytes(200)), "x.ics")
    return sent


def path_of(chance: random.Random, row: Row) -> str:
    """The address of the table, or one with something else for what it is about."""
    usual = site.fill(row.example)
    if "<" not in row.rule or chance.random() < 0.6:
        return usual
    strange = chance.choice(
        ("Z-9999", "0", "999999999999999999999999", "%00", "%F0", "é")
    )
    return re.sub(r"<[^>]+>", strange, row.rule)


def ask(
    app: Flask, row: Row, who: Role | None, chance: random.Random, names: list[str]
) -> TestResponse:
    browser: FlaskClient = site.client(app, who)
    sent = example(chance, names)
    path = path_of(chance, row)
    if row.method == "GET":
        return browser.get(path.partition("?")[0], query_string=sent)
    sent["csrf_token"] = kit.token(browser, "/keys" if who else "/sign-in")
    return browser.open(path, method=row.method, data=sent, headers=kit.OURS)


def is_still_in(app: Flask, who: Role | None) -> bool:
    """Some routes end her sign-in: then the rest is tried on a site of its own."""
    return who is None or site.client(app, who).get("/keys").status_code == 200


def names_in(row: Row, app: Flask, who: Role | None) -> list[str]:
    """The fields that the page of the same address draws, if there is one."""
    got = site.client(app, who).get(site.fill(row.example))
    return sorted(set(re.findall(r'name="([\w.-]+)"', got.text)) - {"csrf_token"})


def wrong_with(got: TestResponse) -> Iterator[str]:
    if got.status_code >= 500 and got.status_code != 503:
        yield f"answered {got.status_code}"
    if MARK in got.text:
        yield "says what was typed as markup"
    if "default-src 'none'" not in got.headers.get("Content-Security-Policy", ""):
        yield "has no policy"
    if "Set-Cookie: x" in str(got.headers):
        yield "has a header that was typed"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.method} {row.rule}")
def test_whatever_is_sent_is_answered_and_never_breaks(row: Row, tells: Tells) -> None:
    chance = random.Random(f"{row.method} {row.rule}")
    asked = 0
    for who in allowed(row):
        left = EXAMPLES
        while left:
            with site.built() as app:
                done = send_some(app, row, who, chance, left)
            asked, left = asked + done, left - done
    tells(trials=asked, hit={row.rule: asked})


def send_some(
    app: Flask, row: Row, who: Role | None, chance: random.Random, most: int
) -> int:
    """How many were sent before she was signed out by one of them."""
    app.config["PROPAGATE_EXCEPTIONS"] = True
    names = names_in(row, app, who)
    for number in range(most):
        seed = chance.getrandbits(64)
        try:
            got = ask(app, row, who, random.Random(seed), names)
        except Exception as broken:
            raise AssertionError(f"{who}, seed {seed}: {broken!r}") from broken
        said = list(wrong_with(got))
        assert not said, f"{who}, seed {seed}: {said}\n{got.text[:400]}"
        if row.method != "GET" and not is_still_in(app, who):
            return number + 1
    return most
