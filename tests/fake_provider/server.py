"""The made-up provider's interface and its misbehaviour.

For a request to send: `accepts`; `busy`; a number for a refusal with that code;
`codeless`; `proxy_page` (4xx, no JSON); `breaks` (5xx) and `took_it_breaks`; `hangs`
and `took_it_hangs`; `resets` and `took_it_resets`; `took_it_half` (less than promised);
`took_it_broken` (no JSON); `took_it_empty`; `same_sid` (the id of the one before);
`other_account`; `odd_shape` (as no description allows); `moved` (a redirect);
`trickles` (two bytes a second); `problem` (a refusal in the shape of RFC 9457, whose
own status lies).
"""

from __future__ import annotations

import base64
import contextlib
import json
import secrets
import socket
import struct
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlsplit

from tests.fake_provider import ACCOUNT, KEY, OUR_NUMBER, SECRET, TOKEN, posting
from tests.fake_provider.book import FINAL, Book, shown

_LIST = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
_ONE = f"/2010-04-01/Accounts/{ACCOUNT}/Messages/"
_ASKED = frozenset(
    {
        "To",
        "From",
        "Body",
        "ValidityPeriod",
        "StatusCallback",
        "ContentRetention",
        "AddressRetention",
    }
)
_HANG = 30.0


class Provider(ThreadingHTTPServer):
    """Its book, and how it is told to behave."""

    daemon_threads = True

    def __init__(self, book: Book, port: int) -> None:
        super().__init__(("127.0.0.1", port), Asked)
        self.book = book
        self.lock = threading.Lock()
        self.behaviour, self.times = "accepts", -1
        self.removing = "well"
        self.violations: list[str] = []
        # Requests to send that came this far; what is taken is on the disk by then.
        self.asked = 0
        self.origin = ""
        self.receipts: list[str] = []

    def next_behaviour(self) -> str:
        with self.lock:
            now = self.behaviour
            if self.times > 0:
                self.times -= 1
                if self.times == 0:
                    self.behaviour = "accepts"
            return now

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Whoever asked has gone: that is what the tests do."""


class Asked(BaseHTTPRequestHandler):
    """One request."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: Provider

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Silent."""

    # --- Routes --------------------------------------------------------------

    def do_POST(self) -> None:
        path = urlsplit(self.path).path
        length = int(self.headers.get("Content-Length", 0))
        body = self.rfile.read(length)
        if len(body) < length:
            # Whoever asked broke off in the middle: that is no request.
            self.close_connection = True
            return
        if path.startswith("/_/"):
            told = json.loads(body)
            self._answer(200, getattr(self, f"_told_{path[3:]}")(told))
        elif not self._known():
            self._refuse(401, 20003, "Authenticate")
        elif path == _LIST:
            self._create(parse_qsl(body.decode(), keep_blank_values=True))
        elif path.startswith(_ONE):
            self._update(path, dict(parse_qsl(body.decode(), keep_blank_values=True)))
        else:
            self._refuse(404, 20404, "No such place")

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if not self._known():
            self._refuse(401, 20003, "Authenticate")
        elif parts.path == _LIST:
            self._list(parse_qs(parts.query))
        else:
            self._with(parts.path, lambda one: self._answer(200, shown(one, ACCOUNT)))

    def do_DELETE(self) -> None:
        def gone(one: dict[str, Any]) -> None:
            self.server.book.delete(one["sid"])
            self._answer(204, None)

        self._with(self.path, gone)

    def _known(self) -> bool:
        wanted = base64.b64encode(f"{KEY}:{SECRET}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {wanted}"

    def _with(self, path: str, act: Callable[[dict[str, Any]], None]) -> None:
        sid = path.removeprefix(_ONE).removesuffix(".json")
        found = self.server.book.get(sid)
        if found is None:
            self._refuse(404, 20404, f"The requested resource {path} was not found")
        else:
            act(found)

    # --- Sending -------------------------------------------------------------

    def _create(self, pairs: list[tuple[str, str]]) -> None:
        form = dict(pairs)
        wrong = _violation(pairs, form)
        if wrong:
            self.server.violations.append(wrong)
            self._refuse(400, 99001, f"Never ask for that: {wrong}")
            return
        how = self.server.next_behaviour()
        takes = how.startswith("took_it") or how in {
            "accepts",
            "same_sid",
            "other_account",
            "odd_shape",
            "trickles",
        }
        before = self.server.book.all()
        one = self.server.book.take(form) if takes else {}
        self.server.asked += 1
        if how == "accepts":
            self._answer(201, shown(one, ACCOUNT))
        else:
            _MISBEHAVIOUR.get(how, Asked._with_code)(self, how, one, before, form)
        if takes and self.server.receipts:
            self._receipts_follow(one)

    def _with_code(self, how: str, *_: Any) -> None:
        form = _[2]
        self._refuse(400, int(how), f"The 'To' number {form['To']} cannot be reached")

    def _busy(self, *_: Any) -> None:
        self._refuse(429, 20429, "Too many requests", {"Retry-After": "90"})

    def _codeless(self, *_: Any) -> None:
        self._answer(400, {"message": f"Something about {_[3]['To']}", "status": 400})

    def _proxy_page(self, *_: Any) -> None:
        self._send(403, f"<html>Refused {_[3]['To']}</html>".encode(), "text/html")

    def _problem(self, *_: Any) -> None:
        said = {
            "type": "https://www.twilio.com/docs/api/errors/21211",
            "title": "Invalid number",
            "status": 500,
            "code": 21211,
            "detail": f"The number {_[3]['To']} is none",
        }
        self._answer(400, said)

    def _breaks(self, *_: Any) -> None:
        self._refuse(503, 20503, f"Cannot reach {_[3]['To']} now")

    def _hangs(self, *_: Any) -> None:
        time.sleep(_HANG)
        self.close_connection = True

    def _resets(self, *_: Any) -> None:
        _reset(self.connection)
        self.close_connection = True

    def _half(self, _how: str, one: dict[str, Any], *_: Any) -> None:
        body = json.dumps(shown(one, ACCOUNT)).encode()
        self.send_response(201)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2])
        self.close_connection = True

    def _trickles(self, _how: str, one: dict[str, Any], *_: Any) -> None:
        body = json.dumps(shown(one, ACCOUNT)).encode()
        self.send_response(201)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            for each in body[:60]:
                self.wfile.write(bytes([each]))
                self.wfile.flush()
                time.sleep(0.5)
        self.close_connection = True

    def _broken(self, _how: str, one: dict[str, Any], *_: Any) -> None:
        body = json.dumps(shown(one, ACCOUNT)).encode()[:-40]
        self._send(201, body, "application/json")

    def _empty(self, *_: Any) -> None:
        self._send(201, b"", "application/json")

    def _same_sid(
        self, _how: str, one: dict[str, Any], before: list[dict[str, Any]], *_: Any
    ) -> None:
        sid = before[-1]["sid"] if before else one["sid"]
        self._answer(201, shown({**one, "sid": sid}, ACCOUNT))

    def _other_account(self, _how: str, one: dict[str, Any], *_: Any) -> None:
        self._answer(201, shown(one, "AC" + "0f" * 16))

    def _odd_shape(self, _how: str, one: dict[str, Any], *_: Any) -> None:
        odd = {"status": "posted", "num_media": 0, "sid": "SM1"}
        self._answer(201, {**shown(one, ACCOUNT), **odd})

    def _moved(self, *_: Any) -> None:
        self._send(307, b"", "text/plain", {"Location": f"http://127.0.0.1:9{_LIST}"})

    # --- Reading and removing ------------------------------------------------

    def _list(self, query: dict[str, list[str]]) -> None:
        found = [shown(each, ACCOUNT) for each in reversed(self.server.book.all())]
        for name, field in (("From", "from"), ("To", "to")):
            for wanted in query.get(name, []):
                found = [each for each in found if each[field] == wanted]
        size = int(query.get("PageSize", ["50"])[0])
        page = int(query.get("Page", ["0"])[0])
        part = found[page * size : (page + 1) * size]
        more = len(found) > (page + 1) * size
        our = query.get("From", [""])[0].replace("+", "%2B")
        following = f"{_LIST}?From={our}&PageSize={size}&Page={page + 1}"
        self._answer(
            200,
            {
                "messages": part,
                "page": page,
                "page_size": size,
                "start": page * size,
                "end": page * size + max(0, len(part) - 1),
                "first_page_uri": f"{_LIST}?PageSize={size}&Page=0",
                "next_page_uri": following if more else None,
                "previous_page_uri": None,
                "uri": f"{_LIST}?PageSize={size}&Page={page}",
            },
        )

    def _update(self, path: str, form: dict[str, str]) -> None:
        def change(one: dict[str, Any]) -> None:
            if form != {"Body": ""}:
                self.server.violations.append("an update that is no removal")
                self._refuse(400, 99001, "Never ask for that")
            elif self.server.removing == "refused":
                self._refuse(403, 20008, f"Not for this one to {one['real_to']}")
            elif self.server.removing == "not_yet" or one["status"] not in FINAL:
                self._refuse(400, 20009, f"{one['real_to']} is still on its way")
            else:
                self.server.book.change(one["sid"], body="")
                self._answer(200, shown({**one, "body": ""}, ACCOUNT))

        self._with(path, change)

    # --- Callbacks, and what tests say ---------------------------------------

    def _receipts_follow(self, one: dict[str, Any]) -> None:
        def post() -> None:
            for status in self.server.receipts:
                self._receipt(one, status, "")

        threading.Thread(target=post, daemon=True).start()

    def _receipt(self, one: dict[str, Any], status: str, code: str) -> int:
        self.server.book.change(
            one["sid"], status=status, error_code=int(code) if code else None
        )
        if not self.server.origin:
            return 0
        form = posting.status_form(one, ACCOUNT, status, code)
        return posting.post(self.server.origin, one["callback"], form, TOKEN)

    def _told_behave(self, told: dict[str, Any]) -> str:
        with self.server.lock:
            self.server.behaviour = told["behaviour"]
            self.server.times = told["times"] or -1
        return "ok"

    def _told_removing(self, told: dict[str, Any]) -> str:
        self.server.removing = told["behaviour"]
        return "ok"

    def _told_deliver_to(self, told: dict[str, Any]) -> str:
        self.server.origin = told["origin"]
        self.server.receipts = told["receipts"]
        return "ok"

    def _told_taken(self, _: dict[str, Any]) -> list[dict[str, Any]]:
        return self.server.book.all()

    def _told_asked(self, _: dict[str, Any]) -> int:
        return self.server.asked

    def _told_violations(self, _: dict[str, Any]) -> list[str]:
        return self.server.violations

    def _told_forget(self, _: dict[str, Any]) -> str:
        for each in self.server.book.all():
            self.server.book.delete(each["sid"])
        with self.server.lock:
            self.server.behaviour, self.server.times = "accepts", -1
        self.server.removing, self.server.origin = "well", ""
        self.server.receipts, self.server.violations = [], []
        return "ok"

    def _told_forgive(self, _: dict[str, Any]) -> str:
        self.server.violations.clear()
        return "ok"

    def _told_receipt(self, told: dict[str, Any]) -> int:
        one = self.server.book.get(told["sid"])
        return self._receipt(one, told["status"], told["code"]) if one else 0

    def _told_text(self, told: dict[str, Any]) -> int:
        sid = f"SM{secrets.token_hex(16)}"
        form = posting.text_form(
            ACCOUNT, sid, told["from"], OUR_NUMBER, told["body"], told["opt_out"]
        )
        return posting.post(self.server.origin, told["url"], form, TOKEN)

    # --- Answers -------------------------------------------------------------

    def _refuse(
        self, status: int, code: int, said: str, more: dict[str, str] | None = None
    ) -> None:
        body = {
            "code": code,
            "message": said,
            "more_info": f"https://www.twilio.com/docs/errors/{code}",
            "status": status,
        }
        self._send(status, json.dumps(body).encode(), "application/json", more)

    def _answer(self, status: int, body: Any) -> None:
        raw = b"" if body is None else json.dumps(body).encode()
        self._send(status, raw, "application/json")

    def _send(
        self, status: int, raw: bytes, kind: str, more: dict[str, str] | None = None
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(raw)))
        for name, value in (more or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)


_MISBEHAVIOUR: dict[str, Callable[..., None]] = {
    "busy": Asked._busy,
    "codeless": Asked._codeless,
    "proxy_page": Asked._proxy_page,
    "problem": Asked._problem,
    "breaks": Asked._breaks,
    "took_it_breaks": Asked._breaks,
    "hangs": Asked._hangs,
    "took_it_hangs": Asked._hangs,
    "resets": Asked._resets,
    "took_it_resets": Asked._resets,
    "took_it_half": Asked._half,
    "took_it_broken": Asked._broken,
    "took_it_empty": Asked._empty,
    "same_sid": Asked._same_sid,
    "other_account": Asked._other_account,
    "odd_shape": Asked._odd_shape,
    "moved": Asked._moved,
    "trickles": Asked._trickles,
}


def _violation(pairs: list[tuple[str, str]], form: dict[str, str]) -> str:
    """What is wrong with a request to send that no provider would mind (bar-W3)."""
    if len(pairs) != len(form):
        return "a name twice"
    if set(form) != _ASKED:
        return f"other names: {sorted(set(form) ^ _ASKED)}"
    validity = form["ValidityPeriod"]
    if not validity.isdigit() or not 60 <= int(validity) <= 600:
        return f"a validity of {validity}"
    return ""


def _reset(connection: socket.socket) -> None:
    """Not a polite end: what was on the way is thrown away."""
    linger = struct.pack("ii", 1, 0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
    connection.close()


def serve(book: Book, port: int) -> None:
    """Say where, then serve until stopped."""
    provider = Provider(book, port)
    print(f"http://127.0.0.1:{provider.server_address[1]}", flush=True)  # noqa: T201
    with contextlib.suppress(KeyboardInterrupt):
        provider.serve_forever(poll_interval=0.05)
