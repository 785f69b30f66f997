"""bar-L1: nothing of a person stands in a log, an address, a title, a cookie, a header,
a feed, an answer to a program, an error page or a line of the trail, whatever is asked
for, typed, or breaks."""

from __future__ import annotations

import atexit
import logging
import random
import re
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from functools import cache
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote

import pyotp
import pytest
from argon2 import PasswordHasher
from flask import redirect
from sqlalchemy.exc import IntegrityError, OperationalError

from scheduler import worker
from scheduler.domain.errors import Unreadable
from scheduler.domain.people import Role
from scheduler.services.counselling import fallback
from scheduler.services.files import retention
from scheduler.services.messages import delivery
from scheduler.services.simulation.made_up import MadeUpClock
from scheduler.services.staff import accounts, second_factors, sign_in
from scheduler.services.staff.passwords import Passwords
from scheduler.services.staff.sign_in import Accounts
from scheduler.services.traces import audit_chain
from scheduler.services.watching import watch
from scheduler.services.watching.board import Board
from scheduler.storage import outbox
from scheduler.storage.classes import Secrecy, secrecy
from scheduler.storage.connections import shelf_path
from scheduler.storage.tables import metadata
from scheduler.web.app import PAGES
from scheduler.web.shell import Services
from tests.domain.builders import at
from tests.profiles import Tells, trials
from tests.services import canaries, filing, planting
from tests.services.canaries import Search
from tests.services.planting import Planted, planted
from tests.stores import BEGINNING, migrated
from tests.web import kept, kit, site, stand_ins
from tests.web.access_table import ROWS, Row
from tests.web.looking import Looking, links, raising
from tests.web.test_any_form import fields

if TYPE_CHECKING:
    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

_STEP: Final = timedelta(seconds=30)
_QUICK: Final = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
WHO: Final = {
    Role.INTAKE: "wanda",
    Role.COUNSELLOR: "cora",
    Role.SUPERVISOR: "sue",
    Role.ADMINISTRATOR: "maia",
    Role.CUSTODIAN: "carl",
}
WAYS: Final = ("says it", "database", "constraint", "disk", "text", "unreadable")


@cache
def _template() -> Path:
    """A database with nothing in it, made once."""
    folder = Path(mkdtemp(prefix="canaries-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    migrated(f"sqlite:///{folder / 'quietline.sqlite'}")
    return folder / "quietline.sqlite"


class Site:
    """The planted agency with its pages, and somebody of each role signed in."""

    def __init__(self, folder: Path) -> None:
        path = folder / _template().name
        shutil.copy(_template(), path)
        shutil.copy(shelf_path(_template()), shelf_path(path))
        clock = MadeUpClock(BEGINNING)
        house = replace(site._house(path, 3), clock=clock)
        self.planted: Planted = planted(house, clock)
        self.house = self.planted.house
        services = Services(
            house=self.house,
            accounts=Accounts(self.house, _QUICK),
            board=Board(self.house),
        )
        settings = stand_ins.settings(zone="America/Toronto")
        self.app: Flask = kept.app(services, settings, PAGES)
        self.search = Search(self.planted.sought())
        made = self.planted
        self.names = {
            "hers": made.sessions["bea"],
            "not_hers": made.sessions["alma"],
            "file_hers": made.bea.code,
            "file_not_hers": made.alma.code,
            "nowhere": "00000000-0000-4000-8000-000000000000",
            "no_file": "Z-9999",
        }
        for name in WHO.values():
            member = accounts.find_user(self.house, name)
            word = made.secrets["password"]
            accounts.set_password(self.house, _QUICK, member.id, word, None)

    def visitor(self, role: Role) -> FlaskClient:
        """Somebody of that role, signed in just now."""
        now, name = self.house.now(), WHO[role]
        typed = (name, self.planted.secrets["password"], "203.0.113.7", now)
        found = sign_in.sign_in(self.house, _QUICK, *typed)
        assert isinstance(found, sign_in.SignedIn), found
        if role is Role.COUNSELLOR:
            self.planted.clock.at += _STEP
            now = self.house.now()
            code = pyotp.TOTP(self.planted.secrets["second factor"]).at(now)
            risen = second_factors.give(self.house, found.sid, code, "203.0.113.7", now)
            assert isinstance(risen, sign_in.SignedIn), risen
            found = risen
        browser = self.app.test_client()
        browser.set_cookie("sid", found.sid)
        return browser

    def path(self, row: Row) -> str:
        """The example of a row of the access table."""
        return row.example.format_map(self.names)


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    yield made
    made.house.store.close()


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One in which nothing is changed."""
    made = Site(tmp_path_factory.mktemp("standing"))
    yield made
    made.house.store.close()


def allowed(row: Row) -> list[Role]:
    """Whom the table lets further than to a refusal."""
    return [
        who
        for who, status in row.answers.items()
        if who in WHO and status not in {401, 403}
    ]


def told(tells: Tells, looking: Looking) -> None:
    """Fails with what was found, and says how much was looked at."""
    assert not looking.found, "\n".join(looking.found)
    tells(trials=sum(looking.looked.values()), hit=dict(looking.looked))


# --- Pages -------------------------------------------------------------------------


def test_no_page_says_it_beside_its_text_and_none_shows_what_opens_something(
    here: Site, tells: Tells
) -> None:
    guarded = secrets(here)
    with Looking(here.search) as looking:
        looking.route = "signing in"
        word = here.planted.secrets["password"]
        looking.answer(kit.sign_in(here.app.test_client(), "wanda", word))
        for role in WHO:
            browser = here.visitor(role)
            rows = [each for each in ROWS if each.method == "GET"]
            wanted = [here.path(each) for each in rows if role in allowed(each)]
            seen: set[str] = set()
            most = len(wanted) + trials(8, 300)
            while wanted and len(seen) < most:
                path = wanted.pop(0)
                if path in seen:
                    continue
                seen.add(path)
                looking.route = f"{role.value}, GET {path}"
                got = looking.answer(browser.get(path))
                shown = guarded.hits(got.text)
                assert shown == [], f"{looking.route} shows {shown}"
                wanted += links(got)
    told(tells, looking)


def secrets(here: Site) -> Search:
    """What opens something: no page that is only looked at shows it."""
    columns = [
        (table.name, column.name)
        for table in metadata.sorted_tables
        for column in table.columns
        if secrecy(column) is Secrecy.SECRET
    ]
    sealed = here.planted.ear.sealed
    texts = {each for column in columns for each in sealed.get(column, ())}
    return Search({*texts, *here.planted.secrets.values()})


# --- What is typed -----------------------------------------------------------------


def typed(here: Site, chance: random.Random, names: list[str]) -> dict[str, str]:
    """A form full of her words and numbers."""
    planted_ = here.planted.canaries.planted
    chosen = names + chance.sample(fields(), 12)
    return {name: chance.choice(planted_) for name in chosen}


def test_nothing_that_is_typed_comes_back_beside_the_text(
    here: Site, tells: Tells
) -> None:
    chance = random.Random(7)
    with Looking(here.search) as looking:
        for row in ROWS:
            if row.method != "POST" or row.rule.startswith(("/api/", "/sign-out")):
                continue
            for role in allowed(row)[: trials(1, 6)]:
                looking.route = f"{role.value}, POST {row.rule}"
                browser = here.visitor(role)
                for _ in range(trials(1, 5)):
                    looking.answer(one_form(here, chance, browser, row))
    told(tells, looking)


def one_form(
    here: Site, chance: random.Random, browser: FlaskClient, row: Row
) -> TestResponse:
    """Send the form of a page, or one with names from anywhere."""
    there = browser.get("/keys")
    if there.status_code != 200:  # signed out by the form before
        return there
    drawn = browser.get(here.path(row)).text
    names = sorted(set(re.findall(r'name="([\w.-]+)"', drawn)) - {"csrf_token"})
    sent = {**typed(here, chance, names), "csrf_token": kit.token(browser)}
    return browser.post(here.path(row), data=sent, headers=kit.OURS)


# --- What breaks -------------------------------------------------------------------


def error(way: str, canary: str) -> BaseException:
    """One that says it, as libraries do."""
    params = {"number": canary}
    return {
        "says it": RuntimeError(canary),
        "database": OperationalError(f"SELECT '{canary}'", params, OSError(canary)),
        "constraint": IntegrityError("INSERT", params, ValueError(f"Key ({canary})")),
        "disk": OSError(28, "No space left on device", f"/tmp/{canary}"),
        "text": UnicodeDecodeError("utf-8", canary.encode(), 0, 1, canary),
        "unreadable": Unreadable(),
    }[way]


def test_whatever_breaks_in_a_view_says_it_nowhere(here: Site, tells: Tells) -> None:
    words = here.planted.canaries.planted
    with Looking(here.search) as looking:
        browsers = {role: here.visitor(role) for role in WHO}
        forms = {role: kit.token(each) for role, each in browsers.items()}
        for number, row in enumerate(ROWS):
            for way in WAYS if trials(0, 1) else (WAYS[number % len(WAYS)],):
                role = (allowed(row) or [Role.INTAKE])[0]
                looking.route = f"{row.method} {row.rule}, {way}"
                broken = raising(error(way, words[number % len(words)]))
                with Breaking(here.app, row, broken):
                    looking.answer(
                        browsers[role].open(
                            here.path(row),
                            method=row.method,
                            data={"csrf_token": forms[role]},
                            headers=kit.OURS,
                        )
                    )
    told(tells, looking)
    assert looking.looked["an error page"] > 100
    assert looking.looked["the log"] > 100


class Breaking:
    """The view of a row breaks, once it is let in."""

    def __init__(self, app: Flask, row: Row, broken: Any) -> None:
        self._views, self._broken = app.view_functions, broken
        rules = [each for each in app.url_map.iter_rules() if each.rule == row.rule]
        methods = [each for each in rules if row.method in (each.methods or ())]
        self._endpoint = methods[0].endpoint

    def __enter__(self) -> None:
        self._before = self._views[self._endpoint]
        # Access is declared on the view: what breaks is behind it.
        self._broken.__dict__.update(self._before.__dict__)
        self._views[self._endpoint] = self._broken

    def __exit__(self, *_: object) -> None:
        self._views[self._endpoint] = self._before


def test_what_breaks_while_something_is_opened_says_it_nowhere(
    here: Site, tells: Tells, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = here.house.store.vault
    opened = vault.open_bytes
    broke = 0

    def open_and_break(*place: Any) -> bytes:
        nonlocal broke
        broke += 1
        raise RuntimeError(opened(*place).decode())

    monkeypatch.setattr(vault, "open_bytes", open_and_break)
    with Looking(here.search) as looking:
        for role in (Role.SUPERVISOR, Role.INTAKE, Role.CUSTODIAN):
            monkeypatch.setattr(vault, "open_bytes", opened)
            browser = here.visitor(role)
            monkeypatch.setattr(vault, "open_bytes", open_and_break)
            for row in ROWS:
                if row.method == "GET" and role in allowed(row):
                    looking.route = f"{role.value}, GET {row.rule}"
                    looking.answer(browser.get(here.path(row)))
    told(tells, looking)
    assert broke > 10


# --- Programs, feeds, the worker, the trail -------------------------------------------


def test_programs_and_calendars_are_told_none_of_it(here: Site, tells: Tells) -> None:
    made = here.planted
    words = made.canaries.planted
    day = here.house.now().date().isoformat()
    wish: dict[str, Any] = {
        "clients": [made.bea.code],
        "counsellor": str(made.staff.cora.id),
        "start": "2026-12-08T15:00:00Z",
        "minutes": 50,
        "format": "in_person",
    }
    asked: list[tuple[str, str, Any]] = [
        ("GET", f"/roster/{made.staff.cora.id}/{day}", None),
        ("GET", "/openapi.json", None),
        ("POST", "/sessions", wish),
        ("POST", "/find", {"client": made.bea.code, "format": "phone", "from": day}),
    ]
    asked += [
        ("POST", "/sessions", {**wish, name: word})
        for name, word in zip(wish, words, strict=False)
    ]
    asked.append(("GET", f"/roster/{words[0]}/{day}", None))
    bearer = {"Authorization": f"Bearer {made.secrets['program']}"}
    browser = here.app.test_client()
    search = here.search
    with Looking(search) as looking:
        for method, path, body in asked:
            looking.route = f"{method} {path}"
            got = browser.open(
                f"/api/v1{path}", method=method, json=body, headers=bearer
            )
            looking.at("an answer to a program", got.text)
        looking.route = "a feed"
        feed = browser.get(f"/calendar/{made.secrets['feed']}.ics")
        assert feed.status_code == 200
        assert "BEGIN:VEVENT" in feed.text
        looking.at("a feed", feed.text)
    told(tells, looking)


def test_a_worker_in_trouble_writes_none_of_it(here: Site, tells: Tells) -> None:
    made = here.planted
    clara = planting.filed(here.house, made.staff, made.canaries)
    session = filing.book(
        here.house,
        made.staff.wanda,
        clara,
        at("2026-12-09 10:00"),
        counsellor=made.staff.dora,
        format=planting.plan().formats[-1].format,
    )
    search = Search(made.sought())
    with here.house.store.reading() as tx:
        [reminder] = outbox.of_sessions(tx, [session])
        [text, *_] = filing.kept_plans.current(tx, clara.id)[0].channels
    made.clock.at = reminder.not_before
    made.phone.breaks = RuntimeError(f"could not send to {text.address}")
    with Looking(search) as looking:
        for name, act in (
            ("deliver", delivery.tick),
            ("watch", fallback.watch),
            ("round", watch.look_round),
            ("seal", audit_chain.seal),
            ("retention", retention.purge),
            ("broken", raising(RuntimeError(text.address))),
        ):
            looking.route = f"tick {name}"
            worker.guarded(name, act, here.house)()
    assert made.phone.handed[-1][1].to == text.address
    assert looking.looked["the log"]
    with here.house.store.reading() as tx:
        for table, rows in canaries.rows_as_text(tx):
            looking.route = "after the worker"
            looking.at(f"rows of {table}", rows)
    told(tells, looking)


# --- Whether it would be noticed ---------------------------------------------------


def leak(where: str, canary: str) -> Any:
    """A view that leaks."""

    def view() -> Any:
        if where == "the log":
            logging.getLogger("quietline.leak").debug("asked for %s", canary)
        if where == "a header":
            return "", 200, {"X-Whom": quote(canary)}
        if where == "a cookie":
            return "", 200, {"Set-Cookie": f"last={quote(canary)}"}
        if where == "an address":
            return redirect(f"/people?q={canary}")
        said = f"<title>{canary if where == 'a title' else ''}</title>"
        link = canary if where == "addresses in a page" else ""
        return f'{said}<a href="/people?q={link}">on</a>'

    return view


@pytest.mark.parametrize(
    "where",
    ["the log", "a header", "a cookie", "an address", "a title", "addresses in a page"],
)
def test_a_planted_leak_is_found(standing: Site, where: str) -> None:
    keys = next(each for each in ROWS if each.rule == "/keys")
    browser = standing.visitor(Role.INTAKE)
    for canary in islice(standing.planted.canaries.planted, 3):
        broken = Breaking(standing.app, keys, leak(where, canary))
        with Looking(standing.search) as looking, broken:
            looking.answer(browser.get("/keys"))
        assert any(canary in each for each in looking.found), looking.looked
