"""Who may look at whom, what may stand in one file only, and that both are checked.

A check that holds could as well be blind. So each contract sees a forbidden import
planted, and each detector a snippet that it must find.
"""

import subprocess
import sys
import tomllib
from collections.abc import Callable
from pathlib import Path
from typing import Final

import pytest

from tests import syntax
from tests.contracts import PACKAGES, ROOT, Plant, broken_by, copy_packages
from tests.syntax import Module

GATE: Final = "scheduler/services/messages/gate.py"
DELIVERY: Final = "scheduler/services/messages/delivery.py"
ZONES: Final = "scheduler/domain/zones.py"
CLOCK: Final = "scheduler/clock.py"

# Randomness that is no token: keys and nonces of the encryption itself.
MAY_READ: Final = {
    "scheduler/storage/keys.py": {"os.urandom", "generate_key"},
}

PLANTS: Final = [
    Plant(contract, file, line)
    for contract, file, lines in (
        (
            "layers",
            "scheduler/domain/planted.py",
            ["import scheduler.ports", "from scheduler.services import planted"],
        ),
        ("layers", "scheduler/ports.py", ["import scheduler.clock"]),
        ("layers", "scheduler/storage/planted.py", ["import scheduler.services"]),
        ("layers", "scheduler/services/planted.py", ["from scheduler import web"]),
        ("layers", "scheduler/web/planted.py", ["import scheduler.worker"]),
        ("layers", "scheduler/worker.py", ["from scheduler import web"]),
        ("layers", "scheduler/web/planted.py", ["import scheduler.cli"]),
        ("layers", "scheduler/manager.py", ["'A module without a place.'"]),
        (
            "domain-is-plain",
            "scheduler/domain/planted.py",
            [
                "import scheduler.ports",
                "import config.settings",
                "import flask",
                "from sqlalchemy import select",
                "from twilio.rest import Client",
                "import secrets",
                "import random",
                "def f() -> None:\n    import time",
            ],
        ),
        (
            "ports-know-no-vendor",
            "scheduler/ports.py",
            ["import twilio", "import sqlalchemy", "import integrations.sms"],
        ),
        (
            "storage-serves",
            "scheduler/storage/planted.py",
            ["import scheduler.services", "import scheduler.web", "import flask"],
        ),
        (
            "services-know-no-vendor",
            "scheduler/services/planted.py",
            ["import flask", "import integrations.sms", "import twilio.rest"],
        ),
        (
            "web-never-touches-the-database",
            "scheduler/web/planted.py",
            [
                "import scheduler.storage",
                "from sqlalchemy import select",
                "import integrations.sms",
            ],
        ),
        (
            "worker-only-calls-services",
            "scheduler/worker.py",
            [
                "from scheduler import storage",
                "from scheduler import web",
                "import integrations.sms",
            ],
        ),
        (
            "vendors-are-plugged-in-by-wiring",
            "scheduler/cli.py",
            ["import integrations.sms"],
        ),
        (
            "vendors-are-plugged-in-by-wiring",
            "config/checks.py",
            ["from integrations import calendars"],
        ),
        (
            "integrations-see-ports",
            "integrations/sms/planted.py",
            [
                "import scheduler.services",
                "import scheduler.storage",
                "import scheduler.web",
                "import scheduler.worker",
                "import scheduler.clock",
                "import config.settings",
            ],
        ),
        (
            "integrations-do-not-know-each-other",
            "integrations/sms/planted.py",
            ["import integrations.calendars"],
        ),
        (
            "integrations-do-not-know-each-other",
            "integrations/video/planted.py",
            ["import integrations.sms"],
        ),
        (
            "settings-depend-on-nothing",
            "config/settings.py",
            ["import scheduler.domain", "import integrations", "import flask"],
        ),
        (
            "parts-meet-in-wiring",
            "scheduler/web/planted.py",
            ["import config.wiring"],
        ),
        (
            "parts-meet-in-wiring",
            "scheduler/worker.py",
            ["from config import wiring"],
        ),
        (
            "parts-meet-in-wiring",
            "config/checks.py",
            ["from config.wiring import *"],
        ),
    )
    for line in lines
]


def test_the_import_contracts_hold() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", "from tests.contracts import holds; print(holds())"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    assert answer.stdout == "True\n", answer.stderr


def test_every_contract_has_a_forbidden_import_planted() -> None:
    pyproject = tomllib.loads((ROOT / "pyproject.toml").read_text())
    contracts = {each["id"] for each in pyproject["tool"]["importlinter"]["contracts"]}
    assert contracts == {plant.contract for plant in PLANTS}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[Plant, bool]:
    copy = tmp_path_factory.mktemp("packages")
    copy_packages(copy)
    return dict(zip(PLANTS, broken_by(PLANTS, copy), strict=True))


@pytest.mark.parametrize("plant", PLANTS, ids=str)
def test_a_planted_import_breaks_its_contract(
    plant: Plant, broken: dict[Plant, bool]
) -> None:
    assert broken[plant]


# --- What imports cannot show ------------------------------------------------


@pytest.fixture(scope="module")
def ours() -> list[Module]:
    files = [ROOT / "wsgi.py"]
    for package in PACKAGES:
        files += (ROOT / package).rglob("*.py")
    return [Module(str(each.relative_to(ROOT)), each.read_text()) for each in files]


def in_files(
    detector: Callable[[Module], set[str]], modules: list[Module]
) -> dict[str, set[str]]:
    found = {module.path: detector(module) for module in modules}
    return {path: what for path, what in found.items() if what}


def only_in(file: str) -> set[str]:
    """That file, or none while it is not written yet."""
    return {file} if (ROOT / file).exists() else set()


def test_only_the_gate_builds_a_cleared_message(ours: list[Module]) -> None:
    assert set(in_files(syntax.cleared_messages, ours)) == only_in(GATE)


def test_only_delivery_hands_a_message_to_a_sender(ours: list[Module]) -> None:
    assert set(in_files(syntax.sends, ours)) == only_in(DELIVERY)


def test_zones_are_made_in_one_file(ours: list[Module]) -> None:
    assert set(in_files(syntax.zones, ours)) == {ZONES}


def test_clock_and_randomness_are_read_in_one_file(ours: list[Module]) -> None:
    reads = in_files(syntax.clock_reads, ours)
    assert reads.pop(CLOCK)
    assert {path: what - MAY_READ.get(path, set()) for path, what in reads.items()} == {
        path: set() for path in reads
    }


def test_the_clock_of_the_database_is_only_compared_with_ours(
    ours: list[Module],
) -> None:
    # `quietline doctor` says when the two differ; nothing is decided by it.
    compares = "scheduler/storage/durability.py"
    # A mark that something changed: it only has to be another one than before.
    marks = "scheduler/storage/guards_postgres.py"
    assert set(in_files(syntax.database_clock_reads, ours)) == {compares, marks}


def test_the_domain_imports_nothing_but_plain_standard_library(
    ours: list[Module],
) -> None:
    domain = [each for each in ours if each.path.startswith("scheduler/domain/")]
    assert len(domain) > 1
    assert in_files(syntax.imports_that_are_not_plain, domain) == {}


def test_wiring_is_imported_by_the_two_entries_only(ours: list[Module]) -> None:
    importers = {
        each.path
        for each in ours
        if any(name.startswith("config.wiring") for name in each.imports)
    }
    others = {each for each in importers if not each.startswith("scheduler/cli/")}
    assert others <= {"wsgi.py"}


# --- The detectors are not blind ---------------------------------------------

SEEN: Final = [
    (syntax.cleared_messages, "from scheduler.ports import Cleared\nCleared('r')"),
    (syntax.cleared_messages, "from scheduler.ports import Cleared as C\nC('r')"),
    (syntax.cleared_messages, "from scheduler import ports\nports.Cleared('r')"),
    (syntax.cleared_messages, "import scheduler.ports as p\nx = p.Cleared\nx('r')"),
    (syntax.cleared_messages, "import scheduler.ports\nscheduler.ports.Cleared(1)"),
    (
        syntax.cleared_messages,
        "from scheduler.ports import Cleared\nobject.__new__(Cleared)",
    ),
    (syntax.sends, "def f(sender):\n    return sender.send(1)"),
    (syntax.sends, "leave = self.sender.send"),
    (syntax.sends, "getattr(sender, 'send')(1)"),
    (syntax.zones, "from zoneinfo import ZoneInfo\nZoneInfo('America/Toronto')"),
    (syntax.zones, "import zoneinfo as z\nz.ZoneInfo('America/Toronto')"),
    (syntax.zones, "from zoneinfo import ZoneInfo\nlist(map(ZoneInfo, names))"),
    (syntax.zones, "from dateutil import tz\ntz.gettz('America/Toronto')"),
    (syntax.zones, "import pytz\npytz.timezone('America/Toronto')"),
    (syntax.clock_reads, "from datetime import datetime\ndatetime.now()"),
    (syntax.clock_reads, "from datetime import datetime as d\nd.now(tz=None)"),
    (syntax.clock_reads, "import datetime\ndatetime.datetime.utcnow()"),
    (syntax.clock_reads, "import datetime as dt\ndt.date.today()"),
    (
        syntax.clock_reads,
        "from datetime import date\nfield(default_factory=date.today)",
    ),
    (syntax.clock_reads, "import time\ntime.time()"),
    (syntax.clock_reads, "from time import monotonic\nmonotonic()"),
    (syntax.clock_reads, "import time as t\nt.perf_counter()"),
    (syntax.clock_reads, "def f():\n    import time\n    return time.time_ns()"),
    (syntax.clock_reads, "import secrets\nsecrets.token_hex()"),
    (syntax.clock_reads, "from secrets import token_urlsafe\ntoken_urlsafe()"),
    (syntax.clock_reads, "import random\nrandom.random()"),
    (syntax.clock_reads, "from random import Random\nRandom(1)"),
    (syntax.clock_reads, "from uuid import uuid4\nuuid4()"),
    (syntax.clock_reads, "import uuid\ndefault = uuid.uuid4"),
    (syntax.clock_reads, "import os\nos.urandom(32)"),
    (syntax.clock_reads, "from os import urandom as u\nu(32)"),
    (
        syntax.clock_reads,
        "from cryptography.hazmat.primitives.ciphers import aead\naead.generate_key(8)",
    ),
    (syntax.database_clock_reads, "from sqlalchemy import func\nfunc.now()"),
    (syntax.database_clock_reads, "import sqlalchemy as sa\nsa.func.current_date()"),
    (syntax.database_clock_reads, "sql = 'UPDATE t SET at = CURRENT_TIMESTAMP'"),
    (syntax.database_clock_reads, "sql = \"SELECT datetime('now')\""),
    (syntax.database_clock_reads, "sql = f'DELETE FROM {t} WHERE until < now()'"),
    (syntax.imports_that_are_not_plain, "import os"),
    (syntax.imports_that_are_not_plain, "from pathlib import Path"),
    (syntax.imports_that_are_not_plain, "import portion"),
    (syntax.imports_that_are_not_plain, "from scheduler.clock import SystemClock"),
    (syntax.imports_that_are_not_plain, "def f():\n    import socket"),
]

NOT_SEEN: Final = [
    (
        syntax.cleared_messages,
        """
from scheduler.ports import Cleared
def send(message: Cleared) -> list[Cleared] | None:
    kept: Cleared | None = None
""",
    ),
    (syntax.cleared_messages, "class Cleared: ...\n"),
    (syntax.sends, "def send(self, message): ...\nsend(1)\nflask.send_file(2)"),
    (
        syntax.zones,
        "from zoneinfo import ZoneInfo\ndef f(place: ZoneInfo) -> ZoneInfo: ...",
    ),
    (syntax.clock_reads, "def f(clock):\n    return clock.now()"),
    (syntax.clock_reads, "from datetime import datetime\ndatetime.fromisoformat('x')"),
    (syntax.clock_reads, "from datetime import time\ntime(9, 15)"),
    (syntax.clock_reads, "import os\nos.environ"),
    (syntax.database_clock_reads, '"""`now()` is an argument."""\nx = "right now"'),
    (
        syntax.imports_that_are_not_plain,
        "from datetime import time\nfrom scheduler.domain.zones import zone",
    ),
]


@pytest.mark.parametrize(("detector", "snippet"), SEEN)
def test_a_detector_sees_what_is_planted(
    detector: Callable[[Module], set[str]], snippet: str
) -> None:
    assert detector(Module("planted.py", snippet))


@pytest.mark.parametrize(("detector", "snippet"), NOT_SEEN)
def test_a_detector_leaves_ordinary_code_alone(
    detector: Callable[[Module], set[str]], snippet: str
) -> None:
    assert not detector(Module("ordinary.py", snippet))


def test_the_packages_looked_at_are_all_there_are() -> None:
    with_code = {each.parent.name for each in Path(ROOT).glob("*/__init__.py")}
    assert with_code - {"tests", "bench"} == set(PACKAGES)
