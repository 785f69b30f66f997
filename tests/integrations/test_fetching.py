"""Fetching a calendar: from the public internet only, whole, and within limits (A1)."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from integrations.calendars.fetching import FetchLimits, HttpsCalendars, public_only
from scheduler.domain.calendar_trouble import CalendarTrouble
from scheduler.ports import CalendarUnreachable
from tests.integrations import certificates

T = CalendarTrouble
BODY = b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"
HERE = "127.0.0.1"

pytestmark = pytest.mark.allow_hosts([HERE])


@dataclass
class Host:
    """A calendar's server on this machine: what it says to each path, what it saw."""

    port: int
    trust: ssl.SSLContext
    answers: dict[str, Callable[[BaseHTTPRequestHandler], None]]
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def url(self, path: str = "/a.ics") -> str:
        return f"https://{certificates.NAME}:{self.port}{path}"

    def fetcher(self, **given: object) -> HttpsCalendars:
        """One that may ask this machine, as no installation's can."""
        usual: dict[str, object] = {
            "may_connect": lambda address, port: port == self.port,
            "resolve": lambda host, port: [HERE],
            "trust": self.trust,
            "limits": FetchLimits(seconds=5),
        }
        return HttpsCalendars(**{**usual, **given})  # type: ignore[arg-type]

    def trouble(self, path: str = "/a.ics", **given: object) -> CalendarTrouble:
        with pytest.raises(CalendarUnreachable) as refused:
            self.fetcher(**given).fetch(self.url(path))
        assert str(refused.value)
        return refused.value.trouble


def says(
    body: bytes, status: int = 200, **headers: str
) -> Callable[[BaseHTTPRequestHandler], None]:
    def answer(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(status)
        for name, value in {"Content_Length": str(len(body)), **headers}.items():
            asked.send_header(name.replace("_", "-"), value)
        asked.end_headers()
        asked.wfile.write(body)

    return answer


def trickles(asked: BaseHTTPRequestHandler) -> None:
    asked.send_response(200)
    asked.send_header("Content-Length", "100000")
    asked.end_headers()
    for _ in range(100):
        asked.wfile.write(b"x")
        asked.wfile.flush()
        time.sleep(0.05)


@pytest.fixture(scope="module")
def contexts(
    tmp_path_factory: pytest.TempPathFactory,
) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    return certificates.make(Path(tmp_path_factory.mktemp("certificate")))


@pytest.fixture
def host(contexts: tuple[ssl.SSLContext, ssl.SSLContext]) -> Iterator[Host]:
    serving, trusting = contexts
    made: Host

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.path, dict(self.headers)))
            try:
                made.answers.get(self.path, says(b"", 404))(self)
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Not into the tests' output."""

    class Silent(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A client that does not trust us is no error here."""

    server = Silent((HERE, 0), Handler)
    server.socket = serving.wrap_socket(server.socket, server_side=True)
    made = Host(server.server_port, trusting, {"/a.ics": says(BODY)})
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield made
    server.shutdown()
    server.server_close()


def test_it_gives_the_calendar_and_says_nothing_of_who_asks(host: Host) -> None:
    assert host.fetcher().fetch(host.url()) == BODY
    assert host.fetcher().fetch(host.url().replace("https", "webcal")) == BODY
    _, headers = host.asked[0]
    assert headers["User-Agent"] == "calendar"
    assert "quietline" not in str(headers).lower()
    assert headers["Host"] == f"{certificates.NAME}:{host.port}"


def test_a_redirect_is_followed_and_looked_at_anew(host: Host) -> None:
    host.answers["/old"] = says(b"", 302, Location="/a.ics")
    host.answers["/round"] = says(b"", 301, Location="/round")
    host.answers["/plain"] = says(b"", 302, Location=f"http://{HERE}/a.ics")
    host.answers["/inside"] = says(b"", 307, Location="https://inside.example/a.ics")
    assert host.fetcher().fetch(host.url("/old")) == BODY
    assert host.trouble("/round") is T.ROUND_ABOUT
    assert len([path for path, _ in host.asked if path == "/round"]) == 4
    assert host.trouble("/plain") is T.ADDRESS

    def resolve(name: str, port: int) -> list[str]:
        return ["10.0.0.7"] if name == "inside.example" else [HERE]

    def may_connect(address: str, port: int) -> bool:
        return address == HERE or public_only(address, port)

    given = {"resolve": resolve, "may_connect": may_connect}
    assert host.trouble("/inside", **given) is T.NOT_PUBLIC


def test_a_name_is_looked_up_once_and_the_very_address_is_called(host: Host) -> None:
    """A name that stands for something else a moment later leads nowhere else."""
    answers = iter([["127.0.0.1"], ["169.254.169.254"], ["10.0.0.7"]])
    seen: list[str] = []

    def may_connect(address: str, port: int) -> bool:
        seen.append(address)
        return True

    fetcher = host.fetcher(resolve=lambda *_: next(answers), may_connect=may_connect)
    assert fetcher.fetch(host.url()) == BODY
    assert seen == ["127.0.0.1"]


def test_one_private_address_among_several_is_enough_to_refuse(host: Host) -> None:
    def resolve(name: str, port: int) -> list[str]:
        return ["93.184.216.34", "192.168.1.1"]

    given = {"resolve": resolve, "may_connect": public_only}
    with pytest.raises(CalendarUnreachable) as refused:
        host.fetcher(**given).fetch("https://calendar.example/a.ics")
    assert refused.value.trouble is T.NOT_PUBLIC
    assert host.asked == []


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.0.1", "192.168.0.1",
        "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "255.255.255.255",
        "198.18.0.1", "192.0.2.1", "240.0.0.1", "::1", "::", "fe80::1", "fe80::1%eth0",
        "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1",
        "2002:7f00:1::", "2001:0:7f00:1::", "2001:db8::1", "nonsense", "",
    ],
)  # fmt: skip
def test_an_address_that_is_not_of_the_public_internet_is_never_called(
    address: str,
) -> None:
    assert not public_only(address, 443)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:4700::1111", "8.8.8.8"])
def test_public_addresses_are_called_on_the_usual_port_alone(address: str) -> None:
    assert public_only(address, 443)
    for port in (80, 22, 8443, 0):
        assert not public_only(address, port)


@pytest.mark.parametrize(
    "address",
    [
        "http://calendar.example/a.ics", "ftp://calendar.example/", "file:///etc/passwd",
        "calendar.example/a.ics", "https://", "https:///a.ics", "", "https://a b/",
        "https://user:word@calendar.example/a.ics", "https://calendar.example:x/",
        "https://[::1/", "https://calendar.example/\r\nHost: inside", "https://é.example/",
        "https://calendar.example/" + "a" * 1000,
    ],
)  # fmt: skip
def test_what_is_no_address_of_a_calendar_is_said_so(address: str) -> None:
    with pytest.raises(CalendarUnreachable) as refused:
        HttpsCalendars(resolve=lambda *_: pytest.fail("looked up")).fetch(address)
    assert refused.value.trouble is T.ADDRESS


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/"],
)
def test_this_machine_is_not_asked_however_it_is_written(address: str) -> None:
    with pytest.raises(CalendarUnreachable) as refused:
        HttpsCalendars().fetch(address)
    assert refused.value.trouble is T.NOT_PUBLIC


def test_a_server_that_cannot_show_who_it_is_is_not_read(host: Host) -> None:
    assert host.trouble(trust=ssl.create_default_context()) is T.CERTIFICATE
    stranger = host.url().replace(certificates.NAME, "stranger.example")
    with pytest.raises(CalendarUnreachable) as refused:
        host.fetcher().fetch(stranger)
    assert refused.value.trouble is T.CERTIFICATE


@pytest.mark.parametrize("status", [204, 401, 403, 404, 410, 429, 500, 503])
def test_a_server_that_gives_nothing_out_is_not_read(host: Host, status: int) -> None:
    host.answers["/a.ics"] = says(b"" if status == 204 else BODY, status)
    assert host.trouble() is T.REFUSED


def test_size_and_time_are_bounded(host: Host) -> None:
    limits = FetchLimits(seconds=5, size=len(BODY))
    assert host.fetcher(limits=limits).fetch(host.url()) == BODY
    host.answers["/a.ics"] = says(BODY + b"x")
    assert host.trouble(limits=limits) is T.TOO_LARGE
    host.answers["/slow"] = trickles
    assert host.trouble("/slow", limits=FetchLimits(seconds=0.5)) is T.TOO_SLOW


def test_a_calendar_that_breaks_off_is_none(host: Host) -> None:
    host.answers["/short"] = says(BODY, Content_Length=str(len(BODY) + 10))
    assert host.trouble("/short") is T.NO_ANSWER

    def unsaid(asked: BaseHTTPRequestHandler) -> None:
        asked.send_response(200)
        asked.end_headers()
        asked.wfile.write(BODY[:-9])
        asked.wfile.flush()
        asked.connection.close()

    host.answers["/unsaid"] = unsaid
    assert host.trouble("/unsaid") is T.NO_ANSWER


def test_nobody_there_is_said_so(host: Host) -> None:
    def nobody(name: str, port: int) -> list[str]:
        raise OSError

    assert host.trouble(resolve=nobody) is T.NO_HOST
    gone = Host(1, host.trust, {})
    assert gone.trouble() is T.NO_ANSWER
