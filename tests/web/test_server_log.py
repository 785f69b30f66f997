"""What a web server writes down holds only what it may (bar-L7)."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from scheduler.web import server_log

CANARY = "K-0042"
ATOMS = {
    "h": "198.51.100.77",
    "m": "GET",
    "s": "200",
    "B": 512,
    "M": 12,
    "r": f"GET /files/{CANARY}?q=1 HTTP/1.1",
    "U": f"/files/{CANARY}",
    "f": f"https://quietline.example/files/{CANARY}",
    "a": "Mozilla/5.0",
    "{quietline.page}e": "file.show",
}


class Ear(logging.Handler):
    """Keeps what it hears, as it would stand in the file."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(self.format(record))


@pytest.fixture
def ear() -> Iterator[Ear]:
    made = Ear()
    names = ("gunicorn.access", "gunicorn.error", "waitress")
    loggers = [logging.getLogger(each) for each in names]
    before = [(each.level, list(each.filters)) for each in loggers]
    for each in loggers:
        each.addHandler(made)
        each.setLevel(logging.DEBUG)
    server_log.quiet()
    yield made
    for each, (level, filters) in zip(loggers, before, strict=True):
        each.removeHandler(made)
        each.setLevel(level)
        each.filters[:] = filters


def test_a_request_is_its_page_its_answer_and_about_where_from(ear: Ear) -> None:
    access = logging.getLogger("gunicorn.access")
    access.info('%(h)s "%(r)s" %(s)s "%(f)s" "%(a)s"', ATOMS)
    assert ear.heard == ["file.show GET 200 512 B 12 ms 198.51.100.0"]


@pytest.mark.parametrize(
    "atoms",
    [
        {},
        {"m": CANARY, "s": CANARY, "B": CANARY, "M": CANARY, "h": CANARY},
        {"m": f"GET {CANARY}", "s": f"200 {CANARY}", "h": f"198.51.100.7 {CANARY}"},
    ],
    ids=["nothing", "odd", "more"],
)
def test_what_is_no_method_number_or_address_is_not_written(
    ear: Ear, atoms: dict[str, str]
) -> None:
    logging.getLogger("gunicorn.access").info("%(U)s", atoms | {"U": CANARY})
    assert ear.heard == ["- - - - B - ms -"]


def test_a_line_that_is_no_request_is_none(ear: Ear) -> None:
    logging.getLogger("gunicorn.access").info("saw %s", CANARY)
    assert ear.heard == ["- - - - B - ms -"]


@pytest.mark.parametrize(
    ("address", "about"),
    [
        ("203.0.113.9", "203.0.113.0"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1::"),
        ("::ffff:203.0.113.9", "::"),
        ("", "-"),
        ("elsewhere.example", "-"),
    ],
)
def test_of_an_address_stays_where_it_is_about(address: str, about: str) -> None:
    assert server_log.whereabouts(address) == about


@pytest.mark.parametrize("name", ["gunicorn.error", "waitress"])
@pytest.mark.parametrize("level", [logging.DEBUG, logging.WARNING, logging.ERROR])
def test_of_trouble_only_the_kind_is_written(ear: Ear, name: str, level: int) -> None:
    wrong = ValueError(CANARY)
    said = (type(wrong), wrong, None)
    logging.getLogger(name).log(level, "Error at %s", f"/files/{CANARY}", exc_info=said)
    assert ear.heard == ["trouble with a request: ValueError"]


def test_trouble_without_a_cause_says_that_there_was_some(ear: Ear) -> None:
    logging.getLogger("gunicorn.error").warning("Invalid K-0042")
    assert ear.heard == ["trouble with a request"]


def test_what_becomes_of_processes_is_still_told(ear: Ear) -> None:
    logging.getLogger("gunicorn.error").info("Booting worker with pid: %s", 7)
    logging.getLogger("gunicorn.error").critical("WORKER TIMEOUT (pid:%s)", 7)
    assert ear.heard == ["Booting worker with pid: 7", "WORKER TIMEOUT (pid:7)"]


def test_to_be_quiet_twice_is_to_be_quiet_once(ear: Ear) -> None:
    server_log.quiet()
    assert len(logging.getLogger("gunicorn.access").filters) == 1
