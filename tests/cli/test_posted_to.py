"""An installation that sends by Twilio, as it is really started: what it is made of,
and a provider that posts to it over HTTP (bar-O1, bar-O3)."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from config.settings import load
from config.wiring import Installation, build_app, open_installation
from integrations.sms.phone import SimulatedPhone
from integrations.sms.twilio import TwilioSender
from scheduler.domain.errors import Misconfigured
from scheduler.storage import people, tables
from scheduler.web.callbacks import STATUS_PATH, TEXT_PATH
from tests.cli.conftest import ROOT, Place
from tests.fake_provider import (
    ACCOUNT,
    KEY,
    OUR_NUMBER,
    SECRET,
    TOKEN,
    FakeProvider,
    posting,
    running,
)
from tests.fake_provider.account import PUBLIC
from tests.integrations.test_twilio import closed_port
from tests.profiles import Tells, trials

pytestmark = pytest.mark.allow_hosts(["127.0.0.1"])
STRANGER = "+14165550199"


def by_twilio(place: Place, **changes: str) -> dict[str, str]:
    """The environment of an agency that sends by an account of the made-up provider."""
    for name, kept in (("twilio.secret", SECRET), ("twilio.token", TOKEN)):
        (place.home / name).write_text(kept)
        (place.home / name).chmod(0o600)
    return {
        **place.env,
        "QUIETLINE_PUBLIC_URL": PUBLIC,
        "QUIETLINE_SENDER": "twilio",
        "QUIETLINE_TWILIO_ACCOUNT": ACCOUNT,
        "QUIETLINE_TWILIO_KEY": KEY,
        "QUIETLINE_TWILIO_NUMBER": OUR_NUMBER,
        "QUIETLINE_TWILIO_SECRET_FILE": str(place.home / "twilio.secret"),
        "QUIETLINE_TWILIO_AUTH_TOKEN_FILE": str(place.home / "twilio.token"),
        "QUIETLINE_TWILIO_KEEPS_WORDS": "true",
        "QUIETLINE_TWILIO_KEEPS_NUMBERS": "true",
        **changes,
    }


@contextmanager
def opened(env: dict[str, str]) -> Iterator[Installation]:
    installation = open_installation(load(env))
    yield installation
    installation.close()


def callback_routes(installation: Installation) -> set[str]:
    rules = build_app(installation).url_map.iter_rules()
    return {each.rule for each in rules if "callback" in each.rule}


def test_it_sends_by_twilio_and_is_posted_to_and_has_no_phone(place: Place) -> None:
    with opened(by_twilio(place)) as installation:
        assert isinstance(installation.house.sender, TwilioSender)
        assert installation.phone is None
        assert callback_routes(installation) == {
            STATUS_PATH + "<reference>",
            TEXT_PATH,
        }
        app = build_app(installation)
        assert not [each for each in app.url_map.iter_rules() if "/phone" in each.rule]


def test_without_it_nothing_is_posted_to(place: Place) -> None:
    with opened(place.env) as installation:
        assert installation.house.sender is None
        assert callback_routes(installation) == set()
    demo = {**place.env, "QUIETLINE_ENV": "demo"}
    with opened(demo) as installation:
        assert isinstance(installation.house.sender, SimulatedPhone)
        assert callback_routes(installation) == set()


@pytest.mark.parametrize(
    "wrong",
    [
        {"QUIETLINE_TWILIO_KEY": "SK1"},
        {"QUIETLINE_PHONE_PAGE": "true"},
        {"QUIETLINE_ENV": "demo"},
        {"QUIETLINE_PUBLIC_URL": "http://127.0.0.1:8000"},
        {"QUIETLINE_TWILIO_URL": "http://api.twilio.com"},
    ],
    ids=str,
)
def test_it_does_not_start_with_what_must_not_be(
    place: Place, wrong: dict[str, str]
) -> None:
    with pytest.raises(Misconfigured), opened(by_twilio(place, **wrong)):
        pass


# --- Served for real --------------------------------------------------------------


@dataclass
class Served:
    """`quietline run` as a process, and the provider that posts to it."""

    origin: str
    provider: FakeProvider
    env: dict[str, str]

    def rows(self, table: str) -> int:
        with opened(self.env) as installation, installation.house.store.reading() as tx:
            return len(tx.conn.execute(select(getattr(tables, table))).all())

    def blocked(self, number: str) -> bool:
        with opened(self.env) as installation, installation.house.store.reading() as tx:
            return people.is_blocked(tx, tx.vault.index("number", number))


@pytest.fixture
def served(place: Place, tmp_path: Path) -> Iterator[Served]:
    port = closed_port()
    with running(tmp_path) as provider:
        env = by_twilio(
            place, QUIETLINE_PORT=str(port), QUIETLINE_TWILIO_URL=provider.url
        )
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETLINE_")}
        process = subprocess.Popen(
            [sys.executable, "-m", "scheduler.cli", "run"],
            cwd=ROOT,
            env={**kept, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            assert PUBLIC in process.stdout.readline()
            origin = f"http://127.0.0.1:{port}"
            provider.deliver_to(origin)
            yield Served(origin, provider, env)
        finally:
            process.terminate()
            _, said = process.communicate(timeout=60)
        for canary in (STRANGER, "5550199", TOKEN, SECRET, "callbacks/"):
            assert canary not in said


def test_a_providers_posts_arrive_and_are_acted_on(served: Served) -> None:
    assert served.provider.text(STRANGER, "STOP", PUBLIC + TEXT_PATH) == 200
    assert served.blocked(STRANGER)
    assert served.rows("inbound") == 1


def test_what_others_post_does_not(served: Served) -> None:
    form = posting.text_form(ACCOUNT, "SM" + "1" * 32, STRANGER, OUR_NUMBER, "STOP")
    path = PUBLIC + TEXT_PATH
    assert posting.post(served.origin, path, form, "e5" * 16) == 403
    assert not served.blocked(STRANGER)
    assert served.rows("inbound") == 0


def test_at_fifty_a_second_every_answer_comes_within_a_second(
    served: Served, tells: Tells
) -> None:
    """bar-O3. The rate is kept whether answers come or not."""
    many, rate = trials(100, 1000), 50

    def one(number: int) -> tuple[int, float]:
        form = posting.text_form(
            ACCOUNT, f"SM{number:032x}", STRANGER, OUR_NUMBER, "the river is high"
        )
        began = time.perf_counter()
        status = posting.post(served.origin, PUBLIC + TEXT_PATH, form, TOKEN)
        return status, time.perf_counter() - began

    began = time.perf_counter()
    with ThreadPoolExecutor(64) as threads:
        waiting = []
        for number in range(many):
            time.sleep(max(0.0, began + number / rate - time.perf_counter()))
            waiting.append(threads.submit(one, number))
        answers = [each.result() for each in waiting]
    assert {status for status, _ in answers} == {200}
    took = sorted(seconds for _, seconds in answers)
    assert took[int(0.99 * many) - 1] < 1.0, f"p99 was {took[int(0.99 * many) - 1]:.2f}"
    assert served.rows("inbound") == many
    hit = {"p99, ms": round(took[int(0.99 * many) - 1] * 1000)}
    tells(trials=many, hit=hit | {"longest, ms": round(took[-1] * 1000)})
