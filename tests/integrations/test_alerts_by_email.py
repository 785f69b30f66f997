"""Telling staff by e-mail: against a mail server on this machine, with and without
trust, and with everything that goes wrong on the way (N1, bar-O8)."""

import email
import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope

from integrations.alerts.by_email import EmailAlerts, Mailbox, Security
from scheduler.ports import ALERT_WORDS, StaffAlerts, Told, Trouble
from scheduler.services.simulation.made_up import MadeUpClock, SeededTokens
from tests.integrations import certificates

pytestmark = [
    pytest.mark.allow_hosts(["127.0.0.1", "::1"]),
    # The mail server of the tests, not ours.
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Requiring AUTH while not requiring TLS"),
]

TO, FROM = "sue@agency.example", "office@agency.example"
PASSWORD = "a password of the mailbox"
NOON = datetime(2026, 12, 7, 16, 21, tzinfo=UTC)


@dataclass
class Post:
    """What a server took, and what it says instead."""

    letters: list[Envelope] = field(default_factory=list)
    says: str = "250 taken"
    refuses: str = ""

    async def handle_RCPT(  # noqa: N802 - the server's own name
        self, server: Any, session: Any, envelope: Envelope, to: str, _: Any
    ) -> str:
        if self.refuses:
            return self.refuses
        envelope.rcpt_tos.append(to)
        return "250 known"

    async def handle_DATA(  # noqa: N802 - the server's own name
        self, server: Any, session: Any, envelope: Envelope
    ) -> str:
        self.letters.append(envelope)
        return self.says


class Server(Controller):
    """On a free port of this machine; `how` is how its line is kept private."""

    def __init__(
        self, post: Post, how: Security, context: ssl.SSLContext, *, signed: bool
    ) -> None:
        self._how, self._context, self._signed = how, context, signed
        over_tls = context if how is Security.TLS else None
        super().__init__(post, hostname="127.0.0.1", port=free(), ssl_context=over_tls)

    def factory(self) -> SMTP:
        starts = self._how is Security.STARTTLS
        return SMTP(
            self.handler,
            hostname="post.example",
            tls_context=self._context if starts else None,
            require_starttls=starts,
            auth_required=self._signed,
            auth_require_tls=False,
            authenticator=lambda *given: AuthResult(
                success=given[-1].password == PASSWORD.encode()
            ),
        )


def free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


Start = Callable[..., tuple[EmailAlerts, Post]]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    running: list[Controller] = []
    serving, trusting = certificates.make(tmp_path)

    def start_one(
        how: Security = Security.NONE,
        *,
        trust: bool = True,
        password: str = "",
        signed: bool = False,
        **post: str,
    ) -> tuple[EmailAlerts, Post]:
        held = Post(**post)
        server = Server(held, how, serving, signed=signed)
        server.start()
        running.append(server)
        mailbox = Mailbox(
            "localhost",
            server.port,
            FROM,
            how,
            user="office" if password else "",
            password=password,
            seconds=5,
        )
        return ours(mailbox, trusting if trust else None), held

    yield start_one
    for each in running:
        each.stop()


def ours(mailbox: Mailbox, trusting: ssl.SSLContext | None = None) -> EmailAlerts:
    if trusting is None:
        return EmailAlerts(mailbox, MadeUpClock(NOON), SeededTokens(1))
    return EmailAlerts(
        mailbox, MadeUpClock(NOON), SeededTokens(1), trusted=lambda: trusting
    )


def not_taken(trouble: Trouble) -> Told:
    return Told(taken=False, trouble=trouble)


def test_it_is_a_way_of_telling_staff() -> None:
    way: StaffAlerts = ours(Mailbox("localhost", 1, FROM))
    assert way.way == "email"


@pytest.mark.parametrize("how", list(Security))
@pytest.mark.parametrize("signed", [True, False])
def test_the_fixed_words_arrive_and_nothing_else(
    start: Start, how: Security, signed: bool
) -> None:
    way, post = start(how, signed=signed, password=PASSWORD if signed else "")
    assert way.tell(TO) == Told(taken=True)
    [letter] = post.letters
    assert (letter.mail_from, letter.rcpt_tos) == (FROM, [TO])
    content = letter.content
    assert isinstance(content, bytes)
    read = email.message_from_bytes(content)
    assert (read["Subject"], read.get_payload().strip()) == (ALERT_WORDS, ALERT_WORDS)
    assert read["Date"] == "Mon, 07 Dec 2026 16:21:00 +0000"
    assert set(read.keys()) <= {
        *("Subject", "From", "To", "Date", "Message-ID", "Auto-Submitted"),
        *("Content-Type", "Content-Transfer-Encoding", "MIME-Version"),
        *("X-Peer", "X-MailFrom", "X-RcptTo"),
    }
    assert socket.gethostname() not in content.decode()


@pytest.mark.parametrize("how", [Security.TLS, Security.STARTTLS])
def test_a_certificate_nobody_vouches_for_is_not_trusted(
    start: Start, how: Security
) -> None:
    way, post = start(how, trust=False)
    assert way.tell(TO) == not_taken(Trouble.NOT_TRUSTED)
    assert post.letters == []


def test_a_server_without_privacy_gets_neither_password_nor_words(
    start: Start,
) -> None:
    way, post = start(Security.NONE)
    private = ours(replace(way._mailbox, security=Security.STARTTLS))
    assert private.tell(TO) == not_taken(Trouble.NOT_TRUSTED)
    assert post.letters == []


def test_a_wrong_password_is_said_as_such(start: Start) -> None:
    way, _ = start(Security.TLS, signed=True, password="another")
    assert way.tell(TO) == not_taken(Trouble.NOT_SIGNED_IN)


@pytest.mark.parametrize(
    "post", [{"refuses": "550 no such person"}, {"says": "554 not today"}]
)
def test_a_refusal_is_no_telling_and_repeats_no_address(
    start: Start, post: dict[str, str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    way, _ = start(**post)
    told = way.tell(TO)
    assert told == not_taken(Trouble.REFUSED)
    ours_said = [each for each in caplog.records if not each.name.startswith("mail.")]
    assert TO not in repr((told, [each.getMessage() for each in ours_said]))


def test_no_line_no_name_and_no_answer_are_told_apart_and_end_in_time() -> None:
    nobody = Mailbox("127.0.0.1", free(), FROM, Security.NONE, seconds=1)
    assert ours(nobody).tell(TO) == not_taken(Trouble.NO_CONNECTION)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = int(silent.getsockname()[1])
        mute = Mailbox("127.0.0.1", port, FROM, Security.NONE, seconds=1)
        began = time.monotonic()
        assert ours(mute).tell(TO) == not_taken(Trouble.NO_ANSWER)
        assert time.monotonic() - began < 3
        over_tls = replace(mute, security=Security.TLS)
        assert ours(over_tls).tell(TO) == not_taken(Trouble.NO_ANSWER)


def test_a_name_that_cannot_be_found_is_no_connection(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    gone = Mailbox("mail.agency.example", 465, FROM)
    assert ours(gone).tell(TO) == not_taken(Trouble.NO_CONNECTION)


def test_a_server_that_hangs_up_after_taking_it_has_taken_it() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        door.listen()
        port = int(door.getsockname()[1])
        thread = threading.Thread(target=_rude, args=(door,))
        thread.start()
        rude = Mailbox("127.0.0.1", port, FROM, Security.NONE, seconds=5)
        assert ours(rude).tell(TO) == Told(taken=True)
        thread.join()


def _rude(door: socket.socket) -> None:
    line, _ = door.accept()
    with line:
        line.sendall(b"220 here\r\n")
        with line.makefile("rb") as said:
            for answer in (b"250 you", b"250 from", b"250 to", b"354 go on"):
                said.readline()
                line.sendall(answer + b"\r\n")
            while said.readline() != b".\r\n":
                pass
        line.sendall(b"250 taken\r\n")


def test_a_password_is_in_no_picture_of_the_mailbox() -> None:
    assert PASSWORD not in repr(Mailbox("h", 1, FROM, user="u", password=PASSWORD))
