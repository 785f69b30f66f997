"""Receipts and texts signed by an emulator nobody here wrote, posted to our pages."""

from __future__ import annotations

import json
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlencode
from urllib.request import Request, urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

from flask import Flask
from sqlalchemy import select

from integrations.sms.twilio_callbacks import Signed, TwilioCallbacks
from integrations.sms.twilio_wire import Patience
from scheduler.ports import Answer, Cleared
from scheduler.storage import tables
from scheduler.web.callbacks import STATUS_PATH, TEXT_PATH, callback_pages
from tests.contract.node import EMULATE, NEWER_NODE, Found, Node, free_port
from tests.fake_provider import ACCOUNT, KEY, OUR_NUMBER, SECRET, TOKEN
from tests.fake_provider.account import sender
from tests.web import site

HERS: Final = "+14165550142"
STRANGER: Final = "+14165550199"
REFERENCE: Final = "Zy9_hC0-reference-that-nobody-guesses-0001x"


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Silent."""


@dataclass
class Posts:
    """Our pages, and what was posted to them: place and answer."""

    origin: str
    app: Flask
    came: list[tuple[str, int]]

    def rows(self, table: Any) -> list[Any]:
        """What is kept."""
        house = self.app.extensions["quietline.services"].house
        with house.store.reading() as tx:
            return list(tx.conn.execute(select(table)))


@contextmanager
def _pages(token: str) -> Iterator[Posts]:
    port = free_port()
    origin = f"http://127.0.0.1:{port}"
    signed = Signed(ACCOUNT, (token,), origin + STATUS_PATH, origin + TEXT_PATH)
    with site.built(callback_pages(TwilioCallbacks(signed))) as app:
        posts = Posts(origin, app, [])

        @app.after_request
        def keep(response: Any) -> Any:
            from flask import request  # noqa: PLC0415

            posts.came.append((request.path, response.status_code))
            return response

        server = make_server("127.0.0.1", port, app, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield posts
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


def heard_from(node: Node) -> Found:
    """Its callbacks are read, and refused with another token. Raises Missing."""
    modules = node.fetch(EMULATE, NEWER_NODE)
    found = Found()
    for token, counts in ((TOKEN, True), ("e5" * 16, False)):
        with _pages(token) as posts, _emulator(node, modules, posts) as url:
            _talk(found, posts, url, counts=counts)
    return found


@contextmanager
def _emulator(node: Node, modules: Path, posts: Posts) -> Iterator[str]:
    port = free_port()
    seed = {
        "twilio": {
            "account": {"sid": ACCOUNT, "auth_token": TOKEN},
            "api_keys": [{"sid": KEY, "secret": SECRET}],
            "phone_numbers": [
                {"phone_number": OUR_NUMBER, "sms_url": posts.origin + TEXT_PATH}
            ],
        }
    }
    with TemporaryDirectory() as folder:
        file = Path(folder) / "seed.json"
        file.write_text(json.dumps(seed))
        newer = modules / "node" / "bin" / "node"
        program = [
            *(str(newer), str(modules / "emulate" / "dist" / "index.js"), "start"),
            *("--service", "twilio", "--host", "127.0.0.1", "--port", str(port)),
            *("--seed", str(file)),
        ]
        with node.running(program, port):
            yield f"http://127.0.0.1:{port}"


def _talk(found: Found, posts: Posts, url: str, *, counts: bool) -> None:
    ours = sender(
        url,
        receipts=posts.origin + STATUS_PATH,
        patience=Patience(connect=5.0, read=20.0, altogether=40.0),
    )
    handed = ours.send(Cleared(REFERENCE, HERS, "The kettle is on", 600))
    found.expect("a send", handed.answer, Answer.ACCEPTED)
    for status in ("sending", "sent", "delivered"):
        told = {"MessageSid": handed.provider_id or "", "Status": status}
        _tell(url, "message-status", told)
    for body in ("the river is high", "STOP"):
        told = {"To": OUR_NUMBER, "From": STRANGER, "Body": body}
        _tell(url, "inbound-message", told)
    wanted = [
        *[(STATUS_PATH + REFERENCE, 204 if counts else 403)] * 4,
        *[(TEXT_PATH, 200 if counts else 403)] * 2,
    ]
    found.expect("what came of its posts", posts.came, wanted)
    kept = len(posts.rows(tables.stray_receipt)), len(posts.rows(tables.inbound))
    # No message of ours has that reference here, so its receipts are put aside.
    found.expect("what is kept of them", kept, (3, 2) if counts else (0, 0))
    found.expect("numbers blocked", len(posts.rows(tables.blocked_number)), int(counts))
    which = "its own token" if counts else "another token"
    taken = sum(status < 300 for _, status in posts.came)
    found.lines.append(f"{len(posts.came)} posts with {which}, {taken} taken")


def _tell(url: str, what: str, told: dict[str, str]) -> None:
    known = b64encode(f"{KEY}:{SECRET}".encode()).decode()
    asked = Request(
        f"{url}/_twilio/simulate/{what}",
        urlencode(told).encode(),
        {"Authorization": f"Basic {known}"},
    )
    with urlopen(asked, timeout=20) as answer:
        answer.read()
