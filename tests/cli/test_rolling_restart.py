"""bar-D7: four web processes and two workers on one PostgreSQL, each replaced again and
again while texts leave, receipts come in and people look at pages."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event, Thread

import pytest

from config import settings
from config.wiring import open_installation
from scheduler.services.house import House
from scheduler.storage import agency
from tests.cli.conftest import Place, at, founding, started
from tests.cli.test_posted_to import by_twilio
from tests.cli.test_worker import WORKER, free_port
from tests.contracts import ROOT
from tests.fake_provider import FakeProvider, running
from tests.killing import stock, tasks
from tests.profiles import Tells, trials

pytestmark = [
    pytest.mark.longer,
    pytest.mark.postgres,
    pytest.mark.allow_hosts(["127.0.0.1"]),
]

MESSAGES = trials(60, 60, 1_000)
AT_ONCE = 20
# So many messages, then the next replacement begins.
BETWEEN = 100
# So many are replaced at least.
LEAST = trials(3, 3, 9)
# On a machine with much else to do eight processes take their time to begin.
PATIENCE = 600.0
LEFT = frozenset({"accepted", "sent", "delivered"})


@pytest.fixture
def spread(fresh_postgres_url: Callable[[], str], tmp_path: Path) -> Place:
    """An agency on PostgreSQL that sends by a provider on this machine."""
    home = tmp_path / "data"
    place = at(home, QUIETLINE_DATABASE_URL=fresh_postgres_url())
    done = started(place, *founding(tmp_path))
    assert done.returncode == 0, done.stderr
    return place


def asked(port: int, path: str) -> str:
    """The status of a page, or why there was none."""
    link = HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        link.request("GET", path, headers={"Host": "quietline.example"})
        return str(link.getresponse().status)
    except (OSError, HTTPException) as wrong:
        return type(wrong).__name__
    finally:
        link.close()


def until(true: Callable[[], bool]) -> None:
    """Wait for it, with patience."""
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "It did not come."
        time.sleep(0.1)


class Readers:
    """People who look at pages all the while, and what they were answered."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._over = Event()
        self.answers: Counter[str] = Counter()
        self._threads = [Thread(target=self._read) for _ in range(3)]

    def __enter__(self) -> Readers:
        for each in self._threads:
            each.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        for each in self._threads:
            each.join()

    def _read(self) -> None:
        while not self._over.wait(0.1):
            self.answers[asked(self._port, "/sign-in")] += 1


class Replacing:
    """Two workers and a web server, of which one after the other is replaced."""

    def __init__(self, place: Place, port: int, stack: ExitStack) -> None:
        self._place = place
        self._stack = stack
        self.hit: Counter[str] = Counter()
        self.wrongs: list[str] = []
        serving = ("gunicorn", "wsgi:app", "--workers", "4", "--bind")
        self.web = self._start((*serving, f"127.0.0.1:{port}", "--no-control-socket"))
        self.workers = [self._start(WORKER), self._start(WORKER)]

    def _start(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith("QUIETLINE_")}
        started = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env={**kept, **self._place.env},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        self._stack.callback(self._end, started)
        return started

    def _end(self, one: subprocess.Popen[bytes]) -> None:
        """Told to go, as whoever replaces it does; killed only if it does not."""
        one.send_signal(signal.SIGTERM)
        try:
            code = one.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            one.kill()
            code = one.wait()
        # One that was told before it had begun to listen just ends.
        if code not in (0, -signal.SIGTERM):
            self.wrongs.append(f"{one.args!r} ended with {code}")
        assert one.stdout is not None
        one.stdout.close()

    def a_worker(self, which: int) -> None:
        """Another one begins, and when it is at work the old one is told to go."""
        old, new = self.workers[which], self._start(WORKER)
        assert new.stdout is not None
        assert b"lets due texts leave" in new.stdout.readline()
        self.workers[which] = new
        old.send_signal(signal.SIGTERM)
        self.hit["workers replaced"] += 1

    def the_web(self) -> None:
        """Four new web processes take over from the four old ones."""
        before = self._web_processes()
        os.kill(self.web.pid, signal.SIGHUP)
        until(lambda: len(self._web_processes() - before) >= 4)
        until(lambda: not self._web_processes() & before)
        self.hit["web processes replaced"] += 4

    def _web_processes(self) -> set[str]:
        pid = self.web.pid
        return set(Path(f"/proc/{pid}/task/{pid}/children").read_text().split())


def load(house: House, replacing: Replacing) -> list[str]:
    """All messages, a few at a time, while one thing after the other is replaced."""
    made: list[str] = []
    over = Event()
    # While one is replaced more comes due: that takes a thread of its own.
    replacer = Thread(target=_replace, args=(replacing, made, over))
    replacer.start()
    while len(made) < MESSAGES:
        now = house.now()
        many = min(AT_ONCE, MESSAGES - len(made))
        new = stock.clients(house.store, now, many)
        made += stock.messages(house.store, new, many, now)
        time.sleep(0.3)
    over.set()
    replacer.join()
    return made


def _replace(replacing: Replacing, made: list[str], over: Event) -> None:
    """Two workers, then the web, and so on; once more when all is due."""
    turn = 0
    while True:
        last = over.is_set()
        if last or len(made) >= BETWEEN * (turn + 1):
            turn += 1
            _one(replacing, turn)
        if last and turn >= LEAST:
            return
        time.sleep(0.1)


def _one(replacing: Replacing, turn: int) -> None:
    try:
        if turn % 3 == 0:
            replacing.the_web()
        else:
            replacing.a_worker(turn % 2)
    except AssertionError as wrong:
        replacing.wrongs.append(str(wrong))


def test_while_everything_is_replaced_each_text_leaves_once(
    spread: Place, tmp_path: Path, tells: Tells
) -> None:
    port = free_port()
    with ExitStack() as stack:
        provider = stack.enter_context(running(tmp_path))
        env = by_twilio(spread, QUIETLINE_TWILIO_URL=provider.url)
        place = Place(spread.home, {**env, "QUIETLINE_ENV": "test"})
        provider.deliver_to(f"http://127.0.0.1:{port}", receipts=("sent", "delivered"))
        installation = open_installation(settings.load(place.env))
        stack.callback(installation.close)
        house = installation.house
        with house.store.begin() as tx:
            # So much at once is what the breaker is there to stop.
            more = {"breaker_burst": 100_000}
            agency.add_policy_version(tx, more, by=None, at=house.now(), reason="test")
        with ExitStack() as processes:
            replacing = Replacing(place, port, processes)
            until(lambda: asked(port, "/sign-in") == "200")
            with Readers(port) as readers:
                made = load(house, replacing)
                until(lambda: provider.asked() >= MESSAGES)
                time.sleep(2)
        _judge(house, provider, made, replacing, readers, tells)


def _judge(
    house: House,
    provider: FakeProvider,
    made: list[str],
    replacing: Replacing,
    readers: Readers,
    tells: Tells,
) -> None:
    taken = Counter(each["callback"].rpartition("/")[2] for each in provider.taken())
    found = stock.standing(house.store)
    states = Counter(found[each].state.value for each in made)
    told = json.dumps({"states": states, "hit": replacing.hit})
    assert [each for each, times in taken.items() if times > 1] == []
    assert set(taken) == set(made), told
    assert set(states) <= LEFT, told
    assert replacing.wrongs == []
    assert provider.violations() == []
    assert tasks.wrongs(house, Counter()) == []
    # On a busy machine a page may take its time; a wrong answer is none.
    assert set(readers.answers) <= {"200", "TimeoutError"}, readers.answers
    late = readers.answers["TimeoutError"]
    assert late < readers.answers["200"] / 100, readers.answers
    hit = {**replacing.hit, "pages read": readers.answers["200"]}
    hit["pages not answered in 30 s"] = late
    hit |= {f"in the end {state}": times for state, times in states.items()}
    tells(trials=len(made), hit=hit)
