"""Telling staff by text or call: the fixed words to a number of the settings, and every
way the provider may fail (N1, bar-O8)."""

import socket
import ssl
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import parse_qs

import pytest

from integrations.alerts.by_phone import By, Line, PhoneAlerts
from scheduler.ports import ALERT_WORDS, StaffAlerts, Told, Trouble
from tests.integrations import certificates

pytestmark = pytest.mark.allow_hosts(["127.0.0.1", "::1"])

ACCOUNT, TO, OURS = "AC" + "0" * 32, "+14165550199", "+14165550100"
SECRET = "a secret of the account"


class Provider(ThreadingHTTPServer):
    """Answers everything with one status, and keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answer)
        self.status = 201
        self.asked: list[tuple[str, str, dict[str, list[str]]]] = []


class _Answer(BaseHTTPRequestHandler):
    server: Provider

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        signed = str(self.headers["Authorization"])
        self.server.asked.append((self.path, signed, parse_qs(body)))
        self.send_response(self.server.status)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def serving(context: ssl.SSLContext | None = None) -> Iterator[Provider]:
    server = Provider()
    if context is not None:
        server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def provider() -> Iterator[Provider]:
    with serving() as server:
        yield server


def line(provider: Provider, by: By = By.TEXT) -> Line:
    return Line(
        ACCOUNT,
        "SK1",
        SECRET,
        OURS,
        by,
        url=f"http://127.0.0.1:{provider.server_port}",
        seconds=2,
    )


def not_taken(trouble: Trouble) -> Told:
    return Told(taken=False, trouble=trouble)


def test_it_is_a_way_of_telling_staff(provider: Provider) -> None:
    way: StaffAlerts = PhoneAlerts(line(provider))
    assert way.way == "phone"


def test_a_text_carries_the_fixed_words_and_nothing_else(provider: Provider) -> None:
    assert PhoneAlerts(line(provider)).tell(TO) == Told(taken=True)
    [(path, signed, fields)] = provider.asked
    assert path == f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert signed == "Basic " + b64encode(f"SK1:{SECRET}".encode()).decode()
    assert fields == {
        "To": [TO],
        "From": [OURS],
        "Body": [ALERT_WORDS],
        "ValidityPeriod": ["600"],
    }


def test_a_call_says_them_twice(provider: Provider) -> None:
    assert PhoneAlerts(line(provider, By.CALL)).tell(TO) == Told(taken=True)
    [(path, _, fields)] = provider.asked
    assert path.endswith("/Calls.json")
    assert fields["Twiml"][0].count(ALERT_WORDS) == 2
    assert set(fields) == {"To", "From", "Twiml"}


@pytest.mark.parametrize(
    ("status", "trouble"),
    [
        (400, Trouble.REFUSED),
        (401, Trouble.NOT_SIGNED_IN),
        (403, Trouble.NOT_SIGNED_IN),
        (404, Trouble.REFUSED),
        (429, Trouble.REFUSED),
        (500, Trouble.NO_ANSWER),
        (503, Trouble.NO_ANSWER),
    ],
)
def test_whatever_is_no_yes_is_told_again(
    provider: Provider, status: int, trouble: Trouble
) -> None:
    provider.status = status
    assert PhoneAlerts(line(provider)).tell(TO) == not_taken(trouble)


def test_no_line_and_no_answer_end_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        port = silent.getsockname()[1]
        to = Line(
            ACCOUNT, "SK1", SECRET, OURS, url=f"http://127.0.0.1:{port}", seconds=1
        )
        assert PhoneAlerts(to).tell(TO) == not_taken(Trouble.NO_CONNECTION)
        silent.listen()
        assert PhoneAlerts(to).tell(TO) == not_taken(Trouble.NO_ANSWER)


def test_a_certificate_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    server_side, trusting = certificates.make(tmp_path)
    with serving(server_side) as server:
        to = Line(
            ACCOUNT,
            "SK1",
            SECRET,
            OURS,
            url=f"https://localhost:{server.server_port}",
            seconds=2,
        )
        told = PhoneAlerts(to).tell(TO)
        assert told == not_taken(Trouble.NOT_TRUSTED)
        assert PhoneAlerts(to, trusted=lambda: trusting).tell(TO) == Told(taken=True)


def test_neither_secret_nor_number_is_in_any_picture_of_the_line() -> None:
    shown = repr(Line(ACCOUNT, "SK1", SECRET, OURS))
    assert SECRET not in shown
    assert OURS not in shown
